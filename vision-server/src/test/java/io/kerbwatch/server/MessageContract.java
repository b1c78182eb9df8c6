package io.kerbwatch.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.json.schema.Validator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Holds messages against {@code webhooks} of {@code openapi.yaml}, and takes no member that is not told there. */
public final class MessageContract {
    private static final Map<String, Validator> VALIDATORS = new ConcurrentHashMap<>();

    private MessageContract() {}

    /** The types that the contract has. */
    public static List<String> types() {
        return AnswerContract.shipped().contract().get("webhooks").properties().stream()
                .map(Map.Entry::getKey)
                .toList();
    }

    /** What a message does that the contract does not say; empty if it keeps to it. */
    public static List<String> breaches(JsonNode message) {
        String type = message.path("type").asText();
        if (!types().contains(type)) {
            return List.of("the type '" + type + "' is not in the contract");
        }
        Validator validator = VALIDATORS.computeIfAbsent(type, MessageContract::validator);
        return AnswerContract.errors(validator, message.toString()).stream()
                .map(error -> type + " " + error)
                .toList();
    }

    /** As {@link #breaches}, of a message that has not been numbered for an endpoint yet. */
    static List<String> breachesUnnumbered(JsonNode message) {
        if (message.path("data") instanceof ObjectNode data && data.has("sequence")) {
            data.put("serial", 1);
        }
        return breaches(message);
    }

    private static Validator validator(String type) {
        AnswerContract shipped = AnswerContract.shipped();
        JsonNode schema = shipped.whole(
                shipped.contract().at("/webhooks/" + type + "/post/requestBody/content/application~1json/schema"));
        strict(schema);
        return AnswerContract.validator(schema);
    }

    /** Receivers have to put up with new members; we have to tell them first. */
    private static void strict(JsonNode schema) {
        if (schema instanceof ObjectNode object && object.path("properties").isObject()) {
            object.put("additionalProperties", false);
        }
        schema.forEach(MessageContract::strict);
    }
}
