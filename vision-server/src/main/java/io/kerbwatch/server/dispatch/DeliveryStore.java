package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
            @Nullable UUID order,
            int round,
            Instant base,
            int attempt,
            Instant began) {}

    /** A line of the delivery log. */
    record Line(
            UUID id,
            String message,
            String type,
            @Nullable UUID order,
            @Nullable Long sequence,
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

    private final Database database;

    DeliveryStore(Database database) {
        this.database = database;
    }

    List<UUID> endpointsWithWork(Instant now) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select distinct d.endpoint from delivery d join endpoint e on e.id = d.endpoint"
                        + " where d.state = 'waiting' and d.due_at <= :now and e.state = 'active'"
                        + " and (d.leased_until is null or d.leased_until <= :now)")
                .bind("now", now)
                .mapTo(UUID.class)
                .list());
    }

    /** Takes what is due, oldest first; the attempt counts as begun once this is committed. */
    List<Claim> claim(UUID endpoint, int most, Instant now, Duration lease) {
        UUID mark = UUID.randomUUID();
        return database.transaction(tx -> tx.handle()
                .createQuery("with due as (select id from delivery where endpoint = :endpoint and state = 'waiting'"
                        + " and due_at <= :now and (leased_until is null or leased_until <= :now)"
                        + " order by due_at, id limit :most for update skip locked),"
                        + " taken as (update delivery d set lease = :lease, leased_until = :until,"
                        + " attempts = attempts + 1, began_at = coalesce(began_at, :now) from due"
                        + " where d.id = due.id returning d.*)"
                        + " select t.*, m.body, m.order_id, m.round from taken t join message m on m.id = t.message"
                        + " order by m.id")
                .bind("endpoint", endpoint)
                .bind("now", now)
                .bind("most", most)
                .bind("lease", mark)
                .bind("until", now.plus(lease))
                .map((rows, context) -> new Claim(
                        rows.getObject("id", UUID.class),
                        mark,
                        endpoint,
                        rows.getObject("message", UUID.class),
                        rows.getBytes("body"),
                        rows.getBoolean("dispatching"),
                        Rows.id(rows, "order_id"),
                        rows.getInt("round"),
                        rows.getTimestamp("base_at").toInstant(),
                        rows.getInt("attempts"),
                        now))
                .list());
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

    /** When there is something to do next, at the earliest. */
    Optional<Instant> nextDue() {
        return database.transaction(tx -> Optional.ofNullable(tx.handle()
                .createQuery("select min(greatest(d.due_at, coalesce(d.leased_until, d.due_at))) as due from delivery d"
                        + " join endpoint e on e.id = d.endpoint where d.state = 'waiting' and e.state = 'active'")
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

    /** Makes deliveries due once more, as if new; their message keeps its id. */
    int replay(Tx tx, UUID endpoint, List<UUID> deliveries, Instant from, Instant to, Instant now) {
        return tx.handle()
                .createUpdate("update delivery set state = 'waiting', base_at = :now, due_at = :now, attempts = 0,"
                        + " lease = null, leased_until = null where endpoint = :endpoint and state <> 'waiting'"
                        + " and (id = any(:ids) or (cardinality(:ids) = 0 and created_at >= :from"
                        + " and created_at < :to))")
                .bind("endpoint", endpoint)
                .bind("ids", deliveries.toArray(UUID[]::new))
                .bind("from", from)
                .bind("to", to)
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
                rows.getString("state"),
                rows.getInt("attempts"),
                rows.getString("last_result"),
                rows.getTimestamp("created_at").toInstant(),
                rows.getTimestamp("due_at").toInstant(),
                Rows.instant(rows, "delivered_at"),
                rows.getObject("milliseconds", Long.class));
    }
}
