package io.kerbwatch.server.site;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.dispatch.Endpoint;
import io.kerbwatch.server.dispatch.Endpoints;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the sites. */
public final class Sites {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Endpoints endpoints;
    private final Events events;
    private final Audit audit;

    public Sites(Database database, InstantSource clock, Ids ids, Endpoints endpoints, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.endpoints = endpoints;
        this.events = events;
        this.audit = audit;
    }

    /** A site as someone wants it; what is null takes its default, or stays as it is. */
    public record Wanted(
            @Nullable String name,
            @Nullable String kind,
            @Nullable String village,
            @Nullable Double latitude,
            @Nullable Double longitude,
            @Nullable String timeZone,
            @Nullable String dispatchMode,
            @Nullable UUID dispatchEndpoint) {
        /** A refuse station whose orders go to an endpoint. */
        public static Wanted dispatchingTo(String name, UUID endpoint) {
            return new Wanted(name, null, null, null, null, null, "webhook", endpoint);
        }
    }

    /**
     * Makes a site.
     *
     * @throws Problem.Raised if the name is taken, or the dispatch endpoint is missing or unknown; 403 for who is limited to
     *     sites, who could not see it
     */
    public Site create(Caller caller, Wanted wanted) {
        if (!caller.sites().isEmpty()) {
            throw Problem.forbidden("You may see some sites only; only who may see all of them makes one.")
                    .raised();
        }
        Site site = merged(
                new Site(
                        ids.next(),
                        "",
                        "refuse-station",
                        "",
                        null,
                        null,
                        "Asia/Shanghai",
                        wanted.dispatchEndpoint() == null ? "crews" : "webhook",
                        null,
                        1,
                        clock.instant()),
                wanted);
        return database.transaction(tx -> {
            check(tx, caller, site, wanted);
            int made = write(
                    tx,
                    "insert into site (id, name, kind, village, latitude, longitude, time_zone, dispatch_mode,"
                            + " dispatch_endpoint, version, created_at) values (:id, :name, :kind, :village, :latitude,"
                            + " :longitude, :timeZone, :mode, :endpoint, :version, :created) on conflict do nothing",
                    site);
            if (made == 0) {
                throw nameTaken(site.name()).raised();
            }
            audit.note(tx, caller, "site.create", site.id(), Map.of("name", site.name()));
            events.publish(tx, "site.changed", site.id(), Map.of("site", site.id()));
            return site;
        });
    }

    Site change(Caller caller, UUID id, int version, Wanted wanted) {
        return database.transaction(tx -> {
            Site old = find(tx, id).filter(site -> caller.sees(id)).orElseThrow(() -> Problem.notFound("site", id)
                    .raised());
            Site site = merged(
                    new Site(
                            id,
                            old.name(),
                            old.kind(),
                            old.village(),
                            old.latitude(),
                            old.longitude(),
                            old.timeZone(),
                            old.dispatchMode(),
                            old.dispatchEndpoint(),
                            version + 1,
                            old.createdAt()),
                    wanted);
            check(tx, caller, site, wanted);
            if (!old.name().equals(site.name()) && named(tx, site.name())) {
                throw nameTaken(site.name()).raised();
            }
            int changed = write(
                    tx,
                    "update site set name = :name, kind = :kind, village = :village, latitude = :latitude, longitude = :longitude,"
                            + " time_zone = :timeZone, dispatch_mode = :mode, dispatch_endpoint = :endpoint,"
                            + " version = :version where id = :id and version = :version - 1"
                            + " and cast(:created as timestamptz) is not null",
                    site);
            if (changed == 0) {
                throw Request.stale().raised();
            }
            audit.note(tx, caller, "site.change", id, Map.of("name", site.name()));
            events.publish(tx, "site.changed", id, Map.of("site", id));
            return site;
        });
    }

    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            if (!caller.sees(id) || lock(tx, id).isEmpty()) {
                throw Problem.notFound("site", id).raised();
            }
            boolean used = tx.handle()
                    .createQuery("select exists (select 1 from camera where site = :id and removed_at is null)"
                            + " or exists (select 1 from device where site = :id and removed_at is null)"
                            + " or exists (select 1 from orders where site = :id and ended_at is null)")
                    .bind("id", id)
                    .mapTo(Boolean.class)
                    .one();
            if (used) {
                throw Problem.conflict(
                                "site-in-use",
                                "Site in use",
                                "The site has cameras, devices or open orders; remove its cameras and devices and end its orders first.")
                        .raised();
            }
            tx.handle()
                    .createUpdate("update site set removed_at = :now, dispatch_endpoint = null where id = :id")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            audit.note(tx, caller, "site.remove", id, Map.of());
            events.publish(tx, "site.changed", id, Map.of("site", id));
        });
    }

    List<Site> list(Caller caller) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from site where removed_at is null and (:all or id = any(:sites)) order by name")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> read(rows))
                .list());
    }

    /**
     * One site.
     *
     * @throws Problem.Raised 404 if there is none, or the caller may not see it
     */
    public Site get(Caller caller, UUID id) {
        return database.transaction(tx -> find(tx, id))
                .filter(site -> caller.sees(id))
                .orElseThrow(() -> Problem.notFound("site", id).raised());
    }

    /** A site that has not been removed. */
    public Optional<Site> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from site where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** A site, removed or not: for what happened there. */
    public Site known(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from site where id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .one();
    }

    /** As {@link #known(Tx, UUID)}, of several at once. */
    public Map<UUID, Site> known(Tx tx, Set<UUID> ids) {
        return tx
                .handle()
                .createQuery("select * from site where id = any(:ids)")
                .bind("ids", ids.toArray(UUID[]::new))
                .map((rows, context) -> read(rows))
                .stream()
                .collect(Collectors.toMap(Site::id, site -> site));
    }

    public int count(Tx tx) {
        return tx.handle()
                .createQuery("select count(*) from site where removed_at is null")
                .mapTo(Integer.class)
                .one();
    }

    /**
     * Takes a site for the rest of the transaction, so that two things that are found there at once do not make two
     * orders. Who locks an order too locks the site first.
     */
    public Optional<Site> lock(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from site where id = :id and removed_at is null for no key update")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    private void check(Tx tx, Caller caller, Site site, Wanted wanted) {
        UUID endpoint = site.dispatchEndpoint();
        boolean there = endpoint == null
                || endpoints
                        .find(tx, endpoint)
                        // One that others set stays; to another one's a site's orders must not be turned.
                        .filter(found -> wanted.dispatchEndpoint() == null || Endpoints.theirs(caller, found))
                        .isPresent();
        if (!there) {
            throw Problem.invalid("/dispatchEndpoint", "There is no endpoint " + endpoint + "; create it first.")
                    .raised();
        }
        if (endpoint != null
                && !endpoints.find(tx, endpoint).map(Endpoint::takesOrders).orElse(false)) {
            throw Problem.invalid(
                            "/dispatchEndpoint",
                            "Endpoint " + endpoint + " cannot have orders: a robot answers for a chat and a broker for"
                                    + " itself. Name a webhook; the other one is told of orders all the same.")
                    .raised();
        }
        if (endpoint == null && !site.dispatchMode().equals("crews")) {
            throw Problem.invalid(
                            "/dispatchEndpoint",
                            "The dispatch mode " + site.dispatchMode() + " needs an endpoint to dispatch to.")
                    .raised();
        }
    }

    private static Site merged(Site old, Wanted wanted) {
        String zone = Objects.requireNonNullElse(wanted.timeZone(), old.timeZone());
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw Problem.invalid("/timeZone", "There is no time zone '" + zone + "'; write one like Asia/Shanghai.")
                    .raised();
        }
        return new Site(
                old.id(),
                Objects.requireNonNullElse(wanted.name(), old.name()),
                Objects.requireNonNullElse(wanted.kind(), old.kind()),
                Objects.requireNonNullElse(wanted.village(), old.village()).trim(),
                wanted.latitude() == null ? old.latitude() : wanted.latitude(),
                wanted.longitude() == null ? old.longitude() : wanted.longitude(),
                zone,
                Objects.requireNonNullElse(wanted.dispatchMode(), old.dispatchMode()),
                wanted.dispatchEndpoint() == null ? old.dispatchEndpoint() : wanted.dispatchEndpoint(),
                old.version(),
                old.createdAt());
    }

    private static boolean named(Tx tx, String name) {
        return tx.handle()
                .createQuery("select exists (select 1 from site where name = :name and removed_at is null)")
                .bind("name", name)
                .mapTo(Boolean.class)
                .one();
    }

    private static Problem nameTaken(String name) {
        return Problem.conflict("name-taken", "Name taken", "There is a site called '" + name + "' already.");
    }

    private static int write(Tx tx, String sql, Site site) {
        return tx.handle()
                .createUpdate(sql)
                .bind("id", site.id())
                .bind("name", site.name())
                .bind("kind", site.kind())
                .bind("village", site.village())
                .bind("latitude", site.latitude())
                .bind("longitude", site.longitude())
                .bind("timeZone", site.timeZone())
                .bind("mode", site.dispatchMode())
                .bind("endpoint", site.dispatchEndpoint())
                .bind("version", site.version())
                .bind("created", site.createdAt())
                .execute();
    }

    private static Site read(ResultSet rows) throws SQLException {
        return new Site(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("kind"),
                rows.getString("village"),
                Rows.number(rows, "latitude"),
                Rows.number(rows, "longitude"),
                rows.getString("time_zone"),
                rows.getString("dispatch_mode"),
                Rows.id(rows, "dispatch_endpoint"),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }
}
