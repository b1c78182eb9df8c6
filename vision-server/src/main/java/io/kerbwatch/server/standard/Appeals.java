package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keeps who did not agree with a line of an assessment, and what somebody else decided. Rows are added, never changed. */
final class Appeals {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Events events;
    private final Audit audit;

    Appeals(Database database, InstantSource clock, Ids ids, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.events = events;
        this.audit = audit;
    }

    /**
     * Says that a point was taken wrongly.
     *
     * @throws Problem.Raised 404, 409 {@code appealed-already}
     */
    Appeal add(Caller caller, UUID line, String reason) {
        return database.transaction(tx -> {
            UUID site = tx.handle()
                    .createQuery("select site from assessment_line where id = :id")
                    .bind("id", line)
                    .mapTo(UUID.class)
                    .findFirst()
                    .filter(caller::sees)
                    .orElseThrow(() ->
                            Problem.notFound("line of an assessment", line).raised());
            UUID id = ids.next();
            int made = tx.handle()
                    .createUpdate("insert into appeal (id, line, at, by_id, by_name, reason) values (:id, :line, :now,"
                            + " :by, :name, :reason) on conflict (line) do nothing")
                    .bind("id", id)
                    .bind("line", line)
                    .bind("now", clock.instant())
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("reason", reason)
                    .execute();
            if (made == 0) {
                throw Problem.conflict(
                                "appealed-already",
                                "Appealed already",
                                "There is an appeal against this line already; it is decided once.")
                        .raised();
            }
            audit.note(tx, caller, "appeal.add", id, Map.of("line", line));
            events.publish(tx, "assessment.changed", site, Map.of("appeal", id));
            return found(tx, id).orElseThrow();
        });
    }

    /** Those nobody has decided, the oldest first; or all, the newest first. */
    List<Appeal> list(Caller caller, boolean open, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery(APPEALS + " where (:all or l.site = any(:sites)) and (not :open or d.at is null)"
                        + (open ? " order by a.id" : " order by a.id desc") + " limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("open", open)
                .bind("limit", limit)
                .map((rows, context) -> read(rows, rows.getObject("line", UUID.class)))
                .list());
    }

    /**
     * Decides an appeal, once.
     *
     * @throws Problem.Raised 404, 409 {@code decided-already} or {@code own-appeal}
     */
    Appeal decide(Caller caller, UUID id, boolean upheld, String reason) {
        return database.transaction(tx -> {
            Appeal appeal = found(tx, id)
                    .orElseThrow(() -> Problem.notFound("appeal", id).raised());
            UUID site = tx.handle()
                    .createQuery("select site from assessment_line where id = :id")
                    .bind("id", appeal.line())
                    .mapTo(UUID.class)
                    .one();
            caller.mustSee(site, "appeal", id);
            String by = tx.handle()
                    .createQuery("select by_id from appeal where id = :id for update")
                    .bind("id", id)
                    .mapTo(String.class)
                    .one();
            if (by.equals(caller.id())) {
                throw Problem.conflict("own-appeal", "Your own appeal", "Somebody else decides what you appealed.")
                        .raised();
            }
            int made = tx.handle()
                    .createUpdate("insert into appeal_decision (appeal, at, by_id, by_name, upheld, reason)"
                            + " values (:id, :now, :by, :name, :upheld, :reason) on conflict do nothing")
                    .bind("id", id)
                    .bind("now", clock.instant())
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("upheld", upheld)
                    .bind("reason", reason)
                    .execute();
            if (made == 0) {
                throw Problem.conflict(
                                "decided-already", "Decided already", "Somebody has decided this appeal already.")
                        .raised();
            }
            audit.note(tx, caller, "appeal.decide", id, Map.of("upheld", upheld));
            events.publish(tx, "assessment.changed", site, Map.of("appeal", id));
            return found(tx, id).orElseThrow();
        });
    }

    private static final String APPEALS =
            "select a.id as appeal, a.line, l.month, a.at as appeal_at, a.by_name, a.reason,"
                    + " d.at as decided_at, d.by_name as decided_by, d.upheld, d.reason as opinion from appeal a"
                    + " join assessment_line l on l.id = a.line left join appeal_decision d on d.appeal = a.id";

    private static Optional<Appeal> found(Tx tx, UUID id) {
        return tx.handle()
                .createQuery(APPEALS + " where a.id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows, rows.getObject("line", UUID.class)))
                .findFirst();
    }

    static Appeal read(ResultSet rows, UUID line) throws SQLException {
        Instant decided = Rows.instant(rows, "decided_at");
        return new Appeal(
                rows.getObject("appeal", UUID.class),
                line,
                Month.of(rows.getDate("month").toLocalDate()).toString(),
                rows.getTimestamp("appeal_at").toInstant(),
                rows.getString("by_name"),
                rows.getString("reason"),
                decided == null
                        ? null
                        : new Appeal.Decision(
                                decided,
                                rows.getString("decided_by"),
                                rows.getBoolean("upheld"),
                                rows.getString("opinion")));
    }
}
