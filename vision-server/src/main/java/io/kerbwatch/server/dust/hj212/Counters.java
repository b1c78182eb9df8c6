package io.kerbwatch.server.dust.hj212;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Running totals since the start of the receiver; may be read from any thread. */
public final class Counters {
    private final Map<Count, LongAdder> totals = new EnumMap<>(Count.class);

    Counters() {
        for (Count count : Count.values()) {
            totals.put(count, new LongAdder());
        }
    }

    /** How often it happened. */
    public long get(Count count) {
        return total(count).sum();
    }

    /** All totals, also those that are zero. */
    public Map<Count, Long> all() {
        Map<Count, Long> all = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            all.put(count, get(count));
        }
        return all;
    }

    void add(Count count) {
        add(count, 1);
    }

    void add(Count count, long more) {
        total(count).add(more);
    }

    private LongAdder total(Count count) {
        return Objects.requireNonNull(totals.get(count));
    }
}
