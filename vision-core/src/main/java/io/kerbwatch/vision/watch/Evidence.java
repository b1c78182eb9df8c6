package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Makes a snapshot of a picture: the original, and the copy on which people are blurred. */
final class Evidence {
    private final PeopleBlur blur = new PeopleBlur();

    Snapshot of(Picture picture, Instant takenAt, List<Detection> fractions, PeopleBlur.Context context) {
        byte[] original = Jpeg.encode(picture, Jpeg.EVIDENCE_QUALITY);
        byte[] blurred = Jpeg.encode(blur.blur(picture, context), Jpeg.EVIDENCE_QUALITY);
        List<Detection> pixels = fractions.stream()
                .map(d -> new Detection(d.label(), d.box().scaled(picture.width(), picture.height()), d.score()))
                .toList();
        return new Snapshot(UUID.randomUUID(), takenAt, picture.width(), picture.height(), blurred, original, pixels);
    }
}
