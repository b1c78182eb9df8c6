package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.platform.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that others are to be told.
 *
 * @param at when it happened
 * @param order that it is about
 * @param incident that it is about; a message is about an order, an incident or neither
 * @param receiver endpoint that is told whatever it filters: the one that the site dispatches to
 * @param dispatching whether that endpoint has the order once it has taken this message
 */
public record Message(
        MessageType type,
        Instant at,
        Optional<UUID> site,
        Optional<OrderPart> order,
        Optional<IncidentPart> incident,
        Optional<UUID> receiver,
        boolean dispatching,
        Object data) {
    /** Which message of which round of an order. */
    public record OrderPart(UUID id, int round, long sequence) {}

    /** Which message of an incident. */
    public record IncidentPart(UUID id, long sequence) {}

    /** A message about neither an order nor an incident. */
    public static Message about(MessageType type, Instant at, UUID site, Object data) {
        return new Message(
                type, at, Optional.of(site), Optional.empty(), Optional.empty(), Optional.empty(), false, data);
    }

    /** A message about an incident. */
    public static Message about(MessageType type, Instant at, UUID site, IncidentPart incident, Object data) {
        return new Message(
                type, at, Optional.of(site), Optional.empty(), Optional.of(incident), Optional.empty(), false, data);
    }

    /** Whether somebody has to go at once: such messages have the fast lane. */
    boolean urgent() {
        return type.urgent();
    }

    /** What its deliveries to one endpoint are numbered by; null if they are not. */
    @Nullable UUID subject() {
        return order.map(OrderPart::id).or(() -> incident.map(IncidentPart::id)).orElse(null);
    }

    /** Its number among the messages about its order or incident; null if it has none. */
    @Nullable Long sequence() {
        return order.map(OrderPart::sequence)
                .or(() -> incident.map(IncidentPart::sequence))
                .orElse(null);
    }

    static Map<String, Object> envelope(MessageType type, Instant at, Object data) {
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("type", type.code());
        envelope.put("timestamp", at);
        envelope.put("data", data);
        return envelope;
    }

    /**
     * The body as one endpoint gets it: with the delivery's number among those about the same order or incident.
     *
     * @param serial null if it has none
     */
    static byte[] numbered(byte[] body, @Nullable Long serial) {
        if (serial == null) {
            return body;
        }
        JsonNode envelope = Json.tree(new String(body, StandardCharsets.UTF_8));
        ((ObjectNode) envelope.get("data")).put("serial", serial);
        return Json.bytes(envelope);
    }

    /** The id on the wire: no full stop in it, for the signature joins its parts by those. */
    static String wireId(UUID id) {
        return "msg_" + id.toString().replace("-", "");
    }
}
