package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.CameraStream;
import io.kerbwatch.vision.stream.KeyPacket;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One camera of a pool: its stream, its watch, and when it is due. Fields are guarded by the pool's schedule. */
final class Camera {
    /** Where it stands in the schedule. */
    enum Turn {
        /** Not due yet. */
        RESTING,
        /** Due; no new key packet has come since it was looked at. */
        WAITING,
        /** Due, with a new packet. */
        READY,
        /** Being looked at. */
        LOOKED_AT,
        /** Removed. */
        GONE
    }

    final CameraWatch watch;
    volatile WatchedCamera as;
    volatile @Nullable CameraStream stream;
    volatile long seen;
    volatile @Nullable CameraStatus told;
    volatile @Nullable KeyPacket lookedAt;
    volatile @Nullable Developed developed;
    Turn turn = Turn.WAITING;
    Instant due;
    /** When its turn became {@link Turn#READY} last. */
    Instant readySince;

    Camera(WatchedCamera as, CameraWatch watch, Instant due) {
        this.as = as;
        this.watch = watch;
        this.due = due;
        this.readySince = due;
    }

    /** A picture that someone asked for; kept until the next look, since who looks at a camera asks often. */
    record Developed(KeyPacket packet, Snapshot snapshot) {}

    boolean hasNew() {
        CameraStream s = stream;
        return s != null && s.mailbox().newerThan(seen).isPresent();
    }

    @Nullable KeyPacket newest() {
        CameraStream s = stream;
        return s == null ? null : s.mailbox().newest().orElse(null);
    }

    /** The packet whose picture is shown: the one that was looked at last, else the newest. */
    @Nullable KeyPacket shown() {
        KeyPacket looked = lookedAt;
        return looked == null ? newest() : looked;
    }
}
