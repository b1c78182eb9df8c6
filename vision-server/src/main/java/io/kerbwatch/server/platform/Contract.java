package io.kerbwatch.server.platform;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code openapi.yaml}, the truth about what is served. */
public final class Contract {
    private static final String RESOURCE = "openapi.yaml";
    private static final String OPEN = "open";
    private static final String OTHER_PARAMETERS = "x-other-parameters";
    private static final String FORM = "application/x-www-form-urlencoded";

    private final OpenAPIContract contract;
    private final JsonObject tree;
    private final byte[] text;

    private Contract(OpenAPIContract contract, JsonObject tree, byte[] text) {
        this.contract = contract;
        this.tree = tree;
        this.text = text;
    }

    /** Loads and checks it; blocking. */
    public static Contract load(Vertx vertx) throws IOException {
        try (InputStream stream = Contract.class.getResourceAsStream("/" + RESOURCE)) {
            if (stream == null) {
                throw new IOException("openapi.yaml is not in the jar");
            }
            byte[] text = stream.readAllBytes();
            // Of two things with one name the later one would be taken, silently.
            JsonNode tree = YAMLMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(text);
            JsonNode requests = withoutAnswers(tree.deepCopy());
            OpenAPIContract contract = OpenAPIContract.from(vertx, new JsonObject(requests.toString()))
                    .await(60, TimeUnit.SECONDS);
            return new Contract(contract, new JsonObject(tree.toString()), text);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IOException("openapi.yaml could not be loaded in a minute", e);
        }
    }

    /** As it is written. */
    public byte[] text() {
        return text;
    }

    /** As a tree, whole. */
    public JsonObject tree() {
        return tree;
    }

    /** What requests are checked against. */
    OpenAPIContract openApi() {
        return contract;
    }

    /** The right that an operation asks for; none if it is open to everyone. */
    static Optional<Scope> scope(Operation operation) {
        String scope = operation.getOpenAPIModel().getString("x-scope");
        if (scope == null) {
            throw new IllegalStateException("operation " + operation.getOperationId() + " names no x-scope");
        }
        return scope.equals(OPEN) ? Optional.empty() : Optional.of(Scope.of(scope));
    }

    /**
     * Vert.x knows few types of content and refuses a contract with others, even in answers, which it does not check.
     * Who may call is settled by {@code x-scope} before it has a say.
     */
    private static JsonNode withoutAnswers(JsonNode tree) {
        ((ObjectNode) tree).remove("security");
        ((ObjectNode) tree).remove("webhooks");
        for (JsonNode path : tree.get("paths")) {
            for (JsonNode operation : path) {
                ((ObjectNode) operation).remove("security");
                // Forms come from pages of our own; their fields are checked where they are read.
                if (operation.has("requestBody")
                        && operation.at("/requestBody/content").has(FORM)) {
                    ((ObjectNode) operation).remove("requestBody");
                }
                operation.get("responses").forEach(answer -> ((ObjectNode) answer).remove("content"));
            }
        }
        tree.get("components").get("responses").forEach(answer -> ((ObjectNode) answer).remove("content"));
        return tree;
    }

    /** Whether others send it with parameters of their own, which are passed over. */
    static boolean otherParameters(Operation operation) {
        return Boolean.TRUE.equals(operation.getOpenAPIModel().getBoolean(OTHER_PARAMETERS));
    }

    /** Whether sending it twice must not do it twice. */
    static boolean idempotent(Operation operation) {
        return Boolean.TRUE.equals(operation.getOpenAPIModel().getBoolean("x-idempotency-key"));
    }
}
