package io.kerbwatch.server.standard;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * What a month rests on, read from incidents, orders and checks. What happened counts in the month of its site's time zone
 * in which it began, under the clauses that held then. What is not known counts for nothing: an incident under review or a
 * false alarm, an arrival that nobody reports, a clause that was not seen.
 */
final class Evidence {
    private Evidence() {}

    /**
     * A place that is assessed.
     *
     * @param contract that it is kept under; null for none
     * @param checksDue how often clauses were to be looked at in the month, as far as it has gone
     * @param checksMade how many of these looks there were
     */
    record Place(
            UUID site,
            String name,
            String village,
            String space,
            @Nullable UUID contract,
            String contractName,
            int checksDue,
            int checksMade) {}

    /** Who worked, and where: a team of one's own, or an endpoint that orders were sent to. */
    record Team(UUID id, String name, List<UUID> sites) {
        Team {
            sites = List.copyOf(sites);
        }
    }

    private static final String PLACE = """
            with place as (select s.id, s.name, s.village, s.kind, s.time_zone, s.created_at,
              space_of(s.id, s.kind, least(cast(:until as timestamptz), cast(:now as timestamptz))) as space from site s
              where (s.removed_at is null or s.removed_at at time zone s.time_zone >= :month)
              and s.created_at at time zone s.time_zone < :next and (:all or s.id = any(:sites)))
            """;

    /** Whose work an order was: of the team, as it was then, that had it last; who only declined it had it not. */
    private static final String TEAM = """
             left join lateral (select d.team as id from order_deed d where d.order_id = o.id
              and d.what in ('filed', 'filed-again') and d.team is not null order by d.number desc limit 1) w on true
            left join team t on t.id = w.id
            left join endpoint e on e.id = w.id
            """;

    /** Whether a step of an earlier round, which the order's row does not tell any more, took too long. */
    private static String earlier(String step) {
        return """
                exists (select 1 from order_move m where m.order_id = o.id and m.round < o.round and %s
                  and unpaused_seconds((select min(b.at) from order_move b where b.order_id = o.id and b.round = m.round),
                    m.at, o.pauses) > c.within_minutes * 60)""".formatted(step);
    }

    private static final String BREACHES = (", breach as (" + """
            select 'incident' as evidence, i.id as evidence_id, i.site, c.id as clause, i.opened_at as at, i.order_id, i.kind
            from incident i join place p on p.id = i.site
            join clause c on c.space = space_of(p.id, p.kind, i.opened_at) and c.method = 'incident'
              and i.kind = any(c.kinds)
              and i.opened_at >= c.held_from and (c.held_until is null or i.opened_at < c.held_until)
            where i.opened_at >= :from and i.opened_at < :until
              and i.opened_at at time zone p.time_zone >= :month and i.opened_at at time zone p.time_zone < :next
              and i.state in ('open', 'cleared') and (i.verdict is null or i.verdict = 'true')
              and (c.within_minutes is null
                or coalesce(i.ended_at, :now) > i.opened_at + make_interval(mins => c.within_minutes))
            union all
            select 'order', o.id, o.site, c.id, o.created_at, o.id, o.class
            from orders o join place p on p.id = o.site
            join clause c on c.space = space_of(p.id, p.kind, o.created_at) and c.method in ('arrive', 'finish', 'rework')
              and o.class = any(c.kinds)
              and o.created_at >= c.held_from and (c.held_until is null or o.created_at < c.held_until)
            where o.created_at >= :from and o.created_at < :until
              and o.created_at at time zone p.time_zone >= :month and o.created_at at time zone p.time_zone < :next
              and o.state not in ('rejected', 'merged', 'cancelled')
              and case c.method
                when 'rework' then o.reworks > 0
                when 'arrive' then %s or coalesce(o.filed_to_arrived, case when o.state in ('filed', 'dispatched', 'accepted',
                  'returned', 'suspended') and (o.dispatch_mode = 'crews' or o.reports = 'steps')
                  then unpaused_seconds(o.filed_at, :now, o.pauses) end) > c.within_minutes * 60
                else %s or case
                  when o.done_at is not null then
                    case when o.done_reported then unpaused_seconds(o.filed_at, o.done_at, o.pauses) end
                  when o.state in ('filed', 'dispatched', 'accepted', 'arrived', 'returned', 'suspended')
                    and (o.dispatch_mode = 'crews' or o.reports <> 'nothing')
                  then unpaused_seconds(o.filed_at, :now, o.pauses) end > c.within_minutes * 60
              end
            union all
            select 'check', k.id, k.site, c.id, k.at, k.order_id, 'check'
            from site_check k join place p on p.id = k.site
            join site_check_item i on i.site_check = k.id and i.outcome = 'broken' join clause c on c.id = i.clause
            where k.at >= :from and k.at < :until
              and k.at at time zone p.time_zone >= :month and k.at at time zone p.time_zone < :next
            )
            """)
            .formatted(
                    earlier("m.to_state = 'arrived' and m.from_state is distinct from 'arrived'"),
                    earlier("m.event = 'done'"));

    /** Points that the month takes so far, without appeals. */
    static List<Point> points(Tx tx, Caller caller, YearMonth month, Instant now) {
        return spanned(tx.handle().createQuery(PLACE + BREACHES + """
                                select b.*, p.name as site_name, c.standard, c.code, c.what, c.what_en, c.points, c.most,
                                  w.id as team, coalesce(t.name, e.name, '') as team_name, null::uuid as id
                                from breach b join place p on p.id = b.site join clause c on c.id = b.clause
                                left join orders o on o.id = b.order_id""" + TEAM), caller, month, now)
                .map((rows, context) -> point(rows, false, null))
                .list();
    }

    static Point point(ResultSet rows, boolean annulled, @Nullable Appeal appeal) throws SQLException {
        return new Point(
                Rows.id(rows, "id"),
                rows.getObject("site", UUID.class),
                rows.getString("site_name"),
                rows.getObject("clause", UUID.class),
                rows.getString("standard"),
                rows.getString("code"),
                rows.getString("what"),
                rows.getString("what_en"),
                Rows.id(rows, "team"),
                rows.getString("team_name"),
                rows.getString("evidence"),
                rows.getObject("evidence_id", UUID.class),
                Rows.id(rows, "order_id"),
                rows.getString("kind"),
                rows.getTimestamp("at").toInstant(),
                rows.getDouble("points"),
                Rows.number(rows, "most"),
                0,
                annulled,
                appeal);
    }

    /** Places for whose kind of space any clause held in the month. */
    static List<Place> places(Tx tx, Caller caller, YearMonth month, Instant now) {
        Map<UUID, int[]> looks = looks(tx, caller, month, now);
        return spanned(tx.handle().createQuery(PLACE + """
                                select p.*, k.id as contract, coalesce(k.name, '') as contract_name from place p
                                left join (contract_site n join contract k on k.id = n.contract and k.removed_at is null
                                  and k.first_month <= :month and (k.last_month is null or k.last_month >= :month))
                                  on n.site = p.id
                                where exists (select 1 from clause c where c.space = p.space
                                  and c.held_from at time zone p.time_zone < :next
                                  and (c.held_until is null or c.held_until at time zone p.time_zone >= :month))
                                order by p.name"""), caller, month, now)
                .map((rows, context) -> {
                    UUID site = rows.getObject("id", UUID.class);
                    int[] look = looks.getOrDefault(site, new int[2]);
                    return new Place(
                            site,
                            rows.getString("name"),
                            rows.getString("village"),
                            rows.getString("space"),
                            Rows.id(rows, "contract"),
                            rows.getString("contract_name"),
                            look[0],
                            look[1]);
                })
                .list();
    }

    /** How often places were to be looked at, and were: each day, in each of the four weeks that a month has whole, once. */
    private static Map<UUID, int[]> looks(Tx tx, Caller caller, YearMonth month, Instant now) {
        LocalDate today = LocalDate.ofInstant(now, Month.ZONE);
        int gone = YearMonth.from(today).equals(month)
                ? today.getDayOfMonth() - 1
                : YearMonth.from(today).isAfter(month) ? month.lengthOfMonth() : 0;
        Map<UUID, int[]> looks = new HashMap<>();
        spanned(tx.handle().createQuery(PLACE + """
                                , look as (select k.site, o.standard, o.code,
                                  extract(day from k.at at time zone p.time_zone)::int as day
                                  from site_check k join place p on p.id = k.site
                                  join site_check_item i on i.site_check = k.id and i.outcome <> 'not-seen'
                                  join clause o on o.id = i.clause
                                  where k.at >= :from and k.at < :until and k.at at time zone p.time_zone >= :month
                                  and k.at at time zone p.time_zone < :next)
                                select p.id, c.every,
                                  (greatest(p.created_at, b.begun) at time zone p.time_zone)::date as begun,
                                  count(distinct case c.every when 'day' then l.day
                                    when 'week' then case when l.day <= 28 then (l.day - 1) / 7 end
                                    when 'month' then case when l.day is not null then 0 end end) as made
                                from place p join clause c on c.space = p.space and c.every in ('day', 'week', 'month')
                                  and c.held_from at time zone p.time_zone < :next
                                and (c.held_until is null or c.held_until at time zone p.time_zone >= :next)
                                cross join lateral (select min(o.held_from) as begun from clause o
                                  where o.standard = c.standard and o.code = c.code) b
                                left join look l on l.site = p.id and l.standard = c.standard and l.code = c.code
                                group by p.id, p.created_at, p.time_zone, c.id, c.every, b.begun"""), caller, month, now)
                .map((rows, context) -> {
                    LocalDate begun = rows.getDate("begun").toLocalDate();
                    // Nobody looks before there is a place, and something to look for.
                    int before = begun.isBefore(month.atDay(1))
                            ? 0
                            : YearMonth.from(begun).equals(month) ? begun.getDayOfMonth() - 1 : gone;
                    int days = Math.max(0, gone - before);
                    int due = dueIn(rows.getString("every"), days, month);
                    int[] look = looks.computeIfAbsent(rows.getObject("id", UUID.class), site -> new int[2]);
                    look[0] += due;
                    look[1] += Math.min(due, rows.getInt("made"));
                    return due;
                })
                .list();
        return looks;
    }

    private static int dueIn(String every, int days, YearMonth month) {
        return switch (every) {
            case "day" -> days;
            case "week" -> Math.min(4, days / 7);
            default -> days == month.lengthOfMonth() ? 1 : 0;
        };
    }

    /** Who had orders of the month, and where. */
    static List<Team> teams(Tx tx, Caller caller, YearMonth month, Instant now) {
        return spanned(
                        tx.handle()
                                .createQuery(PLACE
                                        + "select w.id, coalesce(t.name, e.name, '') as name, array_agg(distinct o.site) as sites"
                                        + " from orders o join place p on p.id = o.site" + TEAM
                                        + " where o.created_at >= :from and o.created_at < :until"
                                        + " and o.created_at at time zone p.time_zone >= :month"
                                        + " and o.created_at at time zone p.time_zone < :next and w.id is not null"
                                        + " group by 1, 2 order by 2"),
                        caller,
                        month,
                        now)
                .map((rows, context) ->
                        new Team(rows.getObject("id", UUID.class), rows.getString("name"), Rows.ids(rows, "sites")))
                .list();
    }

    /** Binds the month, its ends in any time zone, and what the caller may see. */
    private static Query spanned(Query query, Caller caller, YearMonth month, Instant now) {
        Instant from = month.atDay(1).atStartOfDay(Month.ZONE).toInstant();
        Instant until = month.plusMonths(1).atDay(1).atStartOfDay(Month.ZONE).toInstant();
        return query.bind("now", now)
                .bind("month", month.atDay(1))
                .bind("next", month.plusMonths(1).atDay(1))
                .bind("from", from.minus(Duration.ofDays(1)))
                .bind("until", until.plus(Duration.ofDays(1)))
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray());
    }
}
