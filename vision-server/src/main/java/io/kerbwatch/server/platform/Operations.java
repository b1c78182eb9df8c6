package io.kerbwatch.server.platform;

import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What is done for each operation of the contract. Filled at start; each feature adds its own. */
public final class Operations {
    /** An answer that goes on: it is written by the feature, on the event loop, after the caller was checked. */
    public interface Stream {
        void open(Request request, RoutingContext context);
    }

    private final Map<String, Function<Request, Reply>> actions = new HashMap<>();
    private final Map<String, Stream> streams = new HashMap<>();

    /** Answers an operation by blocking work on a worker thread. */
    public Operations on(String operation, Function<Request, Reply> action) {
        actions.put(operation, action);
        return this;
    }

    public Operations stream(String operation, Stream stream) {
        streams.put(operation, stream);
        return this;
    }

    Map<String, Function<Request, Reply>> actions() {
        return actions;
    }

    Map<String, Stream> streams() {
        return streams;
    }
}
