package io.kerbwatch.server.audit;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Keeps who looked at what is private and who changed how things are set up. Rows are added, never changed. */
public final class Audit {
    private final Database database;
    private final InstantSource clock;

    public Audit(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * One row.
     *
     * @param action as in {@code camera.register}
     * @param subject id of what it was done to
     */
    public record Entry(
            long id, Instant at, String actor, String actorName, String action, String subject, Object detail) {}

    /** Adds a row in the transaction of what it tells. */
    public void note(Tx tx, Caller caller, String action, Object subject, Map<String, ?> detail) {
        tx.handle()
                .createUpdate("insert into audit (at, actor, actor_name, action, subject, detail)"
                        + " values (:at, :actor, :name, :action, :subject, :detail)")
                .bind("at", clock.instant())
                .bind("actor", caller.id())
                .bind("name", caller.name())
                .bind("action", action)
                .bind("subject", subject.toString())
                .bind("detail", Json.text(detail))
                .execute();
    }

    public void mount(Operations operations) {
        operations.on("listAudit", request -> {
            long before = request.query("before").map(Long::parseLong).orElse(Long.MAX_VALUE);
            List<Entry> entries = database.transaction(tx -> tx.handle()
                    .createQuery("select * from audit where id < :before order by id desc limit :limit")
                    .bind("before", before)
                    .bind("limit", request.limit())
                    .map((rows, context) -> new Entry(
                            rows.getLong("id"),
                            rows.getTimestamp("at").toInstant(),
                            rows.getString("actor"),
                            rows.getString("actor_name"),
                            rows.getString("action"),
                            rows.getString("subject"),
                            Json.tree(rows.getString("detail"))))
                    .list());
            return Reply.json(Map.of("items", entries));
        });
    }
}
