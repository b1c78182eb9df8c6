package io.kerbwatch.server.order;

import java.util.Optional;
import java.util.UUID;

/** Names a question to the cameras: which order, in which round, how manieth. */
record QuestionId(UUID order, int round, int number) {
    static QuestionId of(Order order) {
        return new QuestionId(order.id(), order.round(), order.question());
    }

    /** Empty for a question that no order put. */
    static Optional<QuestionId> parse(String text) {
        String[] parts = text.split("/", -1);
        try {
            return parts.length == 3
                    ? Optional.of(new QuestionId(
                            UUID.fromString(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return order + "/" + round + "/" + number;
    }
}
