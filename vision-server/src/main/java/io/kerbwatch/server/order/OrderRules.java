package io.kerbwatch.server.order;

import io.kerbwatch.server.calendar.Pause;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a move does to an order. Pure: no clock, no database. */
final class OrderRules {
    private OrderRules() {}

    /**
     * An order after a move.
     *
     * @param role in which the actor made it
     */
    record Moved(Order order, By role) {}

    /**
     * Makes a move.
     *
     * @throws Problem.Raised 409 that lists what is possible if the table does not allow it
     */
    static Moved apply(Order order, Move move, Instant at) {
        Transition row = TransitionTable.find(order, move.event(), move.roles(), move.actor())
                .orElseThrow(() -> refused(order, move).raised());
        State to = row.to().orElseGet(() -> cameFrom(order));
        By role = move.roles().stream()
                .filter(row.by()::contains)
                .sorted()
                .findFirst()
                .orElseThrow();
        Order moved = order.with(draft -> {
            leaveSuspension(order, draft, at);
            effect(order, draft, move, at);
            draft.state = to;
            if (to.ended()) {
                draft.endedAt = at;
            }
        });
        return new Moved(moved, role);
    }

    /** Whether an order could be let rest as it stands. */
    static boolean mayRest(Order order) {
        return TransitionTable.find(order, OrderEvent.SUSPEND, Set.of(By.SUPERVISOR), "")
                .isPresent();
    }

    /**
     * Whether somebody could do something to an order as it stands.
     *
     * @throws Problem.Raised 409 that lists what is possible if not
     */
    static void check(Order order, OrderEvent event, By by) {
        Move move = Move.by(by, event, "");
        if (TransitionTable.find(order, event, move.roles(), move.actor()).isEmpty()) {
            throw refused(order, move).raised();
        }
    }

    private static void effect(Order order, Order.Draft draft, Move move, Instant at) {
        switch (move.event()) {
            case DISPATCH, REASSIGN -> {
                draft.receiver = move.receiver().orElse(null);
                draft.dispatchedAt = at;
                draft.acceptedAt = null;
                draft.escalated = without(order.escalated(), Deadlines.NOT_ACCEPTED);
            }
            case ACCEPT -> {
                draft.acceptedAt = at;
                move.receiver().ifPresent(one -> draft.receiver = one);
            }
            case DECLINE, NOT_ACCEPTED -> {
                draft.receiver = null;
                draft.dispatchedAt = null;
                draft.declined++;
            }
            case ARRIVE -> {
                move.receiver().ifPresent(one -> draft.receiver = one);
                draft.arrivedAt = at;
                draft.filedToArrived = seconds(order.filedAt(), at, draft.pauses);
                draft.dispatchedToArrived = seconds(order.dispatchedAt(), at, draft.pauses);
            }
            case DONE, DONE_NOT_REPORTED -> {
                draft.doneAt = at;
                draft.doneReported = move.event() == OrderEvent.DONE;
                draft.doneBy = draft.doneReported ? move.actor() : null;
                draft.question++;
            }
            case SEEN_CLEAN -> {
                draft.closedBy = sawIt(move);
                draft.afterSnapshot = move.snapshot().orElse(order.afterSnapshot());
            }
            case PASS -> draft.closedBy = "human";
            case SELF_CLEAR -> {
                draft.closedBy = sawIt(move);
                draft.late = order.reworks() > 0;
                draft.doneReported = false;
                draft.afterSnapshot = move.snapshot().orElse(order.afterSnapshot());
            }
            case STILL_DIRTY -> {
                draft.afterSnapshot = move.snapshot().orElse(order.afterSnapshot());
                if (order.reworks() < 2) {
                    newRound(order, draft, at);
                    draft.reworks++;
                }
            }
            case FAIL -> {
                newRound(order, draft, at);
                draft.reworks++;
            }
            case REOPEN -> {
                newRound(order, draft, at);
                draft.reopened++;
            }
            case SUSPEND -> {
                draft.suspendedFrom = order.state();
                draft.pauses = and(order.pauses(), new Pause(at, null));
            }
            case MERGE -> draft.mergedInto = move.into().orElse(null);
            case CANNOT_TELL -> draft.afterSnapshot = move.snapshot().orElse(order.afterSnapshot());
            case FILE, RETURN, RESUME, REJECT, WITHDRAW, CANCEL -> {
                // the state says it all
            }
        }
    }

    private static String sawIt(Move move) {
        return (move.roles().contains(By.DEVICE) ? By.DEVICE : By.CAMERA).code();
    }

    /** However it goes on, or ends: the clocks stood still until now. */
    private static void leaveSuspension(Order order, Order.Draft draft, Instant at) {
        draft.pauses = order.pauses().stream()
                .map(pause -> pause.until() == null ? new Pause(pause.from(), later(pause.from(), at)) : pause)
                .toList();
        draft.suspendedFrom = null;
    }

    private static void newRound(Order order, Order.Draft draft, Instant at) {
        draft.round = order.round() + 1;
        draft.receiver = null;
        draft.filedAt = at;
        draft.dispatchedAt = null;
        draft.acceptedAt = null;
        draft.arrivedAt = null;
        draft.doneAt = null;
        draft.endedAt = null;
        draft.filedToArrived = null;
        draft.dispatchedToArrived = null;
        draft.doneBy = null;
        draft.doneReported = false;
        draft.late = false;
        draft.closedBy = null;
        draft.escalated = List.of();
    }

    private static State cameFrom(Order order) {
        State from = order.suspendedFrom();
        if (from == null) {
            throw new IllegalStateException("order " + order.number() + " is suspended from nowhere");
        }
        return from;
    }

    private static @Nullable Double seconds(@Nullable Instant from, Instant to, List<Pause> pauses) {
        return from == null ? null : Pause.elapsed(from, to, pauses).toMillis() / 1000.0;
    }

    /** A clock of the machine that was set back does not end a pause before it began. */
    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }

    private static List<Pause> and(List<Pause> pauses, Pause last) {
        List<Pause> all = new ArrayList<>(pauses);
        all.add(last);
        return all;
    }

    private static List<String> without(List<String> marks, String mark) {
        return marks.stream().filter(each -> !each.equals(mark)).toList();
    }

    private static Problem refused(Order order, Move move) {
        List<Map<String, Object>> possible = TransitionTable.possible(order, move.actor()).stream()
                .map(row -> {
                    Map<String, Object> line = new LinkedHashMap<>();
                    line.put("event", row.event().code());
                    line.put("by", row.by().stream().map(By::code).toList());
                    line.put("to", row.to().map(State::code).orElse("where it came from"));
                    return line;
                })
                .toList();
        boolean byOthers =
                possible.stream().anyMatch(line -> move.event().code().equals(line.get("event")));
        boolean ownWork = TransitionTable.ROWS.stream()
                .anyMatch(row -> row.event() == move.event()
                        && row.from().contains(order.state())
                        && row.guard() == Transition.Guard.DID_NOT_DO_THE_WORK
                        && !row.guard().holds(order, move.actor()));
        return Problem.conflict(
                        "transition-not-allowed",
                        "Not possible now",
                        "Order " + order.number() + " is " + order.state().code() + "; '"
                                + move.event().code() + "' is "
                                + (ownWork
                                        ? "for somebody who did not report the work"
                                        : byOthers
                                                ? "not for " + move.actorName() + " to say"
                                                : "not possible from there")
                                + ". 'possible' lists what is.")
                .with("state", order.state().code())
                .with("round", order.round())
                .with("possible", possible);
    }

    /** In which parts a caller of that role may act. */
    static Set<By> parts(Role role) {
        return switch (role) {
            case VIEWER, AUDITOR, DEVICE -> Set.of();
            case CREW -> Set.of(By.CREW);
            case OPERATOR -> Set.of(By.OPERATOR, By.CHECKER);
            case DISPATCHER -> Set.of(By.DISPATCHER, By.OPERATOR);
            case SUPERVISOR, ADMIN -> Set.of(By.OPERATOR, By.CHECKER, By.DISPATCHER, By.SUPERVISOR);
        };
    }

    /** A receiver's part, or nothing for who is none. */
    static Optional<By> receiverPart(Order order, Optional<UUID> endpoint) {
        return endpoint.filter(id -> order.receiver() != null
                        && order.receiver().kind().equals("endpoint")
                        && order.receiver().id().equals(id.toString()))
                .map(id -> By.ENDPOINT);
    }
}
