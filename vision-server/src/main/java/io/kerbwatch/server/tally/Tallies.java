package io.kerbwatch.server.tally;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Counts what happened to orders. Each move that counts leaves a deed, and each deed appends a change in its own
 * transaction; changes are added to sums by hour and day now and then, and until then are counted beside them, so a count
 * is exact at any moment, late moves included. When a deed turns out to be another team's, two changes say so.
 */
public final class Tallies {
    private static final UUID ALL_SITES = new UUID(0, 0);
    private static final int AT_ONCE = 50_000;

    private final Database database;

    public Tallies(Database database) {
        this.database = database;
    }

    /** Adds what is new to the sums. */
    public void fold() {
        int folded;
        do {
            folded = database.transaction(Tallies::fold);
        } while (folded == AT_ONCE);
    }

    private static int fold(Tx tx) {
        return tx.handle()
                .createQuery("with gone as (delete from tally_change where id in (select id from tally_change"
                        + " order by id limit :most for update skip locked) returning *),"
                        + " added as (insert into tally as t (what, span, site, start, village, class, team, n)"
                        + " select g.what, s.span, w.site, date_bin(s.long, g.at, timestamptz '2000-01-01 00:00Z'),"
                        + " g.village, g.class, g.team, sum(g.n) from gone g"
                        + " cross join (values ('hour', interval '1 hour'), ('day', interval '1 day')) s (span, long)"
                        + " cross join lateral (values (g.site), (cast(:all as uuid))) w (site)"
                        // Always in the same order, or two that fold at once could wait for each other.
                        + " group by 1, 2, 3, 4, 5, 6, 7 order by 1, 2, 3, 4, 5, 6, 7"
                        + " on conflict (site, span, start, what, village, class, team) do update set n = t.n + excluded.n)"
                        + " select count(*) from gone")
                .bind("most", AT_ONCE)
                .bind("all", ALL_SITES)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * How often what happened to orders within a span, of all classes together.
     *
     * @param until exclusive
     * @return by what happened; what did not is not among the keys
     */
    public Map<String, Long> counts(Tx tx, Caller caller, Instant from, Instant until) {
        Instant firstHour = up(from, ChronoUnit.HOURS);
        Instant lastHour = until.truncatedTo(ChronoUnit.HOURS);
        if (!firstHour.isBefore(lastHour)) {
            firstHour = until;
            lastHour = until;
        }
        Instant firstDay = up(firstHour, ChronoUnit.DAYS);
        Instant lastDay = lastHour.truncatedTo(ChronoUnit.DAYS);
        if (!firstDay.isBefore(lastDay)) {
            firstDay = lastHour;
            lastDay = lastHour;
        }
        Map<String, Long> counts = new HashMap<>();
        // In one statement: what is folded between two would be in both.
        tx.handle()
                .createQuery("""
                        select what, sum(n) as n from (
                          select what, n from tally where site = any(:sites) and span = 'day'
                            and start >= :firstDay and start < :lastDay
                          union all select what, n from tally where site = any(:sites) and span = 'hour'
                            and (start >= :firstHour and start < :firstDay or start >= :lastDay and start < :lastHour)
                          union all select what, n from tally_change
                            where at >= :firstHour and at < :lastHour and (:all or site = any(:sites))
                          union all select what, 1 from order_deed
                            where (at >= :from and at < :firstHour or at >= :lastHour and at < :until)
                              and (:all or site = any(:sites))) c
                        where what <> 'incident' group by what having sum(n) <> 0
                        """)
                .bind("sites", sites(caller))
                .bind("all", caller.sites().isEmpty())
                .bind("from", from)
                .bind("firstHour", firstHour)
                .bind("firstDay", firstDay)
                .bind("lastDay", lastDay)
                .bind("lastHour", lastHour)
                .bind("until", until)
                .map((rows, context) -> counts.put(rows.getString("what"), rows.getLong("n")))
                .list();
        return counts;
    }

    private static UUID[] sites(Caller caller) {
        return caller.sites().isEmpty() ? new UUID[] {ALL_SITES} : caller.siteArray();
    }

    /** How often something happened in one hour, to one class. */
    public record Hour(String what, String kind, Instant hour, long n) {}

    /**
     * What happened hour by hour, all sites that the caller may see together.
     *
     * @param from full hour
     * @param until exclusive
     */
    public List<Hour> hours(Tx tx, Caller caller, Instant from, Instant until) {
        return tx.handle()
                .createQuery("select what, class, hour, sum(n) as n from ("
                        + "select what, class, start as hour, n from tally where span = 'hour' and site = any(:sites)"
                        + " and start >= :from and start < :until"
                        + " union all select what, class, date_bin('1 hour', at, timestamptz '2000-01-01 00:00Z'), n"
                        + " from tally_change where at >= :from and at < :until and (:all or site = any(:sites))) t"
                        + " group by what, class, hour order by what, class, hour")
                .bind("sites", sites(caller))
                .bind("all", caller.sites().isEmpty())
                .bind("from", from)
                .bind("until", until)
                .map((rows, context) -> new Hour(
                        rows.getString("what"),
                        rows.getString("class"),
                        rows.getTimestamp("hour").toInstant(),
                        rows.getLong("n")))
                .list();
    }

    /**
     * How often something happened to the orders of one village, class and team.
     *
     * @param team name of the team or dispatch system; empty for none
     */
    public record Share(String what, String village, String orderClass, String team, long n) {}

    /**
     * What happened within a span, by village, class and team.
     *
     * @param from full hour
     * @param until inclusive
     */
    public List<Share> shares(Tx tx, Caller caller, Instant from, Instant until) {
        return tx.handle()
                .createQuery("""
                        select c.what, c.village, c.class, coalesce(t.name, e.name, '') as team, sum(c.n) as n from (
                          select what, village, class, team, n from tally
                            where span = 'hour' and site = any(:sites) and start >= :from and start < :hour
                          union all select what, village, class, team, n from tally_change
                            where at >= :from and at < :hour and (:all or site = any(:sites))
                          union all select what, village, class, team, 1 from order_deed
                            where at >= :from and at >= :hour and at <= :until and (:all or site = any(:sites))) c
                        left join team t on t.id = c.team
                        left join endpoint e on e.id = c.team
                        group by 1, 2, 3, 4 having sum(c.n) <> 0
                        """)
                .bind("sites", sites(caller))
                .bind("all", caller.sites().isEmpty())
                .bind("from", from)
                .bind("hour", until.truncatedTo(ChronoUnit.HOURS))
                .bind("until", until)
                .map((rows, context) -> new Share(
                        rows.getString("what"),
                        rows.getString("village"),
                        rows.getString("class"),
                        rows.getString("team"),
                        rows.getLong("n")))
                .list();
    }

    private static Instant up(Instant at, ChronoUnit unit) {
        Instant down = at.truncatedTo(unit);
        return down.equals(at) ? at : down.plus(1, unit);
    }
}
