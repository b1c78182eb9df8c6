package io.kerbwatch.server.order;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.watch.Verification;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The cameras' answers to whether work was done. */
public final class Checks {
    private final Database database;
    private final OrderBook book;
    private final OrderStore store;

    Checks(Database database, OrderBook book, OrderStore store) {
        this.database = database;
        this.book = book;
        this.store = store;
    }

    /**
     * Takes an answer. One to a question that is not open any more, or that was answered before, does nothing.
     *
     * @param snapshot that it rests on, kept already in this transaction
     */
    public void answered(Tx tx, Verification.Answer answer, Optional<UUID> snapshot) {
        QuestionId.parse(answer.verification().id()).ifPresent(id -> store.lock(tx, id.order())
                .filter(order -> QuestionId.of(order).equals(id))
                .ifPresent(order -> answer(tx, order, answer, snapshot)));
    }

    private void answer(Tx tx, Order order, Verification.Answer answer, Optional<UUID> snapshot) {
        OrderEvent event =
                switch (answer.outcome()) {
                    case CLEAN -> OrderEvent.SEEN_CLEAN;
                    case DIRTY -> OrderEvent.STILL_DIRTY;
                    case CANNOT_TELL -> OrderEvent.CANNOT_TELL;
                };
        boolean matters = order.state() == State.VERIFYING
                || (order.state() == State.HUMAN_CHECK && event == OrderEvent.SEEN_CLEAN);
        if (matters) {
            String reason = answer.reasons().isEmpty()
                    ? "all its places were clean at the same time"
                    : String.join("; ", answer.reasons());
            book.move(tx, order, Move.by(By.CAMERA, event, reason).showing(snapshot));
        }
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
