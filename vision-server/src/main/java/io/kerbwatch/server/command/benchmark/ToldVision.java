package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.camera.Rules;
import io.kerbwatch.server.camera.WatchedCamera;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.photo.PhotoCleaning;
import io.kerbwatch.server.snapshot.PictureDrawing;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Eyes that see what they are told, where cameras are not what is measured: whoever made them tells the findings, and
 * answers what is asked.
 */
final class ToldVision implements Kerbwatch.Vision, Watching {
    private final byte[] jpeg;
    private final BiConsumer<FindingSink, Verification> asked;
    private final Map<String, WatchedCamera> watched = new ConcurrentHashMap<>();
    private volatile @Nullable FindingSink sink;

    /**
     * Eyes that have one picture.
     *
     * @param asked is given each question that is put to the cameras; must not block
     */
    ToldVision(byte[] jpeg, BiConsumer<FindingSink, Verification> asked) {
        this.jpeg = jpeg;
        this.asked = asked;
    }

    @Override
    public Watching watch(FindingSink taker) {
        sink = taker;
        return this;
    }

    @Override
    public Counting counting() {
        return new Counting() {
            @Override
            public Entrance open(CameraUrl url, CountLine line, Taker taker) {
                throw new IllegalArgumentException("nobody is counted here");
            }

            @Override
            public ProbeResult probe(CameraUrl url, Duration within) {
                return ToldVision.this.probe(url, within);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public PictureDrawing drawing() {
        return PictureDrawing.Subject::jpeg;
    }

    @Override
    public PhotoCleaning photos() {
        return photo -> photo;
    }

    @Override
    public void put(WatchedCamera camera) {
        watched.put(camera.id(), camera);
    }

    /** A camera that the server wants watched. */
    WatchedCamera watched(String id) {
        return Objects.requireNonNull(watched.get(id), "the server watches all that are registered");
    }

    @Override
    public void check(Rules rules) {
        // no judge, so all rules fit
    }

    @Override
    public void remove(String id) {
        watched.remove(id);
    }

    @Override
    public ProbeResult probe(CameraUrl url, Duration within) {
        return new ProbeResult.Seen(1280, 720, "h264", 2.0, jpeg);
    }

    @Override
    public Optional<byte[]> picture(String id, boolean annotated) {
        return Optional.of(jpeg);
    }

    @Override
    public Optional<CameraStatus> status(String id) {
        return Optional.empty();
    }

    @Override
    public void verify(Verification question) {
        asked.accept(Objects.requireNonNull(sink, "questions come after the start"), question);
    }

    @Override
    public void close() {
        watched.clear();
    }
}
