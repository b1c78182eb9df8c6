package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something that waits for somebody to decide.
 *
 * @param kind suspension, escalated, human-check, returned, unassigned, review or endpoint
 * @param id of the order, incident or endpoint
 * @param request of a suspension
 * @param words what is known about it, as it was written
 */
record Decision(
        String kind,
        UUID id,
        @Nullable UUID request,
        String name,
        @Nullable UUID site,
        String siteName,
        String words,
        Instant since) {
    /** Whether nothing was done about an order {@code o} after its move {@code e}, that escalated it. */
    static final String UNDONE = """
            not exists (select 1 from order_move l where l.order_id = o.id and l.number > e.number
              and l.at <= :at and (l.from_state is distinct from l.to_state or l.event = 'reassign'))
            """;

    /** Whether a request {@code r} to let an order rest waited for an answer. */
    static final String UNDECIDED = "r.asked_at <= :at and (r.decided_at is null or r.decided_at > :at)";

    /**
     * What waited at a moment, the longest first.
     *
     * @param live of incidents under review and endpoints only how they are now is known
     */
    static List<Decision> at(Tx tx, Caller caller, Instant at, boolean live, List<OpenOrder> open) {
        List<Decision> all = new ArrayList<>(escalated(tx, caller, at));
        Set<UUID> told = all.stream().map(Decision::id).collect(Collectors.toSet());
        all.addAll(suspensions(tx, caller, at));
        for (OpenOrder order : open) {
            if (told.contains(order.id())) {
                continue;
            }
            boolean unassigned = order.state().equals("filed")
                    && order.since().plusSeconds(OpenOrder.UNASSIGNED_SECONDS).isBefore(at);
            if (order.checking() || unassigned) {
                all.add(new Decision(
                        unassigned ? "unassigned" : order.state(),
                        order.id(),
                        null,
                        order.number(),
                        order.site(),
                        order.siteName(),
                        "",
                        order.since()));
            }
        }
        if (live) {
            all.addAll(reviews(tx, caller));
            if (caller.sites().isEmpty()) {
                all.addAll(endpoints(tx));
            }
        }
        all.sort(Comparator.comparing(Decision::since).thenComparing(Decision::id));
        return all;
    }

    /** Orders that somebody has escalated by hand, until something is done about them. */
    private static List<Decision> escalated(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("""
                        select o.id, o.number, o.site, s.name as site_name, e.actor_name || ': ' || e.reason as words, e.at
                        from orders o join site s on s.id = o.site
                        cross join lateral (select number, at, actor_name, reason from order_move where order_id = o.id
                          and event = 'escalated' and role <> 'timer' and at <= :at order by number desc limit 1) e
                        where o.created_at <= :at and (o.ended_at is null or o.ended_at > :at)
                          and %s
                          and (:all or o.site = any(:sites))
                        """.formatted(UNDONE))
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Decision(
                        "escalated",
                        rows.getObject("id", UUID.class),
                        null,
                        rows.getString("number"),
                        Rows.id(rows, "site"),
                        rows.getString("site_name"),
                        rows.getString("words"),
                        rows.getTimestamp("at").toInstant()))
                .list();
    }

    private static List<Decision> suspensions(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("select r.id as request, o.id, o.number as name, o.site, s.name as site_name,"
                        + " r.asked_by_name || ': ' || r.reason as words, r.asked_at as since"
                        + " from suspension_request r join orders o on o.id = r.order_id join site s on s.id = o.site"
                        + " where " + UNDECIDED
                        + " and (:all or o.site = any(:sites))")
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Decision(
                        "suspension",
                        rows.getObject("id", UUID.class),
                        Rows.id(rows, "request"),
                        rows.getString("name"),
                        Rows.id(rows, "site"),
                        rows.getString("site_name"),
                        rows.getString("words"),
                        rows.getTimestamp("since").toInstant()))
                .list();
    }

    private static List<Decision> reviews(Tx tx, Caller caller) {
        return tx.handle()
                .createQuery("select i.id, i.kind, i.site, s.name as site_name, i.note, i.opened_at"
                        + " from incident i join site s on s.id = i.site where i.state = 'review'"
                        + " and (:all or i.site = any(:sites))")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Decision(
                        "review",
                        rows.getObject("id", UUID.class),
                        null,
                        rows.getString("kind"),
                        Rows.id(rows, "site"),
                        rows.getString("site_name"),
                        rows.getString("note"),
                        rows.getTimestamp("opened_at").toInstant()))
                .list();
    }

    private static List<Decision> endpoints(Tx tx) {
        return tx.handle()
                .createQuery("select id, name, state_reason, coalesce(failing_since, created_at) as since from endpoint"
                        + " where removed_at is null and state <> 'active'")
                .map((rows, context) -> new Decision(
                        "endpoint",
                        rows.getObject("id", UUID.class),
                        null,
                        rows.getString("name"),
                        null,
                        "",
                        rows.getString("state_reason"),
                        rows.getTimestamp("since").toInstant()))
                .list();
    }
}
