package io.kerbwatch.server.order;

import static io.kerbwatch.server.order.By.CAMERA;
import static io.kerbwatch.server.order.By.CHECKER;
import static io.kerbwatch.server.order.By.CREW;
import static io.kerbwatch.server.order.By.DEVICE;
import static io.kerbwatch.server.order.By.DISPATCHER;
import static io.kerbwatch.server.order.By.ENDPOINT;
import static io.kerbwatch.server.order.By.OPERATOR;
import static io.kerbwatch.server.order.By.SUPERVISOR;
import static io.kerbwatch.server.order.By.SYSTEM;
import static io.kerbwatch.server.order.By.TIMER;
import static io.kerbwatch.server.order.State.ACCEPTED;
import static io.kerbwatch.server.order.State.ARRIVED;
import static io.kerbwatch.server.order.State.CANCELLED;
import static io.kerbwatch.server.order.State.CLOSED;
import static io.kerbwatch.server.order.State.DISPATCHED;
import static io.kerbwatch.server.order.State.FILED;
import static io.kerbwatch.server.order.State.HUMAN_CHECK;
import static io.kerbwatch.server.order.State.MERGED;
import static io.kerbwatch.server.order.State.REJECTED;
import static io.kerbwatch.server.order.State.RETURNED;
import static io.kerbwatch.server.order.State.SELF_CLEARED;
import static io.kerbwatch.server.order.State.SUSPENDED;
import static io.kerbwatch.server.order.State.VERIFYING;

import io.kerbwatch.server.order.Transition.Guard;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every move that an order can make; what is not here is refused. The first line that fits holds.
 *
 * <p>A dispatcher may report for a crew that rang up: wherever a receiver may, a dispatcher may, except that work is
 * {@code done} only where someone stood there.
 */
final class TransitionTable {
    private static final Set<State> OPEN =
            states(FILED, DISPATCHED, ACCEPTED, ARRIVED, VERIFYING, HUMAN_CHECK, RETURNED, SUSPENDED);
    private static final Set<By> RECEIVER = by(ENDPOINT, CREW, DISPATCHER);

    static final List<Transition> ROWS = List.of(
            row(states(), OrderEvent.FILE, by(SYSTEM, OPERATOR), FILED),
            row(states(FILED), OrderEvent.DISPATCH, by(SYSTEM, DISPATCHER, ENDPOINT), DISPATCHED),
            row(states(RETURNED), OrderEvent.DISPATCH, by(DISPATCHER, ENDPOINT), DISPATCHED),
            row(states(DISPATCHED), OrderEvent.ACCEPT, RECEIVER, ACCEPTED),
            row(states(DISPATCHED), OrderEvent.DECLINE, RECEIVER, FILED),
            row(states(DISPATCHED), OrderEvent.NOT_ACCEPTED, by(TIMER), FILED),
            row(states(DISPATCHED, ACCEPTED, RETURNED), OrderEvent.REASSIGN, by(DISPATCHER, SUPERVISOR), DISPATCHED),
            row(states(DISPATCHED, ACCEPTED), OrderEvent.ARRIVE, RECEIVER, ARRIVED),
            row(states(ARRIVED), OrderEvent.DONE, RECEIVER, VERIFYING),
            row(states(DISPATCHED, ACCEPTED), OrderEvent.DONE, by(ENDPOINT), VERIFYING),
            row(states(ARRIVED), OrderEvent.DONE_NOT_REPORTED, by(TIMER, CAMERA, DEVICE), VERIFYING),
            row(states(VERIFYING, HUMAN_CHECK), OrderEvent.SEEN_CLEAN, by(CAMERA, DEVICE), CLOSED),
            row(states(VERIFYING, HUMAN_CHECK), OrderEvent.PASS, by(CHECKER), Guard.DID_NOT_DO_THE_WORK, CLOSED),
            row(states(VERIFYING), OrderEvent.STILL_DIRTY, by(CAMERA, DEVICE), Guard.REWORK_LEFT, FILED),
            row(states(VERIFYING), OrderEvent.STILL_DIRTY, by(CAMERA, DEVICE), Guard.REWORK_SPENT, HUMAN_CHECK),
            row(states(VERIFYING), OrderEvent.CANNOT_TELL, by(CAMERA, DEVICE, TIMER), HUMAN_CHECK),
            row(states(HUMAN_CHECK), OrderEvent.FAIL, by(CHECKER), Guard.DID_NOT_DO_THE_WORK, FILED),
            row(
                    states(DISPATCHED, ACCEPTED),
                    OrderEvent.SELF_CLEAR,
                    by(CAMERA, DEVICE),
                    Guard.NOTHING_IS_REPORTED,
                    CLOSED),
            row(
                    states(FILED, DISPATCHED, ACCEPTED, RETURNED, SUSPENDED),
                    OrderEvent.SELF_CLEAR,
                    by(CAMERA, DEVICE),
                    Guard.NEVER_REWORKED,
                    SELF_CLEARED),
            row(
                    states(FILED, DISPATCHED, ACCEPTED, RETURNED, SUSPENDED),
                    OrderEvent.SELF_CLEAR,
                    by(CAMERA, DEVICE),
                    Guard.REWORKED,
                    CLOSED),
            row(states(ACCEPTED, ARRIVED), OrderEvent.RETURN, RECEIVER, RETURNED),
            row(states(FILED, DISPATCHED, ACCEPTED, ARRIVED, RETURNED), OrderEvent.SUSPEND, by(SUPERVISOR), SUSPENDED),
            new Transition(states(SUSPENDED), OrderEvent.RESUME, by(SUPERVISOR, TIMER), Guard.ALWAYS, Optional.empty()),
            row(states(FILED, DISPATCHED, ACCEPTED, RETURNED), OrderEvent.REJECT, by(OPERATOR), REJECTED),
            row(states(FILED, DISPATCHED, ACCEPTED, RETURNED), OrderEvent.MERGE, by(OPERATOR), MERGED),
            row(states(VERIFYING), OrderEvent.WITHDRAW, by(SYSTEM), HUMAN_CHECK),
            row(
                    states(FILED, DISPATCHED, ACCEPTED, ARRIVED, RETURNED, SUSPENDED),
                    OrderEvent.WITHDRAW,
                    by(SYSTEM),
                    CANCELLED),
            row(OPEN, OrderEvent.CANCEL, by(SUPERVISOR), CANCELLED),
            row(states(CLOSED, SELF_CLEARED), OrderEvent.REOPEN, by(OPERATOR, CAMERA, DEVICE), FILED));

    private TransitionTable() {}

    /** The line that holds for a move, if it may be made. */
    static Optional<Transition> find(Order order, OrderEvent event, Set<By> roles, String actor) {
        return ROWS.stream().filter(row -> row.fits(order, event, roles, actor)).findFirst();
    }

    /** What could be done to an order as it stands, by whom. */
    static List<Transition> possible(Order order, String actor) {
        List<Transition> possible = new ArrayList<>();
        for (Transition row : ROWS) {
            if (row.from().contains(order.state()) && row.guard().holds(order, actor)) {
                possible.add(row);
            }
        }
        return possible;
    }

    private static Transition row(Set<State> from, OrderEvent event, Set<By> by, State to) {
        return row(from, event, by, Guard.ALWAYS, to);
    }

    private static Transition row(Set<State> from, OrderEvent event, Set<By> by, Guard guard, State to) {
        return new Transition(from, event, by, guard, Optional.of(to));
    }

    private static Set<State> states(State... states) {
        EnumSet<State> set = EnumSet.noneOf(State.class);
        set.addAll(Arrays.asList(states));
        return set;
    }

    private static Set<By> by(By... parts) {
        return EnumSet.copyOf(Arrays.asList(parts));
    }
}
