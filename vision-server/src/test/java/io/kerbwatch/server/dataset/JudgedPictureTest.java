package io.kerbwatch.server.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.dataset.JudgedPicture.Labelled;
import io.kerbwatch.server.dataset.JudgedPicture.Verdict;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class JudgedPictureTest {
    private static final DetectorModel MODEL = DetectorModel.bundled();
    private static final Box LEFT = new Box(100, 100, 200, 200);
    private static final Box RIGHT = new Box(600, 100, 200, 200);
    private static final Box LEFT_PLACE = LEFT.scaled(1 / 1000.0, 1 / 500.0);

    private static JudgedPicture picture(List<Verdict> verdicts, Detection... seen) {
        return new JudgedPicture("a.jpg", 1000, 500, List.of(seen), verdicts);
    }

    @Test
    void aTruePlaceIsLabelledByTheBoxThatWasSeenThere() {
        Box seen = new Box(110, 105, 190, 200);
        assertThat(picture(
                                List.of(new Verdict(Kind.OVERFLOW, true, List.of(LEFT_PLACE))),
                                new Detection(Label.OVERFLOW, seen, 0.9),
                                new Detection(Label.BIN, seen, 0.7),
                                new Detection(Label.BIN, RIGHT, 0.9))
                        .labels(MODEL))
                .contains(List.of(new Labelled(Label.OVERFLOW, seen), new Labelled(Label.BIN, RIGHT)));
    }

    @Test
    void aTruePlaceThatThisLookMissedIsLabelledAllTheSame() {
        assertThat(picture(List.of(new Verdict(Kind.LITTER, true, List.of(LEFT_PLACE))))
                        .labels(MODEL))
                .contains(List.of(new Labelled(Label.LITTER, LEFT)));
    }

    @Test
    void aFalsePlaceCarriesABinIfOneWasSeenThere() {
        List<Verdict> wrong = List.of(new Verdict(Kind.OVERFLOW, false, List.of(LEFT_PLACE)));
        double weak =
                (MODEL.threshold(Label.BIN).on() + MODEL.threshold(Label.BIN).off()) / 2;
        assertThat(picture(wrong, new Detection(Label.OVERFLOW, LEFT, 0.9), new Detection(Label.BIN, LEFT, weak))
                        .labels(MODEL))
                .contains(List.of(new Labelled(Label.BIN, LEFT)));
        assertThat(picture(wrong, new Detection(Label.OVERFLOW, LEFT, 0.9)).labels(MODEL))
                .contains(List.of());
    }

    @Test
    void aPlaceThatIsCleanAgainCarriesItsBinsAlone() {
        double faint = MODEL.threshold(Label.OVERFLOW).off();
        assertThat(picture(
                                List.of(),
                                new Detection(Label.BIN, LEFT, 0.9),
                                new Detection(Label.OVERFLOW, LEFT, faint - 0.01))
                        .labels(MODEL))
                .contains(List.of(new Labelled(Label.BIN, LEFT)));
        assertThat(picture(List.of(), new Detection(Label.OVERFLOW, LEFT, faint))
                        .labels(MODEL))
                .isEmpty();
    }

    @Test
    void refuseThatNobodyJudgedLeavesThePictureOut() {
        List<Verdict> left = List.of(new Verdict(Kind.OVERFLOW, true, List.of(LEFT_PLACE)));
        assertThat(picture(left, new Detection(Label.LITTER, RIGHT, 0.9)).labels(MODEL))
                .isEmpty();
        assertThat(picture(left, new Detection(Label.LITTER, RIGHT, 0.2)).labels(MODEL))
                .isPresent();
    }
}
