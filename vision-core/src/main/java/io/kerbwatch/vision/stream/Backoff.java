package io.kerbwatch.vision.stream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Pauses between attempts: exponential with full jitter, so that cameras of one switch that came back do not all knock
 * at once (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Not for several threads.
 */
final class Backoff {
    private final Duration first;
    private final Duration longest;
    private final RandomGenerator random;
    private int failures;

    Backoff(Duration first, Duration longest, RandomGenerator random) {
        this.first = first;
        this.longest = longest;
        this.random = random;
    }

    /** The next pause: anything from nothing to a ceiling that doubles with each failure. */
    Duration next() {
        long ceiling = longest.toNanos();
        if (failures < 30) {
            ceiling = Math.min(ceiling, first.toNanos() << failures);
        }
        failures++;
        return Duration.ofNanos(random.nextLong(ceiling + 1));
    }

    void reset() {
        failures = 0;
    }
}
