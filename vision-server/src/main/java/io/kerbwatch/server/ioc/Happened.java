package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What happened to orders within a span: filed, arrived within the ten minutes or later, closed, cleared by themselves. How
 * often comes from sums, which orders from the deeds that were summed.
 */
final class Happened {
    /** What is counted, by what a wall shows of it; the rest is not shown. */
    private static final Map<String, String> SHOWN = Map.of(
            "filed", "filed",
            "filed-again", "filed",
            "arrived-in-time", "arrived-in-time",
            "arrived-late", "arrived-late",
            "closed-by-camera", "closed",
            "closed-by-device", "closed",
            "closed-by-human", "closed",
            "closed-by-report", "closed",
            "self-cleared", "self-cleared");

    private Happened() {}

    /**
     * What a wall shows something as that was counted.
     *
     * @return empty if it does not show it
     */
    static Optional<String> shown(String counted) {
        return Optional.ofNullable(SHOWN.get(counted));
    }

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
     * What is behind a count, newest first.
     *
     * @param until inclusive
     */
    static List<Deed> behind(Tx tx, Caller caller, Instant from, Instant until, Filter filter, int most) {
        String[] counted = SHOWN.entrySet().stream()
                .filter(one -> filter.what().map(one.getValue()::equals).orElse(true))
                .map(Map.Entry::getKey)
                .toArray(String[]::new);
        return tx.handle()
                .createQuery("""
                        select o.id, o.number, d.site, s.name as site_name, d.village, d.class, d.at, d.what,
                          coalesce(t.name, e.name, '') as team
                        from order_deed d
                        join orders o on o.id = d.order_id
                        join site s on s.id = d.site
                        left join team t on t.id = d.team
                        left join endpoint e on e.id = d.team
                        where d.at >= :from and d.at <= :until and d.what = any(:counted)
                          and (:all or d.site = any(:sites))
                          and (cast(:site as uuid) is null or d.site = :site)
                          and (cast(:village as text) is null or d.village = :village)
                          and (cast(:class as text) is null or d.class = :class)
                          and (cast(:team as text) is null or coalesce(t.name, e.name, '') = :team)
                        order by d.at desc, o.number desc limit :most
                        """)
                .bind("from", from)
                .bind("until", until)
                .bind("counted", counted)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
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
                        shown(rows.getString("what")).orElseThrow(),
                        rows.getTimestamp("at").toInstant()))
                .list();
    }
}
