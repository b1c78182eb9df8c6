package io.kerbwatch.vision.count;

import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.StreamPacket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Counts on a clip in a file, every picture of it, on a virtual clock, as fast as it can. */
public final class CountReplay {
    /** The instant at which every clip begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final PeopleFinder finder;
    private final double looksPerSecond;

    /** A replay; the finder stays the caller's. */
    public CountReplay(PeopleFinder finder, double looksPerSecond) {
        this.finder = finder;
        this.looksPerSecond = looksPerSecond;
    }

    /**
     * What came of a clip.
     *
     * @param crossings in order of time
     * @param seconds the clip's length
     * @param cpuMillis processor time of reading, decoding and finding; 0 where it cannot be measured
     */
    public record Result(List<Crossing> crossings, double seconds, double cpuMillis) {
        /** Processor time for a second of the stream, in milliseconds. */
        public double cpuMillisPerSecond() {
            return seconds > 0 ? cpuMillis / seconds : 0;
        }
    }

    /**
     * Counts on a clip.
     *
     * @throws IOException if it cannot be read
     */
    public Result play(Path clip, CountLine line) throws IOException {
        List<Crossing> crossings = new ArrayList<>();
        long before = cpu();
        Instant last = START;
        try (ClipReader reader = new ClipReader(clip, START);
                EntranceWatch watch = new EntranceWatch(finder, line, looksPerSecond)) {
            for (Optional<StreamPacket> next = reader.nextOfAll(); next.isPresent(); next = reader.nextOfAll()) {
                last = next.get().arrival();
                crossings.addAll(watch.take(next.get()));
            }
            if (watch.looks() == 0) {
                throw new IOException(clip + " has no picture that can be decoded");
            }
        }
        return new Result(crossings, Duration.between(START, last).toMillis() / 1000.0, (cpu() - before) / 1e6);
    }

    private static long cpu() {
        return THREADS.isCurrentThreadCpuTimeSupported() ? THREADS.getCurrentThreadCpuTime() : 0;
    }
}
