package io.kerbwatch.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds answers against {@code openapi.yaml}: status, type of content, and the shape of what is JSON. */
final class AnswerContract {
    private static final String PROBLEM = "application/problem+json";
    private static final AnswerContract SHIPPED = load();

    private final JsonNode contract;
    private final List<Route> routes = new ArrayList<>();
    private final Map<String, Validator> validators = new ConcurrentHashMap<>();

    private record Route(Pattern path, int parameters, JsonNode operations) {}

    private AnswerContract(JsonNode contract) {
        this.contract = contract;
        contract.required("paths").properties().forEach(path -> {
            String pattern = Stream.of(path.getKey().split("/", -1))
                    .map(part -> part.startsWith("{") ? "[^/]+" : Pattern.quote(part))
                    .collect(Collectors.joining("/"));
            int parameters = path.getKey().split("\\{", -1).length - 1;
            routes.add(new Route(Pattern.compile(pattern), parameters, path.getValue()));
        });
    }

    /** The contract that the server ships. */
    static AnswerContract shipped() {
        return SHIPPED;
    }

    private static AnswerContract load() {
        try (InputStream yaml = AnswerContract.class.getResourceAsStream("/openapi.yaml")) {
            return new AnswerContract(new YAMLMapper().readTree(yaml));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * What an answer does that the contract does not say; empty if it keeps to it.
     *
     * @param path with or without a query
     * @param contentType as in the header, empty if there is none
     */
    List<String> breaches(String method, String path, int status, String contentType, String body) {
        Optional<JsonNode> operation = operation(method, path.replaceFirst("\\?.*", ""));
        if (operation.isEmpty()) {
            return contentType.equals(PROBLEM) ? shape("#/components/schemas/Problem", body) : List.of();
        }
        JsonNode responses = operation.get().required("responses");
        JsonNode response = responses.get(Integer.toString(status));
        if (response == null && status >= 400) {
            response = responses.get("default");
        }
        if (response == null) {
            return List.of("the status " + status + " is not in the contract");
        }
        return content(resolved(response), contentType, body);
    }

    private List<String> content(JsonNode response, String contentType, String body) {
        JsonNode content = response.path("content");
        if (content.isEmpty()) {
            return body.isEmpty() ? List.of() : List.of("the contract knows no body here");
        }
        String plain = contentType.replaceFirst(";.*", "").trim();
        JsonNode media = content.get(plain);
        if (media == null) {
            return List.of("the type of content '" + contentType + "' is not in the contract");
        }
        JsonNode reference = media.required("schema").get("$ref");
        return plain.endsWith("json") && reference != null ? shape(reference.asText(), body) : List.of();
    }

    private List<String> shape(String reference, String body) {
        List<String> errors = errors(
                validators.computeIfAbsent(reference, name -> validator(whole(contract.at(name.substring(1))))), body);
        return errors.isEmpty()
                ? errors
                : Stream.concat(Stream.of(reference), errors.stream()).toList();
    }

    /** What is wrong with a text of JSON; empty if nothing is. */
    static List<String> errors(Validator validator, String json) {
        OutputUnit outcome = validator.validate(new JsonObject("{\"it\":" + json + "}").getValue("it"));
        if (Boolean.TRUE.equals(outcome.getValid())) {
            return List.of();
        }
        List<String> errors = Optional.ofNullable(outcome.getErrors()).orElse(List.of()).stream()
                .map(e -> e.getInstanceLocation() + ": " + e.getError())
                .toList();
        return errors.isEmpty() ? List.of("does not fit its schema") : errors;
    }

    static Validator validator(JsonNode schema) {
        JsonSchemaOptions options = new JsonSchemaOptions()
                .setBaseUri("https://kerbwatch.invalid/")
                .setDraft(Draft.DRAFT202012)
                .setOutputFormat(OutputFormat.Basic);
        return Validator.create(JsonSchema.of(new JsonObject(schema.toString())), options);
    }

    /** With what it refers to in place; no schema of the contract refers to itself. */
    JsonNode whole(JsonNode schema) {
        if (schema.has("$ref")) {
            return whole(contract.at(schema.get("$ref").asText().substring(1)));
        }
        if (schema instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(field -> copy.set(field.getKey(), whole(field.getValue())));
            return copy;
        }
        if (schema instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode();
            array.forEach(each -> copy.add(whole(each)));
            return copy;
        }
        return schema;
    }

    JsonNode contract() {
        return contract;
    }

    private JsonNode resolved(JsonNode response) {
        JsonNode reference = response.get("$ref");
        return reference == null ? response : contract.at(reference.asText().substring(1));
    }

    /** Of several paths that fit, the one with the fewest parameters. */
    private Optional<JsonNode> operation(String method, String path) {
        return routes.stream()
                .filter(route -> route.path.matcher(path).matches())
                .min(Comparator.comparingInt(Route::parameters))
                .map(route -> route.operations.get(method.toLowerCase(Locale.ROOT)));
    }
}
