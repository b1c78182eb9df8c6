package io.kerbwatch.server.dust.hj212;

import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What came lately: which packets, so that none is handed on twice, and the newest time of each device. */
final class Memory {
    private static final int DEVICES = 16_384;

    /** Forgets what was put in first. */
    private static final class Recent<V> extends LinkedHashMap<String, V> {
        private static final long serialVersionUID = 1L;
        private final int most;

        private Recent(int most) {
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > most;
        }
    }

    private final Duration future;
    private final Duration late;
    private final Map<String, Future<Void>> packets;
    private final Map<String, Instant> newest = new Recent<>(DEVICES);

    Memory(Limits limits) {
        future = limits.future();
        late = limits.late();
        packets = new Recent<>(limits.remembered());
    }

    /**
     * By what a packet is known again. With its DataTime, since there are loggers that number all packets of a second
     * alike, or not at all.
     */
    static String key(Packet packet) {
        String parameters = packet.parameters();
        int time = parameters.indexOf("DataTime=");
        return packet.mn()
                + ' '
                + packet.qn()
                + ' '
                + packet.cn()
                + ' '
                + packet.part()
                + '/'
                + packet.parts()
                + ' '
                + (time < 0 ? "" : parameters.substring(time + 9, Math.min(time + 23, parameters.length())));
    }

    /** When the packet is stored, if it came before and was not lost. */
    @Nullable Future<Void> storing(String key) {
        return packets.get(key);
    }

    void remember(String key, Future<Void> stored) {
        packets.put(key, stored);
    }

    void forget(String key) {
        packets.remove(key);
    }

    Timing timing(String mn, DataKind kind, Instant time, Instant now) {
        if (time.isAfter(now.plus(future))) {
            return Timing.FUTURE;
        }
        String device = mn + ' ' + kind;
        Instant last = newest.get(device);
        if (last == null || time.isAfter(last)) {
            newest.put(device, time);
        }
        boolean old = time.isBefore(now.minus(late).minus(kind.longest()).minus(kind.longest()));
        return old || (last != null && time.isBefore(last)) ? Timing.LATE : Timing.ON_TIME;
    }
}
