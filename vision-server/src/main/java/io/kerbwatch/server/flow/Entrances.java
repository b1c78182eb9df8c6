package io.kerbwatch.server.flow;

import io.kerbwatch.server.camera.CameraUrls;
import io.kerbwatch.server.camera.ProbeResult;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.count.Direction;
import io.kerbwatch.vision.count.MinuteCounts;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.stream.CameraUrl;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has people counted on the pictures of cameras outside entrances, and keeps what was counted as a counter's reports, minute
 * by minute. A camera that cannot count is faulty, and says why: nobody takes it for an empty place.
 */
final class Entrances implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Entrances.class);
    private static final Duration PICTURE_WITHIN = Duration.ofSeconds(5);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Settings settings;
    private final Sites sites;
    private final Devices devices;
    private final Counting counting;
    private final Proofs proofs;
    private final Map<UUID, Watched> watched = new HashMap<>();
    private boolean closed;

    Entrances(
            Database database,
            InstantSource clock,
            Settings settings,
            Sites sites,
            Devices devices,
            Counting counting,
            Proofs proofs) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.sites = sites;
        this.devices = devices;
        this.counting = counting;
        this.proofs = proofs;
    }

    /** What decides whether a camera is fetched anew. */
    private record Wanted(CameraUrl url, String shown, CountLine line) {
        static Wanted of(Devices.Streamed device) {
            return new Wanted(device.url(), device.url().secret(), device.line());
        }

        boolean same(Wanted other) {
            return shown.equals(other.shown) && line.equals(other.line);
        }
    }

    /** One camera that is counted on; what it counted and nobody has kept yet. */
    private static final class Watched implements Counting.Taker {
        private final Wanted wanted;
        private final String name;
        private final ZoneId zone;
        private final MinuteCounts minutes = new MinuteCounts();
        private final List<Counts.Told> told = new ArrayList<>();
        private Proofs.Tally tally;
        /** Begin of the first minute that was not told. */
        private @Nullable Instant untold;

        private @Nullable Instant shown;
        private Proofs.@Nullable Proof proof;
        private Counting.@Nullable Entrance entrance;
        private String refused = "";

        Watched(Wanted wanted, String name, ZoneId zone, Proofs.Tally tally) {
            this.wanted = wanted;
            this.name = name;
            this.zone = zone;
            this.tally = tally;
        }

        @Override
        public synchronized void crossed(Crossing crossing, Counting.Shot shot) {
            // Seen in a picture that had waited: its minute was told already, and each is told once.
            Instant from = untold;
            minutes.add(
                    from == null || !crossing.at().isBefore(from)
                            ? crossing
                            : new Crossing(from, crossing.direction()));
            tally = tally.and(crossing);
            if (Proofs.due(shown, crossing.at())) {
                shown = crossing.at();
                String words = "进 in " + tally.in() + "  出 out " + tally.out();
                proof = new Proofs.Proof(
                        tally.hour(),
                        crossing.at(),
                        crossing.direction() == Direction.IN,
                        tally.in(),
                        tally.out(),
                        shot.jpeg(new Annotator.Caption(name, words, crossing.at(), zone)));
            }
        }

        /** Reports of the minutes that are over, and of the one under way if nothing more will come. */
        private synchronized List<Counts.Told> told(Instant now, boolean last) {
            for (MinuteCounts.Minute minute : minutes.over(last ? now.plus(MINUTE) : now)) {
                // The same instant whoever counts: of two servers' reports of one minute, one is kept.
                Instant end = minute.start().plus(MINUTE).minusSeconds(1);
                untold = minute.start().plus(MINUTE);
                told.add(new Counts.Told(end.isAfter(now) ? now : end, minute.in(), minute.out()));
            }
            return List.copyOf(told);
        }

        private synchronized void kept(List<Counts.Told> some, Proofs.@Nullable Proof one) {
            told.removeAll(some);
            if (Objects.equals(proof, one)) {
                proof = null;
            }
        }

        private synchronized Proofs.@Nullable Proof proof() {
            return proof;
        }

        private Counting.Standing standing(Instant now) {
            Counting.Entrance open = entrance;
            return open == null ? new Counting.Standing(false, refused) : open.standing(now);
        }
    }

    /** Begins, changes and ends what is counted on, and keeps what was counted; called every few seconds. */
    synchronized void look() {
        if (closed) {
            return;
        }
        Map<UUID, Devices.Streamed> there = new HashMap<>();
        database.transaction(devices::streamed)
                .forEach(one -> there.put(one.device().id(), one));
        for (UUID id : new HashSet<>(watched.keySet())) {
            Devices.Streamed device = there.get(id);
            if (device == null) {
                end(id);
                database.inTransaction(tx -> proofs.forget(tx, id));
            } else if (!Wanted.of(device).same(watched(id).wanted)) {
                end(id);
            }
        }
        there.forEach((id, device) -> {
            if (!watched.containsKey(id)) {
                begin(device);
            }
            keep(id, watched(id), false);
        });
    }

    private Watched watched(UUID id) {
        return Objects.requireNonNull(watched.get(id));
    }

    private void begin(Devices.Streamed streamed) {
        Device device = streamed.device();
        Instant now = clock.instant();
        Watched one = database.transaction(tx -> new Watched(
                Wanted.of(streamed),
                device.name(),
                sites.known(tx, device.site()).zone(),
                proofs.tally(tx, device.id(), now.truncatedTo(ChronoUnit.HOURS))));
        try {
            one.entrance = counting.open(streamed.url(), streamed.line(), one);
        } catch (IllegalArgumentException e) {
            LOG.error("device={} cannot be counted on: {}", device.name(), e.getMessage());
            one.refused = String.valueOf(e.getMessage());
        }
        watched.put(device.id(), one);
    }

    private void end(UUID id) {
        Watched one = watched(id);
        Counting.Entrance open = one.entrance;
        if (open != null) {
            open.close();
        }
        keep(id, one, true);
        watched.remove(id);
    }

    /** What cannot be kept now is tried again at the next look. */
    private void keep(UUID id, Watched one, boolean last) {
        Instant now = clock.instant();
        List<Counts.Told> told = one.told(now, last);
        Proofs.Proof proof = one.proof();
        Counting.Standing standing = last ? Counting.Standing.BEGUN : one.standing(now);
        try {
            database.inTransaction(tx -> {
                Optional<Device> found = devices.find(tx, id);
                if (found.isEmpty()) {
                    return;
                }
                Device device = found.get();
                if (!told.isEmpty()) {
                    var unused = Counts.keep(tx, device, told, now);
                }
                if (proof != null) {
                    proofs.keep(tx, id, proof);
                }
                if (standing.counting()) {
                    devices.judged(tx, device, "");
                    devices.heard(tx, id, now);
                } else if (!standing.trouble().isEmpty()) {
                    devices.judged(tx, device, standing.trouble());
                }
            });
            one.kept(told, proof);
        } catch (RuntimeException e) {
            LOG.error("what was counted before the entrance {} cannot be kept; it is tried again", id, e);
        }
    }

    /** Connects to a URL once and keeps nothing. */
    ProbeResult probe(String url) {
        return counting.probe(CameraUrls.allowed(settings, url), settings.get(Settings.CAMERAS_PROBE_WITHIN));
    }

    /**
     * The next picture of a camera, everybody blurred.
     *
     * @throws Problem.Raised 404 if there is none
     */
    byte[] picture(Caller caller, UUID id) {
        Device device = devices.get(caller, id);
        Counting.Entrance open;
        synchronized (this) {
            Watched one = watched.get(device.id());
            open = one == null ? null : one.entrance;
        }
        return Optional.ofNullable(open)
                .flatMap(one -> one.picture(PICTURE_WITHIN))
                .orElseThrow(() -> Problem.of(
                                404, "no-picture", "No picture", "It shows no picture now; its health says why.")
                        .raised());
    }

    /** Which devices are counted on. */
    synchronized Set<UUID> counted() {
        return Set.copyOf(watched.keySet());
    }

    /** Ends all of it; what was counted until now is kept. */
    @Override
    public synchronized void close() {
        closed = true;
        new HashSet<>(watched.keySet()).forEach(this::end);
        counting.close();
    }
}
