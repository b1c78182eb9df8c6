package io.kerbwatch.server.order;

import java.util.Optional;
import java.util.Set;

/**
 * One line of the table.
 *
 * @param from empty for what begins an order
 * @param to empty for: where it came from
 */
record Transition(Set<State> from, OrderEvent event, Set<By> by, Guard guard, Optional<State> to) {
    /** What has to hold besides. */
    enum Guard {
        ALWAYS {
            @Override
            boolean holds(Order order, String actor) {
                return true;
            }
        },
        /** Twice it goes back to work; the third time people look. */
        REWORK_LEFT {
            @Override
            boolean holds(Order order, String actor) {
                return order.reworks() < 2;
            }
        },
        REWORK_SPENT {
            @Override
            boolean holds(Order order, String actor) {
                return order.reworks() >= 2;
            }
        },
        NEVER_REWORKED {
            @Override
            boolean holds(Order order, String actor) {
                return order.reworks() == 0;
            }
        },
        REWORKED {
            @Override
            boolean holds(Order order, String actor) {
                return order.reworks() > 0;
            }
        },
        /** Its endpoint has it and never says anything: that the place is clean is all the report there will be. */
        NOTHING_IS_REPORTED {
            @Override
            boolean holds(Order order, String actor) {
                return order.reports().equals("nothing")
                        && order.receiver() != null
                        && order.receiver().kind().equals("endpoint");
            }
        },
        DID_NOT_DO_THE_WORK {
            @Override
            boolean holds(Order order, String actor) {
                if (actor.equals(order.doneBy())) {
                    return false;
                }
                Receiver receiver = order.receiver();
                return receiver == null || !(receiver.id().equals(actor) || actor.equals("crew:" + receiver.id()));
            }
        };

        abstract boolean holds(Order order, String actor);
    }

    boolean fits(Order order, OrderEvent wanted, Set<By> roles, String actor) {
        return event == wanted
                && from.contains(order.state())
                && roles.stream().anyMatch(by::contains)
                && guard.holds(order, actor);
    }
}
