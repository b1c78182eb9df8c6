package io.kerbwatch.vision.watch;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up the processor time that one thread spends on its looks, by stage. Written by that thread, read by any. */
final class Spending {
    /** Stages of a look, in order. */
    enum Stage {
        DECODE,
        SCALE,
        SCENE,
        DETECT,
        JUDGE
    }

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final boolean MEASURABLE = THREADS.isCurrentThreadCpuTimeSupported();

    private final Map<Stage, AtomicLong> nanos = new EnumMap<>(Stage.class);
    private long since;

    Spending() {
        for (Stage stage : Stage.values()) {
            nanos.put(stage, new AtomicLong());
        }
    }

    private static long now() {
        return MEASURABLE ? THREADS.getCurrentThreadCpuTime() : 0;
    }

    private AtomicLong sum(Stage stage) {
        return Objects.requireNonNull(nanos.get(stage));
    }

    /** What the thread did until now counts for nothing. */
    void begin() {
        since = now();
    }

    /** What it did since then was this stage. */
    void ended(Stage stage) {
        long now = now();
        long spent = now - since;
        sum(stage).addAndGet(spent);
        since = now;
    }

    Duration of(Stage stage) {
        return Duration.ofNanos(sum(stage).get());
    }
}
