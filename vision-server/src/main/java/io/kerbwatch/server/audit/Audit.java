package io.kerbwatch.server.audit;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps who looked at what is private and who changed how things are set up. Rows are added, never changed. */
public final class Audit {
    private static final int ROWS_OF_A_PAGE = 200;
    private static final int ROWS_OF_A_TABLE = 10_000;

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

    /**
     * Which rows are wanted.
     *
     * @param before number of a row; only older ones
     * @param actor id or name of who did it; null for everyone
     * @param action or the part of it before the dot; null for all
     * @param from not before this; null for always
     * @param to before this; null for always
     */
    private record Wanted(
            long before,
            @Nullable String actor,
            @Nullable String action,
            @Nullable Instant from,
            @Nullable Instant to) {}

    public void mount(Operations operations) {
        operations.on("listAudit", request -> {
            if (!request.caller().sites().isEmpty()) {
                throw Problem.forbidden("The audit is not divided by sites; it is for those who see all of them.")
                        .raised();
            }
            boolean table = request.header("accept").orElse("").startsWith("text/csv");
            int most = table ? ROWS_OF_A_TABLE : ROWS_OF_A_PAGE;
            int limit = (int) Math.min(most, request.number("limit", table ? most : 50));
            Wanted wanted = new Wanted(
                    request.number("before", Long.MAX_VALUE),
                    request.query("actor").orElse(null),
                    request.query("action").orElse(null),
                    request.time("from").orElse(null),
                    request.time("to").orElse(null));
            List<Entry> found = database.transaction(tx -> {
                if (table) {
                    note(tx, request.caller(), "audit.export", "audit", request.query());
                }
                return find(tx, wanted, limit + 1);
            });
            List<Entry> entries = found.subList(0, Math.min(limit, found.size()));
            Long next = found.size() > limit ? entries.get(limit - 1).id() : null;
            if (table) {
                Reply reply = Reply.of(
                                "text/csv; charset=utf-8",
                                AuditTable.csv(entries).getBytes(StandardCharsets.UTF_8))
                        .with("content-disposition", "attachment; filename=\"audit.csv\"");
                return next == null ? reply : reply.with("link", "<" + further(request, next) + ">; rel=\"next\"");
            }
            Map<String, Object> page = new LinkedHashMap<>();
            page.put("items", entries);
            page.put("next", next);
            return Reply.json(page);
        });
    }

    private static List<Entry> find(Tx tx, Wanted wanted, int limit) {
        return tx.handle()
                .createQuery("select * from audit where id < :before"
                        + " and (cast(:actor as text) is null or actor = :actor or actor_name = :actor)"
                        + " and (cast(:action as text) is null or action = :action"
                        + " or starts_with(action, :action || '.'))"
                        + " and (cast(:from as timestamptz) is null or at >= :from)"
                        + " and (cast(:to as timestamptz) is null or at < :to)"
                        + " order by id desc limit :limit")
                .bind("before", wanted.before())
                .bind("actor", wanted.actor())
                .bind("action", wanted.action())
                .bind("from", wanted.from())
                .bind("to", wanted.to())
                .bind("limit", limit)
                .map((rows, context) -> new Entry(
                        rows.getLong("id"),
                        rows.getTimestamp("at").toInstant(),
                        rows.getString("actor"),
                        rows.getString("actor_name"),
                        rows.getString("action"),
                        rows.getString("subject"),
                        Json.tree(rows.getString("detail"))))
                .list();
    }

    private static String further(Request request, long before) {
        Map<String, String> query = new LinkedHashMap<>(request.query());
        query.put("before", Long.toString(before));
        return query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "/api/v1/audit?", ""));
    }
}
