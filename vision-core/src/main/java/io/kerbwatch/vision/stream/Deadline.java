package io.kerbwatch.vision.stream;

import java.time.Duration;

/**
 * Until when the call that a reader is in may take. Set by the reader, read by native code that asks whether to give up
 * and by the watchdog.
 */
final class Deadline {
    private volatile long at = System.nanoTime() + Duration.ofDays(3650).toNanos();
    private volatile boolean interrupted;

    void in(Duration time) {
        at = System.nanoTime() + time.toNanos();
    }

    void interrupt() {
        interrupted = true;
    }

    boolean interrupted() {
        return interrupted;
    }

    boolean over() {
        return interrupted || System.nanoTime() - at > 0;
    }

    /** Whether it is over by more than that. */
    boolean overBy(Duration time) {
        return System.nanoTime() - at > time.toNanos();
    }
}
