package io.kerbwatch.server.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.watch.InspectionRhythm;
import io.kerbwatch.vision.watch.Replay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Plays clips the whole way on a virtual clock, and holds what was found against the truth beside them. */
@Command(
        name = "replay",
        description = "Plays clips as fast as it can and prints what is found, beside the truth in NAME.json.",
        mixinStandardHelpOptions = true)
public final class ReplayCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Parameters(
            paramLabel = "CLIP",
            arity = "0..*",
            description = "Clips (mp4), or folders of them; NAME.mp4 may have NAME.json beside it.")
    private List<Path> clips = List.of();

    @Option(
            names = "--photographs",
            paramLabel = "DIR",
            description = "Labelled photographs (images/, labels/), each held for two minutes with noise, changing"
                    + " light and people who walk by; made while it runs.")
    private @Nullable Path photographs;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder with a model.json and its weights.")
    private @Nullable Path model;

    @Option(names = "--json", description = "Print one JSON object as the last line.")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        DetectorModel description = model == null ? DetectorModel.bundled() : DetectorModel.at(model);
        if (clips.isEmpty() == (photographs == null)) {
            throw new ParameterException(spec.commandLine(), "Name clips, or a folder by --photographs.");
        }
        List<ReplayScore> scores = new ArrayList<>();
        try (Detector detector = Detector.load(description);
                Replay replay = new Replay(detector, JudgeSettings.defaults(), InspectionRhythm.defaults())) {
            if (photographs != null) {
                return photographs(replay, photographs);
            }
            for (Path clip : ClipFiles.of(clips)) {
                Truth truth = truth(clip);
                ReplayScore score = ReplayScore.of(
                        clip.getFileName().toString(), truth.events, truth.faults, replay.play(clip, truth.zones));
                scores.add(score);
                print(score);
            }
        } catch (IOException | IllegalArgumentException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 1;
        }
        ReplayScore total = ReplayScore.total(scores);
        if (json) {
            Map<String, Object> out = new LinkedHashMap<>();
            out.put("clips", scores.stream().map(ReplayCommand::ofClip).toList());
            out.put("total", total.json());
            spec.commandLine().getOut().println(JSON.valueToTree(out));
        } else if (scores.size() > 1) {
            print(total);
        }
        return 0;
    }

    private int photographs(Replay replay, Path folder) throws IOException {
        PhotographScore score = PhotographScore.of(
                replay, LabelledPictures.read(folder), spec.commandLine().getErr());
        if (json) {
            spec.commandLine().getOut().println(JSON.valueToTree(score.json()));
        } else {
            spec.commandLine().getOut().println(score);
        }
        return 0;
    }

    private static Map<String, @Nullable Object> ofClip(ReplayScore score) {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("clip", score.clip());
        out.putAll(score.json());
        return out;
    }

    private void print(ReplayScore score) {
        if (json) {
            return;
        }
        var out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%-28s events %d, found %d, false %d, cleared early %d%s%s%n",
                score.clip(),
                score.events(),
                score.found(),
                score.falseFindings(),
                score.earlyCleared(),
                score.seconds().isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                ", confirmed after %.0f s (median), %.0f s (worst)",
                                score.median(),
                                score.worst()),
                score.faults() == 0
                        ? ""
                        : String.format(Locale.ROOT, ", view faults %d, told %d", score.faults(), score.faultsTold()));
        score.lines().forEach(line -> out.println("    " + line));
    }

    private record Truth(List<ReplayScore.Event> events, List<ReplayScore.Fault> faults, List<Zone> zones) {}

    private static Truth truth(Path clip) throws IOException {
        Path file = ClipFiles.truth(clip);
        if (!Files.exists(file)) {
            return new Truth(List.of(), List.of(), List.of());
        }
        JsonNode json = JSON.readTree(Files.readAllBytes(file));
        List<ReplayScore.Event> events = new ArrayList<>();
        for (JsonNode e : json.path("events")) {
            JsonNode b = e.required("box");
            events.add(new ReplayScore.Event(
                    Kind.of(e.required("kind").asText()),
                    e.required("from").asDouble(),
                    e.required("to").asDouble(),
                    new Box(
                            b.path(0).asDouble(),
                            b.path(1).asDouble(),
                            b.path(2).asDouble(),
                            b.path(3).asDouble())));
        }
        List<ReplayScore.Fault> faults = new ArrayList<>();
        for (JsonNode f : json.path("faults")) {
            faults.add(new ReplayScore.Fault(
                    fault(f.required("fault").asText()),
                    f.required("from").asDouble(),
                    f.required("to").asDouble()));
        }
        List<Zone> zones = new ArrayList<>();
        for (JsonNode z : json.path("zones")) {
            List<Zone.Point> corners = new ArrayList<>();
            z.required("polygon")
                    .forEach(p -> corners.add(new Zone.Point(
                            p.required("x").asDouble(), p.required("y").asDouble())));
            Set<Kind> kinds = EnumSet.noneOf(Kind.class);
            z.path("kinds").forEach(k -> kinds.add(Kind.of(k.asText())));
            String id = "z" + zones.size();
            zones.add(new Zone(id, z.path("name").asText(id), corners, kinds));
        }
        return new Truth(events, faults, zones);
    }

    private static ViewFault fault(String code) {
        return Arrays.stream(ViewFault.values())
                .filter(f -> f.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no fault of a view is called '" + code
                        + "'; there are "
                        + Arrays.stream(ViewFault.values()).map(ViewFault::code).toList()));
    }
}
