package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.stream.CameraStream;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.KeyPacket;
import io.kerbwatch.vision.stream.StreamHealth;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches many cameras with few threads.
 *
 * <p>Each camera has an instant at which it is due. One that is due and has a new key packet is ready; the pool's
 * threads take the ready one that has been due longest. So under load every camera's rhythm stretches by the same
 * amount, the pictures that are looked at stay the newest there are, and none is starved.
 */
public final class WatchPool implements CameraAssignment.Assigned, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WatchPool.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration ON_TIME = Duration.ofSeconds(2);

    private final Detector detector;
    private final CameraStreams streams;
    private final FindingSink sink;
    private final JudgeStates states;
    private final WatchSettings settings;
    private final InstantSource clock;
    private final Outlet outlet = new Outlet();
    private final Darkroom darkroom = new Darkroom();
    private final Evidence evidence = new Evidence();
    private final Map<String, Camera> cameras = new ConcurrentHashMap<>();
    private final Verifications verifications = new Verifications(this::watchOf);
    private final List<Thread> threads = new ArrayList<>();
    private final List<Spending> spendings = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "watch-tick");
        thread.setDaemon(true);
        return thread;
    });
    private final Object schedule = new Object();
    private final PriorityQueue<Camera> ready = new PriorityQueue<>(Comparator.comparing((Camera c) -> c.due));
    private final PriorityQueue<Camera> resting = new PriorityQueue<>(Comparator.comparing((Camera c) -> c.due));
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong inferred = new AtomicLong();
    private final AtomicLong onTime = new AtomicLong();
    private volatile boolean closed;

    /**
     * Starts the pool's threads.
     *
     * @param detector stays open until the pool is closed; the caller closes it
     * @param streams likewise
     * @param clock to be monotonic, the one that stamps the streams' packets
     */
    public WatchPool(
            Detector detector,
            CameraStreams streams,
            FindingSink sink,
            JudgeStates states,
            WatchSettings settings,
            InstantSource clock) {
        this.detector = detector;
        this.streams = streams;
        this.sink = sink;
        this.states = states;
        this.settings = settings;
        this.clock = clock;
        for (int i = 0; i < settings.threads(); i++) {
            Thread thread = new Thread(this::work, "watch-" + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        var unused = ticker.scheduleWithFixedDelay(
                this::tickSafely, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private @Nullable CameraWatch watchOf(String camera) {
        Camera known = cameras.get(camera);
        return known == null ? null : known.watch;
    }

    @Override
    public synchronized void put(WatchedCamera as) {
        Camera known = cameras.get(as.id());
        if (known == null) {
            CameraWatch watch = new CameraWatch(as.id(), detector.description(), settings.judge());
            watch.draw(as);
            watch.restore(states.load(as.id()));
            known = new Camera(as, watch, clock.instant());
            cameras.put(as.id(), known);
            open(known);
            verifications.reopened(as.id());
            return;
        }
        boolean moved = !known.as.url().secret().equals(as.url().secret());
        known.as = as;
        known.watch.draw(as);
        verifications.reopened(as.id());
        if (moved) {
            CameraStream old = known.stream;
            if (old != null) {
                old.close();
            }
            open(known);
        }
    }

    private void open(Camera camera) {
        CameraStream opened = streams.open(camera.as.url(), settings.stream(), new CameraStream.Listener() {
            @Override
            public void packet() {
                arrived(camera);
            }

            @Override
            public void health(StreamHealth health) {
                log.info(
                        "camera={} health={} {}", camera.as.id(), health.grade().code(), health.reason());
                tellStatus(camera);
            }
        });
        synchronized (schedule) {
            camera.stream = opened;
            // A stream counts its packets from the beginning.
            camera.seen = 0;
        }
        // Its first packet may have come before the camera knew its stream.
        if (opened.mailbox().newest().isPresent()) {
            arrived(camera);
        }
    }

    @Override
    public synchronized void remove(String id) {
        Camera camera = cameras.remove(id);
        if (camera != null) {
            synchronized (schedule) {
                camera.turn = Camera.Turn.GONE;
                ready.remove(camera);
                resting.remove(camera);
            }
            CameraStream stream = camera.stream;
            if (stream != null) {
                stream.close();
            }
        }
    }

    private void arrived(Camera camera) {
        synchronized (schedule) {
            if (camera.turn == Camera.Turn.WAITING) {
                camera.turn = Camera.Turn.READY;
                camera.readySince = clock.instant();
                ready.add(camera);
                schedule.notifyAll();
            }
        }
    }

    /** Waits for the camera that has been due longest and is ready; null once the pool is closed. */
    private @Nullable Camera take() throws InterruptedException {
        synchronized (schedule) {
            while (!closed) {
                Instant now = clock.instant();
                for (Camera c = resting.peek(); c != null && !c.due.isAfter(now); c = resting.peek()) {
                    resting.remove();
                    if (c.hasNew()) {
                        c.turn = Camera.Turn.READY;
                        c.readySince = c.due;
                        ready.add(c);
                    } else {
                        c.turn = Camera.Turn.WAITING;
                    }
                }
                Camera next = ready.poll();
                if (next != null) {
                    next.turn = Camera.Turn.LOOKED_AT;
                    return next;
                }
                Camera first = resting.peek();
                long wait = first == null
                        ? 1000
                        : Math.max(
                                1,
                                Math.min(1000, Duration.between(now, first.due).toMillis() + 1));
                schedule.wait(wait);
            }
            return null;
        }
    }

    private void work() {
        try (Tools tools = new Tools(detector)) {
            spendings.add(tools.spending);
            while (true) {
                Camera camera = take();
                if (camera == null) {
                    return;
                }
                Instant begun = clock.instant();
                try {
                    look(camera, tools, begun);
                } catch (RuntimeException e) {
                    log.error("camera={} a look failed; the next one is tried at its time", camera.as.id(), e);
                } finally {
                    rest(camera, begun);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void rest(Camera camera, Instant begun) {
        Duration pause = camera.as.rhythm().orElseGet(() -> settings.rhythm()
                .after(camera.watch.states(), camera.watch.verifying()));
        synchronized (schedule) {
            if (camera.turn != Camera.Turn.GONE) {
                camera.due = begun.plus(pause);
                camera.turn = Camera.Turn.RESTING;
                resting.add(camera);
                schedule.notifyAll();
            }
        }
    }

    private void look(Camera camera, Tools tools, Instant begun) {
        CameraStream stream = camera.stream;
        KeyPacket packet =
                stream == null ? null : stream.mailbox().newerThan(camera.seen).orElse(null);
        if (packet == null) {
            return;
        }
        Instant couldBegin;
        synchronized (schedule) {
            // Not the arrival of this packet: while a camera waits for its turn, newer ones come.
            couldBegin = camera.readySince;
            if (camera.stream == stream) {
                camera.seen = packet.sequence();
            }
        }
        CameraWatch.Looked looked = camera.watch.look(packet, tools, settings.infer());
        camera.lookedAt = packet;
        camera.developed = null;
        looks.incrementAndGet();
        if (looked.good()) {
            good.incrementAndGet();
            if (looked.inferred()) {
                inferred.incrementAndGet();
            }
        }
        if (!begun.isAfter(couldBegin.plus(ON_TIME))) {
            onTime.incrementAndGet();
        }
        if (!looked.findings().isEmpty()) {
            Snapshot snapshot = evidence.of(
                    tools.decoder.picture(), packet.arrival(), camera.watch.working(), camera.watch.people());
            looked.findings().forEach(sure -> tell(camera, sure, snapshot));
        }
        tellStatus(camera);
        answerVerifications();
    }

    private void tell(Camera camera, CameraWatch.Looked.Sure sure, Snapshot snapshot) {
        Finding finding = sure.finding();
        log.info(
                "camera={} zone={} kind={} finding={}",
                finding.camera(),
                finding.zone(),
                finding.kind().code(),
                finding.type());
        outlet.put(
                finding.camera(),
                new Outlet.Message(
                        () -> sink.accept(finding, sure.state(), snapshot),
                        () -> camera.watch.acknowledged(finding),
                        "finding " + finding.id()));
    }

    private void tellStatus(Camera camera) {
        CameraStatus now = status(camera);
        CameraStatus before = camera.told;
        if (before == null || !worthTelling(before).equals(worthTelling(now))) {
            camera.told = now;
            outlet.put(now.camera(), new Outlet.Message(() -> sink.changed(now), () -> {}, "its status"));
        }
    }

    /** A status without what changes at every look. */
    private static CameraStatus worthTelling(CameraStatus s) {
        return new CameraStatus(
                s.camera(),
                s.health(),
                s.reason(),
                s.faults(),
                s.zones(),
                null,
                null,
                null,
                s.width(),
                s.height(),
                s.codec());
    }

    private void tickSafely() {
        try {
            Instant now = clock.instant();
            for (Camera camera : cameras.values()) {
                camera.watch.tick(now);
                tellStatus(camera);
            }
            answerVerifications();
        } catch (RuntimeException e) {
            log.error("a tick failed; the next one comes in a second", e);
        }
    }

    /** Puts a question; the answer comes through the sink. A question that is open already is not put again. */
    public void verify(Verification verification) {
        verifications.put(verification);
    }

    /** Withdraws a question; no answer comes. */
    public void cancelVerification(String id) {
        verifications.cancel(id);
    }

    private void answerVerifications() {
        for (Verifications.Found found : verifications.answers(clock.instant())) {
            Verification verification = found.verification();
            String camera =
                    verification.zones().keySet().stream().sorted().findFirst().orElse("");
            log.info("verification={} outcome={} {}", verification.id(), found.outcome(), found.reasons());
            Instant at = clock.instant();
            outlet.put(
                    camera,
                    new Outlet.Message(
                            () -> sink.verified(new Verification.Answer(
                                    verification,
                                    found.outcome(),
                                    at,
                                    found.reasons(),
                                    snapshot(camera).orElse(null))),
                            () -> {},
                            "answer to " + verification.id()));
            if (found.outcome() == Verification.Outcome.CLEAN) {
                verification.zones().forEach((id, zones) -> clear(id, zones, at));
            }
        }
    }

    /** What was verified as clean is not dirty any more; said after the answer that it rests on. */
    private void clear(String id, Set<String> zones, Instant at) {
        Camera camera = cameras.get(id);
        if (camera == null) {
            return;
        }
        for (CameraWatch.Looked.Sure sure : camera.watch.verifiedClean(zones, at)) {
            Finding finding = sure.finding();
            outlet.put(
                    id,
                    new Outlet.Message(
                            () -> sink.accept(
                                    finding,
                                    sure.state(),
                                    snapshot(id).orElseThrow(() -> new IllegalStateException("there is no picture"))),
                            () -> camera.watch.acknowledged(finding),
                            "finding " + finding.id()));
        }
    }

    /**
     * The picture of a camera that was looked at last (before the first look, the newest that came), with what was seen
     * in it; empty if there is none. Asked again before the next look, it is the same one.
     */
    public Optional<Snapshot> snapshot(String id) {
        Camera camera = cameras.get(id);
        KeyPacket packet = camera == null ? null : camera.shown();
        if (camera == null || packet == null) {
            return Optional.empty();
        }
        Camera.Developed last = camera.developed;
        if (last != null && last.packet().arrival().equals(packet.arrival())) {
            return Optional.of(last.snapshot());
        }
        try {
            Picture picture = darkroom.develop(packet);
            List<Detection> seen = camera.watch.working();
            Snapshot snapshot = evidence.of(picture, packet.arrival(), seen, camera.watch.people());
            camera.developed = new Camera.Developed(packet, snapshot);
            return Optional.of(snapshot);
        } catch (UndecodableException e) {
            log.debug("camera={} {}", id, e.getMessage());
            return Optional.empty();
        }
    }

    /** How a camera fares; empty if it is not watched. */
    public Optional<CameraStatus> status(String id) {
        return Optional.ofNullable(cameras.get(id)).map(this::status);
    }

    private CameraStatus status(Camera camera) {
        CameraStream stream = camera.stream;
        KeyPacket newest = camera.newest();
        CameraWatch.Report report = camera.watch.report();
        StreamHealth health = stream == null ? new StreamHealth(StreamHealth.Grade.CONNECTING, "") : stream.health();
        Double distance = stream == null || stream.keyFrameSeconds().isEmpty()
                ? null
                : stream.keyFrameSeconds().getAsDouble();
        return new CameraStatus(
                camera.as.id(),
                health.grade().code(),
                health.reason(),
                report.faults(),
                report.zones(),
                newest == null ? null : newest.arrival(),
                report.lastLook(),
                distance,
                report.width(),
                report.height(),
                newest == null ? "" : newest.codec().code());
    }

    /** Someone says that a camera's view is right as it is: its zones are in use again. */
    public void confirmView(String id) {
        Camera camera = cameras.get(id);
        if (camera != null) {
            camera.watch.confirmView();
        }
    }

    /** What has been done since the start. */
    public WatchStatistics statistics() {
        double[] ages = agesSeconds();
        int n = ages.length;
        return new WatchStatistics(
                n,
                looks.get(),
                good.get(),
                inferred.get(),
                onTime.get(),
                cameras.values().stream()
                        .mapToLong(c -> {
                            CameraStream stream = c.stream;
                            return stream == null ? 0 : stream.abandoned();
                        })
                        .sum(),
                n == 0 ? 0 : ages[n - 1],
                n == 0 ? 0 : ages[Math.min(n - 1, (int) Math.ceil(0.99 * n) - 1)]);
    }

    /** For how long each camera has been without a good look, the shortest first; infinite if it had none yet. */
    public double[] agesSeconds() {
        Instant now = clock.instant();
        return cameras.values().stream()
                .map(c -> c.watch.report().lastGoodLook())
                .mapToDouble(last -> last == null
                        ? Double.POSITIVE_INFINITY
                        : Duration.between(last, now).toMillis() / 1000.0)
                .sorted()
                .toArray();
    }

    /** What the looks have cost since the start. */
    public WatchCosts costs() {
        return WatchCosts.of(spendings);
    }

    /** Ends all sessions and threads; what was found is handed over first, for some seconds. */
    @Override
    public void close() {
        ticker.shutdownNow();
        List.copyOf(cameras.keySet()).forEach(this::remove);
        synchronized (schedule) {
            closed = true;
            schedule.notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        outlet.close();
        darkroom.close();
    }
}
