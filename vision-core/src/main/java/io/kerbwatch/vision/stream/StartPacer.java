package io.kerbwatch.vision.stream;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Spreads the opening of sessions: a recorder that serves sixteen cameras, or a switch that has just come back, is not
 * knocked down by all of them at once, and is still up in seconds.
 */
final class StartPacer {
    private static final int HOSTS_BEFORE_CLEANING = 1000;

    private final long betweenAll;
    private final long betweenHost;
    private final Map<String, Long> nextOfHost = new HashMap<>();
    private long nextOfAll = Long.MIN_VALUE;

    StartPacer(Duration betweenAll, Duration betweenHost) {
        this.betweenAll = betweenAll.toNanos();
        this.betweenHost = betweenHost.toNanos();
    }

    /** Reserves the next start and says how long to wait for it from now; {@code now} is a nano time. */
    synchronized Duration reserve(String host, long now) {
        if (nextOfHost.size() > HOSTS_BEFORE_CLEANING) {
            nextOfHost.values().removeIf(next -> next <= now);
        }
        long start = Math.max(now, nextOfHost.getOrDefault(host, now));
        if (nextOfAll != Long.MIN_VALUE) {
            start = Math.max(start, nextOfAll);
        }
        nextOfAll = start + betweenAll;
        nextOfHost.put(host, start + betweenHost);
        return Duration.ofNanos(start - now);
    }
}
