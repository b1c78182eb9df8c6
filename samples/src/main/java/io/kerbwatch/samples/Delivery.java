package io.kerbwatch.samples;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One request that came to the consumer.
 *
 * @param at when it had been read
 * @param webhookId the message; the same over its repetitions
 * @param genuine whether its signature was right
 * @param repeated whether this message had been processed before
 * @param body the message
 */
public record Delivery(Instant at, String webhookId, boolean genuine, boolean repeated, JsonNode body) {
    /** Such as {@code order.filed}; empty where it has none. */
    public String type() {
        return body.path("type").asText();
    }

    /** The order that it is about; empty where it is about none. */
    public String orderId() {
        return body.at("/data/order/id").asText();
    }
}
