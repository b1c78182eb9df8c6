package io.kerbwatch.server.order;

import io.kerbwatch.server.calendar.Pause;
import io.kerbwatch.server.deadline.DeadlineRule;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An order as it stands. Instants of steps are those of its present round.
 *
 * @param number that people can say
 * @param dispatchEndpoint that it goes to; null where crews have it
 * @param reports what that endpoint tells back
 * @param rule how long each step may take, as it was when this was filed
 * @param receiver who has it; null while nobody has
 * @param suspendedFrom where a suspended order came from
 * @param pauses when its clocks stood still, in all rounds; the last is open while it is suspended
 * @param filedAt when this round began; its clocks start here
 * @param filedToArrived seconds, without pauses; measured against ten minutes
 * @param doneBy who reported that the work is done, and so does not judge it; null while nobody has
 * @param doneReported false if nobody told that the work is done
 * @param late that the camera cleared it by itself only after rework
 * @param closedBy camera or human
 * @param escalated marks of this round that have been told
 * @param question number of the newest question put to the cameras
 * @param sequence number of the newest message about it
 * @param moves rows in its history
 */
record Order(
        UUID id,
        String number,
        UUID site,
        String kind,
        String dispatchMode,
        @Nullable UUID dispatchEndpoint,
        String reports,
        String source,
        String note,
        DeadlineRule rule,
        Instant createdAt,
        State state,
        int round,
        int reworks,
        int reopened,
        int declined,
        @Nullable Receiver receiver,
        @Nullable State suspendedFrom,
        List<Pause> pauses,
        Instant filedAt,
        @Nullable Instant dispatchedAt,
        @Nullable Instant acceptedAt,
        @Nullable Instant arrivedAt,
        @Nullable Instant doneAt,
        @Nullable Instant endedAt,
        @Nullable Double filedToArrived,
        @Nullable Double dispatchedToArrived,
        @Nullable String doneBy,
        boolean doneReported,
        boolean late,
        @Nullable String closedBy,
        @Nullable UUID mergedInto,
        List<String> escalated,
        int question,
        @Nullable UUID beforeSnapshot,
        @Nullable UUID afterSnapshot,
        long sequence,
        int moves) {
    Order {
        pauses = List.copyOf(pauses);
        escalated = List.copyOf(escalated);
    }

    /** This order with something changed. */
    Order with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.order();
    }

    /** Parts of an order that change, open for as long as a change is being put together. */
    static final class Draft {
        private final Order old;
        State state;
        int round;
        int reworks;
        int reopened;
        int declined;

        @Nullable Receiver receiver;

        @Nullable State suspendedFrom;

        List<Pause> pauses;
        Instant filedAt;

        @Nullable Instant dispatchedAt;

        @Nullable Instant acceptedAt;

        @Nullable Instant arrivedAt;

        @Nullable Instant doneAt;

        @Nullable Instant endedAt;

        @Nullable Double filedToArrived;

        @Nullable Double dispatchedToArrived;

        @Nullable String doneBy;

        boolean doneReported;
        boolean late;

        @Nullable String closedBy;

        @Nullable UUID mergedInto;

        List<String> escalated;
        int question;

        @Nullable UUID beforeSnapshot;

        @Nullable UUID afterSnapshot;

        long sequence;
        int moves;

        private Draft(Order order) {
            old = order;
            state = order.state;
            round = order.round;
            reworks = order.reworks;
            reopened = order.reopened;
            declined = order.declined;
            receiver = order.receiver;
            suspendedFrom = order.suspendedFrom;
            pauses = order.pauses;
            filedAt = order.filedAt;
            dispatchedAt = order.dispatchedAt;
            acceptedAt = order.acceptedAt;
            arrivedAt = order.arrivedAt;
            doneAt = order.doneAt;
            endedAt = order.endedAt;
            filedToArrived = order.filedToArrived;
            dispatchedToArrived = order.dispatchedToArrived;
            doneBy = order.doneBy;
            doneReported = order.doneReported;
            late = order.late;
            closedBy = order.closedBy;
            mergedInto = order.mergedInto;
            escalated = order.escalated;
            question = order.question;
            beforeSnapshot = order.beforeSnapshot;
            afterSnapshot = order.afterSnapshot;
            sequence = order.sequence;
            moves = order.moves;
        }

        private Order order() {
            return new Order(
                    old.id,
                    old.number,
                    old.site,
                    old.kind,
                    old.dispatchMode,
                    old.dispatchEndpoint,
                    old.reports,
                    old.source,
                    old.note,
                    old.rule,
                    old.createdAt,
                    state,
                    round,
                    reworks,
                    reopened,
                    declined,
                    receiver,
                    suspendedFrom,
                    pauses,
                    filedAt,
                    dispatchedAt,
                    acceptedAt,
                    arrivedAt,
                    doneAt,
                    endedAt,
                    filedToArrived,
                    dispatchedToArrived,
                    doneBy,
                    doneReported,
                    late,
                    closedBy,
                    mergedInto,
                    escalated,
                    question,
                    beforeSnapshot,
                    afterSnapshot,
                    sequence,
                    moves);
        }
    }
}
