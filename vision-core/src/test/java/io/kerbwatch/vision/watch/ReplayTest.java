package io.kerbwatch.vision.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Truth;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The clips that come with the product, the whole way from their key frames on. */
class ReplayTest {
    private static final double SOON_SECONDS = 30;

    private static Detector detector;

    @BeforeAll
    static void load() {
        detector = Detector.load(DetectorModel.bundled());
    }

    @AfterAll
    static void close() {
        detector.close();
    }

    static List<String> clips() {
        return Clip.NAMES;
    }

    @ParameterizedTest
    @MethodSource("clips")
    void findsWhatTheTruthSaysAndNothingElse(String name, @TempDir Path folder) throws IOException {
        Path file = folder.resolve(name + ".mp4");
        Clip.copyTo(name, "mp4", file);
        List<Replay.Step> steps;
        try (Replay replay = new Replay(detector, JudgeSettings.defaults(), InspectionRhythm.defaults())) {
            steps = replay.play(file, List.of());
        }
        Truth truth = Clip.named(name).truth();
        assertThat(kinds(steps, Finding.Type.CONFIRMED))
                .isEqualTo(truth.events().stream()
                        .map(Truth.Event::kind)
                        .distinct()
                        .sorted()
                        .toList());
        for (Replay.Step step : steps) {
            for (CameraWatch.Looked.Sure sure : step.looked().findings()) {
                if (sure.finding().type() == Finding.Type.CLEARED) {
                    assertThat(truth.events())
                            .filteredOn(
                                    e -> e.kind().equals(sure.finding().kind().code()))
                            .as("dirty when it was cleared at %s s", step.seconds())
                            .noneMatch(e -> e.from() < step.seconds() && step.seconds() < e.to());
                }
            }
        }
        for (Truth.ViewFault fault : truth.faults()) {
            assertThat(steps)
                    .as("told that the view is %s", fault.fault())
                    .anyMatch(step -> step.seconds() >= fault.from()
                            && step.seconds() <= fault.to() + SOON_SECONDS
                            && step.report().faults().contains(fault.fault()));
        }
    }

    private static List<String> kinds(List<Replay.Step> steps, Finding.Type type) {
        return steps.stream()
                .flatMap(s -> s.looked().findings().stream())
                .map(CameraWatch.Looked.Sure::finding)
                .filter(f -> f.type() == type)
                .map(f -> f.kind().code())
                .sorted()
                .toList();
    }
}
