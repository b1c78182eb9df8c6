package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.command.benchmark.Reader.Split;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One reader on a number of cameras for a while.
 *
 * @param cameras read at once
 * @param seconds measured, after the warm-up
 * @param cpuMillis processor time of all of the reader's processes a stream-second
 * @param pictures delivered a stream-second
 * @param memoryBytes of all of the reader's processes at the end
 * @param serverCpuMillis processor time of the stream server a stream-second; not part of the reader's
 * @param split of the processor time a stream-second; empty if the reader cannot say
 */
record Trial(
        int cameras,
        double seconds,
        double cpuMillis,
        double pictures,
        long memoryBytes,
        double serverCpuMillis,
        Optional<Split> split) {
    private static final Duration LONGEST_START = Duration.ofMinutes(2);

    /** Waits until each camera delivers, then for the warm-up, and measures. */
    static Trial of(Reader reader, Station station, int cameras, Duration warmUp, Duration time)
            throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + LONGEST_START.toNanos();
        while (!reader.up()) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IOException("not every camera delivered a picture within " + LONGEST_START.toSeconds()
                        + " s; is the machine too busy for " + cameras + " cameras?");
            }
            TimeUnit.MILLISECONDS.sleep(250);
        }
        TimeUnit.MILLISECONDS.sleep(warmUp.toMillis());
        return measure(reader, station, cameras, time);
    }

    private static Trial measure(Reader reader, Station station, int cameras, Duration time)
            throws IOException, InterruptedException {
        long began = System.nanoTime();
        Usage before = Usage.of(reader.processes());
        Usage serverBefore = station.usage();
        long picturesBefore = reader.pictures();
        Optional<Split> splitBefore = reader.split();
        TimeUnit.MILLISECONDS.sleep(time.toMillis());
        double seconds = (System.nanoTime() - began) / 1e9;
        double streamSeconds = seconds * cameras;
        Usage after = Usage.of(reader.processes());
        Usage serverAfter = station.usage();
        long pictures = reader.pictures() - picturesBefore;
        Optional<Split> split = reader.split().flatMap(now -> splitBefore.map(now::minus));
        return new Trial(
                cameras,
                seconds,
                (after.cpuMillis() - before.cpuMillis()) / streamSeconds,
                pictures / streamSeconds,
                after.memoryBytes(),
                (serverAfter.cpuMillis() - serverBefore.cpuMillis()) / streamSeconds,
                split.map(s -> s.over(streamSeconds)));
    }
}
