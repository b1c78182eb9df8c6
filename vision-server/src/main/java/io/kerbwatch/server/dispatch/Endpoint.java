package io.kerbwatch.server.dispatch;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Someone's server that is told what happens.
 *
 * @param reports what it tells back: steps (accept, arrive, done), done, or nothing
 * @param events types that it wants; all if empty
 * @param sites that it wants to hear of; all if empty
 * @param state active; degraded if it does not do what is asked of it, and is told everything all the same; or disabled
 * @param ping how the last ping went; null if there was none
 */
public record Endpoint(
        UUID id,
        String name,
        String url,
        String reports,
        List<String> events,
        List<UUID> sites,
        String state,
        String stateReason,
        @Nullable Ping ping,
        int version,
        Instant createdAt) {
    /** How a ping went. */
    public record Ping(
            Instant at, boolean delivered, @Nullable Integer status, String result, long milliseconds) {}
}
