package io.kerbwatch.vision.count;

import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One picture of an entrance with people on it. It leaves this room only as a small JPEG on which they are blurred.
 *
 * @param takenAt arrival of the picture
 * @param picture as the camera sent it
 * @param luma the same in grey, at the size of the finder's input
 * @param people where somebody is, or may be, in fractions of the picture; may reach beyond it
 */
public record EntranceStill(Instant takenAt, Picture picture, Luma luma, List<Motion.Region> people) {
    /** Pixels of the longer side: enough to see that people went through a door. */
    private static final int LONGEST_SIDE = 640;

    private static final int QUALITY = 80;

    public EntranceStill {
        people = List.copyOf(people);
    }

    /** As JPEG, people blurred, 640 pixels wide at most; nothing is drawn on it. */
    public byte[] jpeg(PeopleBlur blur) {
        return Jpeg.encode(small(blur), QUALITY);
    }

    /** As {@link #jpeg}, with the line, an arrow to the inside of it, and a caption. */
    public byte[] jpeg(PeopleBlur blur, Annotator annotator, CountLine line, Annotator.Caption caption) {
        return Jpeg.encode(annotator.annotate(small(blur), mark(line), caption), QUALITY);
    }

    private Picture small(PeopleBlur blur) {
        // Blurred before it is made small: what blurs is measured in heights of people, and finds more on large ones.
        Picture blurred =
                blur.blur(picture, new PeopleBlur.Context(Optional.of(luma), Optional.empty(), people, List.of()));
        return Jpeg.decode(Jpeg.encode(blurred, Jpeg.EVIDENCE_QUALITY), LONGEST_SIDE);
    }

    private Annotator.Line mark(CountLine line) {
        return new Annotator.Line(
                line.from().x(), line.from().y(), line.to().x(), line.to().y(), line.inside() == CountLine.Side.LEFT);
    }
}
