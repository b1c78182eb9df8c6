package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.command.benchmark.Reader.Split;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code benchmark cameras}: reads the same synthetic cameras in three ways, one after the other, and compares what they
 * cost; or, with {@code --soak}, lets our pipeline watch many for long and says whether any was starved.
 */
@Command(
        name = "cameras",
        mixinStandardHelpOptions = true,
        description = {
            "Measures what reading cameras costs here: our pipeline, an ffmpeg process a camera as Frigate",
            "runs it (5 pictures a second), and JavaCV's grabber (every picture). The cameras are synthetic:",
            "1080p, 25 pictures a second, H.264, a key frame every 2 s, about 3 Mbit/s, served by a process",
            "of their own that is not counted. Processor time is the operating system's."
        })
final class CamerasCommand implements Callable<Integer> {
    /** Ways to read. */
    enum Way {
        OURS,
        FRIGATE,
        GRABBER;

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Reads their names. */
        static final class Converter implements ITypeConverter<Way> {
            @Override
            public Way convert(String code) {
                return Arrays.stream(values())
                        .filter(w -> w.code().equals(code))
                        .findFirst()
                        .orElseThrow(() -> new TypeConversionException(
                                "'" + code + "' is no reader; there are ours, frigate, grabber"));
            }
        }

        /** Reads numbers of cameras. */
        static final class Count implements ITypeConverter<Integer> {
            @Override
            public Integer convert(String number) {
                if (!number.matches("[1-9]\\d{0,4}")) {
                    throw new TypeConversionException("'" + number + "' is no number of cameras");
                }
                return Integer.valueOf(number);
            }
        }
    }

    private static final int FEW_OF_OURS = 10;
    private static final int FEW = 2;
    /** A reader is given so many cameras that it and the server should take this share of the machine. */
    private static final double SHARE = 0.6;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--cameras", description = "Most cameras that a reader is given (default: ${DEFAULT-VALUE}).")
    private int cameras = 100;

    @Option(names = "--seconds", description = "To measure each reader for (default: ${DEFAULT-VALUE}).")
    private int seconds = 40;

    @Option(names = "--warm-up", description = "Seconds that are not measured before (default: ${DEFAULT-VALUE}).")
    private int warmUp = 20;

    @Option(
            names = "--rhythm",
            split = ",",
            description = "Seconds between looks of our pipeline, one or several (default: 5 and 1).")
    private List<Double> rhythms = List.of(5.0, 1.0);

    @Option(
            names = "--readers",
            split = ",",
            converter = Way.Converter.class,
            description = "Which to run: ours, frigate, grabber (default: all three).")
    private List<Way> readers = List.of(Way.values());

    @Option(
            names = "--cameras-per-reader",
            split = ",",
            converter = {Way.Converter.class, Way.Count.class},
            description = "Fixed numbers of cameras, as in ours=60,frigate=6; else as many as the machine bears.")
    private Map<Way, Integer> fixed = Map.of();

    @Option(names = "--infer", description = "Run the detector too; without, looks end at its input.")
    private boolean infer;

    @Option(names = "--soak", description = "Our pipeline alone, on all cameras at once: is any starved?")
    private boolean soak;

    @Option(names = "--json", description = "Print the result as one JSON object, as the last line.")
    private boolean json;

    @Option(
            names = "--work",
            description = "Folder for the streams, which are kept, and for logs (default: in the temporary folder).")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"), "kerbwatch-benchmark");

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (cameras < 1 || seconds < 1 || warmUp < 0 || rhythms.stream().anyMatch(r -> r <= 0)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--cameras, --seconds and --rhythm take numbers above zero");
        }
        List<Path> loops = Loops.in(work, cameras, this::say);
        try (Station station = Station.start(cameras, loops, work)) {
            Object result = soak ? soak(station) : compare(station);
            if (json) {
                out().println(Json.text(result));
            }
        }
        out().flush();
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(what);
        err.flush();
    }

    /**
     * Three readers beside each other.
     *
     * @param ratios processor time of each other reader over ours, by rhythm
     */
    record Comparison(
            int cores,
            String baseline,
            List<ReaderResult> readers,
            Map<String, Map<String, Double>> ratios,
            String note) {}

    private Comparison compare(Station station) throws IOException, InterruptedException {
        String ffmpeg = FrigateReader.program();
        String version = readers.contains(Way.FRIGATE) ? FrigateReader.version(ffmpeg) : "";
        List<ReaderResult> results = new ArrayList<>();
        for (Way way : readers) {
            for (Double rhythm : way == Way.OURS ? rhythms : List.of(0.0)) {
                results.add(run(way, way == Way.OURS ? rhythm : null, station, ffmpeg));
            }
        }
        Comparison comparison = new Comparison(
                Runtime.getRuntime().availableProcessors(), version, results, ratios(results), note(results));
        print(comparison);
        return comparison;
    }

    private ReaderResult run(Way way, @Nullable Double rhythm, Station station, String ffmpeg)
            throws IOException, InterruptedException {
        String name = way.code();
        int few = Math.min(cameras, way == Way.OURS ? FEW_OF_OURS : FEW);
        say("%s on %d cameras".formatted(name, few));
        Trial first = trial(way, rhythm, station, ffmpeg, few, Duration.ofSeconds(Math.min(seconds, 15)));
        int bearable = (int) (SHARE
                * 1000
                * Runtime.getRuntime().availableProcessors()
                / (first.cpuMillis() + first.serverCpuMillis()));
        int many = fixed.getOrDefault(way, Math.max(few, Math.min(cameras, bearable)));
        say("%s on %d cameras".formatted(name, many));
        Trial second = trial(way, rhythm, station, ffmpeg, Math.min(cameras, many), Duration.ofSeconds(seconds));
        return ReaderResult.of(name, rhythm, first, second);
    }

    private Trial trial(Way way, @Nullable Double rhythm, Station station, String ffmpeg, int count, Duration time)
            throws IOException, InterruptedException {
        List<String> urls = station.urls(count);
        try (Reader reader =
                switch (way) {
                    case OURS -> OwnReader.start(urls, rhythm(rhythm == null ? 5 : rhythm), infer, work);
                    case FRIGATE -> FrigateReader.start(urls, ffmpeg, work);
                    case GRABBER -> GrabberReader.start(urls, work);
                }) {
            return Trial.of(reader, station, count, Duration.ofSeconds(warmUp), time);
        }
    }

    private static Duration rhythm(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Map<String, Map<String, Double>> ratios(List<ReaderResult> results) {
        Map<String, Map<String, Double>> ratios = new LinkedHashMap<>();
        for (ReaderResult ours : results) {
            if (ours.rhythmSeconds() == null) {
                continue;
            }
            Map<String, Double> of = new LinkedHashMap<>();
            results.stream()
                    .filter(r -> r.rhythmSeconds() == null)
                    .forEach(r -> of.put(r.reader(), r.cpuMillis() / ours.cpuMillis()));
            ratios.put(ours.title(), of);
            Split split = ours.split();
            if (split != null && ours.picturesPerSecond() > 0) {
                // With a key frame every 2 s nobody gets one picture a second; what it would cost is known all the
                // same.
                double aLook = split.ofLooks() / ours.picturesPerSecond();
                double atOne = ours.cpuMillis() + (1 - ours.picturesPerSecond()) * aLook;
                Map<String, Double> computed = new LinkedHashMap<>();
                results.stream()
                        .filter(r -> r.rhythmSeconds() == null)
                        .forEach(r -> computed.put(r.reader(), r.cpuMillis() / atOne));
                ratios.put(ours.title() + ", computed for one picture a second", computed);
            }
        }
        return ratios;
    }

    private static String note(List<ReaderResult> results) {
        StringBuilder note = new StringBuilder("Not the same work: ");
        for (ReaderResult r : results) {
            note.append("%s delivers %.2f pictures a second a camera; ".formatted(r.title(), r.picturesPerSecond()));
        }
        return note.append("streams have a key frame every 2 s, and ours never decodes anything else")
                .toString();
    }

    private void print(Comparison c) {
        PrintWriter out = out();
        out.printf("%d cores; baseline: %s%n%n", c.cores, c.baseline);
        out.printf(
                "%-28s %7s %8s | %7s %7s %6s %6s %6s %6s %6s | %8s %8s %9s%n",
                "reader",
                "cameras",
                "cpu ms/s",
                "receive",
                "decode",
                "scale",
                "scene",
                "infer",
                "judge",
                "other",
                "pics/s",
                "MB/cam",
                "cams/core");
        for (ReaderResult r : c.readers) {
            out.printf(
                    "%-28s %7d %8.2f | %s | %8.2f %8.1f %9.1f%n",
                    r.title(),
                    r.cameras(),
                    r.cpuMillis(),
                    columns(r),
                    r.picturesPerSecond(),
                    r.memoryMegabytes(),
                    r.camerasPerCore());
        }
        out.println();
        c.ratios.forEach((ours, of) ->
                of.forEach((other, ratio) -> out.printf("%s costs %.1f times: %s%n", other, ratio, ours)));
        out.println(c.note);
        out.println("cpu ms/s: processor milliseconds a stream-second, user and system, child processes counted");
    }

    private static String columns(ReaderResult r) {
        Split s = r.split();
        if (s == null) {
            return "%7s %7s %6s %6s %6s %6s %6s".formatted("", "", "", "", "", "", "");
        }
        return "%7.2f %7.2f %6.2f %6.2f %6.2f %6.2f %6.2f"
                .formatted(
                        s.receive(),
                        s.decode(),
                        s.scale(),
                        s.scene(),
                        s.inference(),
                        s.judge(),
                        r.cpuMillis() - s.sum());
    }

    /**
     * Many cameras for long.
     *
     * @param ages seconds since a camera's last good look, over all cameras and all time, sampled each second
     * @param inferredShare of the looks that could be judged; the change gate settled the others
     * @param onTimeShare of the looks that began within two seconds of when they were due
     * @param cpuWithoutInference processor milliseconds a stream-second of everything but the detector
     */
    record Soak(
            ReaderResult result,
            OwnReaderMain.Ages ages,
            long looks,
            double goodShare,
            double inferredShare,
            double onTimeShare,
            long findings,
            double cpuWithoutInference) {}

    private Soak soak(Station station) throws IOException, InterruptedException {
        double rhythm = rhythms.get(0);
        int few = Math.min(cameras, FEW_OF_OURS);
        say("ours on %d cameras".formatted(few));
        Trial first = trial(Way.OURS, rhythm, station, "", few, Duration.ofSeconds(Math.min(seconds, 60)));
        say("ours on %d cameras for %d s".formatted(cameras, seconds));
        try (OwnReader reader = OwnReader.start(station.urls(cameras), rhythm(rhythm), infer, work)) {
            Trial none = Trial.of(reader, station, cameras, Duration.ofSeconds(warmUp), Duration.ofMillis(1));
            say("all %d cameras deliver; the pipeline has %.0f MB".formatted(cameras, none.memoryBytes() / 1e6));
            OwnReaderMain.Report before = reader.report();
            reader.begin();
            Trial many = Trial.of(reader, station, cameras, Duration.ZERO, Duration.ofSeconds(seconds));
            OwnReaderMain.Report after = reader.report();
            double looks = after.looks() - before.looks();
            double good = after.good() - before.good();
            Soak result = new Soak(
                    ReaderResult.of("ours", rhythm, first, many),
                    after.ages(),
                    after.looks() - before.looks(),
                    good / looks,
                    (after.inferred() - before.inferred()) / good,
                    (after.onTime() - before.onTime()) / looks,
                    after.findings(),
                    many.cpuMillis() - many.split().map(Split::inference).orElse(0.0));
            print(result);
            return result;
        }
    }

    private void print(Soak s) {
        PrintWriter out = out();
        ReaderResult r = s.result;
        out.printf("%d cameras for %.0f s, %s%n", r.cameras(), r.seconds(), r.title());
        out.printf(
                "  age of the last good look   median %.1f s, 99th percentile %.1f s, worst %.1f s (%d samples)%n",
                s.ages.median(), s.ages.percentile99(), s.ages.worst(), s.ages.samples());
        out.printf(
                "  looks                       %d, %.1f %% good, %.1f %% on time, %.1f %% ran the detector%n",
                s.looks, 100 * s.goodShare, 100 * s.onTimeShare, 100 * s.inferredShare);
        out.printf(
                "  cpu ms a stream-second      %.2f, without the detector %.2f%n",
                r.cpuMillis(), s.cpuWithoutInference);
        out.printf("  of it receive, decode, scale, scene, infer, judge, other: %s%n", columns(r));
        out.printf(
                "  memory                      %.1f MB a camera beyond %.0f MB%n",
                r.memoryMegabytes(), r.fixedMegabytes());
        out.printf("  the stream server           %.2f ms a stream-second, not counted%n", r.serverCpuMillis());
    }
}
