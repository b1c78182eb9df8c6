package io.kerbwatch.server.camera;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.dispatch.Message;
import io.kerbwatch.server.dispatch.MessageType;
import io.kerbwatch.server.dispatch.Outbox;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.watch.CameraStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the cameras and their zones, and has them watched. */
public final class Cameras {
    private static final String URL = "camera-url";
    private static final Set<String> AWAY = Set.of("offline", "refused", "undecodable", "stalled");

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final MasterKey key;
    private final Settings settings;
    private final Sites sites;
    private final Watching watching;
    private final JudgeStates states;
    private final ZoneListener zoneListener;
    private final Outbox outbox;
    private final Events events;
    private final Audit audit;
    private final CameraStore store = new CameraStore();

    public Cameras(
            Database database,
            InstantSource clock,
            Ids ids,
            MasterKey key,
            Settings settings,
            Sites sites,
            Watching watching,
            JudgeStates states,
            ZoneListener zoneListener,
            Outbox outbox,
            Events events,
            Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.key = key;
        this.settings = settings;
        this.sites = sites;
        this.watching = watching;
        this.states = states;
        this.zoneListener = zoneListener;
        this.outbox = outbox;
        this.events = events;
        this.audit = audit;
    }

    /** A camera to register. */
    public record NewCamera(
            UUID site, String name, String url, @Nullable List<WantedZone> zones) {}

    /** What to change; what is null stays. */
    public record Change(
            @Nullable String name,
            @Nullable String url,
            @Nullable Rules rules) {}

    /** A zone as someone draws it; without an id it is a new one, without kinds it is ignored. */
    public record WantedZone(@Nullable UUID id, String name, List<Zone.Point> polygon, List<String> kinds) {}

    /** A camera with what connecting to it once showed. */
    public record Registered(Camera camera, ProbeResult probe) {}

    /** A camera with its zones and its site. */
    public record Located(Camera camera, Site site, List<Zone> zones) {}

    /** Has all cameras watched; called once at start. */
    public void watchAll() {
        database.transaction(tx -> store.list(tx, Caller.SYSTEM, Optional.empty()).stream()
                        .map(row -> watched(tx, row))
                        .toList())
                .forEach(watching::put);
    }

    /**
     * Registers a camera. One that shows no picture now is kept all the same, and tried again.
     *
     * @throws Problem.Raised 400 if the URL may not be used, 409 with the id that exists if the site has that camera
     */
    public Registered register(Caller caller, NewCamera wanted) {
        Site site = sites.get(caller, wanted.site());
        CameraUrl url = allowed(wanted.url());
        byte[] fingerprint = key.fingerprint("camera", url.withoutUserInfo());
        database.transaction(tx -> store.byFingerprint(tx, site.id(), fingerprint))
                .ifPresent(existing -> {
                    throw duplicate(existing).raised();
                });
        UUID id = ids.next();
        List<Zone> zones = zones(id, wanted.zones() == null ? List.of() : wanted.zones(), List.of());
        ProbeResult probe = probe(url);
        Camera camera = probed(id, site.id(), wanted.name(), url, probe);
        return database.transaction(tx -> {
            if (!store.insert(tx, camera, seal(url), fingerprint)) {
                throw duplicate(store.byFingerprint(tx, site.id(), fingerprint).orElse(id))
                        .raised();
            }
            for (int i = 0; i < zones.size(); i++) {
                store.putZone(tx, id, i, zones.get(i));
            }
            audit.note(tx, caller, "camera.register", id, Map.of("name", camera.name(), "host", camera.host()));
            told(tx, camera.site(), id);
            rewatch(tx, id);
            return new Registered(camera, probe);
        });
    }

    /** Connects to a URL once and keeps nothing. */
    ProbeResult probe(String url) {
        return probe(allowed(url));
    }

    Camera change(Caller caller, UUID id, int version, Change change) {
        String wanted = change.url();
        CameraUrl url = wanted == null ? null : allowed(wanted);
        Rules rules = change.rules();
        if (rules != null) {
            check(rules);
        }
        return database.transaction(tx -> {
            Camera old = seen(tx, caller, id).camera();
            if (!store.rename(tx, id, version, Objects.requireNonNullElse(change.name(), old.name()))) {
                throw Request.stale().raised();
            }
            if (url != null) {
                byte[] fingerprint = key.fingerprint("camera", url.withoutUserInfo());
                store.byFingerprint(tx, old.site(), fingerprint)
                        .filter(other -> !other.equals(id))
                        .ifPresent(other -> {
                            throw duplicate(other).raised();
                        });
                store.relocate(tx, id, url.place(), seal(url), fingerprint);
            }
            if (rules != null) {
                store.rule(tx, id, rules);
            }
            audit.note(
                    tx,
                    caller,
                    "camera.change",
                    id,
                    Map.of("name", old.name(), "url", url != null, "rules", rules != null));
            told(tx, old.site(), id);
            rewatch(tx, id);
            return seen(tx, caller, id).camera();
        });
    }

    private void check(Rules rules) {
        try {
            watching.check(rules);
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/rules", e.getMessage() + ".").raised();
        }
    }

    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            Camera camera = seen(tx, caller, id).camera();
            zoneListener.removing(
                    tx,
                    caller,
                    judged(tx, id).stream()
                            .map(zone -> UUID.fromString(zone.id()))
                            .toList());
            store.remove(tx, id, clock.instant());
            audit.note(tx, caller, "camera.remove", id, Map.of("name", camera.name()));
            told(tx, camera.site(), id);
            tx.afterCommit(() -> watching.remove(id.toString()));
        });
    }

    List<Camera> list(Caller caller, Optional<UUID> site) {
        return database.transaction(tx -> store.list(tx, caller, site).stream()
                .map(row -> fresh(row.camera()))
                .toList());
    }

    Camera get(Caller caller, UUID id) {
        return fresh(database.transaction(tx -> seen(tx, caller, id)).camera());
    }

    /** The zones that someone drew; none if the whole picture counts. */
    List<Zone> zones(Caller caller, UUID id) {
        return database.transaction(tx -> {
            seen(tx, caller, id);
            return store.zones(tx, id);
        });
    }

    /** Replaces all zones; those that come with their id keep it, and with it what is known about them. */
    List<Zone> replaceZones(Caller caller, UUID id, int version, List<WantedZone> wanted) {
        return database.transaction(tx -> {
            Camera camera = store.lock(tx, id)
                    .map(CameraStore.Row::camera)
                    .filter(found -> caller.sees(found.site()))
                    .orElseThrow(() -> Problem.notFound("camera", id).raised());
            if (!store.newVersion(tx, id, version)) {
                throw Request.stale().raised();
            }
            List<Zone> drawn = zones(id, wanted, store.zones(tx, id));
            Set<String> kept = judgedOf(id, drawn).stream().map(Zone::id).collect(Collectors.toSet());
            List<UUID> gone = judged(tx, id).stream()
                    .map(Zone::id)
                    .filter(zone -> !kept.contains(zone))
                    .map(UUID::fromString)
                    .toList();
            if (!gone.isEmpty()) {
                zoneListener.removing(tx, caller, gone);
                store.removeZones(tx, gone, clock.instant());
            }
            for (int i = 0; i < drawn.size(); i++) {
                store.putZone(tx, id, i, drawn.get(i));
            }
            audit.note(tx, caller, "camera.zones", id, Map.of("zones", drawn.size()));
            told(tx, camera.site(), id);
            rewatch(tx, id);
            return drawn;
        });
    }

    /** The newest picture; 404 problem if there is none. */
    byte[] picture(Caller caller, UUID id, boolean annotated) {
        database.inTransaction(tx -> seen(tx, caller, id));
        return watching.picture(id.toString(), annotated).orElseThrow(() -> Problem.of(
                        404, "no-picture", "No picture", "The camera has shown no picture yet; its health says why.")
                .raised());
    }

    /** A camera with its site and the zones that are judged; empty if it was removed. */
    public Optional<Located> locate(Tx tx, UUID id) {
        return store.find(tx, id)
                .map(row ->
                        new Located(row.camera(), sites.known(tx, row.camera().site()), judged(tx, id)));
    }

    /** Keeps what the watch says about a camera, and tells who wants to know. */
    public void changed(CameraStatus status) {
        UUID id = UUID.fromString(status.camera());
        database.inTransaction(tx -> {
            Optional<CameraStore.Row> found = store.lock(tx, id);
            if (found.isEmpty()) {
                return;
            }
            Camera camera = found.get().camera();
            boolean wasAway = found.get().away();
            boolean away = status.health().equals("connecting") ? wasAway : AWAY.contains(status.health());
            store.status(tx, id, status, away);
            Map<String, Object> data = new LinkedHashMap<>();
            Site site = sites.known(tx, camera.site());
            data.put("site", Map.of("id", site.id(), "name", site.name()));
            data.put("camera", Map.of("id", id, "name", camera.name()));
            data.put("health", status.health());
            data.put("reason", status.reason());
            data.put("faults", status.faults());
            Instant now = clock.instant();
            if (away != wasAway) {
                outbox.tell(
                        tx,
                        Message.about(
                                away ? MessageType.CAMERA_OFFLINE : MessageType.CAMERA_ONLINE, now, site.id(), data));
            }
            if (!camera.faults().equals(status.faults())) {
                outbox.tell(tx, Message.about(MessageType.CAMERA_VIEW_FAULT, now, site.id(), data));
            }
            told(tx, site.id(), id);
        });
    }

    private ProbeResult probe(CameraUrl url) {
        return watching.probe(url, settings.get(Settings.CAMERAS_PROBE_WITHIN));
    }

    private Camera probed(UUID id, UUID site, String name, CameraUrl url, ProbeResult probe) {
        Instant now = clock.instant();
        if (probe instanceof ProbeResult.Seen seen) {
            return new Camera(
                    id,
                    site,
                    name,
                    url.place(),
                    "connecting",
                    "",
                    List.of(),
                    List.of(),
                    null,
                    null,
                    seen.keyFrameSeconds(),
                    seen.width(),
                    seen.height(),
                    seen.codec(),
                    Rules.NONE,
                    1,
                    now);
        }
        ProbeResult.Failed failed = (ProbeResult.Failed) probe;
        return new Camera(
                id,
                site,
                name,
                url.place(),
                failed.health(),
                failed.reason(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                0,
                0,
                "",
                Rules.NONE,
                1,
                now);
    }

    private CameraUrl allowed(String text) {
        return CameraUrls.allowed(settings, text);
    }

    private void rewatch(Tx tx, UUID id) {
        WatchedCamera camera = watched(tx, store.find(tx, id).orElseThrow());
        tx.afterCommit(() -> watching.put(camera));
    }

    private WatchedCamera watched(Tx tx, CameraStore.Row row) {
        Camera camera = row.camera();
        Site site = sites.known(tx, camera.site());
        return new WatchedCamera(
                camera.id().toString(),
                camera.name(),
                site.name(),
                site.timeZone(),
                CameraUrl.parse(new String(key.decrypt(URL, row.url()), StandardCharsets.UTF_8)),
                judged(tx, camera.id()),
                camera.rules(),
                states.load(tx, camera.id()));
    }

    private List<Zone> judged(Tx tx, UUID id) {
        return judgedOf(id, store.zones(tx, id));
    }

    /** Where nobody drew a zone that counts, the whole picture does; its id is the camera's. */
    private static List<Zone> judgedOf(UUID id, List<Zone> drawn) {
        if (drawn.stream().anyMatch(zone -> !zone.ignored())) {
            return drawn;
        }
        List<Zone> all = new ArrayList<>(drawn);
        all.add(Zone.wholePicture(id.toString()));
        return all;
    }

    private List<Zone> zones(UUID camera, List<WantedZone> wanted, List<Zone> old) {
        Set<String> known = old.stream().map(Zone::id).collect(Collectors.toSet());
        List<Zone> zones = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            WantedZone each = wanted.get(i);
            UUID id = each.id();
            if (id != null && !known.contains(id.toString())) {
                throw Problem.invalid(
                                "/zones/" + i + "/id",
                                "Camera " + camera + " has no zone " + id + "; leave the id out for a new one.")
                        .raised();
            }
            if (id != null && zones.stream().anyMatch(zone -> zone.id().equals(id.toString()))) {
                throw Problem.invalid("/zones/" + i + "/id", "The zone " + id + " is there twice.")
                        .raised();
            }
            try {
                zones.add(new Zone(
                        (id == null ? ids.next() : id).toString(),
                        each.name(),
                        each.polygon(),
                        each.kinds().stream().map(Kind::of).collect(Collectors.toSet())));
            } catch (IllegalArgumentException e) {
                throw Problem.invalid("/zones/" + i, String.valueOf(e.getMessage()))
                        .raised();
            }
        }
        return zones;
    }

    private CameraStore.Row seen(Tx tx, Caller caller, UUID id) {
        return store.find(tx, id)
                .filter(row -> caller.sees(row.camera().site()))
                .orElseThrow(() -> Problem.notFound("camera", id).raised());
    }

    /** With what the watch knows this moment; it writes down changes only, not every picture. */
    private Camera fresh(Camera camera) {
        return watching.status(camera.id().toString())
                .map(status -> new Camera(
                        camera.id(),
                        camera.site(),
                        camera.name(),
                        camera.host(),
                        status.health(),
                        status.reason(),
                        status.faults(),
                        status.zones(),
                        status.lastPicture() == null ? camera.lastPicture() : status.lastPicture(),
                        status.lastInspection() == null ? camera.lastInspection() : status.lastInspection(),
                        status.keyFrameSeconds() == null ? camera.keyFrameSeconds() : status.keyFrameSeconds(),
                        status.width() == 0 ? camera.width() : status.width(),
                        status.height() == 0 ? camera.height() : status.height(),
                        status.codec().isEmpty() ? camera.codec() : status.codec(),
                        camera.rules(),
                        camera.version(),
                        camera.createdAt()))
                .orElse(camera);
    }

    private void told(Tx tx, UUID site, UUID camera) {
        events.publish(tx, "camera.changed", site, Map.of("camera", camera));
    }

    private byte[] seal(CameraUrl url) {
        return key.encrypt(URL, url.secret().getBytes(StandardCharsets.UTF_8));
    }

    private static Problem duplicate(UUID existing) {
        return Problem.conflict(
                        "camera-exists",
                        "Camera exists",
                        "This site has a camera with that URL: " + existing + ". Change that one instead.")
                .with("existing", existing);
    }
}
