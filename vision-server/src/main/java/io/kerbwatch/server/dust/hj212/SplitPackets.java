package io.kerbwatch.server.dust.hj212;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets together that were split (PNUM, PNO) over one connection. At most four wait at a time, of at most sixteen
 * parts each; the oldest gives way. Parts may come in any order and more than once.
 */
final class SplitPackets {
    private static final int WAITING = 4;
    private static final int PARTS = 16;

    /** Whole again, with the parts it was made of, each of which may want an answer. */
    record Whole(Packet packet, List<Packet> parts) {}

    private static final class Waiting {
        private final Instant since;
        private final @Nullable Packet[] parts;

        private Waiting(Instant since, int parts) {
            this.since = since;
            this.parts = new Packet[parts];
        }
    }

    private final Duration patience;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    SplitPackets(Duration patience) {
        this.patience = patience;
    }

    /** Takes a part; gives the whole if it was the last one, and adds to {@code lost} what gives way. */
    @Nullable Whole take(Packet part, Instant now, List<Packet> lost) {
        if (part.parts() > PARTS) {
            lost.add(part);
            return null;
        }
        String key = part.mn() + ' ' + part.qn() + ' ' + part.cn() + ' ' + part.parts();
        Waiting sofar = waiting.get(key);
        if (sofar == null) {
            if (waiting.size() >= WAITING) {
                giveUp(waiting.keySet().iterator().next(), lost);
            }
            sofar = new Waiting(now, part.parts());
            waiting.put(key, sofar);
        }
        sofar.parts[part.part() - 1] = part;
        List<Packet> parts = present(sofar);
        if (parts.size() < sofar.parts.length) {
            return null;
        }
        waiting.remove(key);
        StringBuilder all = new StringBuilder();
        for (Packet each : parts) {
            if (all.length() > 0 && all.charAt(all.length() - 1) != ';') {
                all.append(';');
            }
            all.append(each.parameters());
        }
        return new Whole(parts.get(0).joined(all.toString()), parts);
    }

    /** Gives up those that have waited too long. */
    void expire(Instant now, List<Packet> lost) {
        for (Iterator<Waiting> each = waiting.values().iterator(); each.hasNext(); ) {
            Waiting sofar = each.next();
            if (Duration.between(sofar.since, now).compareTo(patience) > 0) {
                each.remove();
                lost.addAll(present(sofar));
            }
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    private void giveUp(String key, List<Packet> lost) {
        Waiting sofar = waiting.remove(key);
        if (sofar != null) {
            lost.addAll(present(sofar));
        }
    }

    private static List<Packet> present(Waiting sofar) {
        List<Packet> parts = new ArrayList<>();
        for (Packet part : sofar.parts) {
            if (part != null) {
                parts.add(part);
            }
        }
        return parts;
    }
}
