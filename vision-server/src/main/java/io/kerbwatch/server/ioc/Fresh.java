package io.kerbwatch.server.ioc;

import io.kerbwatch.server.event.Events;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what many ask for at once, until something happens: fifty walls that read the same after one event cost one
 * reading. What changes by time alone, as that an order has become late, is at most {@link #OLDEST} behind.
 */
final class Fresh<K, V> {
    static final Duration OLDEST = Duration.ofSeconds(5);
    private static final int MOST = 64;

    private final Events events;
    private final InstantSource clock;
    private final Map<K, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);

    Fresh(Events events, InstantSource clock) {
        this.events = events;
        this.clock = clock;
    }

    private static final class Entry<V> {
        final ReentrantLock reading = new ReentrantLock();
        long event = -1;
        Instant at = Instant.MIN;

        @Nullable V value;
    }

    /** What was read after the newest event, read now if nobody has yet. */
    V get(K key, Supplier<V> read) {
        Entry<V> entry = entry(key);
        // Before reading: what happens meanwhile is seen the next time at the latest.
        long newest = events.newest();
        Instant now = clock.instant();
        entry.reading.lock();
        try {
            V known = entry.value;
            boolean young = !now.isBefore(entry.at) && now.isBefore(entry.at.plus(OLDEST));
            if (known != null && entry.event >= newest && young) {
                return known;
            }
            V value = read.get();
            entry.value = value;
            entry.event = newest;
            entry.at = now;
            return value;
        } finally {
            entry.reading.unlock();
        }
    }

    private Entry<V> entry(K key) {
        synchronized (entries) {
            Entry<V> entry = entries.computeIfAbsent(key, any -> new Entry<>());
            Iterator<K> oldest = entries.keySet().iterator();
            while (entries.size() > MOST) {
                oldest.next();
                oldest.remove();
            }
            return entry;
        }
    }
}
