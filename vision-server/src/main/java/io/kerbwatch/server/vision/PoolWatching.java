package io.kerbwatch.server.vision;

import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.camera.Rules;
import io.kerbwatch.server.camera.WatchedCamera;
import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import io.kerbwatch.vision.stream.StreamException;
import io.kerbwatch.vision.stream.StreamHealth;
import io.kerbwatch.vision.watch.CameraProbe;
import io.kerbwatch.vision.watch.CameraStatus;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import io.kerbwatch.vision.watch.WatchPool;
import io.kerbwatch.vision.watch.WatchSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Watches by a pool in this process. */
final class PoolWatching implements Watching {
    private final InstantSource clock;
    private final MonotonicClock steady;
    private final Annotator annotator;
    private final CameraStreams streams;
    private final CameraProbe probe;
    private final WatchPool pool;
    private final JudgeSettings judge;
    private final Map<String, WatchedCamera> cameras = new ConcurrentHashMap<>();
    private final Map<String, List<JudgeState>> remembered = new ConcurrentHashMap<>();

    PoolWatching(
            Detector detector,
            AddressPolicy allowed,
            WatchSettings settings,
            InstantSource clock,
            Annotator annotator,
            FindingSink sink) {
        this.clock = clock;
        this.steady = new MonotonicClock(clock);
        this.annotator = annotator;
        this.judge = settings.judge();
        this.streams = new CameraStreams(steady, host -> resolve(allowed, host));
        this.probe = new CameraProbe(streams, settings.stream());
        this.pool = new WatchPool(
                detector,
                streams,
                sink,
                camera -> Optional.ofNullable(remembered.remove(camera)).orElse(List.of()),
                settings,
                steady);
    }

    /** The address that a name leads to now, if cameras may be there. */
    static InetAddress resolve(AddressPolicy allowed, String host) throws UnknownHostException {
        try {
            return allowed.check(host).get(0);
        } catch (AddressPolicy.Refused refused) {
            if (refused.unknown()) {
                throw new UnknownHostException(host);
            }
            throw new StreamException(StreamHealth.Grade.REFUSED, String.valueOf(refused.getMessage()));
        }
    }

    @Override
    public void put(WatchedCamera camera) {
        cameras.put(camera.id(), camera);
        remembered.put(camera.id(), camera.states());
        pool.put(new io.kerbwatch.vision.watch.WatchedCamera(
                camera.id(),
                camera.url(),
                camera.zones(),
                camera.rules().rhythm(),
                camera.rules().over(judge)));
    }

    @Override
    public void check(Rules rules) {
        var unused = rules.over(judge);
    }

    @Override
    public void remove(String id) {
        cameras.remove(id);
        remembered.remove(id);
        pool.remove(id);
    }

    @Override
    public ProbeResult probe(CameraUrl url, Duration within) {
        CameraProbe.Result result;
        try {
            result = probe.probe(url, within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProbeResult.Failed("offline", "The server is stopping; try again.");
        }
        byte[] jpeg = result.jpeg();
        return jpeg == null
                ? new ProbeResult.Failed(
                        result.health().grade().code(), result.health().reason())
                : new ProbeResult.Seen(result.width(), result.height(), result.codec(), result.keyFrameSeconds(), jpeg);
    }

    @Override
    public Optional<byte[]> picture(String id, boolean annotated) {
        WatchedCamera camera = cameras.get(id);
        Optional<Snapshot> snapshot = pool.snapshot(id);
        if (camera == null || snapshot.isEmpty() || !annotated) {
            return snapshot.map(Snapshot::jpeg);
        }
        Snapshot seen = snapshot.get();
        List<Zone> zones = camera.zones();
        Annotator.Caption caption =
                new Annotator.Caption(camera.name(), state(id), seen.takenAt(), ZoneId.of(camera.timeZone()));
        return Optional.of(annotator.annotate(seen.jpeg(), seen.detections(), zones, caption));
    }

    /** The worst state of a camera's zones, in both languages; nothing while it is clean. */
    private String state(String id) {
        List<CameraStatus.ZoneStatus> zones =
                pool.status(id).map(CameraStatus::zones).orElse(List.of());
        if (zones.stream().anyMatch(z -> z.state().equals("dirty"))) {
            return "脏 dirty";
        } else if (zones.stream().anyMatch(z -> z.state().equals("clearing"))) {
            return "清理中 clearing";
        }
        return zones.stream().anyMatch(z -> z.state().equals("suspected")) ? "疑似 suspected" : "";
    }

    @Override
    public Optional<CameraStatus> status(String id) {
        return pool.status(id);
    }

    @Override
    public void verify(Verification question) {
        // The pool's clock does not follow steps of the wall's: instants of the question are put on the pool's.
        Duration ahead = Duration.between(clock.instant(), steady.instant());
        pool.verify(new Verification(
                question.id(),
                question.zones(),
                question.since().plus(ahead),
                question.deadline().plus(ahead)));
    }

    @Override
    public void close() {
        pool.close();
        streams.close();
    }
}
