package io.kerbwatch.vision.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.stream.ClipReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DetectorTest {
    @ParameterizedTest
    @ValueSource(strings = {"int8", "fp32"})
    void seesTheOverflowingBinsWhereTheyStand(String variant, @TempDir Path folder) throws IOException {
        Path file = folder.resolve("clip.mp4");
        Clip.copyTo("overflow-from-start", "mp4", file);
        List<Double> truth =
                Clip.named("overflow-from-start").truth().events().get(0).box();
        DetectorModel model = DetectorModel.bundled();
        try (Detector detector = Detector.load(model, variant);
                Detector.Session session = detector.session();
                InputBuffer input = new InputBuffer(model.width(), model.height());
                KeyFrameDecoder decoder = new KeyFrameDecoder();
                ClipReader clip = new ClipReader(file, Instant.EPOCH)) {
            decoder.decode(clip.next().orElseThrow());
            Letterbox letterbox = decoder.letterbox(input);
            List<Detection> seen = WorkingDetections.at(model, session.detect(input, letterbox, 0.1));
            Box box = new Box(truth.get(0), truth.get(1), truth.get(2), truth.get(3))
                    .scaled(decoder.width(), decoder.height());
            assertThat(seen).anySatisfy(d -> {
                assertThat(d.label()).isEqualTo(Label.OVERFLOW);
                assertThat(d.box().iou(box)).isGreaterThan(0.5);
            });
            assertThat(seen).anySatisfy(d -> assertThat(d.label()).isEqualTo(Label.BIN));
            for (Detection d : seen) {
                assertThat(d.box().right()).isLessThanOrEqualTo(decoder.width());
                assertThat(d.box().bottom()).isLessThanOrEqualTo(decoder.height());
            }
        }
    }

    @Test
    void ofABinAndAnOverflowAtOnePlaceTheBetterStays() {
        DetectorModel model = DetectorModel.bundled();
        double working = model.threshold(Label.LITTER).on();
        Detection bin = new Detection(Label.BIN, new Box(10, 10, 50, 80), 0.8);
        Detection over = new Detection(Label.OVERFLOW, new Box(11, 9, 50, 80), 0.9);
        Detection litter = new Detection(Label.LITTER, new Box(11, 9, 50, 80), working + 0.05);
        Detection faint = new Detection(Label.LITTER, new Box(100, 9, 50, 80), working - 0.05);
        assertThat(WorkingDetections.at(model, List.of(over, bin, litter, faint)))
                .containsExactly(over, litter);
    }

    @Test
    void saysWhatIsWrongWithAModel(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> DetectorModel.at(folder)).hasMessageContaining("model.json cannot be read");
        Path json = folder.resolve("model.json");
        Files.writeString(json, "{");
        assertThatThrownBy(() -> DetectorModel.at(folder)).hasMessageContaining("not JSON");
        String good;
        try (var in = DetectorModel.bundled().source().open("model.json")) {
            good = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Files.writeString(json, good.replace("640", "650"));
        assertThatThrownBy(() -> DetectorModel.at(folder)).hasMessageContaining("multiple of 32");
        Files.writeString(json, good.replaceFirst("\"litter\": \\{\"on\": 0\\.\\d+", "\"litter\": {\"on\": 0.20"));
        assertThatThrownBy(() -> DetectorModel.at(folder)).hasMessageContaining("thresholds of litter");
        Files.writeString(json, good.replace("NCHW", "NHWC"));
        assertThatThrownBy(() -> DetectorModel.at(folder)).hasMessageContaining("NHWC");
        Files.writeString(json, good);
        assertThatThrownBy(() -> Detector.load(DetectorModel.at(folder), "int8"))
                .hasMessageContaining("refuse-int8.pt");
        Files.writeString(folder.resolve("refuse-int8.pt"), "not weights");
        assertThatThrownBy(() -> Detector.load(DetectorModel.at(folder), "int8"))
                .hasMessageContaining("cannot be loaded");
        assertThatThrownBy(() -> Detector.load(DetectorModel.bundled(), "int4"))
                .hasMessageContaining("no variant 'int4'");
    }
}
