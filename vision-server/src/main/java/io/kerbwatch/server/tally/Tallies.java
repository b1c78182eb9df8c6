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
 * Counts what happened to orders. Each move that counts appends a row in its own transaction; these rows are added to sums
 * by hour and day now and then, and until then are counted beside them, so a count is exact at any moment, late moves
 * included.
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
                        + " added as (insert into tally as t (what, span, start, site, class, n)"
                        + " select g.what, s.span, date_bin(s.long, g.at, timestamptz '2000-01-01 00:00Z'), w.site,"
                        + " g.class, sum(g.n) from gone g"
                        + " cross join (values ('hour', interval '1 hour'), ('day', interval '1 day')) s (span, long)"
                        + " cross join lateral (values (g.site), (cast(:all as uuid))) w (site)"
                        // Always in the same order, or two that fold at once could wait for each other.
                        + " group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5"
                        + " on conflict (what, span, site, start, class) do update set n = t.n + excluded.n)"
                        + " select count(*) from gone")
                .bind("most", AT_ONCE)
                .bind("all", ALL_SITES)
                .mapTo(Integer.class)
                .one();
    }

    /**
     * How often what happened within a span, of all classes together.
     *
     * @param until exclusive
     * @return by what happened; what did not is not among the keys
     */
    public Map<String, Long> counts(Tx tx, Caller caller, Instant from, Instant until) {
        Instant firstHour = up(from, ChronoUnit.HOURS);
        Instant lastHour = until.truncatedTo(ChronoUnit.HOURS);
        Map<String, Long> counts = new HashMap<>();
        if (!firstHour.isBefore(lastHour)) {
            addMoves(tx, caller, from, until, counts);
            return counts;
        }
        addMoves(tx, caller, from, firstHour, counts);
        addMoves(tx, caller, lastHour, until, counts);
        addChanges(tx, caller, firstHour, lastHour, counts);
        Instant firstDay = up(firstHour, ChronoUnit.DAYS);
        Instant lastDay = lastHour.truncatedTo(ChronoUnit.DAYS);
        if (firstDay.isBefore(lastDay)) {
            addSums(tx, caller, "hour", firstHour, firstDay, counts);
            addSums(tx, caller, "day", firstDay, lastDay, counts);
            addSums(tx, caller, "hour", lastDay, lastHour, counts);
        } else {
            addSums(tx, caller, "hour", firstHour, lastHour, counts);
        }
        return counts;
    }

    /** How often something happened in one hour, to one class. */
    public record Hour(String what, String kind, Instant hour, long n) {}

    /**
     * What happened hour by hour, all sites that the caller may see together. Of arrivals, which a move and the time that it
     * took both tell, those beside the ten minutes are {@code arrived-in-time} and {@code arrived-late}.
     *
     * @param from full hour
     * @param until exclusive
     */
    public List<Hour> hours(Tx tx, Caller caller, Instant from, Instant until) {
        UUID[] sites = caller.sites().isEmpty() ? new UUID[] {ALL_SITES} : caller.siteArray();
        return tx.handle()
                .createQuery("select what, class, hour, sum(n) as n from ("
                        + "select what, class, start as hour, n from tally where span = 'hour' and site = any(:sites)"
                        + " and start >= :from and start < :until"
                        + " union all select what, class, date_bin('1 hour', at, timestamptz '2000-01-01 00:00Z'), n"
                        + " from tally_change where at >= :from and at < :until and (:all or site = any(:sites))) t"
                        + " group by what, class, hour order by what, class, hour")
                .bind("sites", sites)
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

    private static Instant up(Instant at, ChronoUnit unit) {
        Instant down = at.truncatedTo(unit);
        return down.equals(at) ? at : down.plus(1, unit);
    }

    private static void addSums(
            Tx tx, Caller caller, String span, Instant from, Instant until, Map<String, Long> counts) {
        if (!from.isBefore(until)) {
            return;
        }
        UUID[] sites = caller.sites().isEmpty() ? new UUID[] {ALL_SITES} : caller.siteArray();
        tx.handle()
                .createQuery("select what, sum(n) as n from tally where span = :span and site = any(:sites)"
                        + " and start >= :from and start < :until group by what")
                .bind("span", span)
                .bind("sites", sites)
                .bind("from", from)
                .bind("until", until)
                .map((rows, context) -> counts.merge(rows.getString("what"), rows.getLong("n"), Long::sum))
                .list();
    }

    private static void addChanges(Tx tx, Caller caller, Instant from, Instant until, Map<String, Long> counts) {
        tx.handle()
                .createQuery("select what, sum(n) as n from tally_change where at >= :from and at < :until"
                        + " and (:all or site = any(:sites)) group by what")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("from", from)
                .bind("until", until)
                .map((rows, context) -> counts.merge(rows.getString("what"), rows.getLong("n"), Long::sum))
                .list();
    }

    private static void addMoves(Tx tx, Caller caller, Instant from, Instant until, Map<String, Long> counts) {
        if (!from.isBefore(until)) {
            return;
        }
        tx.handle()
                .createQuery("select tally_of(m.event, m.from_state, m.to_state, m.role) as what, count(*) as n"
                        + " from order_move m where m.at >= :from and m.at < :until"
                        + " and tally_of(m.event, m.from_state, m.to_state) is not null"
                        + (caller.sites().isEmpty()
                                ? ""
                                : " and exists (select 1 from orders o where o.id = m.order_id"
                                        + " and o.site = any(:sites))")
                        + " group by 1")
                .bind("sites", caller.siteArray())
                .bind("from", from)
                .bind("until", until)
                .map((rows, context) -> counts.merge(rows.getString("what"), rows.getLong("n"), Long::sum))
                .list();
    }
}
