package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.command.benchmark.Reader.Split;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.AddressPolicy;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import io.kerbwatch.vision.stream.StreamOptions;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.InspectionRhythm;
import io.kerbwatch.vision.watch.Verification;
import io.kerbwatch.vision.watch.WatchCosts;
import io.kerbwatch.vision.watch.WatchPool;
import io.kerbwatch.vision.watch.WatchSettings;
import io.kerbwatch.vision.watch.WatchStatistics;
import io.kerbwatch.vision.watch.WatchedCamera;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Our pipeline as it stands in the server, with nothing behind it. Arguments: rhythm in milliseconds, whether to infer,
 * and the cameras' URLs. Answers each line with a {@link Report}; {@code begin} forgets the ages seen so far.
 */
final class OwnReaderMain {
    private OwnReaderMain() {}

    /**
     * What the pipeline has done since its start.
     *
     * @param ages seconds since each camera's last good look, one a camera and second since {@code begin}, sorted
     */
    record Report(
            int cameras,
            int live,
            long looks,
            long good,
            long inferred,
            long onTime,
            Split split,
            Ages ages,
            long findings) {}

    /** Percentiles of ages in seconds; zero without any. */
    record Ages(int samples, double median, double percentile99, double worst) {
        static Ages of(double[] sorted) {
            int n = sorted.length;
            return n == 0
                    ? new Ages(0, 0, 0, 0)
                    : new Ages(n, sorted[n / 2], sorted[(int) Math.ceil(0.99 * n) - 1], sorted[n - 1]);
        }
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = Child.answers();
        Duration rhythm = Duration.ofMillis(Long.parseLong(arguments[0]));
        boolean infer = Boolean.parseBoolean(arguments[1]);
        List<String> urls = List.of(arguments).subList(2, arguments.length);
        InstantSource clock = new MonotonicClock(InstantSource.system());
        WatchSettings settings = new WatchSettings(
                Runtime.getRuntime().availableProcessors(),
                StreamOptions.defaults(),
                InspectionRhythm.defaults(),
                JudgeSettings.defaults(),
                infer);
        Sink sink = new Sink();
        ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();
        try (Detector detector = Detector.load(DetectorModel.bundled());
                CameraStreams streams = new CameraStreams(clock, AddressPolicy.any());
                WatchPool pool = new WatchPool(detector, streams, sink, camera -> List.of(), settings, clock);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            List<Double> ages = new ArrayList<>();
            var unused = sampler.scheduleAtFixedRate(() -> sample(pool, ages), 1, 1, TimeUnit.SECONDS);
            for (int i = 0; i < urls.size(); i++) {
                pool.put(
                        new WatchedCamera("camera-" + i, CameraUrl.parse(urls.get(i)), List.of(), Optional.of(rhythm)));
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (ages) {
                    if (line.equals("begin")) {
                        ages.clear();
                    }
                }
                answers.println(Json.text(report(pool, ages, sink)));
            }
        } finally {
            sampler.shutdownNow();
        }
    }

    private static void sample(WatchPool pool, List<Double> ages) {
        synchronized (ages) {
            for (double age : pool.agesSeconds()) {
                ages.add(age);
            }
        }
    }

    private static Report report(WatchPool pool, List<Double> ages, Sink sink) {
        WatchStatistics s = pool.statistics();
        int live = 0;
        for (double age : pool.agesSeconds()) {
            live += Double.isFinite(age) ? 1 : 0;
        }
        double[] sorted;
        synchronized (ages) {
            sorted = ages.stream()
                    .mapToDouble(Double::doubleValue)
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
        }
        return new Report(
                s.cameras(),
                live,
                s.looks(),
                s.good(),
                s.inferred(),
                s.onTime(),
                split(pool.costs()),
                Ages.of(sorted),
                sink.findings.get());
    }

    private static Split split(WatchCosts costs) {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long receive = 0;
        for (long id : threads.getAllThreadIds()) {
            ThreadInfo info = threads.getThreadInfo(id);
            if (info != null && info.getThreadName().startsWith("camera-")) {
                receive += Math.max(0, threads.getThreadCpuTime(id));
            }
        }
        return new Split(
                receive / 1e6,
                millis(costs.decode()),
                millis(costs.scale()),
                millis(costs.scene()),
                millis(costs.detect()),
                millis(costs.judge()));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }

    /** Takes everything and counts. */
    private static final class Sink implements FindingSink {
        private final AtomicLong findings = new AtomicLong();

        @Override
        public void accept(Finding finding, JudgeState state, Snapshot snapshot) {
            findings.incrementAndGet();
        }

        @Override
        public void verified(Verification.Answer answer) {
            throw new IllegalStateException("nobody asked for " + answer);
        }

        @Override
        public void changed(CameraStatus status) {
            // Nobody is told here.
        }
    }
}
