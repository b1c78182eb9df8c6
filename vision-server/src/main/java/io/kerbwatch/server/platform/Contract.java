package io.kerbwatch.server.platform;

import io.vertx.core.Vertx;
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

    private final OpenAPIContract contract;
    private final byte[] text;

    private Contract(OpenAPIContract contract, byte[] text) {
        this.contract = contract;
        this.text = text;
    }

    /** Loads and checks it; blocking. */
    public static Contract load(Vertx vertx) throws IOException {
        try (InputStream stream = Contract.class.getResourceAsStream("/" + RESOURCE)) {
            if (stream == null) {
                throw new IOException("openapi.yaml is not in the jar");
            }
            byte[] text = stream.readAllBytes();
            OpenAPIContract contract = OpenAPIContract.from(vertx, RESOURCE).await(60, TimeUnit.SECONDS);
            return new Contract(contract, text);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IOException("openapi.yaml could not be loaded in a minute", e);
        }
    }

    /** As it is written. */
    public byte[] text() {
        return text;
    }

    public OpenAPIContract openApi() {
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

    /** Whether sending it twice must not do it twice. */
    static boolean idempotent(Operation operation) {
        return Boolean.TRUE.equals(operation.getOpenAPIModel().getBoolean("x-idempotency-key"));
    }
}
