package io.kerbwatch.server.order;

import io.kerbwatch.server.platform.Caller;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Something that is to happen to an order.
 *
 * @param roles in which the actor may do it; the one that the table asks for is recorded
 * @param actor id, as it stands in records
 * @param reason in the actor's words
 * @param receiver for a move that hands the order over
 * @param into order that it is merged into
 * @param snapshot picture that it rests on
 */
record Move(
        OrderEvent event,
        Set<By> roles,
        String actor,
        String actorName,
        String reason,
        Optional<Receiver> receiver,
        Optional<UUID> into,
        Optional<UUID> snapshot,
        Optional<String> idempotencyKey,
        Said said) {
    /**
     * What an actor says besides.
     *
     * @param opinion in their words
     * @param attachments photos
     * @param expectedRound in which they believe the order to be
     */
    record Said(Optional<String> opinion, List<UUID> attachments, Optional<Integer> expectedRound) {
        static final Said NOTHING = new Said(Optional.empty(), List.of(), Optional.empty());
    }

    static Move by(By role, OrderEvent event, String reason) {
        return new Move(
                event,
                Set.of(role),
                role.code(),
                role.code(),
                reason,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Said.NOTHING);
    }

    static Move of(Caller caller, Set<By> roles, OrderEvent event, String reason) {
        return new Move(
                event,
                roles,
                caller.id(),
                caller.name(),
                reason,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Said.NOTHING);
    }

    Move to(Receiver someone) {
        return new Move(
                event, roles, actor, actorName, reason, Optional.of(someone), into, snapshot, idempotencyKey, said);
    }

    Move because(String why) {
        return new Move(event, roles, actor, actorName, why, receiver, into, snapshot, idempotencyKey, said);
    }

    Move into(UUID order) {
        return new Move(
                event, roles, actor, actorName, reason, receiver, Optional.of(order), snapshot, idempotencyKey, said);
    }

    Move showing(Optional<UUID> picture) {
        return new Move(event, roles, actor, actorName, reason, receiver, into, picture, idempotencyKey, said);
    }

    Move saying(Said more) {
        return new Move(event, roles, actor, actorName, reason, receiver, into, snapshot, idempotencyKey, more);
    }

    Move keyed(Optional<String> key) {
        return new Move(event, roles, actor, actorName, reason, receiver, into, snapshot, key, said);
    }
}
