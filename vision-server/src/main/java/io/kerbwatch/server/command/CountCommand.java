package io.kerbwatch.server.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.vision.count.CountReplay;
import io.kerbwatch.vision.count.CountScore;
import io.kerbwatch.vision.count.CountTruth;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.count.Direction;
import io.kerbwatch.vision.count.EntranceCamera;
import io.kerbwatch.vision.count.PeopleFinder;
import io.kerbwatch.vision.count.PeopleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Counts on clips of entrances on a virtual clock, and holds who was counted against the truth beside them. */
@Command(
        name = "count",
        description = "Counts who crosses the line in clips of entrances, as fast as it can, beside the truth in"
                + " NAME.json.",
        mixinStandardHelpOptions = true)
public final class CountCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            paramLabel = "CLIP",
            arity = "0..*",
            description = "Clips (mp4), or folders of them; NAME.mp4 has NAME.json beside it, with the line and who"
                    + " crosses it.")
    private List<Path> clips = List.of();

    @Option(names = "--model", paramLabel = "DIR", description = "Folder with a model.json and its weights.")
    private @Nullable Path model;

    @Option(names = "--json", description = "Print one JSON object as the last line.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** What came of a clip, or of several. */
    private record Played(
            String clip, CountScore score, int trueIn, int trueOut, int in, int out, double seconds, double cpuMillis) {
        Played plus(Played other) {
            return new Played(
                    "total",
                    score.plus(other.score),
                    trueIn + other.trueIn,
                    trueOut + other.trueOut,
                    in + other.in,
                    out + other.out,
                    seconds + other.seconds,
                    cpuMillis + other.cpuMillis);
        }

        double cpuMillisPerSecond() {
            return seconds > 0 ? cpuMillis / seconds : 0;
        }

        /** The numbers; which clip they are of stands beside them. */
        Map<String, Object> json() {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("trueIn", trueIn);
            out.put("trueOut", trueOut);
            out.put("countedIn", in);
            out.put("countedOut", this.out);
            out.put("found", score.matched());
            out.put("share", score.recall());
            out.put("error", score.error());
            out.put("seconds", seconds);
            out.put("cpuMillisPerSecond", cpuMillisPerSecond());
            return out;
        }
    }

    @Override
    public Integer call() {
        if (clips.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Name clips, or folders of them.");
        }
        List<Played> all = new ArrayList<>();
        try {
            List<Path> files = ClipFiles.of(clips);
            try (PeopleFinder finder =
                    PeopleFinder.load(model == null ? PeopleModel.bundled() : PeopleModel.at(model))) {
                CountReplay replay = new CountReplay(finder, EntranceCamera.LOOKS_PER_SECOND);
                for (Path clip : files) {
                    Played played = play(replay, clip);
                    all.add(played);
                    print(played, true);
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
        Played total = all.stream().reduce(Played::plus).orElseThrow();
        if (json) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("clips", all.stream().map(CountCommand::ofClip).toList());
            out.put("total", total.json());
            spec.commandLine().getOut().println(JSON.valueToTree(out));
        } else if (all.size() > 1) {
            print(total, false);
        }
        return 0;
    }

    private static Played play(CountReplay replay, Path clip) throws IOException {
        Path beside = ClipFiles.truth(clip);
        if (!Files.exists(beside)) {
            throw new IOException(clip + " has no truth beside it; write the line and who crosses it into " + beside);
        }
        CountTruth truth = CountTruth.read(beside);
        CountReplay.Result result = replay.play(clip, truth.line());
        int trueIn = (int) truth.passages().stream()
                .filter(one -> one.direction() == Direction.IN)
                .count();
        int in = (int) result.crossings().stream()
                .filter(one -> one.direction() == Direction.IN)
                .count();
        return new Played(
                clip.getFileName().toString(),
                CountScore.of(truth, result.crossings(), CountReplay.START),
                trueIn,
                truth.passages().size() - trueIn,
                in,
                result.crossings().size() - in,
                result.seconds(),
                result.cpuMillis());
    }

    private static Map<String, Object> ofClip(Played played) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("clip", played.clip());
        out.putAll(played.json());
        return out;
    }

    private void print(Played played, boolean each) {
        if (json) {
            return;
        }
        var out = spec.commandLine().getOut();
        CountScore score = played.score();
        out.printf(
                Locale.ROOT,
                "%-28s in %d of %d, out %d of %d, found %d of %d (%.1f %%), %.0f ms CPU a second of the stream%n",
                played.clip(),
                played.in(),
                played.trueIn(),
                played.out(),
                played.trueOut(),
                score.matched(),
                score.truth(),
                100 * score.recall(),
                played.cpuMillisPerSecond());
        if (each) {
            score.missed()
                    .forEach(one ->
                            out.printf(Locale.ROOT, "    %6.1f s  missed, %s%n", one.seconds(), word(one.direction())));
            score.extra()
                    .forEach(one -> out.printf(
                            Locale.ROOT, "    %6.1f s  not there, %s%n", seconds(one), word(one.direction())));
        }
    }

    private static double seconds(Crossing crossing) {
        return Duration.between(CountReplay.START, crossing.at()).toMillis() / 1000.0;
    }

    private static String word(Direction direction) {
        return direction == Direction.IN ? "in" : "out";
    }
}
