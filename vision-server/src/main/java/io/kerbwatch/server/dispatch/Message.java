package io.kerbwatch.server.dispatch;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that others are to be told.
 *
 * @param type as in {@code order.filed}
 * @param at when it happened
 * @param order that it is about
 * @param receiver endpoint that is told whatever it filters: the one that the site dispatches to
 * @param dispatching whether that endpoint has the order once it has taken this message
 */
public record Message(
        String type,
        Instant at,
        Optional<UUID> site,
        Optional<OrderPart> order,
        Optional<UUID> receiver,
        boolean dispatching,
        Object data) {
    /** Which message of which round of an order. */
    public record OrderPart(UUID id, int round, long sequence) {}

    /** A message about no order. */
    public static Message about(String type, Instant at, UUID site, Object data) {
        return new Message(type, at, Optional.of(site), Optional.empty(), Optional.empty(), false, data);
    }

    static Map<String, Object> envelope(String type, Instant at, Object data) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("type", type);
        envelope.put("timestamp", at);
        envelope.put("data", data);
        return envelope;
    }

    /** The id on the wire: no full stop in it, for the signature joins its parts by those. */
    static String wireId(UUID id) {
        return "msg_" + id.toString().replace("-", "");
    }
}
