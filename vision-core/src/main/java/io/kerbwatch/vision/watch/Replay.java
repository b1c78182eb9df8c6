package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.KeyPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs a clip the whole way from its key frames on, on a virtual clock, as fast as it can: the rhythm, the gate, the
 * judge are the ones that watch cameras. Not for several threads; whoever made it closes it.
 */
public final class Replay implements AutoCloseable {
    /** The instant at which every clip begins. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final Detector detector;
    private final JudgeSettings judge;
    private final InspectionRhythm rhythm;
    private final Tools tools;

    /** A replay with these settings; the detector stays the caller's. */
    public Replay(Detector detector, JudgeSettings judge, InspectionRhythm rhythm) {
        this.detector = detector;
        this.judge = judge;
        this.rhythm = rhythm;
        this.tools = new Tools(detector);
    }

    /**
     * What happened at one look.
     *
     * @param seconds from the clip's beginning
     */
    public record Step(double seconds, CameraWatch.Looked looked, CameraWatch.Report report) {}

    /** Plays a clip and says what came of each look. */
    public List<Step> play(Path clip, List<Zone> zones) throws IOException {
        try (ClipReader reader = new ClipReader(clip, START)) {
            List<Step> steps = play(clip.toString(), due -> firstFrom(reader, due), zones);
            if (steps.isEmpty()) {
                throw new IOException(clip + " is no clip that can be read: it has no key frame");
            }
            return steps;
        }
    }

    private static Optional<KeyPacket> firstFrom(ClipReader reader, Instant due) throws IOException {
        Optional<KeyPacket> next = reader.next();
        while (next.isPresent() && next.get().arrival().isBefore(due)) {
            next = reader.next();
        }
        return next;
    }

    /** Plays packets that arrive from {@link #START} on, and says what came of each look. */
    public List<Step> play(String name, KeyPackets packets, List<Zone> zones) throws IOException {
        CameraWatch watch = new CameraWatch(name, detector.description(), judge);
        watch.draw(new WatchedCamera(name, CameraUrl.parse("rtsp://replay"), zones, Optional.empty()));
        List<Step> steps = new ArrayList<>();
        Instant due = START;
        for (Optional<KeyPacket> next = packets.from(due); next.isPresent(); next = packets.from(due)) {
            KeyPacket packet = next.get();
            CameraWatch.Looked looked = watch.look(packet, tools, true);
            looked.findings().forEach(sure -> watch.acknowledged(sure.finding()));
            double seconds = Duration.between(START, packet.arrival()).toMillis() / 1000.0;
            steps.add(new Step(seconds, looked, watch.report()));
            due = packet.arrival().plus(rhythm.after(watch.states(), watch.verifying()));
            if (!due.isAfter(packet.arrival())) {
                due = packet.arrival().plusMillis(1);
            }
        }
        return steps;
    }

    @Override
    public void close() {
        tools.close();
    }
}
