package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

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

    /**
     * One of them.
     *
     * @param since when it became so
     */
    record Named(UUID id, String kind, String name, UUID site, String siteName, String health, Instant since) {}

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

    /** Which ones are behind the counts of a kind. */
    List<Named> behind(Tx tx, Caller caller, Instant at, String kind, int most) {
        return tx.handle()
                .createQuery("select h.subject, h.kind, coalesce(c.name, d.name, '') as name, h.site,"
                        + " s.name as site_name, h.health, h.at from (select distinct on (subject) *"
                        + " from health_change where at <= :at and kind = :kind and (:all or site = any(:sites))"
                        + " order by subject, at desc) h join site s on s.id = h.site"
                        + " left join camera c on c.id = h.subject left join device d on d.id = h.subject"
                        + " where h.health <> 'removed' order by s.name, name, h.subject limit :most")
                .bind("at", at)
                .bind("kind", kind)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("most", most)
                .map((rows, context) -> new Named(
                        rows.getObject("subject", UUID.class),
                        rows.getString("kind"),
                        rows.getString("name"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        rows.getString("health"),
                        rows.getTimestamp("at").toInstant()))
                .list();
    }
}
