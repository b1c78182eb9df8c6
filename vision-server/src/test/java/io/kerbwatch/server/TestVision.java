package io.kerbwatch.server;

import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.camera.Rules;
import io.kerbwatch.server.camera.WatchedCamera;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.photo.PhotoCleaning;
import io.kerbwatch.server.snapshot.PictureDrawing;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;

/** Watches nothing and remembers everything: a test says what the cameras see. */
public class TestVision implements Kerbwatch.Vision, Watching {
    public static final byte[] JPEG = "a picture".getBytes(StandardCharsets.UTF_8);

    public final Map<String, WatchedCamera> cameras = new ConcurrentHashMap<>();
    public final Map<String, CameraStatus> statuses = new ConcurrentHashMap<>();
    public final List<Verification> questions = new CopyOnWriteArrayList<>();
    public volatile ProbeResult probe = new ProbeResult.Seen(1280, 720, "h264", 2.0, JPEG);

    /** Who counts at entrances; what is put here before a server is started counts in its place. */
    public volatile Counting counting = new TestCounting();

    @Override
    public Watching watch(FindingSink sink) {
        return this;
    }

    @Override
    public Counting counting() {
        return counting;
    }

    @Override
    public PictureDrawing drawing() {
        return subject ->
                ("drawn on " + subject.camera() + " " + subject.detections().size()).getBytes(StandardCharsets.UTF_8);
    }

    /** Real pictures are encoded anew; what is no JPEG is refused, as the vision part does. */
    @Override
    public PhotoCleaning photos() {
        return jpeg -> {
            try {
                BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
                if (picture == null) {
                    throw new IllegalArgumentException("no picture");
                }
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                ImageIO.write(picture, "jpg", out);
                return out.toByteArray();
            } catch (IOException e) {
                throw new IllegalArgumentException(e);
            }
        };
    }

    @Override
    public void put(WatchedCamera camera) {
        cameras.put(camera.id(), camera);
    }

    @Override
    public void check(Rules rules) {
        var unused = rules.over(JudgeSettings.defaults());
    }

    @Override
    public void remove(String id) {
        cameras.remove(id);
    }

    @Override
    public ProbeResult probe(CameraUrl url, Duration within) {
        return probe;
    }

    @Override
    public Optional<byte[]> picture(String id, boolean annotated) {
        return cameras.containsKey(id) ? Optional.of(JPEG) : Optional.empty();
    }

    @Override
    public Optional<CameraStatus> status(String id) {
        return Optional.ofNullable(statuses.get(id));
    }

    @Override
    public void verify(Verification question) {
        questions.add(question);
    }

    @Override
    public void close() {
        cameras.clear();
    }

    public WatchedCamera watched(UUID camera) {
        return Objects.requireNonNull(cameras.get(camera.toString()));
    }

    public Verification lastQuestion() {
        return questions.get(questions.size() - 1);
    }
}
