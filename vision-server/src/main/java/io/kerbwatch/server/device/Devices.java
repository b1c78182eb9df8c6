package io.kerbwatch.server.device;

import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.camera.CameraUrls;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.stream.CameraUrl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Keeps the devices, and how they fare. */
public final class Devices {
    private static final String PURPOSE = "device-secret";
    /** How far behind the newest report the row of a device may be: one write for many reports. */
    private static final Duration HEARD_EVERY = Duration.ofSeconds(5);

    private static final Duration SAME_CLOCK = Duration.ofMinutes(1);

    /** Nobody may ask to miss one sooner. */
    private static final Duration LEAST_SILENCE = Duration.ofSeconds(30);

    /** Its pictures are fetched, as a camera's. */
    private static final String STREAM = "stream";

    private static final Map<String, Set<String>> LINKS = Map.of(
            Device.DUST_MONITOR, Set.of("http", "mqtt", "hj212", "modbus"),
            Device.PEOPLE_COUNTER, Set.of("http", "mqtt"),
            Device.ENTRANCE_CAMERA, Set.of(STREAM));
    private static final Map<String, String> PLACES = Map.of(
            Device.DUST_MONITOR, "road",
            Device.PEOPLE_COUNTER, "public-toilet",
            Device.ENTRANCE_CAMERA, "public-toilet");

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final MasterKey key;
    private final Settings settings;
    private final Sites sites;
    private final Accounts accounts;
    private final Events events;
    private final Audit audit;
    private final DeviceListener listener;

    public Devices(
            Database database,
            InstantSource clock,
            Ids ids,
            MasterKey key,
            Settings settings,
            Sites sites,
            Accounts accounts,
            Events events,
            Audit audit,
            DeviceListener listener) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.key = key;
        this.settings = settings;
        this.sites = sites;
        this.accounts = accounts;
        this.events = events;
        this.audit = audit;
        this.listener = listener;
    }

    /**
     * A device as someone wants it; what is null takes its default, or stays as it is. What it is, where and how it is
     * linked cannot be changed afterwards.
     *
     * @param password that an HJ 212 monitor sends with each packet
     * @param url of a camera's stream, with what it asks for; never shown again
     */
    record Wanted(
            @Nullable UUID site,
            @Nullable String kind,
            @Nullable String link,
            @Nullable String name,
            Device.@Nullable Setup setup,
            @Nullable String password,
            @Nullable String url) {}

    /**
     * A device that was just made.
     *
     * @param secret token that it reports with, told once; null where its link has none
     */
    record Made(Device device, @Nullable String secret) {}

    /**
     * Registers a device.
     *
     * @throws Problem.Raised 400 for what does not fit together, 404 without the site, 409 {@code name-taken} or {@code
     *     identity-taken}
     */
    Made create(Caller caller, Wanted wanted) {
        UUID at = Objects.requireNonNull(wanted.site());
        Device asked = new Device(
                ids.next(),
                at,
                Objects.requireNonNull(wanted.kind()),
                Objects.requireNonNull(wanted.link()),
                Objects.requireNonNull(wanted.name()),
                Objects.requireNonNullElse(wanted.setup(), Device.Setup.NONE),
                "waiting",
                "",
                null,
                1,
                clock.instant());
        check(asked, wanted, true);
        Optional<CameraUrl> url = url(wanted);
        Device device = url.map(found -> at(asked, found)).orElse(asked);
        Optional<String> identity = identity(device, url);
        return database.transaction(tx -> {
            Site site = sites.lock(tx, at)
                    .filter(found -> caller.sees(at))
                    .orElseThrow(() -> Problem.notFound("site", at).raised());
            if (!site.kind().equals(PLACES.get(device.kind()))) {
                throw Problem.invalid(
                                "/site",
                                "A " + device.kind() + " belongs to a site of the kind " + PLACES.get(device.kind())
                                        + "; '" + site.name() + "' is a " + site.kind() + ".")
                        .raised();
            }
            mustBeFree(tx, device, identity);
            tx.handle()
                    .createUpdate("insert into device (id, site, kind, link, name, settings, secret, identity, health,"
                            + " version, created_at) values (:id, :site, :kind, :link, :name, :settings, :secret,"
                            + " :identity, 'waiting', 1, :now)")
                    .bind("id", device.id())
                    .bind("site", at)
                    .bind("kind", device.kind())
                    .bind("link", device.link())
                    .bind("name", device.name())
                    .bind("settings", Json.text(device.setup()))
                    .bind("secret", sealed(url.map(CameraUrl::secret).orElse(wanted.password())))
                    .bind("identity", identity.orElse(null))
                    .bind("now", device.createdAt())
                    .execute();
            audit.note(tx, caller, "device.create", device.id(), Map.of("name", device.name(), "kind", device.kind()));
            changed(tx, device);
            return new Made(device, token(tx, caller, device));
        });
    }

    /**
     * Changes its name, setup, password or URL.
     *
     * @throws Problem.Raised 400, 404, 409 or 412
     */
    Device change(Caller caller, UUID id, int version, Wanted wanted) {
        return database.transaction(tx -> {
            Device old = seen(tx, caller, id);
            Device asked = new Device(
                    id,
                    old.site(),
                    old.kind(),
                    old.link(),
                    Objects.requireNonNullElse(wanted.name(), old.name()),
                    Objects.requireNonNullElse(wanted.setup(), old.setup()),
                    old.health(),
                    old.healthReason(),
                    old.lastReportAt(),
                    version + 1,
                    old.createdAt());
            check(asked, wanted, false);
            Optional<CameraUrl> url = url(wanted);
            Device device = url.map(found -> at(asked, found)).orElseGet(() -> where(asked, old));
            Optional<String> identity = identity(device, url);
            mustBeFree(tx, device, identity);
            int changed = tx.handle()
                    .createUpdate("update device set name = :name, settings = :settings,"
                            + " identity = coalesce(:identity, identity), secret = coalesce(:secret, secret), version = version + 1"
                            + " where id = :id and version = :version and removed_at is null")
                    .bind("id", id)
                    .bind("name", device.name())
                    .bind("settings", Json.text(device.setup()))
                    .bind("identity", identity.orElse(null))
                    .bind("secret", sealed(url.map(CameraUrl::secret).orElse(wanted.password())))
                    .bind("version", version)
                    .execute();
            if (changed == 0) {
                throw Request.stale().raised();
            }
            audit.note(tx, caller, "device.change", id, Map.of("name", device.name()));
            changed(tx, device);
            return device;
        });
    }

    /** Gives a device a new token; the one before stops working. */
    Made renew(Caller caller, UUID id) {
        return database.transaction(tx -> {
            Device device = seen(tx, caller, id);
            String secret = token(tx, caller, device);
            if (secret == null) {
                throw Problem.conflict(
                                "no-token",
                                "No token",
                                "A device that is linked by " + device.link() + " does not report with a token.")
                        .raised();
            }
            return new Made(device, secret);
        });
    }

    /** Takes a device away; what is open because of it is withdrawn. */
    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            Device device = seen(tx, caller, id);
            listener.removing(tx, caller, id);
            accounts.revokeDeviceTokens(tx, id);
            tx.handle()
                    .createUpdate("update device set removed_at = :now where id = :id")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            audit.note(tx, caller, "device.remove", id, Map.of("name", device.name()));
            changed(tx, device);
        });
    }

    List<Device> list(Caller caller, Optional<UUID> site, Optional<String> kind) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from device where removed_at is null and (:all or site = any(:sites))"
                        + " and (cast(:site as uuid) is null or site = :site)"
                        + " and (cast(:kind as text) is null or kind = :kind) order by name, id")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("site", site.orElse(null))
                .bind("kind", kind.orElse(null))
                .map((rows, context) -> read(rows))
                .list());
    }

    /**
     * One device.
     *
     * @throws Problem.Raised 404 if there is none, or the caller may not see it
     */
    public Device get(Caller caller, UUID id) {
        return database.transaction(tx -> seen(tx, caller, id));
    }

    /** A device that has not been removed. */
    public Optional<Device> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from device where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** All devices of a kind. */
    public List<Device> all(Tx tx, String kind) {
        return tx.handle()
                .createQuery("select * from device where kind = :kind and removed_at is null order by id")
                .bind("kind", kind)
                .map((rows, context) -> read(rows))
                .list();
    }

    /**
     * A device whose pictures are fetched.
     *
     * @param line that people cross on them
     * @param url with what the camera asks for; never to be shown
     */
    public record Streamed(Device device, CountLine line, CameraUrl url) {}

    /** All devices whose pictures are fetched. */
    public List<Streamed> streamed(Tx tx) {
        return tx.handle()
                .createQuery("select * from device where link = :link and removed_at is null order by id")
                .bind("link", STREAM)
                .map((rows, context) -> {
                    Device device = read(rows);
                    byte[] url = key.decrypt(PURPOSE, rows.getBytes("secret"));
                    return new Streamed(
                            device,
                            Objects.requireNonNull(device.setup().entrance())
                                    .line()
                                    .counted(),
                            CameraUrl.parse(new String(url, StandardCharsets.UTF_8)));
                })
                .list();
    }

    /**
     * The device that reports with the caller's token.
     *
     * @param kind that it has to be of
     * @throws Problem.Raised 403 for everybody else
     */
    public Device reporting(Tx tx, Caller caller, String kind) {
        return caller.device()
                .flatMap(id -> find(tx, id))
                .filter(device -> device.kind().equals(kind))
                .orElseThrow(() -> Problem.forbidden("This is for a " + kind + " that reports with its own token.")
                        .raised());
    }

    /** A device and what it proves itself with, by the name that it goes by on its link. */
    public Optional<Registered> registered(Tx tx, String link, String identity) {
        return tx.handle()
                .createQuery("select d.*, s.time_zone from device d join site s on s.id = d.site"
                        + " where d.link = :link and d.identity = :identity and d.removed_at is null")
                .bind("link", link)
                .bind("identity", identity)
                .map((rows, context) ->
                        new Registered(read(rows), rows.getString("time_zone"), matcher(rows.getBytes("secret"))))
                .findFirst();
    }

    /**
     * A device on a link where it has to say who it is.
     *
     * @param timeZone of its site
     * @param password whether that is its password
     */
    public record Registered(Device device, String timeZone, Predicate<String> password) {}

    /** It was heard: it is well unless somebody says otherwise. */
    public void heard(Tx tx, UUID id, Instant at) {
        Optional<UUID> recovered = tx.handle()
                .createQuery("with old as (select id, site, health from device where id = :id)"
                        // What lies ahead is of a clock that was set back since, and would hide a silence.
                        + " update device d set last_report_at = case when last_report_at > :ahead then :at"
                        + " else greatest(last_report_at, :at) end,"
                        + " health = case when d.health = 'faulty' then d.health else 'ok' end,"
                        + " health_reason = case when d.health = 'faulty' then health_reason else '' end"
                        + " from old where d.id = old.id and (d.health in ('waiting', 'silent')"
                        + " or d.last_report_at is null or d.last_report_at < :late or d.last_report_at > :ahead)"
                        + " returning case when old.health in ('waiting', 'silent') then d.site end")
                .bind("id", id)
                .bind("at", at)
                .bind("late", at.minus(HEARD_EVERY))
                .bind("ahead", at.plus(SAME_CLOCK))
                .mapTo(UUID.class)
                .findFirst();
        recovered.ifPresent(site -> events.publish(tx, "device.changed", site, Map.of("device", id)));
    }

    /**
     * Says that what it tells cannot be relied on, or with an empty reason that it can again. Of one that is silent there
     * is nothing to say until it is heard; a stream is fetched by ourselves, and why it is silent is known.
     */
    public void judged(Tx tx, Device device, String fault) {
        int said = tx.handle()
                .createUpdate("update device set health = :health, health_reason = :fault where id = :id and case"
                        + " when :fault = '' then health = 'faulty'"
                        + " else (health <> 'silent' or link = :stream)"
                        + " and (health <> 'faulty' or health_reason <> :fault) end")
                .bind("id", device.id())
                .bind("health", fault.isEmpty() ? "ok" : "faulty")
                .bind("fault", fault)
                .bind("stream", STREAM)
                .execute();
        if (said > 0) {
            changed(tx, device);
        }
    }

    /** Marks those as silent that have not been heard for too long. */
    public void missSilent() {
        Instant now = clock.instant();
        database.inTransaction(tx -> tx.handle()
                .createQuery("select * from device where removed_at is null"
                        // We fetch what is linked by a stream ourselves, and know better what is wrong with it.
                        + " and (health = 'ok' or health = 'faulty' and link <> 'stream')"
                        + " and last_report_at < :late for no key update skip locked")
                .bind("late", now.minus(LEAST_SILENCE))
                .map((rows, context) -> read(rows))
                .list()
                .forEach(device -> {
                    Instant last = Objects.requireNonNull(device.lastReportAt());
                    int limit = device.setup().silentAfter(device.kind());
                    if (Duration.between(last, now).toSeconds() >= limit) {
                        tx.handle()
                                .createUpdate("update device set health = 'silent', health_reason = :reason"
                                        + " where id = :id")
                                .bind("id", device.id())
                                .bind("reason", "nothing was heard since " + last)
                                .execute();
                        changed(tx, device);
                    }
                }));
    }

    private Device seen(Tx tx, Caller caller, UUID id) {
        return find(tx, id)
                .filter(device -> caller.sees(device.site()))
                .orElseThrow(() -> Problem.notFound("device", id).raised());
    }

    /** Links on which a device shows a token. */
    private static final Set<String> TOKENS = Set.of("http", "mqtt");

    private @Nullable String token(Tx tx, Caller caller, Device device) {
        accounts.revokeDeviceTokens(tx, device.id());
        return TOKENS.contains(device.link())
                ? accounts.createDeviceToken(tx, caller, device.id(), device.site(), device.name())
                : null;
    }

    private byte @Nullable [] sealed(@Nullable String secret) {
        return secret == null ? null : key.encrypt(PURPOSE, secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Compares in a time that does not tell how much of it was right. */
    private Predicate<String> matcher(byte @Nullable [] sealed) {
        if (sealed == null) {
            return said -> false;
        }
        byte[] secret = key.decrypt(PURPOSE, sealed);
        return said -> MessageDigest.isEqual(secret, said.getBytes(StandardCharsets.UTF_8));
    }

    private Optional<CameraUrl> url(Wanted wanted) {
        return Optional.ofNullable(wanted.url()).map(text -> CameraUrls.allowed(settings, text));
    }

    /** The device with where its stream is, which nobody but us says. */
    private static Device at(Device device, CameraUrl url) {
        return where(device, url.place());
    }

    private static Device where(Device device, Device old) {
        Device.Entrance entrance = old.setup().entrance();
        return entrance == null ? device : where(device, entrance.host());
    }

    private static Device where(Device device, @Nullable String host) {
        Device.Entrance entrance = device.setup().entrance();
        if (entrance == null) {
            return device;
        }
        return new Device(
                device.id(),
                device.site(),
                device.kind(),
                device.link(),
                device.name(),
                device.setup().seenAt(new Device.Entrance(entrance.line(), true, host)),
                device.health(),
                device.healthReason(),
                device.lastReportAt(),
                device.version(),
                device.createdAt());
    }

    /** What no other device may have: the MN of a monitor, the stream of a camera at one site; empty if that stays. */
    private Optional<String> identity(Device device, Optional<CameraUrl> url) {
        return url.map(found -> HexFormat.of()
                        .formatHex(key.fingerprint("device-url", device.site() + " " + found.withoutUserInfo())))
                .or(() -> Optional.ofNullable(device.setup().mn()));
    }

    private static void check(Device device, Wanted wanted, boolean made) {
        String password = wanted.password();
        Set<String> links = LINKS.getOrDefault(device.kind(), Set.of());
        if (!links.contains(device.link())) {
            throw Problem.invalid(
                            "/link",
                            "A " + device.kind() + " is linked by one of "
                                    + links.stream().sorted().toList() + ".")
                    .raised();
        }
        Device.Setup setup = device.setup();
        boolean dust = device.kind().equals(Device.DUST_MONITOR);
        boolean hj212 = device.link().equals("hj212");
        need(
                hj212 == (setup.mn() != null),
                "/setup/mn",
                hj212 ? "Say the MN of the monitor; it stands on its plate or in its menu." : "Only HJ 212 has an MN.");
        need(
                hj212 == (setup.unit() != null),
                "/setup/unit",
                hj212
                        ? "Say in which unit the monitor sends dust (mg, ug or ng); compare with its display."
                        : "Only HJ 212 needs a unit; other links send ug/m3.");
        need(hj212 || setup.minutes() == null, "/setup/minutes", "Only HJ 212 has means of several minutes here.");
        need(
                !made || hj212 == (password != null),
                "/password",
                hj212 ? "Say the password that is set in the monitor." : "Only HJ 212 has a password here.");
        need(made || hj212 || password == null, "/password", "Only HJ 212 has a password here.");
        boolean counter = device.kind().equals(Device.PEOPLE_COUNTER);
        need(
                counter == (setup.counts() != null),
                "/setup/counts",
                counter
                        ? "Say whether it reports interval or cumulative counts."
                        : dust ? "A monitor counts nobody." : "People on pictures are counted here.");
        boolean stream = device.link().equals(STREAM);
        need(
                stream == (setup.entrance() != null),
                "/setup/entrance",
                stream
                        ? "Say which line people cross on the picture, and on which side of it inside is."
                        : "Only a camera at an entrance has a line.");
        need(
                stream ? !made || wanted.url() != null : wanted.url() == null,
                "/url",
                stream ? "Say where the camera's stream is." : "Only a camera has a URL.");
        Device.Entrance entrance = setup.entrance();
        if (entrance != null) {
            check(entrance);
        }
        boolean modbus = device.link().equals("modbus");
        need(
                modbus == (setup.modbus() != null),
                "/setup/modbus",
                modbus
                        ? "Say where the monitor is and in which registers its values stand."
                        : "Only Modbus has registers.");
        need(dust || setup.background() == null, "/setup/background", "Only a dust monitor can be in the background.");
    }

    private static void check(Device.Entrance entrance) {
        need(
                Boolean.TRUE.equals(entrance.outside()),
                "/setup/entrance/outside",
                "Cameras inside of public toilets are forbidden, whatever they look at (in China by State Council Order"
                        + " 799). Say outside: true if this one hangs outside and sees nothing of the inside.");
        try {
            var unused = entrance.line().counted();
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/setup/entrance/line", "It cannot be used: " + e.getMessage() + ".")
                    .raised();
        }
    }

    private static void need(boolean holds, String pointer, String words) {
        if (!holds) {
            throw Problem.invalid(pointer, words).raised();
        }
    }

    private static void mustBeFree(Tx tx, Device device, Optional<String> identity) {
        boolean named = tx.handle()
                .createQuery("select exists (select 1 from device where site = :site and name = :name and id <> :id"
                        + " and removed_at is null)")
                .bind("site", device.site())
                .bind("name", device.name())
                .bind("id", device.id())
                .mapTo(Boolean.class)
                .one();
        if (named) {
            throw Problem.conflict(
                            "name-taken", "Name taken", "The site has a device called '" + device.name() + "' already.")
                    .raised();
        }
        Optional<String> holder = tx.handle()
                .createQuery("select name from device where link = :link and identity = :identity and id <> :id"
                        + " and removed_at is null")
                .bind("link", device.link())
                .bind("identity", identity.orElse(null))
                .bind("id", device.id())
                .mapTo(String.class)
                .findFirst();
        holder.ifPresent(other -> {
            if (device.link().equals(STREAM)) {
                throw Problem.conflict(
                                "identity-taken",
                                "Identity taken",
                                "Another device of this site (" + other + ") counts on that stream already; who passes"
                                        + " would be counted twice.")
                        .raised();
            }
            throw Problem.conflict(
                            "identity-taken",
                            "Identity taken",
                            "Another device (" + other + ") has the "
                                    + device.link().toUpperCase(Locale.ROOT)
                                    + " identity '" + device.setup().mn() + "'; two with one identity cannot be told"
                                    + " apart.")
                    .raised();
        });
    }

    private void changed(Tx tx, Device device) {
        events.publish(tx, "device.changed", device.site(), Map.of("device", device.id()));
    }

    private static Device read(ResultSet rows) throws SQLException {
        return new Device(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                rows.getString("kind"),
                rows.getString("link"),
                rows.getString("name"),
                Json.read(rows.getString("settings"), Device.Setup.class),
                rows.getString("health"),
                rows.getString("health_reason"),
                Rows.instant(rows, "last_report_at"),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }
}
