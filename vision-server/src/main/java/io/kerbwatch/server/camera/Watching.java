package io.kerbwatch.server.camera;

import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.util.Optional;

/** The way to whoever watches the cameras. What they find comes back through a FindingSink. Safe for many threads. */
public interface Watching extends AutoCloseable {
    /** Begins to watch a camera, or goes on with other zones or another URL; returns at once. */
    void put(WatchedCamera camera);

    /**
     * Says whether a camera could be watched by such rules.
     *
     * @throws IllegalArgumentException if its numbers do not fit together, with the reason
     */
    void check(Rules rules);

    /** Stops watching; returns once nothing more comes from it. */
    void remove(String id);

    /** Connects once and looks; blocks at most so long. */
    ProbeResult probe(CameraUrl url, Duration within);

    /** The newest picture as JPEG, people blurred; empty if there has been none. Blocking. */
    Optional<byte[]> picture(String id, boolean annotated);

    Optional<CameraStatus> status(String id);

    /** Puts a question; returns at once. The same question put twice is put once. */
    void verify(Verification question);

    @Override
    void close();
}
