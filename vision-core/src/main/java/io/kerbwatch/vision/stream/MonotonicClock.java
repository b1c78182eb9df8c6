package io.kerbwatch.vision.stream;

import java.time.Instant;
import java.time.InstantSource;

/**
 * Wall time at its start plus the time that has passed since: a clock that never jumps, so that a step of the wall
 * clock neither bridges nor stretches an observation. Over weeks it drifts from wall time by what the machine's
 * oscillator does.
 */
public final class MonotonicClock implements InstantSource {
    private final Instant start;
    private final long startNanos;

    /** Starts now. */
    public MonotonicClock(InstantSource wall) {
        this.start = wall.instant();
        this.startNanos = System.nanoTime();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startNanos);
    }
}
