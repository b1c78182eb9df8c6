package io.kerbwatch.server.order;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.watch.Verification;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The answers of cameras and of devices' rules to whether work was done. */
public final class Checks {
    private final Database database;
    private final OrderBook book;
    private final OrderStore store;

    private final CheckIns checkIns;

    Checks(Database database, OrderBook book, OrderStore store, CheckIns checkIns) {
        this.database = database;
        this.book = book;
        this.store = store;
        this.checkIns = checkIns;
    }

    /**
     * Takes an answer. One to a question that is not open any more, or that was answered before, does nothing.
     *
     * @param snapshot that it rests on, kept already in this transaction
     */
    public void answered(Tx tx, Verification.Answer answer, Optional<UUID> snapshot) {
        QuestionId.parse(answer.verification().id()).ifPresent(id -> store.lock(tx, id.order())
                .filter(order -> QuestionId.of(order).equals(id))
                .ifPresent(order -> answer(
                        tx,
                        order,
                        By.CAMERA,
                        answer.outcome(),
                        answer.reasons().isEmpty()
                                ? "all its places were clean at the same time"
                                : String.join("; ", answer.reasons()),
                        snapshot)));
    }

    private void answer(
            Tx tx, Order order, By by, Verification.Outcome outcome, String reason, Optional<UUID> snapshot) {
        OrderEvent event =
                switch (outcome) {
                    case CLEAN -> OrderEvent.SEEN_CLEAN;
                    case DIRTY -> OrderEvent.STILL_DIRTY;
                    case CANNOT_TELL -> OrderEvent.CANNOT_TELL;
                };
        boolean matters = order.state() == State.VERIFYING
                || (order.state() == State.HUMAN_CHECK && event == OrderEvent.SEEN_CLEAN);
        if (matters) {
            book.move(tx, order, Move.by(by, event, reason).showing(snapshot));
        }
    }

    /**
     * A question to the rule over a device: whether the work of an order shows in what it measures.
     *
     * @param question number of the question within the order
     * @param kind class of the order
     * @param incident kind of incident that it is about
     * @param done when the work was reported
     * @param until when its time to show runs out; null while it does not run
     */
    public record Asked(
            UUID order,
            int question,
            String kind,
            UUID site,
            UUID device,
            String incident,
            Instant done,
            @Nullable Instant until) {
        private Asked until(@Nullable Instant end) {
            return new Asked(order, question, kind, site, device, incident, done, end);
        }
    }

    /**
     * Questions that are open to rules over devices, by order; an order with several has to be answered for all at once.
     *
     * @param kinds of incidents
     */
    public List<Asked> asked(Tx tx, Set<String> kinds) {
        return tx
                .handle()
                .createQuery("select o.id, o.question, o.class, o.site, i.device, i.kind, o.done_at from orders o"
                        + " join incident i on i.order_id = o.id or i.id in"
                        + " (select incident from incident_work where order_id = o.id)"
                        + " where o.state in ('verifying', 'human-check') and o.done_at is not null"
                        + " and i.device is not null and i.kind = any(:kinds)"
                        + " and i.state not in ('rejected', 'withdrawn') order by o.id, i.id")
                .bind("kinds", kinds.toArray(String[]::new))
                .map((rows, context) -> new Asked(
                        rows.getObject("id", UUID.class),
                        rows.getInt("question"),
                        rows.getString("class"),
                        rows.getObject("site", UUID.class),
                        rows.getObject("device", UUID.class),
                        rows.getString("kind"),
                        rows.getTimestamp("done_at").toInstant(),
                        null))
                .list()
                .stream()
                .map(one -> one.until(until(tx, one.order())))
                .toList();
    }

    private @Nullable Instant until(Tx tx, UUID id) {
        return store.find(tx, id)
                .map(order -> Deadlines.of(order, book.clocks(tx, order)).verifyBy())
                .orElse(null);
    }

    /**
     * Takes the answer of a rule. One to a question that is not open any more does nothing.
     *
     * @param reason what was measured against what
     */
    public void answered(Tx tx, UUID id, int question, Verification.Outcome outcome, String reason) {
        store.lock(tx, id)
                .filter(order -> order.question() == question)
                .ifPresent(order -> answer(tx, order, By.DEVICE, outcome, reason, Optional.empty()));
    }

    /** The check-in at the door for the present round of an order, if there is one. */
    public Optional<CheckIns.CheckIn> checkIn(Tx tx, UUID id) {
        return store.find(tx, id).flatMap(order -> checkIns.of(tx, id, order.round()));
    }

    /** How often work of a class was done at a site since an instant, and believed. */
    public int times(Tx tx, UUID site, String kind, Instant since) {
        return tx.handle()
                .createQuery("select count(*) from orders where site = :site and class = :class and state = 'closed'"
                        + " and done_at >= :since")
                .bind("site", site)
                .bind("class", kind)
                .bind("since", since)
                .mapTo(Integer.class)
                .one();
    }

    /** When work of a class was last done at a site, and believed. */
    public Optional<Instant> worked(Tx tx, UUID site, String kind) {
        return tx.handle()
                .createQuery("select max(done_at) as done from orders where site = :site and class = :class"
                        + " and state = 'closed'")
                .bind("site", site)
                .bind("class", kind)
                .map((rows, context) -> Optional.ofNullable(Rows.instant(rows, "done")))
                .one();
    }

    /** Puts open questions once more; called when the cameras are watched again after a start. */
    public void askAgain() {
        List<UUID> verifying = database.transaction(tx -> store.inState(tx, State.VERIFYING));
        for (UUID id : verifying) {
            database.inTransaction(tx -> store.lock(tx, id)
                    .filter(order -> order.state() == State.VERIFYING)
                    .ifPresent(order -> book.ask(tx, order)));
        }
    }
}
