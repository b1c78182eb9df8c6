package io.kerbwatch.server.incident;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.detect.Box;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the incidents. What they mean for orders is decided by whoever calls. */
public final class Incidents {
    private final Database database;

    public Incidents(Database database) {
        this.database = database;
    }

    /** Which incidents a list shows; empty parts do not filter. */
    public record Filter(Optional<String> state, Optional<UUID> site, Optional<UUID> camera, Optional<UUID> order) {}

    public void insert(Tx tx, Incident incident) {
        tx.handle()
                .createUpdate(
                        "insert into incident (id, site, camera, camera_name, zone, zone_name, device, device_name, value, kind, source, state, order_id, opened_at,"
                                + " confirmed_at, times, places, score, opened_snapshot, note) values (:id, :site, :camera,"
                                + " :cameraName, :zone, :zoneName, :device, :deviceName, :value, :kind, :source, :state, :order, :opened, :confirmed, :times, :places, :score,"
                                + " :snapshot, :note)")
                .bind("id", incident.id())
                .bind("site", incident.site())
                .bind("camera", incident.camera())
                .bind("cameraName", incident.cameraName())
                .bind("zone", incident.zone())
                .bind("zoneName", incident.zoneName())
                .bind("device", incident.device())
                .bind("deviceName", incident.deviceName())
                .bind("value", incident.value())
                .bind("kind", incident.kind())
                .bind("source", incident.source())
                .bind("state", incident.state())
                .bind("order", incident.order())
                .bind("opened", incident.openedAt())
                .bind("confirmed", incident.confirmedAt())
                .bind("times", incident.times())
                .bind("places", Json.text(incident.places()))
                .bind("score", incident.score())
                .bind("snapshot", incident.openedSnapshot())
                .bind("note", incident.note())
                .execute();
    }

    /**
     * The incident of a zone or device and of a kind that is open or in review.
     *
     * @param subject zone or device
     */
    public Optional<Incident> openAt(Tx tx, UUID subject, String kind) {
        return tx.handle()
                .createQuery("select * from incident where subject = :subject and kind = :kind"
                        + " and state in ('open', 'review')")
                .bind("subject", subject)
                .bind("kind", kind)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** The newest incident of a zone or device and of a kind that belongs to an order. */
    public Optional<Incident> lastAt(Tx tx, UUID subject, String kind) {
        return tx.handle()
                .createQuery("select * from incident where subject = :subject and kind = :kind"
                        + " and order_id is not null order by confirmed_at desc, id desc limit 1")
                .bind("subject", subject)
                .bind("kind", kind)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** Places of a zone and kind that were false alarms since an instant. */
    public List<Box> falseAlarms(Tx tx, UUID subject, String kind, Instant since) {
        return tx
                .handle()
                .createQuery("select places from incident where subject = :subject and kind = :kind"
                        + " and verdict = 'false' and verdict_at > :since")
                .bind("subject", subject)
                .bind("kind", kind)
                .bind("since", since)
                .mapTo(String.class)
                .list()
                .stream()
                .flatMap(text -> boxes(text).stream())
                .toList();
    }

    /** Those that a zone became dirty with between two instants and that got an order; neither in review nor false. */
    public List<Incident> workedAt(Tx tx, UUID zone, Instant from, Instant until) {
        return tx.handle()
                .createQuery(
                        "select * from incident where subject = :zone and opened_at >= :from and opened_at < :until"
                                + " and order_id is not null and state in ('open', 'cleared')"
                                + " and verdict is distinct from 'false' order by opened_at, id")
                .bind("zone", zone)
                .bind("from", from)
                .bind("until", until)
                .map((rows, context) -> read(rows))
                .list();
    }

    private static final String OF_ORDER = "select * from incident where order_id = :order"
            + " or id in (select incident from incident_work where order_id = :order)";

    public List<Incident> ofOrder(Tx tx, UUID order) {
        return tx.handle()
                .createQuery(OF_ORDER + " order by id")
                .bind("order", order)
                .map((rows, context) -> read(rows))
                .list();
    }

    /** As {@link #ofOrder}, of several at once; an order without any is not among the keys. */
    public Map<UUID, List<Incident>> ofOrders(Tx tx, List<UUID> orders) {
        Map<UUID, List<Incident>> found = new HashMap<>();
        tx.handle()
                .createQuery("select i.*, i.order_id as of_order from incident i where i.order_id = any(:orders)"
                        + " union all select i.*, o.order_id from incident_work o join incident i on i.id = o.incident"
                        + " where o.order_id = any(:orders) order by id")
                .bind("orders", orders.toArray(UUID[]::new))
                .map((rows, context) -> Map.entry(rows.getObject("of_order", UUID.class), read(rows)))
                .forEach(each -> found.computeIfAbsent(each.getKey(), order -> new ArrayList<>())
                        .add(each.getValue()));
        return found;
    }

    /** Adds an order to those that an incident has: further work that it needs. */
    public void addOrder(Tx tx, UUID id, UUID order) {
        tx.handle()
                .createUpdate(
                        "insert into incident_work (incident, order_id) values (:id, :order) on conflict do nothing")
                .bind("id", id)
                .bind("order", order)
                .execute();
    }

    /** The orders that an incident has beside its first. */
    public List<UUID> furtherOrders(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select order_id from incident_work where incident = :id order by order_id")
                .bind("id", id)
                .mapTo(UUID.class)
                .list();
    }

    /** What was measured last. */
    public void measured(Tx tx, UUID id, double value) {
        tx.handle()
                .createUpdate("update incident set value = :value where id = :id")
                .bind("id", id)
                .bind("value", value)
                .execute();
    }

    /**
     * Those that are open at what is going away.
     *
     * @param subjects zones or devices
     */
    public List<Incident> openIn(Tx tx, List<UUID> subjects) {
        return tx.handle()
                .createQuery("select * from incident where subject = any(:subjects) and state in ('open', 'review')"
                        + " order by id")
                .bind("subjects", subjects.toArray(UUID[]::new))
                .map((rows, context) -> read(rows))
                .list();
    }

    /** Confirmed once more: open again, or open still. */
    public void confirmAgain(Tx tx, UUID id, Instant at, List<Box> places, double score) {
        tx.handle()
                .createUpdate("update incident set state = case when state = 'review' then 'review' else 'open' end,"
                        + " cleared_at = null, ended_at = null, confirmed_at = :at, times = times + 1,"
                        + " places = :places, score = :score where id = :id")
                .bind("id", id)
                .bind("at", at)
                .bind("places", Json.text(places))
                .bind("score", score)
                .execute();
    }

    public void clear(Tx tx, UUID id, Instant at, @Nullable UUID snapshot) {
        tx.handle()
                .createUpdate("update incident set state = 'cleared', cleared_at = :at, ended_at = :at,"
                        + " cleared_snapshot = coalesce(:snapshot, cleared_snapshot) where id = :id")
                .bind("id", id)
                .bind("at", at)
                .bind("snapshot", snapshot)
                .execute();
    }

    /** Ends as rejected or withdrawn. */
    public void end(Tx tx, UUID id, String state, Instant at) {
        tx.handle()
                .createUpdate("update incident set state = :state, ended_at = :at where id = :id")
                .bind("id", id)
                .bind("state", state)
                .bind("at", at)
                .execute();
    }

    /** Writes down what someone thinks of an incident and why; what was thought before is forgotten. */
    public void judge(Tx tx, UUID id, String verdict, @Nullable String reason, String note, String by, Instant at) {
        tx.handle()
                .createUpdate("update incident set verdict = :verdict, verdict_reason = :reason, verdict_note = :note,"
                        + " verdict_by = :by, verdict_at = :at where id = :id")
                .bind("id", id)
                .bind("verdict", verdict)
                .bind("reason", reason)
                .bind("note", note)
                .bind("by", by)
                .bind("at", at)
                .execute();
    }

    /** Hands an incident to people; it belongs to no order any more. */
    public void review(Tx tx, UUID id, String note) {
        tx.handle()
                .createUpdate("update incident set state = 'review', note = :note where id = :id and state = 'open'")
                .bind("id", id)
                .bind("note", note)
                .execute();
    }

    /** Number of the next message about an incident, from 1; whoever asks sends it in the same transaction. */
    public long nextSequence(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("update incident set sequence = sequence + 1 where id = :id returning sequence")
                .bind("id", id)
                .mapTo(Long.class)
                .one();
    }

    /** Takes an incident into an order. */
    public void assign(Tx tx, UUID id, UUID order) {
        tx.handle()
                .createUpdate("update incident set order_id = :order, state = 'open' where id = :id")
                .bind("id", id)
                .bind("order", order)
                .execute();
    }

    /** Moves all incidents of one order to another. */
    public void move(Tx tx, UUID from, UUID to) {
        tx.handle()
                .createUpdate("with further as (update incident_work set order_id = :to where order_id = :from)"
                        + " update incident set order_id = :to where order_id = :from")
                .bind("from", from)
                .bind("to", to)
                .execute();
    }

    /** Opens again what was cleared, where nothing else is open at the same zone and kind. */
    public void reopenAll(Tx tx, UUID order) {
        tx.handle()
                .createUpdate("update incident i set state = 'open', cleared_at = null, ended_at = null"
                        + " where order_id = :order and state = 'cleared' and not exists (select 1 from incident o"
                        + " where o.subject = i.subject and o.kind = i.kind and o.id <> i.id"
                        + " and (o.state in ('open', 'review') or (o.order_id = :order and o.id > i.id)))")
                .bind("order", order)
                .execute();
    }

    /**
     * One incident.
     *
     * @throws Problem.Raised 404 if there is none, or the caller may not see it
     */
    public Incident get(Caller caller, UUID id) {
        return database.transaction(tx -> find(tx, id))
                .filter(incident -> caller.sees(incident.site()))
                .orElseThrow(() -> Problem.notFound("incident", id).raised());
    }

    public Optional<Incident> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from incident where id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    List<Incident> list(Caller caller, Filter filter, UUID before, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from incident where (:all or site = any(:sites))"
                        + " and (cast(:state as text) is null or state = :state)"
                        + " and (cast(:site as uuid) is null or site = :site)"
                        + " and (cast(:camera as uuid) is null or camera = :camera)"
                        + " and (cast(:order as uuid) is null or order_id = :order)"
                        + " and id < :before order by id desc limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("state", filter.state().orElse(null))
                .bind("site", filter.site().orElse(null))
                .bind("camera", filter.camera().orElse(null))
                .bind("order", filter.order().orElse(null))
                .bind("before", before)
                .bind("limit", limit)
                .map((rows, context) -> read(rows))
                .list());
    }

    private static Incident read(ResultSet rows) throws SQLException {
        return new Incident(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                Rows.id(rows, "camera"),
                rows.getString("camera_name"),
                Rows.id(rows, "zone"),
                rows.getString("zone_name"),
                Rows.id(rows, "device"),
                rows.getString("device_name"),
                Rows.number(rows, "value"),
                rows.getString("kind"),
                rows.getString("source"),
                rows.getString("state"),
                Rows.id(rows, "order_id"),
                rows.getTimestamp("opened_at").toInstant(),
                rows.getTimestamp("confirmed_at").toInstant(),
                Rows.instant(rows, "cleared_at"),
                Rows.instant(rows, "ended_at"),
                rows.getInt("times"),
                boxes(rows.getString("places")),
                rows.getDouble("score"),
                Rows.id(rows, "opened_snapshot"),
                Rows.id(rows, "cleared_snapshot"),
                rows.getString("note"),
                rows.getString("verdict"),
                rows.getString("verdict_reason"));
    }

    private static List<Box> boxes(String json) {
        return Json.read(json, new TypeReference<List<Box>>() {});
    }
}
