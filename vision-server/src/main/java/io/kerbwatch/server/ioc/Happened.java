package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What happened to orders within a span: filed, arrived within the ten minutes or later, closed, cleared by themselves. From their moves. */
final class Happened {
    private Happened() {}

    /** How often something happened to the orders of one village, class and team. */
    record Count(String what, String village, String orderClass, String team, int n) {}

    /**
     * Which of what happened is asked for; empty parts do not filter.
     *
     * @param what filed, arrived-in-time, arrived-late, closed or self-cleared
     */
    record Filter(
            Optional<String> what,
            Optional<UUID> site,
            Optional<String> village,
            Optional<String> orderClass,
            Optional<String> team) {}

    /** One thing that happened to an order. */
    record Deed(
            UUID order,
            String number,
            UUID site,
            String siteName,
            String village,
            String orderClass,
            String team,
            String what,
            Instant at) {}

    /**
     * Who had an order is told by its move, or, before anyone had it, by the order itself. An arrival counts by the time
     * that the order keeps, where that is of this arrival; of a later round's from when that round began.
     */
    private static final String DEEDS = """
            select o.id, o.number, o.site, s.name as site_name, s.village, o.class, m.at,
              coalesce(case when r.kind = 'endpoint' then r.name else t.name end, '') as team,
              case
                when tally_of(m.event, m.from_state, m.to_state) in ('filed', 'filed-again') then 'filed'
                when m.to_state = 'self-cleared' then 'self-cleared'
                when m.to_state <> 'arrived' then 'closed'
                when coalesce(case when o.arrived_at = m.at then o.filed_to_arrived end,
                  extract(epoch from m.at - (select min(b.at) from order_move b
                    where b.order_id = m.order_id and b.round = m.round))) <= 600 then 'arrived-in-time'
                else 'arrived-late'
              end as what
            from order_move m
            join orders o on o.id = m.order_id
            join site s on s.id = o.site
            cross join lateral (select coalesce(m.receiver_kind, o.receiver_kind) as kind,
              case when m.receiver_kind is null then o.receiver_id else m.receiver_id end as id,
              case when m.receiver_kind is null then o.receiver_name else m.receiver_name end as name) r
            left join crew_member c on r.kind = 'crew' and c.id::text = r.id
            left join team t on t.id = c.team or (r.kind = 'team' and t.id::text = r.id)
            where m.at >= :from and m.at <= :until
              and tally_of(m.event, m.from_state, m.to_state) is not null
              and m.to_state not in ('rejected', 'cancelled')
              and (:all or o.site = any(:sites))
            """;

    static List<Count> counts(Tx tx, Caller caller, Instant from, Instant until) {
        return tx.handle()
                .createQuery("select what, village, class, team, count(*) as n from (" + DEEDS + ") d"
                        + " group by what, village, class, team")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Count(
                        rows.getString("what"),
                        rows.getString("village"),
                        rows.getString("class"),
                        rows.getString("team"),
                        rows.getInt("n")))
                .list();
    }

    /** What is behind a count, newest first. */
    static List<Deed> behind(Tx tx, Caller caller, Instant from, Instant until, Filter filter, int most) {
        return tx.handle()
                .createQuery(
                        "select * from (" + DEEDS + ") d where (cast(:what as text) is null or what = :what)"
                                + " and (cast(:site as uuid) is null or site = :site)"
                                + " and (cast(:village as text) is null or village = :village)"
                                + " and (cast(:class as text) is null or class = :class)"
                                + " and (cast(:team as text) is null or team = :team) order by at desc, number desc limit :most")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("what", filter.what().orElse(null))
                .bind("site", filter.site().orElse(null))
                .bind("village", filter.village().orElse(null))
                .bind("class", filter.orderClass().orElse(null))
                .bind("team", filter.team().orElse(null))
                .bind("most", most)
                .map((rows, context) -> new Deed(
                        rows.getObject("id", UUID.class),
                        rows.getString("number"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        rows.getString("village"),
                        rows.getString("class"),
                        rows.getString("team"),
                        rows.getString("what"),
                        rows.getTimestamp("at").toInstant()))
                .list();
    }
}
