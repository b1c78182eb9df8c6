package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.StreamPacket;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What leaves the room of counting as a picture. */
class EntranceStillTest {
    private static final String CLIPS = "/io/kerbwatch/samples/entrances/";

    @Test
    void whoWasFoundIsBlurredAndTheRestIsNot(@TempDir Path folder) throws IOException {
        for (String file : List.of("entrance-busy.mp4", "entrance-busy.json")) {
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(CLIPS + file), file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        CountLine line = CountTruth.read(folder.resolve("entrance-busy.json")).line();
        PeopleBlur blur = new PeopleBlur();
        int looked = 0;
        try (PeopleFinder finder = PeopleFinder.load(PeopleModel.bundled());
                ClipReader reader = new ClipReader(folder.resolve("entrance-busy.mp4"), Instant.EPOCH);
                EntranceWatch watch = new EntranceWatch(finder, line, EntranceCamera.LOOKS_PER_SECOND)) {
            assertThatThrownBy(watch::still).isInstanceOf(IllegalStateException.class);
            for (Optional<StreamPacket> next = reader.nextOfAll();
                    next.isPresent() && looked < 3;
                    next = reader.nextOfAll()) {
                if (watch.take(next.get()).isEmpty()) {
                    continue;
                }
                looked++;
                EntranceStill still = watch.still();
                assertThat(still.people()).as("somebody crosses").isNotEmpty();
                Picture shown = Jpeg.decode(still.jpeg(blur));
                assertThat(Math.max(shown.width(), shown.height())).isLessThanOrEqualTo(640);
                // What only moves is hidden by strips that follow its outline; who was found is hidden by the whole
                // box.
                still.people().stream()
                        .filter(one -> one.strips().equals(List.of(one.box())))
                        .forEach(one -> {
                            double left = detail(shown, one.box()) / detail(still.picture(), one.box());
                            assertThat(left)
                                    .as("detail left of somebody at %s", one.box())
                                    .isLessThan(0.5);
                        });
                Box kerb = new Box(0, 0.85, 1, 0.15);
                assertThat(detail(shown, kerb) / detail(still.picture(), kerb)).isGreaterThan(0.7);
                byte[] drawn = still.jpeg(
                        blur,
                        new Annotator(),
                        line,
                        new Annotator.Caption("门口", "进 in 3 · 出 out 2", still.takenAt(), ZoneOffset.UTC));
                String keep = System.getProperty("kerbwatch.test.screenshots", "");
                if (!keep.isEmpty()) {
                    Files.write(Path.of(keep, "proof-" + looked + ".jpg"), drawn);
                }
                assertThat(Jpeg.decode(drawn).width()).isEqualTo(shown.width());
            }
            assertThat(watch.faults()).isEmpty();
        }
        assertThat(looked).isEqualTo(3);
    }

    /** Mean difference between neighbours a pixel apart, where the box lies on the picture. */
    private static double detail(Picture picture, Box box) {
        int x0 = (int) Math.max(0, box.x() * picture.width());
        int y0 = (int) Math.max(0, box.y() * picture.height());
        int x1 = (int) Math.min(picture.width() - 1.0, box.right() * picture.width());
        int y1 = (int) Math.min(picture.height() - 1.0, box.bottom() * picture.height());
        double sum = 0;
        int n = 0;
        for (int y = y0; y < y1; y++) {
            for (int x = x0; x < x1; x++) {
                int at = 3 * (y * picture.width() + x);
                sum += Math.abs((picture.bgr()[at + 1] & 0xff) - (picture.bgr()[at + 4] & 0xff));
                n++;
            }
        }
        return n == 0 ? 0 : sum / n + 1e-6;
    }
}
