package io.kerbwatch.server.order;

import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What happens when a clock of an order runs out. */
final class Clockwork {
    private final Database database;
    private final InstantSource clock;
    private final Incidents incidents;
    private final OrderBook book;
    private final OrderStore store;

    Clockwork(Database database, InstantSource clock, Incidents incidents, OrderBook book, OrderStore store) {
        this.database = database;
        this.clock = clock;
        this.incidents = incidents;
        this.book = book;
        this.store = store;
    }

    /** Does what is due, in its order; a timer that fires for nothing finds nothing. */
    void due(UUID id) {
        database.inTransaction(tx -> {
            Optional<Order> order = store.lock(tx, id);
            while (order.isPresent()) {
                Order now = order.get();
                order = overdue(tx, now).map(due -> ranOut(tx, now, due.what()));
            }
        });
    }

    /** Looks once more for someone to send, if nobody has been found since. */
    void lookAgain(UUID id) {
        database.inTransaction(
                tx -> store.lock(tx, id).filter(Sending::crewsTurn).ifPresent(order -> book.sendAgain(tx, order)));
    }

    private Optional<Deadlines.Due> overdue(Tx tx, Order order) {
        Instant now = clock.instant();
        return Deadlines.next(order, book.judged(tx, order))
                .filter(due -> !due.at().isAfter(now));
    }

    private Order ranOut(Tx tx, Order order, String what) {
        boolean moves = order.reports().equals("steps")
                || order.receiver() == null
                || !order.receiver().kind().equals("endpoint");
        if (what.equals(Deadlines.CREWS_TAKE_OVER)) {
            return book.takeOver(tx, order);
        }
        if (what.equals(Deadlines.NOT_ACCEPTED) && moves) {
            return book.move(tx, order, Move.by(By.TIMER, OrderEvent.NOT_ACCEPTED, "not accepted in time"));
        }
        if (what.equals(Deadlines.NOT_FINISHED) && order.state() == State.ARRIVED && clean(tx, order)) {
            return book.move(tx, order, Move.by(By.TIMER, OrderEvent.DONE_NOT_REPORTED, "clean, and its time is over"));
        }
        if (what.equals(Deadlines.NOT_VERIFIED)) {
            String reason =
                    book.judged(tx, order) ? "the camera gave no answer in time" : "no camera looks at this place";
            return book.move(tx, order, Move.by(By.TIMER, OrderEvent.CANNOT_TELL, reason));
        }
        List<String> marks = new ArrayList<>(order.escalated());
        marks.add(what);
        return book.noteAndTell(
                tx,
                order.with(draft -> draft.escalated = marks),
                "escalated",
                Move.by(By.TIMER, OrderEvent.FILE, what));
    }

    private boolean clean(Tx tx, Order order) {
        List<Incident> all = incidents.ofOrder(tx, order.id());
        return !all.isEmpty() && all.stream().noneMatch(Incident::open);
    }
}
