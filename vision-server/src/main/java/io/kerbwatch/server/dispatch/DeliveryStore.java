package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of deliveries and attempts. */
final class DeliveryStore {
    /** One message on its way to one endpoint, taken by this process for a while. */
    record Claim(
            UUID delivery,
            UUID lease,
            UUID endpoint,
            UUID message,
            byte[] body,
            boolean dispatching,
            boolean fast,
            @Nullable UUID order,
            int round,
            @Nullable Long serial,
            Instant base,
            int attempt,
            Instant began,
            ZoneId zone) {}

    /**
     * Work that is due at an endpoint, of one lane.
     *
     * @param fast whether it is orders in their first minute, which neither wait for others nor for the breaker
     * @param probing whether the endpoint has failed so often that only one delivery may try it
     * @param robot whether it takes so many messages a minute only
     */
    record Work(UUID endpoint, boolean fast, boolean probing, boolean robot) {}

    /** What waits: how much, and since when the oldest message about an order does. */
    record Backlog(long waiting, @Nullable Instant oldestOrder) {}

    /** A line of the delivery log. */
    record Line(
            UUID id,
            String message,
            String type,
            @Nullable UUID order,
            @Nullable Long sequence,
            @Nullable Long serial,
            String state,
            int attempts,
            String lastResult,
            Instant createdAt,
            Instant dueAt,
            @Nullable Instant deliveredAt,
            @Nullable Long milliseconds) {}

    /** One attempt of a delivery. */
    record Attempt(
            int number,
            Instant beganAt,
            long milliseconds,
            @Nullable Integer status,
            String result) {}

    /** Orders in their first minute, of deliveries d; :lane is a minute ago. */
    private static final String FAST = "d.fast and d.base_at > :lane";

    /** Of several servers, at most. */
    private static final Duration CLOCKS_DIFFER = Duration.ofSeconds(5);

    private static final Duration LONGEST_LEASE = Duration.ofMinutes(3);
    private static final Duration ROBOT_SPAN = Duration.ofMinutes(1);
    private static final int MOST_IN_A_DIGEST = 500;

    private final Database database;

    DeliveryStore(Database database) {
        this.database = database;
    }

    List<Work> work(Instant now) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select distinct d.endpoint, " + FAST + " as hurry, e.open_until is not null as broken,"
                        + " e.kind in ('dingtalk', 'wecom', 'feishu') as robot"
                        + " from delivery d join endpoint e on e.id = d.endpoint"
                        + " where d.state = 'waiting' and d.due_at <= :now and e.state <> 'disabled'"
                        + " and (d.leased_until is null or d.leased_until <= :now)"
                        + " and (e.paced_until is null or e.paced_until <= :now)"
                        + " and (e.open_until is null or e.open_until <= :now or " + FAST + ") order by hurry desc")
                .bind("now", now)
                .bind("lane", now.minus(Schedule.FAST_LANE))
                .map((rows, context) -> new Work(
                        rows.getObject("endpoint", UUID.class),
                        rows.getBoolean("hurry"),
                        rows.getBoolean("broken") && !rows.getBoolean("hurry"),
                        rows.getBoolean("robot")))
                .list());
    }

    /**
     * Takes what is due, oldest first; the attempt counts as begun once this is committed.
     *
     * @return what goes out at once, each together; only for a robot is that more than one delivery
     */
    List<List<Claim>> claim(Work work, int most, Instant now, Duration lease) {
        return database.transaction(tx -> {
            int allowed = work.probing() ? probe(tx, work, now, lease) : most;
            if (allowed == 0) {
                return List.<List<Claim>>of();
            }
            return work.robot()
                    ? toRobot(tx, work, now, lease)
                    : claim(tx, work, allowed, now, lease).stream()
                            .map(List::of)
                            .toList();
        });
    }

    /** Whoever moves the breaker on has the probe; nobody else tries until it has told how it went. */
    private static int probe(Tx tx, Work work, Instant now, Duration lease) {
        return tx.handle()
                .createUpdate("update endpoint set open_until = :until where id = :id and open_until <= :now")
                .bind("id", work.endpoint())
                .bind("until", now.plus(lease))
                .bind("now", now)
                .execute();
    }

    /** How a robot has been told: when in the last minute, and whether it had to be waited for since. */
    private record Pace(List<Instant> sent, boolean held) {
        int free() {
            return RobotKind.MOST_A_MINUTE - sent.size();
        }
    }

    /**
     * The next message to a robot, or all of them together where only one more may go in this minute, or none could go
     * for a while. Over several servers one robot still takes no more: its row is locked and remembers when the last
     * ones went.
     */
    private static List<List<Claim>> toRobot(Tx tx, Work work, Instant now, Duration lease) {
        Pace pace = pace(tx, work.endpoint(), now);
        if (pace.free() <= 0) {
            pace(
                    tx,
                    work.endpoint(),
                    pace.sent(),
                    Optional.of(pace.sent().get(0).plus(ROBOT_SPAN)));
            return List.of();
        }
        boolean together = (pace.held() || pace.free() == 1) && !work.probing();
        List<Claim> claims = claim(tx, work, together ? MOST_IN_A_DIGEST : 1, now, lease);
        if (claims.isEmpty()) {
            return List.of();
        }
        List<Instant> sent = new ArrayList<>(pace.sent());
        sent.add(now);
        pace(tx, work.endpoint(), sent, Optional.empty());
        return List.of(claims);
    }

    private static Pace pace(Tx tx, UUID endpoint, Instant now) {
        return tx.handle()
                .createQuery("select sent, paced_until is not null as held from endpoint where id = :id"
                        + " for no key update")
                .bind("id", endpoint)
                .map((rows, context) -> new Pace(
                        Arrays.stream((Timestamp[]) rows.getArray("sent").getArray())
                                .map(Timestamp::toInstant)
                                .filter(at -> at.isAfter(now.minus(ROBOT_SPAN)))
                                .sorted()
                                .toList(),
                        rows.getBoolean("held")))
                .one();
    }

    private static void pace(Tx tx, UUID endpoint, List<Instant> sent, Optional<Instant> until) {
        tx.handle()
                .createUpdate("update endpoint set sent = cast(:sent as timestamptz[]), paced_until = :until"
                        + " where id = :id")
                .bind("id", endpoint)
                .bind("sent", sent.stream().map(Instant::toString).toArray(String[]::new))
                .bind("until", until.orElse(null))
                .execute();
    }

    private static List<Claim> claim(Tx tx, Work work, int most, Instant now, Duration lease) {
        UUID mark = UUID.randomUUID();
        return tx.handle()
                .createQuery("with due as (select id from delivery d where endpoint = :endpoint and state = 'waiting'"
                        + " and due_at <= :now and (leased_until is null or leased_until <= :now)"
                        + " and (" + FAST + ") = :hurry order by due_at, message limit :most for update skip locked),"
                        + " taken as (update delivery d set lease = :lease, leased_until = :until,"
                        + " attempts = attempts + 1, began_at = coalesce(began_at, :now) from due"
                        + " where d.id = due.id returning d.*)"
                        + " select t.*, m.body, m.order_id, m.round, s.time_zone from taken t"
                        + " join message m on m.id = t.message left join site s on s.id = m.site"
                        + " order by m.id")
                .bind("endpoint", work.endpoint())
                .bind("hurry", work.fast())
                .bind("lane", now.minus(Schedule.FAST_LANE))
                .bind("now", now)
                .bind("most", most)
                .bind("lease", mark)
                .bind("until", now.plus(lease))
                .map((rows, context) -> new Claim(
                        rows.getObject("id", UUID.class),
                        mark,
                        work.endpoint(),
                        rows.getObject("message", UUID.class),
                        rows.getBytes("body"),
                        rows.getBoolean("dispatching"),
                        rows.getBoolean("fast"),
                        Rows.id(rows, "order_id"),
                        rows.getInt("round"),
                        rows.getObject("serial", Long.class),
                        rows.getTimestamp("base_at").toInstant(),
                        rows.getInt("attempts"),
                        now,
                        ZoneId.of(Objects.requireNonNullElse(rows.getString("time_zone"), "Asia/Shanghai"))))
                .list();
    }

    /** Gives up what has waited for too long behind an endpoint that takes nothing; what was never tried elsewhere is. */
    int expire(Instant before) {
        return database.transaction(tx -> tx.handle()
                .createUpdate("update delivery d set state = 'given-up',"
                        + " last_result = case when last_result = '' then 'the endpoint took nothing' else last_result end"
                        + " from endpoint e where e.id = d.endpoint and d.state = 'waiting' and d.base_at < :before"
                        + " and d.leased_until is null and (d.attempts > 0 or e.open_until is not null"
                        + " or e.state = 'disabled')")
                .bind("before", before)
                .execute());
    }

    Backlog backlog() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select count(*) as waiting, min(created_at) filter (where fast) as oldest"
                        + " from delivery where state = 'waiting'")
                .map((rows, context) -> new Backlog(rows.getLong("waiting"), Rows.instant(rows, "oldest")))
                .one());
    }

    void logAttempt(Tx tx, Claim claim, Courier.Result result) {
        tx.handle()
                .createUpdate("insert into attempt (delivery, number, began_at, milliseconds, status, result, answer)"
                        + " values (:delivery, :number, :began, :milliseconds, :status, :result, :answer)"
                        + " on conflict do nothing")
                .bind("delivery", claim.delivery())
                .bind("number", claim.attempt())
                .bind("began", claim.began())
                .bind("milliseconds", result.milliseconds())
                .bind("status", result.status())
                .bind("result", result.result())
                .bind("answer", result.answer())
                .execute();
    }

    /** Ends a delivery well; false if it was delivered already, by an attempt that had been given up for lost. */
    boolean delivered(Tx tx, Claim claim, String result, Instant now) {
        return tx.handle()
                        .createUpdate("update delivery set state = 'delivered', delivered_at = :now, lease = null,"
                                + " leased_until = null, last_result = :result where id = :id and state <> 'delivered'")
                        .bind("id", claim.delivery())
                        .bind("now", now)
                        .bind("result", result)
                        .execute()
                == 1;
    }

    void failed(Tx tx, Claim claim, String result, Optional<Instant> next) {
        tx.handle()
                .createUpdate("update delivery set state = :state, due_at = coalesce(:due, due_at), lease = null,"
                        + " leased_until = null, last_result = :result where id = :id and lease = :lease"
                        + " and state = 'waiting'")
                .bind("id", claim.delivery())
                .bind("lease", claim.lease())
                .bind("state", next.isPresent() ? "waiting" : "given-up")
                .bind("due", next.orElse(null))
                .bind("result", result)
                .execute();
    }

    /**
     * Makes due what waits for an instant that a clock which was set back would reach much too late: what is to begin in
     * the future, and what has been tried there.
     */
    int clockWentBack(Instant now) {
        return database.transaction(tx -> {
            // (Of null and another value, least is the other one.)
            tx.handle()
                    .createUpdate("update endpoint set sent = '{}',"
                            + " open_until = case when open_until is not null then least(open_until, :now) end,"
                            + " paced_until = case when paced_until is not null then least(paced_until, :now) end")
                    .bind("now", now)
                    .execute();
            return tx.handle()
                    .createUpdate("update delivery d set base_at = least(base_at, :now), due_at = least(due_at, :now),"
                            + " leased_until = case when leased_until is not null then least(leased_until, :lease) end"
                            + " where state = 'waiting' and (base_at > :soon or exists"
                            + " (select 1 from attempt a where a.delivery = d.id and a.began_at > :soon))")
                    .bind("now", now)
                    .bind("soon", now.plus(CLOCKS_DIFFER))
                    .bind("lease", now.plus(LONGEST_LEASE))
                    .execute();
        });
    }

    /** Lets what is to begin in the future, by a clock that was set back since, begin now. */
    void beginNow(Instant now) {
        database.inTransaction(tx -> tx.handle()
                .createUpdate("update delivery set base_at = :now, due_at = least(due_at, :now)"
                        + " where state = 'waiting' and base_at > :soon")
                .bind("now", now)
                .bind("soon", now.plus(CLOCKS_DIFFER))
                .execute());
    }

    /** Makes all that waits for an endpoint due: it is there again. */
    void hurry(Tx tx, UUID endpoint, Instant now) {
        tx.handle()
                .createUpdate("update delivery set due_at = :now where endpoint = :endpoint and state = 'waiting'"
                        + " and due_at > :now and leased_until is null")
                .bind("endpoint", endpoint)
                .bind("now", now)
                .execute();
    }

    /**
     * When there is something more to do, at the earliest. What is due already and has no place waits for the end of an
     * attempt, and must not hide what falls due meanwhile elsewhere.
     */
    Optional<Instant> nextDue(Instant now) {
        return database.transaction(tx -> Optional.ofNullable(tx.handle()
                .createQuery("select min(due) as due from (select greatest(d.due_at, d.leased_until, e.paced_until,"
                        + " case when " + FAST + " then null else e.open_until end) as due from delivery d"
                        + " join endpoint e on e.id = d.endpoint where d.state = 'waiting' and e.state <> 'disabled')"
                        + " as all_due where due > :now")
                .bind("now", now)
                .bind("lane", now.minus(Schedule.FAST_LANE))
                .map((rows, context) -> Optional.ofNullable(Rows.instant(rows, "due")))
                .one()
                .orElse(null)));
    }

    List<Line> log(UUID endpoint, Optional<UUID> order, Optional<String> state, UUID before, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select d.*, m.type, m.order_id, m.sequence,"
                        + " (select a.milliseconds from attempt a where a.delivery = d.id"
                        + " order by a.began_at desc limit 1) as milliseconds"
                        + " from delivery d join message m on m.id = d.message where d.endpoint = :endpoint"
                        + " and (cast(:order as uuid) is null or m.order_id = :order)"
                        + " and (cast(:state as text) is null or d.state = :state)"
                        + " and d.message < :before order by d.message desc limit :limit")
                .bind("endpoint", endpoint)
                .bind("order", order.orElse(null))
                .bind("state", state.orElse(null))
                .bind("before", before)
                .bind("limit", limit)
                .map((rows, context) -> line(rows))
                .list());
    }

    List<Attempt> attempts(UUID endpoint, UUID delivery) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select a.* from attempt a join delivery d on d.id = a.delivery"
                        + " where a.delivery = :delivery and d.endpoint = :endpoint order by a.began_at")
                .bind("delivery", delivery)
                .bind("endpoint", endpoint)
                .map((rows, context) -> new Attempt(
                        rows.getInt("number"),
                        rows.getTimestamp("began_at").toInstant(),
                        rows.getLong("milliseconds"),
                        rows.getObject("status", Integer.class),
                        rows.getString("result")))
                .list());
    }

    /**
     * Makes deliveries due once more, as if new; their message keeps its id.
     *
     * @param deliveries these; if empty, all that were created between the two instants
     * @param state only those that ended so
     */
    int replay(
            Tx tx,
            UUID endpoint,
            List<UUID> deliveries,
            Instant from,
            Instant to,
            Optional<String> state,
            Instant now) {
        return tx.handle()
                .createUpdate("update delivery set state = 'waiting', base_at = :now, due_at = :now, attempts = 0,"
                        + " lease = null, leased_until = null where endpoint = :endpoint and state <> 'waiting'"
                        + " and (cast(:state as text) is null or state = :state)"
                        + " and (id = any(:ids) or (cardinality(:ids) = 0 and created_at >= :from"
                        + " and created_at < :to))")
                .bind("endpoint", endpoint)
                .bind("ids", deliveries.toArray(UUID[]::new))
                .bind("from", from)
                .bind("to", to)
                .bind("state", state.orElse(null))
                .bind("now", now)
                .execute();
    }

    private static Line line(ResultSet rows) throws SQLException {
        return new Line(
                rows.getObject("id", UUID.class),
                Message.wireId(rows.getObject("message", UUID.class)),
                rows.getString("type"),
                Rows.id(rows, "order_id"),
                rows.getObject("sequence", Long.class),
                rows.getObject("serial", Long.class),
                rows.getString("state"),
                rows.getInt("attempts"),
                rows.getString("last_result"),
                rows.getTimestamp("created_at").toInstant(),
                rows.getTimestamp("due_at").toInstant(),
                Rows.instant(rows, "delivered_at"),
                rows.getObject("milliseconds", Long.class));
    }
}
