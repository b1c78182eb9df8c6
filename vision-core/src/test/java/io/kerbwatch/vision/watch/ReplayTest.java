package io.kerbwatch.vision.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.samples.Clip;
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
        List<Finding> confirmed;
        try (Replay replay = new Replay(detector, JudgeSettings.defaults(), InspectionRhythm.defaults())) {
            confirmed = replay.play(file, List.of()).stream()
                    .flatMap(s -> s.looked().findings().stream())
                    .map(CameraWatch.Looked.Sure::finding)
                    .filter(f -> f.type() == Finding.Type.CONFIRMED)
                    .toList();
        }
        List<String> kinds = Clip.named(name).truth().events().stream()
                .map(e -> e.kind())
                .distinct()
                .sorted()
                .toList();
        assertThat(confirmed.stream().map(f -> f.kind().code()).sorted()).isEqualTo(kinds);
    }
}
