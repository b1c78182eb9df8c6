package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** How cameras and devices were at any moment: what it is now is written down every few seconds where it changed. */
public final class HealthHistory {
    private final Database database;
    private final InstantSource clock;

    public HealthHistory(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * How many are how.
     *
     * @param kind camera, or what a device is
     */
    record Count(String kind, String health, int n) {}

    /** Writes down what has changed. */
    public void look() {
        Instant now = clock.instant();
        database.inTransaction(
                tx -> tx.handle().createUpdate("""
                        insert into health_change (subject, at, kind, site, health)
                        select a.id, :now, a.kind, a.site, a.health from (
                          select id, site, 'camera' as kind,
                            case when removed_at is null then health else 'removed' end as health from camera
                          union all select id, site, kind,
                            case when removed_at is null then health else 'removed' end from device) a
                        left join lateral (select health from health_change where subject = a.id
                          order by at desc limit 1) before on true
                        where a.health is distinct from before.health
                          and (before.health is not null or a.health <> 'removed')
                        order by a.id on conflict do nothing
                        """).bind("now", now).execute());
    }

    /** Deletes what was long before; what still held then is kept. */
    public void prune(Duration kept) {
        Instant before = clock.instant().minus(kept);
        database.inTransaction(tx -> tx.handle()
                .createUpdate("delete from health_change h where at < :before and exists (select 1 from health_change l"
                        + " where l.subject = h.subject and l.at > h.at and l.at < :before)")
                .bind("before", before)
                .execute());
    }

    List<Count> at(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("select kind, health, count(*) as n from (select distinct on (subject) kind, health"
                        + " from health_change where at <= :at and (:all or site = any(:sites))"
                        + " order by subject, at desc) h where health <> 'removed' group by kind, health"
                        + " order by kind, health")
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Count(rows.getString("kind"), rows.getString("health"), rows.getInt("n")))
                .list();
    }
}
