package io.kerbwatch.server.order;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When an order's clocks run out, computed from what happened whenever someone asks. Plain elapsed time without pauses;
 * while it is suspended nothing runs out.
 *
 * @param acceptBy null unless it waits to be accepted
 * @param verifyBy null unless it is being verified
 */
record Deadlines(
        @Nullable Instant acceptBy,
        Instant arriveBy,
        Instant finishBy,
        @Nullable Instant verifyBy) {
    static final String NOT_DISPATCHED = "not-dispatched";
    /** The endpoint did not take it in time. */
    static final String CREWS_TAKE_OVER = "crews-take-over";
    /** Said once a round: nobody of the crew could be sent. */
    static final String NOBODY_TO_SEND = "nobody-to-send";

    static final String NOT_ACCEPTED = "not-accepted";
    static final String NOT_ARRIVED = "not-arrived";
    static final String NOT_FINISHED = "not-finished";
    static final String NOT_VERIFIED = "not-verified";
    /** The camera's own answer at the deadline comes first. */
    private static final Duration ANSWER_MARGIN = Duration.ofSeconds(15);

    /** One clock. */
    record Due(String what, Instant at) {}

    static Deadlines of(Order order) {
        Instant dispatched = order.dispatchedAt();
        Instant done = order.doneAt();
        return new Deadlines(
                dispatched == null
                        ? null
                        : dispatched
                                .plus(order.limits().accept())
                                .plus(order.paused())
                                .minus(order.pausedBeforeDispatch()),
                order.filedAt().plus(order.limits().arrive()).plus(order.paused()),
                order.filedAt().plus(order.limits().finish()).plus(order.paused()),
                done == null ? null : done.plus(order.limits().verify()));
    }

    /**
     * The clocks that run and have not been told to have run out, the nearest first.
     *
     * @param judged whether a camera can be asked; where none can, nothing is waited for
     */
    static List<Due> running(Order order, boolean judged) {
        Deadlines deadlines = of(order);
        List<Due> running = new ArrayList<>();
        switch (order.state()) {
            case FILED -> {
                if (order.dispatchMode().equals("webhook-then-crews")) {
                    running.add(new Due(
                            CREWS_TAKE_OVER,
                            order.filedAt().plus(Sending.TAKE_OVER_AFTER).plus(order.paused())));
                }
                running.add(new Due(
                        NOT_DISPATCHED,
                        order.filedAt().plus(order.limits().accept()).plus(order.paused())));
                work(deadlines, running, true);
            }
            case DISPATCHED -> {
                if (deadlines.acceptBy() != null) {
                    running.add(new Due(NOT_ACCEPTED, deadlines.acceptBy()));
                }
                work(deadlines, running, true);
            }
            case ACCEPTED -> work(deadlines, running, true);
            case ARRIVED, RETURNED -> work(deadlines, running, false);
            case VERIFYING -> {
                Instant verifyBy = deadlines.verifyBy();
                Instant done = order.doneAt();
                if (verifyBy != null && done != null) {
                    running.add(new Due(NOT_VERIFIED, judged ? verifyBy.plus(ANSWER_MARGIN) : done));
                }
            }
            default -> {
                // nothing runs
            }
        }
        running.removeIf(due -> order.escalated().contains(due.what()));
        running.sort(Comparator.comparing(Due::at));
        return running;
    }

    static Optional<Due> next(Order order, boolean judged) {
        return running(order, judged).stream().findFirst();
    }

    private static void work(Deadlines deadlines, List<Due> running, boolean underWay) {
        if (underWay) {
            running.add(new Due(NOT_ARRIVED, deadlines.arriveBy()));
        }
        running.add(new Due(NOT_FINISHED, deadlines.finishBy()));
    }
}
