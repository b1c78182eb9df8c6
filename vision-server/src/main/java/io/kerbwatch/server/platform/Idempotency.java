package io.kerbwatch.server.platform;

import com.fasterxml.jackson.core.type.TypeReference;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;

/**
 * Does what a request asks once, however often it is sent. The key, the effect and the answer are one transaction: a
 * crash leaves all or none of them, and a second request waits for the first.
 */
final class Idempotency {
    private static final Duration KEPT = Duration.ofDays(2);

    private final Database database;
    private final InstantSource clock;

    Idempotency(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    private record Kept(byte[] request, int status, String headers, byte[] body) {}

    Reply once(Request request, String key, Function<Request, Reply> action) {
        byte[] digest = digest(request);
        return database.transaction(tx -> {
            var handle = tx.handle();
            String caller = request.caller().id();
            int mine = handle.createUpdate("insert into idempotency (caller, key, request, at)"
                            + " values (:caller, :key, :request, :at) on conflict do nothing")
                    .bind("caller", caller)
                    .bind("key", key)
                    .bind("request", digest)
                    .bind("at", clock.instant())
                    .execute();
            if (mine == 0) {
                Kept kept = handle.createQuery("select request, status, headers, body from idempotency"
                                + " where caller = :caller and key = :key")
                        .bind("caller", caller)
                        .bind("key", key)
                        .map((rows, context) -> new Kept(
                                rows.getBytes("request"),
                                rows.getInt("status"),
                                rows.getString("headers"),
                                rows.getBytes("body")))
                        .one();
                if (!Arrays.equals(kept.request(), digest)) {
                    throw Problem.of(
                                    422,
                                    "idempotency-key-reused",
                                    "Key used before",
                                    "This Idempotency-Key came with another request before; use a new one for each.")
                            .raised();
                }
                return new Reply(
                                kept.status(),
                                Json.read(kept.headers(), new TypeReference<Map<String, String>>() {}),
                                kept.body())
                        .with("idempotent-replay", "true");
            }
            Reply reply = action.apply(request);
            handle.createUpdate("update idempotency set status = :status, headers = :headers, body = :body"
                            + " where caller = :caller and key = :key")
                    .bind("status", reply.status())
                    .bind("headers", Json.text(reply.headers()))
                    .bind("body", reply.body())
                    .bind("caller", caller)
                    .bind("key", key)
                    .execute();
            return reply;
        });
    }

    /** Forgets keys that no client repeats any more. */
    void prune() {
        database.inTransaction(tx -> tx.handle()
                .createUpdate("delete from idempotency where at < :before")
                .bind("before", clock.instant().minus(KEPT))
                .execute());
    }

    private static byte[] digest(Request request) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(Json.bytes(java.util.List.of(
                    request.operation(),
                    new java.util.TreeMap<>(request.path()),
                    new java.util.TreeMap<>(request.query()))));
            return digest.digest(request.body());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
