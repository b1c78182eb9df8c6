package io.kerbwatch.server.order;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.calendar.Pause;
import io.kerbwatch.server.crew.Load;
import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Rows of orders and of their history. */
final class OrderStore {
    /**
     * A line of an order's history; from is null where it began, and equals to where nothing moved.
     *
     * @param receiver who had the order after it
     * @param opinion what the actor wanted to say beside the reason
     * @param seconds that the order stood in {@code from}, without pauses; null where nothing moved
     * @param overdue clocks that had run out before it
     * @param attachments photos that belong to it
     * @param expectedRound in which the actor believed the order to be
     */
    record Line(
            int number,
            Instant at,
            String node,
            String event,
            @Nullable String from,
            String to,
            String actor,
            String actorName,
            String role,
            String reason,
            int round,
            @Nullable String idempotencyKey,
            @Nullable UUID snapshot,
            @Nullable Receiver receiver,
            @Nullable String opinion,
            @Nullable Double seconds,
            List<String> overdue,
            List<UUID> attachments,
            @Nullable Integer expectedRound) {
        Line {
            overdue = List.copyOf(overdue);
            attachments = List.copyOf(attachments);
        }

        private Line truncated() {
            return new Line(
                    number,
                    at.truncatedTo(ChronoUnit.MICROS),
                    node,
                    event,
                    from,
                    to,
                    actor,
                    actorName,
                    role,
                    reason,
                    round,
                    idempotencyKey,
                    snapshot,
                    receiver,
                    opinion,
                    seconds,
                    overdue,
                    attachments,
                    expectedRound);
        }
    }

    /** Which orders a list shows; empty parts do not filter. */
    record Filter(Optional<String> state, Optional<Boolean> open, Optional<UUID> site, Optional<String> words) {}

    Optional<Order> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from orders where id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** An order for the rest of the transaction. */
    Optional<Order> lock(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from orders where id = :id for no key update")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** The newest order of a site that a new incident may join, for the rest of the transaction. */
    Optional<Order> lockJoinable(Tx tx, UUID site, String kind, String dispatchMode) {
        return tx.handle()
                .createQuery("select * from orders where site = :site and class = :class and dispatch_mode = :mode"
                        + " and state in ('filed', 'dispatched', 'accepted') and ended_at is null"
                        + " order by id desc limit 1 for no key update")
                .bind("site", site)
                .bind("class", kind)
                .bind("mode", dispatchMode)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** How many orders cameras, or devices, have filed since an instant. */
    int filedBy(Tx tx, String source, Instant since) {
        // Two texts, since an index of cameras' orders alone serves one of them.
        return tx.handle()
                .createQuery("select count(*) from orders where source = "
                        + (source.equals("camera") ? "'camera'" : "'device'") + " and created_at > :since")
                .bind("since", since)
                .mapTo(Integer.class)
                .one();
    }

    /** How many orders one camera has filed since an instant: those whose first incident is its own. */
    int filedByCamera(Tx tx, UUID camera, Instant since) {
        return tx.handle()
                .createQuery("select count(*) from incident i join orders o on o.id = i.order_id"
                        + " where i.camera = :camera and o.source = 'camera' and o.created_at > :since"
                        + " and not exists (select 1 from incident e where e.order_id = o.id and e.id < i.id)")
                .bind("since", since)
                .bind("camera", camera)
                .mapTo(Integer.class)
                .one();
    }

    /** How many orders one device has filed since an instant. */
    int filedByDevice(Tx tx, UUID device, Instant since) {
        return tx.handle()
                .createQuery("select count(*) from incident i join orders o on o.id = i.order_id"
                        + " where i.device = :device and o.created_at > :since")
                .bind("since", since)
                .bind("device", device)
                .mapTo(Integer.class)
                .one();
    }

    /** What each crew member has on their hands, by id, and when they were sent last since an instant. */
    Map<UUID, Load> loads(Tx tx, Instant since) {
        Map<UUID, Load> loads = new HashMap<>();
        tx.handle()
                .createQuery("select receiver_id, count(*) filter (where state in ('dispatched', 'accepted',"
                        + " 'arrived')) as open, max(dispatched_at) as last from orders"
                        + " where receiver_kind = 'crew' and (ended_at is null or dispatched_at > :since)"
                        + " and receiver_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' group by receiver_id")
                .bind("since", since)
                .map((rows, context) -> Map.entry(
                        UUID.fromString(rows.getString("receiver_id")),
                        new Load(rows.getInt("open"), Rows.instant(rows, "last"))))
                .forEach(load -> loads.put(load.getKey(), load.getValue()));
        return loads;
    }

    /** What is a crew member's own, or waits for anyone of their team: open, or ended since an instant. */
    List<Order> ofMember(Tx tx, UUID member, Instant since) {
        return tx.handle()
                .createQuery("select * from orders where (receiver_kind = 'crew' and receiver_id = :member"
                        + " or state = 'dispatched' and receiver_kind = 'team' and receiver_id ="
                        + " (select team::text from crew_member where id = cast(:member as uuid)))"
                        + " and (ended_at is null or ended_at > :since) order by id")
                .bind("member", member.toString())
                .bind("since", since)
                .map((rows, context) -> read(rows))
                .list();
    }

    /** Those that have not ended. */
    List<UUID> open(Tx tx) {
        return tx.handle()
                .createQuery("select id from orders where ended_at is null order by id")
                .mapTo(UUID.class)
                .list();
    }

    /** Keeps that a zone has had its root-cause order on a day. */
    void keepRootCause(Tx tx, UUID zone, LocalDate day, UUID order) {
        tx.handle()
                .createUpdate("insert into root_cause (zone, day, order_id) values (:zone, :day, :order)")
                .bind("zone", zone)
                .bind("day", day)
                .bind("order", order)
                .execute();
    }

    boolean rootCauseFiled(Tx tx, UUID zone, LocalDate day) {
        return tx.handle()
                .createQuery("select exists (select 1 from root_cause where zone = :zone and day = :day)")
                .bind("zone", zone)
                .bind("day", day)
                .mapTo(Boolean.class)
                .one();
    }

    List<UUID> inState(Tx tx, State state) {
        return tx.handle()
                .createQuery("select id from orders where state = :state order by id")
                .bind("state", state.code())
                .mapTo(UUID.class)
                .list();
    }

    List<Order> list(Tx tx, Caller caller, Filter filter, UUID before, int limit) {
        Optional<String> words = filter.words().map(String::strip).map(text -> text.toLowerCase(Locale.ROOT));
        var query = tx.handle()
                .createQuery("select * from orders where (:all or site = any(:sites))"
                        + " and (cast(:state as text) is null or state = :state)"
                        + " and (cast(:open as boolean) is null or (ended_at is null) = :open)"
                        + " and (cast(:site as uuid) is null or site = :site)"
                        + (words.isPresent()
                                ? " and (number like :begin or reverse(number) like :end or site = any(:named))"
                                : "")
                        + " and id < :before order by id desc limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("state", filter.state().orElse(null))
                .bind("open", filter.open().orElse(null))
                .bind("site", filter.site().orElse(null))
                .bind("before", before)
                .bind("limit", limit);
        words.ifPresent(text -> query.bind("begin", plain(text) + "%")
                .bind("end", plain(new StringBuilder(text).reverse().toString()) + "%")
                .bind("named", sitesNamed(tx, text)));
        return query.map((rows, context) -> read(rows)).list();
    }

    /** Sites with that in their names, which are few: then each of the three ways to an order has an index. */
    private static UUID[] sitesNamed(Tx tx, String words) {
        return tx.handle()
                .createQuery("select id from site where position(:words in lower(name)) > 0")
                .bind("words", words)
                .mapTo(UUID.class)
                .list()
                .toArray(UUID[]::new);
    }

    /** A text in which nothing stands for something else. */
    private static String plain(String text) {
        return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }

    List<Order> list(Tx tx, Caller caller, Open311.Filter filter, int limit) {
        return tx.handle()
                .createQuery("select * from orders where (:all or site = any(:sites))"
                        + " and (cast(:numbers as text[]) is null or number = any(:numbers))"
                        + " and (cast(:service as text) is null or class = :service)"
                        + " and (cast(:open as boolean) is null or (ended_at is null) = :open)"
                        + " and created_at between :from and :until order by created_at desc, id desc limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind(
                        "numbers",
                        filter.numbers()
                                .map(numbers -> numbers.toArray(String[]::new))
                                .orElse(null))
                .bind("service", filter.service().orElse(null))
                .bind("open", filter.open().orElse(null))
                .bind("from", filter.from())
                .bind("until", filter.until())
                .bind("limit", limit)
                .map((rows, context) -> read(rows))
                .list();
    }

    /** The next number of a day; it may leave gaps, never repeats. */
    int nextNumber(Tx tx, LocalDate day) {
        return tx.handle()
                .createQuery("insert into order_day (day, last) values (:day, 1)"
                        + " on conflict (day) do update set last = order_day.last + 1 returning last")
                .bind("day", day)
                .mapTo(Integer.class)
                .one();
    }

    void insert(Tx tx, Order order) {
        bind(
                        tx.handle()
                                .createUpdate("insert into orders (id, number, site, class, dispatch_mode,"
                                        + " dispatch_endpoint, reports, source, note, rule,"
                                        + " created_at, state, round, reworks, reopened,"
                                        + " declined, pauses, filed_at, done_reported,"
                                        + " late, escalated, question, before_snapshot, sequence, moves) values (:id,"
                                        + " :number, :site, :class, :mode, :endpoint, :reports, :source, :note,"
                                        + " :rule, :created, :state, :round, :reworks,"
                                        + " :reopened, :declined, :pauses, :filed, :doneReported, :late,"
                                        + " :escalated, :question, :before, :sequence, :moves)"),
                        order)
                .bind("number", order.number())
                .bind("site", order.site())
                .bind("class", order.kind())
                .bind("mode", order.dispatchMode())
                .bind("endpoint", order.dispatchEndpoint())
                .bind("reports", order.reports())
                .bind("source", order.source())
                .bind("note", order.note())
                .bind("rule", Json.text(order.rule()))
                .bind("created", order.createdAt())
                .execute();
    }

    void save(Tx tx, Order order) {
        Receiver receiver = order.receiver();
        State suspendedFrom = order.suspendedFrom();
        bind(
                        tx.handle()
                                .createUpdate("update orders set state = :state, round = :round, reworks = :reworks,"
                                        + " reopened = :reopened, declined = :declined, receiver_kind = :receiverKind,"
                                        + " receiver_id = :receiverId, receiver_name = :receiverName,"
                                        + " suspended_from = :suspendedFrom, pauses = :pauses,"
                                        + " filed_at = :filed, dispatched_at = :dispatched, accepted_at = :accepted,"
                                        + " arrived_at = :arrived, done_at = :done, ended_at = :ended,"
                                        + " filed_to_arrived = :filedToArrived,"
                                        + " dispatched_to_arrived = :dispatchedToArrived,"
                                        + " done_by = :doneBy, done_reported = :doneReported, late = :late, closed_by = :closedBy,"
                                        + " merged_into = :mergedInto, escalated = :escalated, question = :question,"
                                        + " before_snapshot = :before, after_snapshot = :after, sequence = :sequence,"
                                        + " moves = :moves where id = :id"),
                        order)
                .bind("receiverKind", receiver == null ? null : receiver.kind())
                .bind("receiverId", receiver == null ? null : receiver.id())
                .bind("receiverName", receiver == null ? null : receiver.name())
                .bind("suspendedFrom", suspendedFrom == null ? null : suspendedFrom.code())
                .bind("dispatched", order.dispatchedAt())
                .bind("accepted", order.acceptedAt())
                .bind("arrived", order.arrivedAt())
                .bind("done", order.doneAt())
                .bind("doneBy", order.doneBy())
                .bind("ended", order.endedAt())
                .bind("filedToArrived", order.filedToArrived())
                .bind("dispatchedToArrived", order.dispatchedToArrived())
                .bind("closedBy", order.closedBy())
                .bind("mergedInto", order.mergedInto())
                .bind("after", order.afterSnapshot())
                .execute();
    }

    /**
     * Writes a move, chained to the one before it. The order's row is locked, so no other comes in between.
     *
     * @return its hash
     */
    byte[] history(Tx tx, UUID order, Line exact) {
        // As exact as the database keeps it, or the hash would not fit what is read later.
        Line line = exact.truncated();
        byte[] before = tx.handle()
                .createQuery("select hash from order_move where order_id = :order and number = :number")
                .bind("order", order)
                .bind("number", line.number() - 1)
                .map((rows, context) -> rows.getBytes("hash"))
                .findFirst()
                .orElse(HistoryChain.BEGINNING);
        byte[] hash = HistoryChain.hash(before, order, line);
        Receiver receiver = line.receiver();
        tx.handle()
                .createUpdate("insert into order_move (order_id, number, at, node, event, from_state, to_state, actor,"
                        + " actor_name, role, reason, round, idempotency_key, snapshot, hash, receiver_kind,"
                        + " receiver_id, receiver_name, opinion, seconds, overdue, attachments, expected_round)"
                        + " values (:order, :number, :at, :node, :event, :from, :to, :actor, :actorName, :role,"
                        + " :reason, :round, :key, :snapshot, :hash, :receiverKind, :receiverId, :receiverName,"
                        + " :opinion, :seconds, :overdue, :attachments, :expectedRound)")
                .bind("order", order)
                .bind("number", line.number())
                .bind("at", line.at())
                .bind("node", line.node())
                .bind("event", line.event())
                .bind("from", line.from())
                .bind("to", line.to())
                .bind("actor", line.actor())
                .bind("actorName", line.actorName())
                .bind("role", line.role())
                .bind("reason", line.reason())
                .bind("round", line.round())
                .bind("key", line.idempotencyKey())
                .bind("snapshot", line.snapshot())
                .bind("hash", hash)
                .bind("receiverKind", receiver == null ? null : receiver.kind())
                .bind("receiverId", receiver == null ? null : receiver.id())
                .bind("receiverName", receiver == null ? null : receiver.name())
                .bind("opinion", line.opinion())
                .bind("seconds", line.seconds())
                .bind("overdue", line.overdue().toArray(String[]::new))
                .bind("attachments", line.attachments().toArray(UUID[]::new))
                .bind("expectedRound", line.expectedRound())
                .execute();
        return hash;
    }

    /** When an order came into the state that it is in. */
    Optional<Instant> entered(Tx tx, UUID order) {
        return tx.handle()
                .createQuery("select at from order_move where order_id = :order"
                        + " and (from_state is null or from_state <> to_state) order by number desc limit 1")
                .bind("order", order)
                .map((rows, context) -> rows.getTimestamp("at").toInstant())
                .findFirst();
    }

    /** Newest moves since an instant, of orders that moved. */
    void heads(Tx tx, Instant since, HeadReader reader) {
        tx.handle()
                .createQuery("select distinct on (order_id) order_id, number, hash from order_move"
                        + " where at >= :since and hash is not null order by order_id, number desc")
                .bind("since", since)
                .map((rows, context) -> {
                    reader.head(rows.getObject("order_id", UUID.class), rows.getInt("number"), rows.getBytes("hash"));
                    return true;
                })
                .list();
    }

    /** Takes the head of an order's chain. */
    interface HeadReader {
        void head(UUID order, int number, byte[] hash);
    }

    List<Line> history(Tx tx, UUID order) {
        return tx.handle()
                .createQuery("select * from order_move where order_id = :order order by number")
                .bind("order", order)
                .map((rows, context) -> line(rows))
                .list();
    }

    static Line line(ResultSet rows) throws SQLException {
        String receiver = rows.getString("receiver_kind");
        return new Line(
                rows.getInt("number"),
                rows.getTimestamp("at").toInstant(),
                rows.getString("node"),
                rows.getString("event"),
                rows.getString("from_state"),
                rows.getString("to_state"),
                rows.getString("actor"),
                rows.getString("actor_name"),
                rows.getString("role"),
                rows.getString("reason"),
                rows.getInt("round"),
                rows.getString("idempotency_key"),
                Rows.id(rows, "snapshot"),
                receiver == null
                        ? null
                        : new Receiver(receiver, rows.getString("receiver_id"), rows.getString("receiver_name")),
                rows.getString("opinion"),
                Rows.number(rows, "seconds"),
                Rows.texts(rows, "overdue"),
                Rows.ids(rows, "attachments"),
                rows.getObject("expected_round", Integer.class));
    }

    private static <S extends SqlStatement<S>> S bind(S statement, Order order) {
        return statement
                .bind("id", order.id())
                .bind("state", order.state().code())
                .bind("round", order.round())
                .bind("reworks", order.reworks())
                .bind("reopened", order.reopened())
                .bind("declined", order.declined())
                .bind("pauses", Json.text(order.pauses()))
                .bind("filed", order.filedAt())
                .bind("doneReported", order.doneReported())
                .bind("late", order.late())
                .bind("escalated", order.escalated().toArray(String[]::new))
                .bind("question", order.question())
                .bind("before", order.beforeSnapshot())
                .bind("sequence", order.sequence())
                .bind("moves", order.moves());
    }

    private static Order read(ResultSet rows) throws SQLException {
        String receiver = rows.getString("receiver_kind");
        String suspendedFrom = rows.getString("suspended_from");
        return new Order(
                rows.getObject("id", UUID.class),
                rows.getString("number"),
                rows.getObject("site", UUID.class),
                rows.getString("class"),
                rows.getString("dispatch_mode"),
                Rows.id(rows, "dispatch_endpoint"),
                rows.getString("reports"),
                rows.getString("source"),
                rows.getString("note"),
                Json.read(rows.getString("rule"), DeadlineRule.class),
                rows.getTimestamp("created_at").toInstant(),
                State.of(rows.getString("state")),
                rows.getInt("round"),
                rows.getInt("reworks"),
                rows.getInt("reopened"),
                rows.getInt("declined"),
                receiver == null
                        ? null
                        : new Receiver(receiver, rows.getString("receiver_id"), rows.getString("receiver_name")),
                suspendedFrom == null ? null : State.of(suspendedFrom),
                Json.read(rows.getString("pauses"), new TypeReference<List<Pause>>() {}),
                rows.getTimestamp("filed_at").toInstant(),
                Rows.instant(rows, "dispatched_at"),
                Rows.instant(rows, "accepted_at"),
                Rows.instant(rows, "arrived_at"),
                Rows.instant(rows, "done_at"),
                Rows.instant(rows, "ended_at"),
                Rows.number(rows, "filed_to_arrived"),
                Rows.number(rows, "dispatched_to_arrived"),
                rows.getString("done_by"),
                rows.getBoolean("done_reported"),
                rows.getBoolean("late"),
                rows.getString("closed_by"),
                Rows.id(rows, "merged_into"),
                Rows.texts(rows, "escalated"),
                rows.getInt("question"),
                Rows.id(rows, "before_snapshot"),
                Rows.id(rows, "after_snapshot"),
                rows.getLong("sequence"),
                rows.getInt("moves"));
    }
}
