package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.stream.CameraStream;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.KeyPacket;
import io.kerbwatch.vision.stream.StreamHealth;
import io.kerbwatch.vision.stream.StreamOptions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Tries a camera's URL once: does it work, and what does it show. Thread-safe. */
public final class CameraProbe {
    /** A second key frame is waited for that long, to measure their distance. */
    private static final Duration SECOND_KEY_FRAME = Duration.ofSeconds(5);

    private static final int COMPARED_WIDTH = 640;
    private static final int COMPARED_HEIGHT = 384;

    private final CameraStreams streams;
    private final StreamOptions options;
    private final PeopleBlur blur = new PeopleBlur();

    public CameraProbe(CameraStreams streams, StreamOptions options) {
        this.streams = streams;
        this.options = options;
    }

    /**
     * What came of it.
     *
     * @param health live if there is a picture, else what is wrong
     * @param width of the picture in pixels, 0 without one
     * @param height of the picture in pixels, 0 without one
     * @param codec as in {@code h264}; empty without a picture
     * @param keyFrameSeconds distance between key frames; null if no second one came in time
     * @param jpeg the picture with people blurred; null without one
     */
    public record Result(
            StreamHealth health,
            int width,
            int height,
            String codec,
            @Nullable Double keyFrameSeconds,
            byte @Nullable [] jpeg) {
        /** Whether there is a picture. */
        public boolean works() {
            return jpeg != null;
        }
    }

    /** Connects, waits for a key frame no longer than {@code limit}, and develops it. */
    public Result probe(CameraUrl url, Duration limit) throws InterruptedException {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        AtomicReference<StreamHealth> health = new AtomicReference<>(new StreamHealth(
                StreamHealth.Grade.STALLED,
                url + " gave no key frame within " + limit.toSeconds()
                        + " s; set the camera's key-frame (I-frame) distance to 2 to 4 s"));
        CameraStream.Listener listener = new CameraStream.Listener() {
            @Override
            public void packet() {
                first.countDown();
                second.countDown();
            }

            @Override
            public void health(StreamHealth now) {
                if (now.grade() != StreamHealth.Grade.LIVE && now.grade() != StreamHealth.Grade.CONNECTING) {
                    // The first answer is the one that explains; a further attempt would only repeat it.
                    health.set(now);
                    first.countDown();
                }
            }
        };
        try (CameraStream stream = streams.open(url, options, listener)) {
            boolean told = first.await(limit.toMillis(), TimeUnit.MILLISECONDS);
            KeyPacket packet = stream.mailbox().newest().orElse(null);
            if (!told || packet == null) {
                return nothing(Objects.requireNonNull(health.get()));
            }
            boolean measured = second.await(SECOND_KEY_FRAME.toMillis(), TimeUnit.MILLISECONDS);
            Double distance = measured && stream.keyFrameSeconds().isPresent()
                    ? Double.valueOf(stream.keyFrameSeconds().getAsDouble())
                    : null;
            KeyPacket newest = stream.mailbox().newest().orElse(packet);
            try (KeyFrameDecoder decoder = new KeyFrameDecoder();
                    InputBuffer input = new InputBuffer(COMPARED_WIDTH, COMPARED_HEIGHT)) {
                decoder.decode(packet);
                Luma before = Luma.of(input, decoder.letterbox(input));
                decoder.decode(newest);
                Luma now = Luma.of(input, decoder.letterbox(input));
                Picture picture = decoder.picture();
                byte[] jpeg = Jpeg.encode(blur.blur(picture, moved(before, now)), Jpeg.EVIDENCE_QUALITY);
                return new Result(
                        new StreamHealth(StreamHealth.Grade.LIVE, ""),
                        picture.width(),
                        picture.height(),
                        packet.codec().code(),
                        distance,
                        jpeg);
            } catch (UndecodableException e) {
                return nothing(new StreamHealth(
                        StreamHealth.Grade.UNDECODABLE,
                        url + " sends " + packet.codec().code()
                                + " of which no picture can be made; restart the camera"));
            }
        }
    }

    /** What moved between the two key frames helps to find people whom the detector of people misses. */
    private static PeopleBlur.Context moved(Luma before, Luma now) {
        boolean sameSize = before.width() == now.width() && before.height() == now.height();
        return new PeopleBlur.Context(
                Optional.of(now),
                Optional.empty(),
                sameSize ? Motion.between(before, now).parts() : List.of(),
                List.of());
    }

    private static Result nothing(StreamHealth health) {
        return new Result(health, 0, 0, "", null, null);
    }
}
