package io.kerbwatch.server.order;

import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.deadline.DeadlineRule.Stage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When an order's clocks run out, computed from what happened whenever someone asks: by its rule, on the calendars at
 * its site, without pauses. While it is suspended nothing runs out.
 *
 * @param acceptBy null unless it waits to be accepted
 * @param arriveBy null while it is suspended and was not overdue before
 * @param finishBy as arriveBy
 * @param verifyBy null unless it is being verified
 */
record Deadlines(
        @Nullable Instant acceptBy,
        @Nullable Instant arriveBy,
        @Nullable Instant finishBy,
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

    /**
     * One clock.
     *
     * @param what its mark: which limit ran out, or as in {@code finish-50} which share of it
     * @param tell who is told
     */
    record Due(String what, Instant at, List<DeadlineRule.Tell> tell) {}

    static Deadlines of(Order order, Clocks clocks) {
        DeadlineRule rule = order.rule();
        Instant dispatched = order.dispatchedAt();
        Instant done = order.doneAt();
        return new Deadlines(
                dispatched == null
                        ? null
                        : clocks.due(order, dispatched, rule.accept(), 100).orElse(null),
                clocks.due(order, order.filedAt(), rule.arrive(), 100).orElse(null),
                clocks.due(order, order.filedAt(), rule.finish(), 100).orElse(null),
                done == null
                        ? null
                        : clocks.due(order, done, rule.verify(), 100).orElse(null));
    }

    /** Which clocks of an order have run out: accept, arrive, finish, verify. */
    List<String> overdue(Order order, Instant now) {
        List<String> overdue = new ArrayList<>();
        if (order.state().ended() || order.state() == State.SUSPENDED) {
            return overdue;
        }
        if (order.state() == State.DISPATCHED && over(acceptBy, now)) {
            overdue.add("accept");
        }
        if (order.arrivedAt() == null && order.doneAt() == null && over(arriveBy, now)) {
            overdue.add("arrive");
        }
        if (order.doneAt() == null && over(finishBy, now)) {
            overdue.add("finish");
        }
        if (order.state() == State.VERIFYING && over(verifyBy, now)) {
            overdue.add("verify");
        }
        return overdue;
    }

    private static boolean over(@Nullable Instant by, Instant now) {
        return by != null && by.isBefore(now);
    }

    /**
     * The clocks that run and have not been told to have run out, the nearest first.
     *
     * @param judged whether a camera can be asked; where none can, nothing is waited for
     */
    static List<Due> running(Order order, boolean judged, Clocks clocks) {
        List<Due> running = new ArrayList<>();
        Instant dispatched = order.dispatchedAt();
        switch (order.state()) {
            case FILED -> {
                if (order.dispatchMode().equals("webhook-then-crews")) {
                    clocks.due(order, order.filedAt(), Sending.TAKE_OVER_AFTER, 100)
                            .ifPresent(at -> running.add(new Due(CREWS_TAKE_OVER, at, List.of())));
                }
                clocks.due(order, order.filedAt(), order.rule().accept(), 100)
                        .ifPresent(at -> running.add(new Due(NOT_DISPATCHED, at, List.of())));
                rungs(order, Stage.ARRIVE, order.filedAt(), clocks, running);
                rungs(order, Stage.FINISH, order.filedAt(), clocks, running);
            }
            case DISPATCHED -> {
                if (dispatched != null) {
                    rungs(order, Stage.ACCEPT, dispatched, clocks, running);
                }
                rungs(order, Stage.ARRIVE, order.filedAt(), clocks, running);
                rungs(order, Stage.FINISH, order.filedAt(), clocks, running);
            }
            case ACCEPTED -> {
                rungs(order, Stage.ARRIVE, order.filedAt(), clocks, running);
                rungs(order, Stage.FINISH, order.filedAt(), clocks, running);
            }
            case ARRIVED, RETURNED -> rungs(order, Stage.FINISH, order.filedAt(), clocks, running);
            case VERIFYING -> {
                Instant done = order.doneAt();
                if (done != null) {
                    Optional<Instant> answered = judged
                            ? clocks.due(order, done, order.rule().verify(), 100)
                                    .map(at -> at.plus(ANSWER_MARGIN))
                            : Optional.of(done);
                    answered.ifPresent(at -> running.add(new Due(NOT_VERIFIED, at, List.of())));
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

    static Optional<Due> next(Order order, boolean judged, Clocks clocks) {
        return running(order, judged, clocks).stream().findFirst();
    }

    /** The rungs of a step, and its end, which is a clock whether or not someone is told. */
    private static void rungs(Order order, Stage stage, Instant start, Clocks clocks, List<Due> running) {
        var rungs = order.rule().rungs(stage);
        DeadlineRule.Limit limit = order.rule().limit(stage);
        rungs.headMap(100).forEach((percent, tell) -> clocks.due(order, start, limit, percent)
                .ifPresent(at -> running.add(new Due(stage.code() + "-" + percent, at, tell))));
        clocks.due(order, start, limit, 100)
                .ifPresent(at -> running.add(new Due(ranOut(stage), at, rungs.getOrDefault(100, List.of()))));
    }

    private static String ranOut(Stage stage) {
        return switch (stage) {
            case ACCEPT -> NOT_ACCEPTED;
            case ARRIVE -> NOT_ARRIVED;
            case FINISH -> NOT_FINISHED;
        };
    }
}
