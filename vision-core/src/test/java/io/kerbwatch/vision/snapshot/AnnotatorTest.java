package io.kerbwatch.vision.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.frame.Picture;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnotatorTest {
    private static final Annotator.Caption CAPTION =
            new Annotator.Caption("东门站", "", Instant.parse("2026-11-23T04:05:06Z"), ZoneId.of("Asia/Shanghai"));

    /** Letters are readable from some ten pixels on, and are no use if they cover the picture. */
    @ParameterizedTest
    @CsvSource({"640,360", "1280,720", "1920,1080", "3840,2160", "360,640"})
    void lettersGrowWithThePicture(int width, int height) {
        Picture grey = picture(width, height);
        Box box = new Box(width * 0.4, height * 0.4, width * 0.2, height * 0.3);
        Picture drawn =
                new Annotator().annotate(grey, List.of(new Detection(Label.OVERFLOW, box, 0.87)), List.of(), CAPTION);

        int x = (int) (box.x() + box.width() / 4);
        int above = 0;
        for (int y = (int) box.y(); y > 0 && changed(grey, drawn, x, y); y--) {
            above++;
        }
        double side = Math.min(height, width * 9.0 / 16);
        assertThat(above / side).as("height of the label, of the picture's").isBetween(0.035, 0.11);
        assertThat(above).isGreaterThanOrEqualTo(13);
        assertThat(changed(grey, drawn, (int) (box.x() + box.width() / 2), (int) (box.y() + box.height() / 2)))
                .as("the middle of the box")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "600,330", "-20,100", "300,-40"})
    void labelsStayInsideThePicture(double x, double y) {
        Picture grey = picture(640, 360);
        Detection at = new Detection(Label.LITTER, new Box(x, y, 80, 60), 0.5);
        assertThat(new Annotator()
                        .annotate(grey, List.of(at), List.of(), CAPTION)
                        .bgr())
                .isNotEqualTo(grey.bgr());
    }

    private static Picture picture(int width, int height) {
        byte[] bgr = new byte[width * height * 3];
        Arrays.fill(bgr, (byte) 128);
        return new Picture(width, height, bgr);
    }

    private static boolean changed(Picture before, Picture after, int x, int y) {
        int i = (y * before.width() + x) * 3;
        return before.bgr()[i] != after.bgr()[i]
                || before.bgr()[i + 1] != after.bgr()[i + 1]
                || before.bgr()[i + 2] != after.bgr()[i + 2];
    }
}
