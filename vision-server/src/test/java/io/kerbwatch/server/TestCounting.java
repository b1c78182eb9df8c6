package io.kerbwatch.server;

import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.count.Direction;
import io.kerbwatch.vision.stream.CameraUrl;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** Counts nobody by itself: a test says who crosses, and how a camera fares. */
public final class TestCounting implements Counting {
    /** Those that are open, in the order in which they were opened. */
    public final List<Door> doors = new CopyOnWriteArrayList<>();

    public volatile boolean closed;

    /** What a probe shows. */
    public volatile byte[] jpeg = TestVision.JPEG;

    @Override
    public Door open(CameraUrl url, CountLine line, Taker taker) {
        Door door = new Door(url, line, taker);
        doors.add(door);
        return door;
    }

    @Override
    public ProbeResult probe(CameraUrl url, Duration within) {
        return url.host().equals("10.9.9.9")
                ? new ProbeResult.Failed("offline", url + " does not answer")
                : new ProbeResult.Seen(640, 360, "h264", 2.0, jpeg);
    }

    @Override
    public void close() {
        closed = true;
    }

    /** A camera that is counted on. */
    public final class Door implements Entrance {
        public final CameraUrl url;
        public final CountLine line;
        private final Taker taker;
        public volatile Standing standing = new Standing(true, "");
        public volatile Optional<byte[]> picture = Optional.of(TestVision.JPEG);

        private Door(CameraUrl url, CountLine line, Taker taker) {
            this.url = url;
            this.line = line;
            this.taker = taker;
        }

        /** Somebody crosses. */
        public void crosses(Instant at, Direction direction) {
            taker.crossed(new Crossing(at, direction), caption -> (caption.camera() + " " + caption.state())
                    .getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Standing standing(Instant now) {
            return standing;
        }

        @Override
        public Optional<byte[]> picture(Duration within) {
            return picture;
        }

        @Override
        public void close() {
            doors.remove(this);
        }
    }
}
