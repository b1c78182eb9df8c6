package io.kerbwatch.server.vision;

import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.count.EntranceCamera;
import io.kerbwatch.vision.count.PeopleFinder;
import io.kerbwatch.vision.count.PeopleModel;
import io.kerbwatch.vision.count.Point;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.PeopleBlur;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import io.kerbwatch.vision.stream.StreamHealth;
import io.kerbwatch.vision.stream.StreamOptions;
import io.kerbwatch.vision.watch.CameraProbe;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts in this process, a thread a camera. The weights are loaded for the first. */
final class EntranceCounting implements Counting {
    /** Without a picture for so long it does not count, whatever the session says. */
    private static final Duration BLIND_AFTER = Duration.ofSeconds(15);
    /** A camera that was only just registered may take so long to show its first picture. */
    private static final Duration BEGINS_WITHIN = Duration.ofSeconds(60);
    /** Of a machine that falls behind is told for so long after it happened. */
    private static final Duration BEHIND = Duration.ofMinutes(5);

    private static final Duration LEAST_PROBE = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final MonotonicClock steady;
    private final CameraStreams streams;
    private final StreamOptions options;
    private final CameraProbe probe;
    private final Annotator annotator;
    private final PeopleBlur blur = new PeopleBlur();
    private @Nullable PeopleFinder finder;

    EntranceCounting(AddressPolicy allowed, StreamOptions options, InstantSource clock, Annotator annotator) {
        this.clock = clock;
        this.steady = new MonotonicClock(clock);
        this.streams = new CameraStreams(steady, host -> PoolWatching.resolve(allowed, host));
        this.options = options;
        this.probe = new CameraProbe(streams, options);
        this.annotator = annotator;
    }

    private synchronized PeopleFinder finder() {
        PeopleFinder known = finder;
        if (known == null) {
            known = PeopleFinder.load(PeopleModel.bundled());
            finder = known;
        }
        return known;
    }

    @Override
    public Entrance open(CameraUrl url, CountLine line, Taker taker) {
        return new Watched(url, line, taker);
    }

    /**
     * The camera is asked once for what it is, and once more for a picture: the finder of people sees from above, which what
     * blurs a usual probe does not.
     */
    @Override
    public ProbeResult probe(CameraUrl url, Duration within) {
        CameraProbe.Result result;
        try {
            result = probe.probe(url, within);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ProbeResult.Failed("offline", "The server is stopping; try again.");
        }
        if (!result.works()) {
            return new ProbeResult.Failed(
                    result.health().grade().code(), result.health().reason());
        }
        CountLine anywhere = new CountLine(new Point(0, 0.5), new Point(1, 0.5), CountLine.Side.LEFT);
        try (Watched once = new Watched(url, anywhere, (crossing, shot) -> {})) {
            return once.picture(within.compareTo(LEAST_PROBE) < 0 ? LEAST_PROBE : within)
                    .<ProbeResult>map(jpeg -> new ProbeResult.Seen(
                            result.width(), result.height(), result.codec(), result.keyFrameSeconds(), jpeg))
                    .orElseGet(() -> new ProbeResult.Failed(
                            "stalled", url + " showed a picture, and then none any more; try again"));
        }
    }

    @Override
    public void close() {
        streams.close();
        PeopleFinder known = finder;
        if (known != null) {
            known.close();
        }
    }

    /** One camera. */
    private final class Watched implements Entrance, EntranceCamera.Listener {
        private final CountLine line;
        private final Taker taker;
        private final Instant begun = steady.instant();
        private final EntranceCamera camera;
        private final List<Crossing> crossings = new ArrayList<>();
        /** Shared by all who wait for the next picture. */
        private final AtomicReference<@Nullable CompletableFuture<byte[]>> asked = new AtomicReference<>();

        private volatile @Nullable Instant lastLook;
        private volatile Set<ViewFault> faults = Set.of();
        private volatile String trouble = "";
        private volatile long overflows;
        private volatile @Nullable Instant behind;

        Watched(CameraUrl url, CountLine line, Taker taker) {
            this.line = line;
            this.taker = taker;
            this.camera = EntranceCamera.open(url, streams, options, finder(), line, this);
        }

        @Override
        public void crossed(Crossing crossing) {
            crossings.add(crossing); // told with its look, which follows on the same thread
        }

        @Override
        public void health(StreamHealth health) {
            if (health.grade() == StreamHealth.Grade.LIVE) {
                trouble = "";
            } else if (health.grade() != StreamHealth.Grade.CONNECTING) {
                trouble = health.reason();
            }
        }

        @Override
        public void looked(EntranceCamera.Look look) {
            faults = look.faults();
            Duration ahead = Duration.between(clock.instant(), steady.instant());
            for (Crossing crossing : crossings) {
                Crossing told = new Crossing(crossing.at().minus(ahead), crossing.direction());
                taker.crossed(told, caption -> look.still().get().jpeg(blur, annotator, line, caption));
            }
            crossings.clear();
            boolean second = lastLook != null;
            lastLook = look.at();
            if (!second) {
                return; // what moves is known from the second on, and may be somebody who was not found
            }
            CompletableFuture<byte[]> waiting = asked.getAndSet(null);
            if (waiting != null) {
                waiting.complete(look.still().get().jpeg(blur));
            }
        }

        @Override
        public Standing standing(Instant wall) {
            Instant now = steady.instant();
            Instant last = lastLook;
            long fallen = camera.overflows();
            if (fallen > overflows) {
                overflows = fallen;
                behind = now;
            }
            Instant since = behind;
            if (!trouble.isEmpty()) {
                return new Standing(false, trouble);
            }
            if (last == null) {
                return now.isBefore(begun.plus(BEGINS_WITHIN))
                        ? new Standing(false, "")
                        : new Standing(false, "no picture has come from it; look at its address and its cable");
            }
            if (now.isAfter(last.plus(BLIND_AFTER))) {
                return new Standing(
                        false,
                        "no picture has come from it since "
                                + wall.minus(Duration.between(last, now)).truncatedTo(ChronoUnit.SECONDS));
            }
            Optional<ViewFault> fault = faults.stream()
                    // Who crowds before a door hides the view that was learnt; people are what is looked for here.
                    .filter(one -> one != ViewFault.NOT_RECOGNISED)
                    .min(Comparator.naturalOrder());
            if (fault.isPresent()) {
                return new Standing(false, words(fault.get()));
            }
            if (since != null && now.isBefore(since.plus(BEHIND))) {
                return new Standing(
                        false,
                        "this machine does not keep up with its pictures; take its substream, at 5 to 10 a second");
            }
            return new Standing(true, "");
        }

        private static String words(ViewFault fault) {
            return fault == ViewFault.MOVED
                    ? "The camera points elsewhere than before; turn it back, or draw the line anew."
                    : fault.reason();
        }

        @Override
        public Optional<byte[]> picture(Duration within) {
            CompletableFuture<byte[]> mine =
                    Objects.requireNonNull(asked.updateAndGet(one -> one == null ? new CompletableFuture<>() : one));
            try {
                return Optional.of(mine.get(within.toMillis(), TimeUnit.MILLISECONDS));
            } catch (TimeoutException | ExecutionException e) {
                return Optional.empty();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.empty();
            }
        }

        @Override
        public void close() {
            camera.close();
        }
    }
}
