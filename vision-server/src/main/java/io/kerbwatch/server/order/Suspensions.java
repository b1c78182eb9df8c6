package io.kerbwatch.server.order;

import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Requests to let an order rest. Whoever has it asks, a supervisor decides; only then do the clocks stand still. */
final class Suspensions {
    /** What stands at a request that nobody decided. */
    private static final String LAPSED = "the order went on before anybody decided";

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Events events;
    private final Desk desk;
    private final OrderBook book;
    private final OrderStore store;

    Suspensions(
            Database database,
            InstantSource clock,
            Ids ids,
            Events events,
            Desk desk,
            OrderBook book,
            OrderStore store) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.events = events;
        this.desk = desk;
        this.book = book;
        this.store = store;
    }

    /**
     * A request.
     *
     * @param until when the order is to go on by itself; null for when a supervisor says so
     * @param approved null until somebody has decided, and for good once there was nothing left to decide
     */
    record Asked(
            UUID id,
            UUID order,
            String number,
            UUID site,
            int round,
            String askedBy,
            Instant askedAt,
            String reason,
            @Nullable Instant until,
            @Nullable Boolean approved,
            @Nullable String opinion,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    /** A request as it is made. */
    record New(String reason, @Nullable Instant until) {}

    /** What a supervisor says to one. */
    record Decision(boolean approve, @Nullable String opinion) {}

    /**
     * Asks.
     *
     * @throws Problem.Raised 404; 409 {@code not-the-receiver}, {@code asked-already}, or {@code transition-not-allowed} where
     *     an order cannot be suspended
     */
    Asked ask(Caller caller, UUID order, New wanted, Optional<String> key) {
        return database.transaction(tx -> {
            Order found = desk.lockFor(tx, caller, order);
            Instant until = wanted.until();
            if (until != null && !until.isAfter(clock.instant())) {
                throw Problem.invalid("/until", "That instant has passed.").raised();
            }
            OrderRules.check(found, OrderEvent.SUSPEND, By.SUPERVISOR);
            if (openOf(tx, order).isPresent()) {
                throw Problem.conflict(
                                "asked-already",
                                "Asked already",
                                "Somebody has asked already to suspend order " + found.number() + ".")
                        .raised();
            }
            UUID id = ids.next();
            tx.handle()
                    .createUpdate("insert into suspension_request (id, order_id, round, asked_by, asked_by_name,"
                            + " asked_at, reason, until) values (:id, :order, :round, :by, :name, :at, :reason,"
                            + " :until)")
                    .bind("id", id)
                    .bind("order", order)
                    .bind("round", found.round())
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("at", clock.instant())
                    .bind("reason", wanted.reason())
                    .bind("until", until)
                    .execute();
            var unused = book.note(
                    tx,
                    found,
                    "suspension-asked",
                    Move.of(caller, Desk.roles(caller), OrderEvent.FILE, wanted.reason())
                            .keyed(key));
            changed(tx, found);
            return get(tx, id).orElseThrow();
        });
    }

    /** Those nobody has decided, the oldest first; or all, the newest first. */
    List<Asked> list(Caller caller, boolean open, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery(SELECT + " where (:all or o.site = any(:sites)) and (not :open or r.decided_at is null)"
                        + (open ? " order by r.id" : " order by r.id desc") + " limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("open", open)
                .bind("limit", limit)
                .map((rows, context) -> read(rows))
                .list());
    }

    /**
     * Decides. Approval suspends the order, from now, in the supervisor's name.
     *
     * @throws Problem.Raised 404; 409 {@code decided-already}, or {@code transition-not-allowed} if the order has gone on
     *     meanwhile
     */
    Asked decide(Caller caller, UUID id, Decision decision, Optional<String> key) {
        return database.transaction(tx -> {
            Asked seen = get(tx, id).filter(found -> caller.sees(found.site())).orElseThrow(() -> Problem.notFound(
                            "suspension request", id)
                    .raised());
            Order order = store.lock(tx, seen.order()).orElseThrow();
            Asked asked = get(tx, id).orElseThrow();
            if (asked.decidedAt() != null) {
                throw Problem.conflict(
                                "decided-already",
                                "Decided already",
                                asked.approved() == null
                                        ? "The order went on before anybody decided."
                                        : asked.decidedBy() + " has decided already.")
                        .raised();
            }
            Move.Said said = new Move.Said(Optional.ofNullable(decision.opinion()), List.of(), Optional.empty());
            Move move = Move.of(caller, OrderRules.parts(caller.role()), OrderEvent.SUSPEND, asked.reason())
                    .keyed(key)
                    .saying(said);
            if (decision.approve()) {
                Order suspended = book.move(tx, order, move);
                Instant until = asked.until();
                if (until != null) {
                    book.resumeAt(tx, suspended, until);
                }
            } else {
                var unused = book.noteAndTell(tx, order, "suspension-refused", move);
            }
            tx.handle()
                    .createUpdate("update suspension_request set approved = :approved, opinion = :opinion,"
                            + " decided_by = :by, decided_by_name = :name, decided_at = :at where id = :id")
                    .bind("approved", decision.approve())
                    .bind("opinion", decision.opinion())
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("at", clock.instant())
                    .bind("id", id)
                    .execute();
            changed(tx, order);
            return get(tx, id).orElseThrow();
        });
    }

    /**
     * Ends a request that there is nothing left to decide about: its order has ended or goes on otherwise, or rests already.
     *
     * @param move that the order made
     * @return whether there was one
     */
    static boolean lapse(Tx tx, Order order, Move move, Instant at) {
        return tx.handle()
                        .createUpdate("update suspension_request set opinion = :opinion, decided_by = :by,"
                                + " decided_by_name = :name, decided_at = :at"
                                + " where order_id = :order and decided_at is null")
                        .bind("opinion", LAPSED)
                        .bind("by", move.actor())
                        .bind("name", move.actorName())
                        .bind("at", at)
                        .bind("order", order.id())
                        .execute()
                > 0;
    }

    private static Optional<UUID> openOf(Tx tx, UUID order) {
        return tx.handle()
                .createQuery("select id from suspension_request where order_id = :order and decided_at is null")
                .bind("order", order)
                .mapTo(UUID.class)
                .findFirst();
    }

    private static Optional<Asked> get(Tx tx, UUID id) {
        return tx.handle()
                .createQuery(SELECT + " where r.id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    private static final String SELECT =
            "select r.*, o.number, o.site from suspension_request r" + " join orders o on o.id = r.order_id";

    private void changed(Tx tx, Order order) {
        events.publish(tx, "suspension.changed", order.site(), Map.of("order", order.id()));
    }

    private static Asked read(ResultSet rows) throws SQLException {
        return new Asked(
                rows.getObject("id", UUID.class),
                rows.getObject("order_id", UUID.class),
                rows.getString("number"),
                rows.getObject("site", UUID.class),
                rows.getInt("round"),
                rows.getString("asked_by_name"),
                rows.getTimestamp("asked_at").toInstant(),
                rows.getString("reason"),
                Rows.instant(rows, "until"),
                rows.getObject("approved", Boolean.class),
                rows.getString("opinion"),
                rows.getString("decided_by_name"),
                Rows.instant(rows, "decided_at"));
    }
}
