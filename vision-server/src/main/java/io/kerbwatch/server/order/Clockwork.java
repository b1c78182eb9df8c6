package io.kerbwatch.server.order;

import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What happens when a clock of an order runs out. */
final class Clockwork {
    /** The mark of the last rung before an order goes to the next candidate. */
    private static final String ACCEPT_OVER = "accept-100";

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

    /**
     * Does what is due, in its order. A timer that fires for nothing finds nothing; it may have been too early by a
     * calendar or a clock that changed, so what runs out next is set again.
     */
    void due(UUID id) {
        database.inTransaction(tx -> {
            Optional<Order> order = store.lock(tx, id);
            order.filter(found -> overdue(tx, found).isEmpty()).ifPresent(found -> book.wind(tx, found, ".again"));
            while (order.isPresent()) {
                Order now = order.get();
                order = overdue(tx, now).map(due -> ranOut(tx, now, due));
            }
        });
    }

    /** Looks once more for someone to send, if nobody has been found since. */
    void lookAgain(UUID id) {
        database.inTransaction(
                tx -> store.lock(tx, id).filter(Sending::crewsTurn).ifPresent(order -> book.sendAgain(tx, order)));
    }

    /** The end of a suspension; the subject is the order and when the suspension began. */
    void resume(String subject) {
        int dot = subject.indexOf('.');
        UUID id = UUID.fromString(subject.substring(0, dot));
        long pause = Long.parseLong(subject.substring(dot + 1));
        database.inTransaction(tx -> store.lock(tx, id).ifPresent(order -> book.resume(tx, order, pause)));
    }

    /** Sets the timers of all open orders; after a start, for the calendars may be others than before. */
    void windAll() {
        List<UUID> open = database.transaction(store::open);
        for (UUID id : open) {
            database.inTransaction(tx -> store.lock(tx, id)
                    .ifPresent(
                            order -> book.wind(tx, order, "." + clock.instant().toEpochMilli())));
        }
    }

    private Optional<Deadlines.Due> overdue(Tx tx, Order order) {
        Instant now = clock.instant();
        return book.next(tx, order).filter(due -> !due.at().isAfter(now));
    }

    private Order ranOut(Tx tx, Order order, Deadlines.Due due) {
        String what = due.what();
        boolean moves = order.reports().equals("steps")
                || order.receiver() == null
                || !order.receiver().kind().equals("endpoint");
        if (what.equals(Deadlines.CREWS_TAKE_OVER)) {
            return book.notTaken(tx, order);
        }
        if (what.equals(Deadlines.NOT_ACCEPTED) && moves) {
            // The next candidate has the same rung before them, but it is told once a round.
            boolean tell = !due.tell().isEmpty() && !order.escalated().contains(ACCEPT_OVER);
            Order told = tell ? book.escalate(tx, order, ACCEPT_OVER, due.tell()) : order;
            return book.move(tx, told, Move.by(By.TIMER, OrderEvent.NOT_ACCEPTED, "not accepted in time"));
        }
        if (what.equals(Deadlines.NOT_FINISHED) && order.state() == State.ARRIVED && clean(tx, order)) {
            return book.move(tx, order, Move.by(By.TIMER, OrderEvent.DONE_NOT_REPORTED, "clean, and its time is over"));
        }
        if (what.equals(Deadlines.NOT_VERIFIED)) {
            String reason =
                    book.judged(tx, order) ? "the camera gave no answer in time" : "no camera looks at this place";
            return book.move(tx, order, Move.by(By.TIMER, OrderEvent.CANNOT_TELL, reason));
        }
        return book.escalate(tx, order, what, due.tell());
    }

    private boolean clean(Tx tx, Order order) {
        List<Incident> all = incidents.ofOrder(tx, order.id());
        return !all.isEmpty() && all.stream().noneMatch(Incident::open);
    }
}
