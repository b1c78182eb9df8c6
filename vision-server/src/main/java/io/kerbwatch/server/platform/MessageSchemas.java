package io.kerbwatch.server.platform;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The JSON Schemas (2020-12) of what is sent, each whole in one file: taken from {@code webhooks} of the contract, with
 * what they refer to as {@code $defs}.
 */
public final class MessageSchemas {
    private static final String SHARED = "#/components/schemas/";

    private final JsonObject contract;
    private final Map<String, byte[]> files = new LinkedHashMap<>();

    public MessageSchemas(Contract contract) {
        this.contract = contract.tree();
        JsonObject webhooks = this.contract.getJsonObject("webhooks");
        webhooks.fieldNames().forEach(type -> files.put(type, file(type, webhooks.getJsonObject(type))));
    }

    /** The types of messages, in the contract's order. */
    public Set<String> types() {
        return files.keySet();
    }

    /** The schema of a type of message. */
    public Optional<byte[]> of(String type) {
        return Optional.ofNullable(files.get(type));
    }

    private byte[] file(String type, JsonObject webhook) {
        JsonObject post = webhook.getJsonObject("post");
        JsonObject schema = new JsonObject()
                .put("$schema", "https://json-schema.org/draft/2020-12/schema")
                .put("$id", "urn:kerbwatch:schema:" + type)
                .put("title", type)
                .put("description", post.getString("summary"));
        Map<String, Object> defs = new TreeMap<>();
        JsonObject body = post.getJsonObject("requestBody")
                .getJsonObject("content")
                .getJsonObject("application/json")
                .getJsonObject("schema");
        schema.mergeIn((JsonObject) moved(body, defs));
        schema.put("$defs", new JsonObject(defs));
        return schema.encodePrettily().getBytes(StandardCharsets.UTF_8);
    }

    /** A copy whose references lead to {@code $defs}, which get what is referred to. */
    private Object moved(Object node, Map<String, Object> defs) {
        if (node instanceof JsonArray array) {
            JsonArray copy = new JsonArray();
            array.forEach(each -> copy.add(moved(each, defs)));
            return copy;
        }
        if (!(node instanceof JsonObject object)) {
            return node;
        }
        JsonObject copy = new JsonObject();
        object.forEach(field -> {
            if (field.getKey().equals("$ref")) {
                String name = String.valueOf(field.getValue()).substring(SHARED.length());
                if (!defs.containsKey(name)) {
                    defs.put(name, new JsonObject()); // before it is looked into: it may lead back here
                    defs.put(name, moved(shared(name), defs));
                }
                copy.put("$ref", "#/$defs/" + name);
            } else {
                copy.put(field.getKey(), moved(field.getValue(), defs));
            }
        });
        return copy;
    }

    private JsonObject shared(String name) {
        return contract.getJsonObject("components").getJsonObject("schemas").getJsonObject(name);
    }
}
