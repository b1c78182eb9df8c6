package io.kerbwatch.server.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When an endpoint that keeps failing is left in peace. After some failures in a row, over all its deliveries, nothing
 * but orders in their first minute goes to it; once in a while one delivery probes it, and a success lets all go again.
 */
final class Breaker {
    /** Failures in a row that open it. */
    static final int OPENS_AFTER = 5;

    private static final Duration FIRST = Duration.ofSeconds(30);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Breaker() {}

    /**
     * Until when nothing is to be sent.
     *
     * @param failures in a row, with the one of now
     * @return empty while it stays closed
     */
    static Optional<Instant> openUntil(int failures, Instant now) {
        if (failures < OPENS_AFTER) {
            return Optional.empty();
        }
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures - OPENS_AFTER, 10));
        return Optional.of(now.plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST));
    }
}
