package io.kerbwatch.server.flow;

import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.stream.CameraUrl;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The way to whoever counts people on pictures of entrances. Safe for many threads. */
public interface Counting extends AutoCloseable {
    /**
     * Begins to fetch a stream and to count on it; returns at once, whether the camera is there or not.
     *
     * @throws IllegalArgumentException if nobody can be counted here, with the reason
     */
    Entrance open(CameraUrl url, CountLine line, Taker taker);

    /** Connects once and looks; blocks at most so long. Everybody on the picture is blurred. */
    ProbeResult probe(CameraUrl url, Duration within);

    @Override
    void close();

    /** Is told of who crosses, from the thread that counts: to be quick, and not to block. */
    interface Taker {
        /**
         * Somebody crossed the line.
         *
         * @param crossing at the wall's time
         * @param shot the picture on which it was seen; to be asked during the call only
         */
        void crossed(Crossing crossing, Shot shot);
    }

    /** A picture that is made only for who asks. */
    interface Shot {
        /** As a small JPEG: people blurred, the line and a caption drawn on it. */
        byte[] jpeg(Annotator.Caption caption);
    }

    /** A camera that is counted on. */
    interface Entrance extends AutoCloseable {
        /** How it fares at that instant of the wall's time. */
        Standing standing(Instant now);

        /** Its next picture as a small JPEG, people blurred; empty if none comes in time. Blocking. */
        Optional<byte[]> picture(Duration within);

        /** Stops; returns once nothing more comes from it. */
        @Override
        void close();
    }

    /**
     * How a camera fares.
     *
     * @param counting whether pictures come on which people can be counted
     * @param trouble what keeps it from that, in plain words; empty while it counts, and while it has only begun
     */
    record Standing(boolean counting, String trouble) {
        /** Neither a picture nor a reason why there is none. */
        static final Standing BEGUN = new Standing(false, "");
    }
}
