package io.kerbwatch.server.deadline;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of rules. */
final class DeadlineStore {
    Optional<DeadlineRules.Written> find(Tx tx, String kind, @Nullable UUID site) {
        return tx.handle()
                .createQuery("select * from deadline_rule where class = :class"
                        + " and site is not distinct from cast(:site as uuid)")
                .bind("class", kind)
                .bind("site", site)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    List<DeadlineRules.Written> list(Tx tx) {
        return tx.handle()
                .createQuery("select * from deadline_rule order by class, site nulls first")
                .map((rows, context) -> read(rows))
                .list();
    }

    /**
     * Writes the version after the one that was read.
     *
     * @return false if that is not the one that is there
     */
    boolean write(Tx tx, DeadlineRules.Written written, Instant at) {
        String sql = written.version() == 1
                ? "insert into deadline_rule (class, site, rule, version, changed_at)"
                        + " values (:class, :site, :rule, :version, :at) on conflict do nothing"
                : "update deadline_rule set rule = :rule, version = :version, changed_at = :at where class = :class"
                        + " and site is not distinct from cast(:site as uuid) and version = :version - 1";
        return tx.handle()
                        .createUpdate(sql)
                        .bind("class", written.kind())
                        .bind("site", written.site())
                        .bind("rule", Json.text(written.rule()))
                        .bind("version", written.version())
                        .bind("at", at)
                        .execute()
                == 1;
    }

    boolean remove(Tx tx, String kind, UUID site) {
        return tx.handle()
                        .createUpdate("delete from deadline_rule where class = :class and site = :site")
                        .bind("class", kind)
                        .bind("site", site)
                        .execute()
                == 1;
    }

    private static DeadlineRules.Written read(ResultSet rows) throws SQLException {
        return new DeadlineRules.Written(
                rows.getString("class"),
                Rows.id(rows, "site"),
                rows.getInt("version"),
                Json.read(rows.getString("rule"), DeadlineRule.class));
    }
}
