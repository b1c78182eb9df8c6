package io.kerbwatch.vision.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.AddressPolicy;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole way, from cameras on the network to findings, with the settings that hold by default. */
class WatchPoolTest {
    private static final Duration LONG = Duration.ofMinutes(2);
    private static Detector detector;

    private final MonotonicClock clock = new MonotonicClock(InstantSource.system());
    private final Kept kept = new Kept();
    private SampleStation station;
    private CameraStreams streams;
    private WatchPool pool;

    @BeforeAll
    static void load() {
        detector = Detector.load(DetectorModel.bundled());
    }

    @AfterAll
    static void unload() {
        detector.close();
    }

    @BeforeEach
    void start() throws IOException {
        station = SampleStation.start(List.of(
                SampleCamera.of("dirty", Clip.named("overflow-from-start")),
                SampleCamera.of("clean", Clip.named("clean-passers-by"))));
        streams = new CameraStreams(clock, AddressPolicy.any());
        pool = pool();
    }

    private WatchPool pool() {
        return new WatchPool(detector, streams, kept, kept, WatchSettings.defaults(), clock);
    }

    @AfterEach
    void stop() {
        pool.close();
        streams.close();
        station.close();
    }

    private WatchedCamera camera(String name) {
        return new WatchedCamera(name, CameraUrl.parse(station.url(name).toString()), List.of(), Optional.empty());
    }

    /** What a server would keep; refuses the first times that it is asked to. */
    private static final class Kept implements FindingSink, JudgeStates {
        final List<Finding> findings = new CopyOnWriteArrayList<>();
        final List<Snapshot> snapshots = new CopyOnWriteArrayList<>();
        final List<Verification.Answer> answers = new CopyOnWriteArrayList<>();
        final Map<String, JudgeState> states = new ConcurrentHashMap<>();
        final Map<String, CameraStatus> statuses = new ConcurrentHashMap<>();
        final AtomicInteger refusals = new AtomicInteger();

        @Override
        public void accept(Finding finding, JudgeState state, Snapshot snapshot) {
            if (refusals.getAndDecrement() > 0) {
                throw new IllegalStateException("the database is away");
            }
            findings.add(finding);
            snapshots.add(snapshot);
            states.put(state.camera() + state.zone() + state.kind(), state);
        }

        @Override
        public void verified(Verification.Answer answer) {
            answers.add(answer);
        }

        @Override
        public void changed(CameraStatus status) {
            statuses.put(status.camera(), status);
        }

        @Override
        public List<JudgeState> load(String camera) {
            return states.values().stream()
                    .filter(s -> s.camera().equals(camera))
                    .toList();
        }
    }

    @Test
    void findsTheDirtyPlaceKeepsItOverARestartAndVerifiesThatItWasCleaned() {
        kept.refusals.set(2);
        pool.put(camera("dirty"));
        pool.put(camera("clean"));
        await().atMost(LONG).until(() -> !kept.findings.isEmpty());
        Finding finding = kept.findings.get(0);
        assertThat(finding.camera()).isEqualTo("dirty");
        assertThat(finding.type()).isEqualTo(Finding.Type.CONFIRMED);
        Snapshot snapshot = kept.snapshots.get(0);
        assertThat(Jpeg.decode(snapshot.jpeg()).width()).isEqualTo(960);
        assertThat(snapshot.detections()).isNotEmpty();

        pool.close();
        pool = pool();
        pool.put(camera("dirty"));
        pool.put(camera("clean"));
        await().atMost(LONG).until(() -> pool.status("dirty").orElseThrow().lastInspection() != null);
        assertThat(pool.status("dirty").orElseThrow().zones())
                .anyMatch(z -> z.kind().equals("overflow") && z.state().equals("dirty"));

        station.clean("dirty");
        await().atMost(LONG).until(() -> station.segment("dirty").equals("clean"));
        Instant done = clock.instant();
        pool.verify(
                new Verification("order-1", Map.of("dirty", Set.of(WatchedCamera.WHOLE)), done, done.plusSeconds(100)));
        await().atMost(LONG).until(() -> !kept.answers.isEmpty());
        Verification.Answer answer = kept.answers.get(0);
        assertThat(answer.outcome()).as("%s", answer.reasons()).isEqualTo(Verification.Outcome.CLEAN);
        assertThat(Duration.between(done, answer.at())).isBetween(Duration.ofSeconds(45), Duration.ofSeconds(80));
        assertThat(answer.snapshot()).isNotNull();

        await().atMost(LONG.multipliedBy(2)).until(() -> kept.findings.size() == 2);
        assertThat(kept.findings.get(1).type()).isEqualTo(Finding.Type.CLEARED);
        assertThat(kept.findings.stream().map(Finding::camera)).containsOnly("dirty");
    }

    @Test
    void saysAtTheDeadlineThatItIsStillDirtyOrThatItCannotTell() {
        pool.put(camera("dirty"));
        await().atMost(LONG).until(() -> !kept.findings.isEmpty());
        Instant done = clock.instant();
        pool.verify(new Verification(
                "dirty-still", Map.of("dirty", Set.of(WatchedCamera.WHOLE)), done, done.plusSeconds(25)));
        await().atMost(LONG).until(() -> kept.answers.size() == 1);
        assertThat(kept.answers.get(0).outcome()).isEqualTo(Verification.Outcome.DIRTY);
        assertThat(kept.answers.get(0).reasons()).singleElement().asString().contains("still dirty");

        station.stall("dirty");
        Instant again = clock.instant();
        pool.verify(new Verification(
                "blind", Map.of("dirty", Set.of(WatchedCamera.WHOLE)), again.plusSeconds(3), again.plusSeconds(10)));
        await().atMost(LONG).until(() -> kept.answers.size() == 2);
        assertThat(kept.answers.get(1).outcome()).isEqualTo(Verification.Outcome.CANNOT_TELL);
    }

    @Test
    void camerasComeAndGoWithoutTouchingOthers() {
        pool.put(camera("clean"));
        await().atMost(LONG).until(() -> "live".equals(health("clean")));
        for (int i = 0; i < 5; i++) {
            pool.put(camera("dirty"));
            await().atMost(LONG).until(() -> "live".equals(health("dirty")));
            pool.remove("dirty");
            assertThat(pool.status("dirty")).isEmpty();
        }
        assertThat(health("clean")).isEqualTo("live");
        assertThat(pool.snapshot("clean")).isPresent();
        assertThat(pool.statistics().cameras()).isEqualTo(1);
        List<String> healths = new ArrayList<>(kept.statuses.keySet());
        assertThat(healths).contains("clean", "dirty");
    }

    private String health(String camera) {
        return pool.status(camera).map(CameraStatus::health).orElse("gone");
    }
}
