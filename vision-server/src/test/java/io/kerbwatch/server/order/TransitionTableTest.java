package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.calendar.Pause;
import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.platform.Problem;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The table against the one in the product's description, pair by pair, and by random lives against a small model. */
class TransitionTableTest {
    private static final Instant START = Instant.parse("2026-11-23T02:00:00Z");
    private static final List<OrderEvent> ALL_EVENTS = List.of(OrderEvent.values());
    private static final List<By> ALL_PARTS = List.of(By.values());
    private static final Clocks CLOCKS = new Clocks(Calendars.shipped(), ZoneOffset.UTC);
    private static final DeadlineRule RULE = new DeadlineRule(
            natural(120),
            natural(600),
            natural(1800),
            natural(300),
            List.of(new DeadlineRule.Rung(DeadlineRule.Stage.FINISH, 50, DeadlineRule.Tell.CREW)));
    private static final Set<By> EVERYBODY = EnumSet.allOf(By.class);

    /** From the description: where each event may happen, and where it leads in a first round. */
    private static final Map<OrderEvent, Map<State, State>> EXPECTED = expected();

    private static Map<OrderEvent, Map<State, State>> expected() {
        Map<OrderEvent, Map<State, State>> all = new HashMap<>();
        put(all, OrderEvent.DISPATCH, State.DISPATCHED, State.FILED, State.RETURNED);
        put(all, OrderEvent.ACCEPT, State.ACCEPTED, State.DISPATCHED);
        put(all, OrderEvent.DECLINE, State.FILED, State.DISPATCHED);
        put(all, OrderEvent.NOT_ACCEPTED, State.FILED, State.DISPATCHED);
        put(all, OrderEvent.REASSIGN, State.DISPATCHED, State.DISPATCHED, State.ACCEPTED, State.RETURNED);
        put(all, OrderEvent.ARRIVE, State.ARRIVED, State.DISPATCHED, State.ACCEPTED);
        put(all, OrderEvent.DONE, State.VERIFYING, State.DISPATCHED, State.ACCEPTED, State.ARRIVED);
        put(all, OrderEvent.DONE_NOT_REPORTED, State.VERIFYING, State.ARRIVED);
        put(all, OrderEvent.SEEN_CLEAN, State.CLOSED, State.VERIFYING, State.HUMAN_CHECK);
        put(all, OrderEvent.PASS, State.CLOSED, State.VERIFYING, State.HUMAN_CHECK);
        put(all, OrderEvent.STILL_DIRTY, State.FILED, State.VERIFYING);
        put(all, OrderEvent.CANNOT_TELL, State.HUMAN_CHECK, State.VERIFYING);
        put(all, OrderEvent.FAIL, State.FILED, State.HUMAN_CHECK);
        put(
                all,
                OrderEvent.SELF_CLEAR,
                State.SELF_CLEARED,
                State.FILED,
                State.DISPATCHED,
                State.ACCEPTED,
                State.RETURNED,
                State.SUSPENDED);
        put(all, OrderEvent.RETURN, State.RETURNED, State.ACCEPTED, State.ARRIVED);
        put(
                all,
                OrderEvent.SUSPEND,
                State.SUSPENDED,
                State.FILED,
                State.DISPATCHED,
                State.ACCEPTED,
                State.ARRIVED,
                State.RETURNED);
        put(all, OrderEvent.RESUME, State.ACCEPTED, State.SUSPENDED);
        put(all, OrderEvent.REJECT, State.REJECTED, State.FILED, State.DISPATCHED, State.ACCEPTED, State.RETURNED);
        put(all, OrderEvent.MERGE, State.MERGED, State.FILED, State.DISPATCHED, State.ACCEPTED, State.RETURNED);
        put(
                all,
                OrderEvent.CANCEL,
                State.CANCELLED,
                State.FILED,
                State.DISPATCHED,
                State.ACCEPTED,
                State.ARRIVED,
                State.VERIFYING,
                State.HUMAN_CHECK,
                State.RETURNED,
                State.SUSPENDED);
        put(
                all,
                OrderEvent.WITHDRAW,
                State.CANCELLED,
                State.FILED,
                State.DISPATCHED,
                State.ACCEPTED,
                State.ARRIVED,
                State.RETURNED,
                State.SUSPENDED);
        Objects.requireNonNull(all.get(OrderEvent.WITHDRAW)).put(State.VERIFYING, State.HUMAN_CHECK);
        put(all, OrderEvent.REOPEN, State.FILED, State.CLOSED, State.SELF_CLEARED);
        all.put(OrderEvent.FILE, Map.of());
        return all;
    }

    private static void put(Map<OrderEvent, Map<State, State>> all, OrderEvent event, State to, State... from) {
        Map<State, State> pairs = new HashMap<>();
        for (State state : from) {
            pairs.put(state, to);
        }
        all.put(event, pairs);
    }

    @Test
    void everyPairOfStateAndEventIsAsDescribed() {
        for (State state : State.values()) {
            for (OrderEvent event : OrderEvent.values()) {
                Order order = order(state);
                State to = EXPECTED.getOrDefault(event, Map.of()).get(state);
                Move move = move(event, EVERYBODY);
                if (to == null) {
                    assertThatThrownBy(() -> OrderRules.apply(order, move, START))
                            .as("%s in %s", event, state)
                            .isInstanceOfSatisfying(Problem.Raised.class, raised -> {
                                assertThat(raised.problem().slug()).isEqualTo("transition-not-allowed");
                                assertThat(raised.problem().more()).containsKey("possible");
                            });
                } else {
                    assertThat(OrderRules.apply(order, move, START).order().state())
                            .as("%s in %s", event, state)
                            .isEqualTo(to);
                }
            }
        }
    }

    @Test
    void nobodyDoesWhatIsNotTheirs() {
        Map<OrderEvent, Set<By>> theirs = Map.of(
                OrderEvent.CANCEL, EnumSet.of(By.SUPERVISOR),
                OrderEvent.SUSPEND, EnumSet.of(By.SUPERVISOR),
                OrderEvent.SEEN_CLEAN, EnumSet.of(By.CAMERA, By.DEVICE),
                OrderEvent.PASS, EnumSet.of(By.CHECKER),
                OrderEvent.NOT_ACCEPTED, EnumSet.of(By.TIMER),
                OrderEvent.ACCEPT, EnumSet.of(By.ENDPOINT, By.CREW, By.DISPATCHER),
                OrderEvent.REOPEN, EnumSet.of(By.OPERATOR, By.CAMERA, By.DEVICE));
        theirs.forEach((event, allowed) -> {
            for (State state : EXPECTED.getOrDefault(event, Map.of()).keySet()) {
                for (By by : By.values()) {
                    boolean possible = TransitionTable.find(order(state), event, Set.of(by), "someone")
                            .isPresent();
                    assertThat(possible).as("%s by %s in %s", event, by, state).isEqualTo(allowed.contains(by));
                }
            }
        });
        assertThat(TransitionTable.find(order(State.ACCEPTED), OrderEvent.DONE, Set.of(By.CREW), "someone"))
                .as("a crew is done only where it has arrived")
                .isEmpty();
        Order worked = order(State.HUMAN_CHECK).with(draft -> draft.receiver = new Receiver("crew", "me", "me"));
        assertThat(TransitionTable.find(worked, OrderEvent.FAIL, Set.of(By.CHECKER), "me"))
                .as("nobody judges their own work")
                .isEmpty();
    }

    @Test
    void randomLivesKeepTheirPromises() {
        long seed = 20261123L;
        System.out.println("random lives of orders, seed " + seed);
        Random random = new Random(seed);
        for (int life = 0; life < 3000; life++) {
            Order order = order(State.FILED).with(draft -> draft.receiver = null);
            Instant now = START;
            for (int step = 0; step < 40; step++) {
                now = now.plusMillis(random.nextInt(600_000));
                OrderEvent event = ALL_EVENTS.get(random.nextInt(ALL_EVENTS.size()));
                By by = ALL_PARTS.get(random.nextInt(ALL_PARTS.size()));
                Move move = move(event, Set.of(by));
                Optional<Transition> row = TransitionTable.find(order, event, Set.of(by), "someone");
                if (row.isEmpty()) {
                    continue;
                }
                Order after = OrderRules.apply(order, move, now).order();
                promises(order, event, after, now);
                order = after;
            }
        }
    }

    private static void promises(Order before, OrderEvent event, Order after, Instant now) {
        boolean again = event == OrderEvent.FAIL
                || event == OrderEvent.REOPEN
                || (event == OrderEvent.STILL_DIRTY && after.state() == State.FILED);
        assertThat(after.round()).isEqualTo(before.round() + (again ? 1 : 0));
        assertThat(after.state().ended()).isEqualTo(after.endedAt() != null);
        assertThat(after.state() == State.SUSPENDED).isEqualTo(after.suspendedFrom() != null);
        assertThat(after.reworks() + after.reopened() + 1).isEqualTo(after.round());
        assertThat(after.pauses().stream().filter(pause -> pause.until() == null))
                .as("a pause is open while it is suspended, and then one")
                .hasSize(after.state() == State.SUSPENDED ? 1 : 0);
        assertThat(after.pauses()).hasSizeGreaterThanOrEqualTo(before.pauses().size());
        if (again) {
            assertThat(after.filedAt()).isEqualTo(now);
            assertThat(after.receiver()).isNull();
            assertThat(after.arrivedAt()).isNull();
            assertThat(after.doneAt()).isNull();
        }
        if (after.state() == State.CLOSED) {
            assertThat(after.closedBy()).isIn("camera", "device", "human");
        }
        if (after.state() == State.VERIFYING) {
            assertThat(after.doneAt()).isNotNull();
        }
        if (event == OrderEvent.RESUME) {
            assertThat(after.state()).isEqualTo(before.suspendedFrom());
        }
        if (event == OrderEvent.ARRIVE) {
            assertThat(after.filedToArrived()).isNotNull().isGreaterThanOrEqualTo(0);
            assertThat(after.dispatchedToArrived()).isNotNull().isGreaterThanOrEqualTo(0);
        }
        if (event == OrderEvent.STILL_DIRTY && before.reworks() >= 2) {
            assertThat(after.state()).isEqualTo(State.HUMAN_CHECK);
        }
        // Clocks of what has ended or is suspended do not run.
        if (after.state().ended() || after.state() == State.SUSPENDED || after.state() == State.HUMAN_CHECK) {
            assertThat(Deadlines.running(after, true, CLOCKS)).isEmpty();
        }
    }

    private static Move move(OrderEvent event, Set<By> roles) {
        return new Move(
                event,
                roles,
                "someone",
                "someone",
                "",
                Optional.of(new Receiver("crew", "Li", "Li")),
                Optional.of(new UUID(0, 2)),
                Optional.empty(),
                Optional.empty(),
                Move.Said.NOTHING);
    }

    private static DeadlineRule.Limit natural(long seconds) {
        return new DeadlineRule.Limit(seconds, Calendars.NATURAL);
    }

    private static Order order(State state) {
        boolean suspended = state == State.SUSPENDED;
        return new Order(
                new UUID(0, 1),
                "20261123-0001",
                new UUID(0, 3),
                "refuse",
                "crews",
                null,
                "steps",
                "camera",
                "",
                RULE,
                START,
                state,
                1,
                0,
                0,
                0,
                null,
                suspended ? State.ACCEPTED : null,
                suspended ? List.of(new Pause(START, null)) : List.of(),
                START,
                START,
                null,
                null,
                state == State.VERIFYING || state == State.HUMAN_CHECK ? START : null,
                state.ended() ? START : null,
                null,
                null,
                null,
                false,
                false,
                null,
                null,
                List.of(),
                0,
                null,
                null,
                1,
                1);
    }
}
