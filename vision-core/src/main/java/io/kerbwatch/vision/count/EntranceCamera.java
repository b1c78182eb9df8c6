package io.kerbwatch.vision.count;

import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.stream.CameraStream;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.PacketQueue;
import io.kerbwatch.vision.stream.StreamHealth;
import io.kerbwatch.vision.stream.StreamOptions;
import io.kerbwatch.vision.stream.StreamPacket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A camera over an entrance: its URL to crossings. One thread decodes and finds; the session is {@link CameraStreams}'s,
 * with its deadlines, address policy and reconnects. Whoever opens it closes it.
 */
public final class EntranceCamera implements AutoCloseable {
    /** Looks a second where nobody says otherwise. */
    public static final double LOOKS_PER_SECOND = 5;

    private static final Logger log = LoggerFactory.getLogger(EntranceCamera.class);
    /** Packets: ten seconds at ten pictures a second. */
    private static final int ROOM = 100;

    private static final Duration WAIT = Duration.ofMillis(500);

    private final PacketQueue queue = new PacketQueue(ROOM);
    private final CameraUrl url;
    private final EntranceWatch watch;
    private final Listener listener;
    private final CameraStream stream;
    private final Thread thread;
    private volatile boolean closed;

    /** Told of what happens; {@link #crossed} from the camera's own thread, {@link #health} from its reader. To be quick. */
    public interface Listener {
        /** Somebody crossed the line. */
        void crossed(Crossing crossing);

        /** The health of the session changed. */
        void health(StreamHealth health);

        /** A look was taken; who crossed with it was told before. */
        default void looked(Look look) {}
    }

    /**
     * One look at the entrance.
     *
     * @param at arrival of its picture
     * @param faults what keeps the view from being counted on, for some time already
     * @param still makes its picture; to be asked during {@link Listener#looked} only
     */
    public record Look(Instant at, Set<ViewFault> faults, Supplier<EntranceStill> still) {}

    private EntranceCamera(
            CameraUrl url, CameraStreams streams, StreamOptions options, EntranceWatch watch, Listener listener) {
        this.url = url;
        this.watch = watch;
        this.listener = listener;
        this.thread = new Thread(this::run, "entrance-" + url.host());
        thread.setDaemon(true);
        this.stream = streams.openEvery(
                url,
                options,
                new CameraStream.Listener() {
                    @Override
                    public void packet() {}

                    @Override
                    public void health(StreamHealth health) {
                        listener.health(health);
                    }
                },
                queue);
    }

    /** Opens the camera in the background and counts until it is closed. The finder stays the caller's. */
    public static EntranceCamera open(
            CameraUrl url,
            CameraStreams streams,
            StreamOptions options,
            PeopleFinder finder,
            CountLine line,
            Listener listener) {
        EntranceWatch watch = new EntranceWatch(finder, line, LOOKS_PER_SECOND);
        EntranceCamera camera = new EntranceCamera(url, streams, options, watch, listener);
        camera.thread.start();
        return camera;
    }

    private void run() {
        try (watch) {
            while (!closed) {
                Optional<StreamPacket> packet = queue.take(WAIT);
                packet.ifPresent(this::take);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(StreamPacket packet) {
        List<Crossing> crossings;
        long looks = watch.looks();
        try {
            crossings = watch.take(packet);
        } catch (RuntimeException e) {
            log.error("camera={} a picture could not be counted on; the next one is tried", url, e);
            return;
        }
        for (Crossing crossing : crossings) {
            try {
                listener.crossed(crossing);
            } catch (RuntimeException e) {
                log.error("camera={} a crossing was not taken", url, e);
            }
        }
        if (watch.looks() > looks) {
            try {
                listener.looked(new Look(packet.arrival(), watch.faults(), watch::still));
            } catch (RuntimeException e) {
                log.error("camera={} a look was not taken", url, e);
            }
        }
    }

    /** How the session fares now. */
    public StreamHealth health() {
        return stream.health();
    }

    /** How many packets were dropped since this machine did not keep up: crossings may be missing. */
    public long dropped() {
        return queue.dropped();
    }

    /** How often this machine fell so far behind that pictures were dropped: crossings are missing then. */
    public long overflows() {
        return queue.overflows();
    }

    /** Ends the session and the thread. */
    @Override
    public void close() {
        closed = true;
        stream.close();
        thread.interrupt();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
