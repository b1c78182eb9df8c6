package io.kerbwatch.server.ioc;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order that had not ended at a moment, as it was then.
 *
 * @param team of whoever had it; the endpoint's name where an endpoint had it; empty for nobody
 * @param receiver name of who had it; null for nobody
 * @param member id of the crew member who had it
 * @param since when it came into its state
 * @param filed when its round began
 * @param late nobody had arrived in time: within the ten minutes that are promised, pauses not counted, or, where its rule allows more, by its
 *     own deadline
 * @param asking whether it waited for a decision
 */
record OpenOrder(
        UUID id,
        String number,
        UUID site,
        String siteName,
        String village,
        @JsonProperty("class") String orderClass,
        String team,
        String state,
        @Nullable String receiver,
        @Nullable UUID member,
        Instant since,
        Instant filed,
        boolean late,
        boolean asking) {

    /**
     * Whether an order {@code o} with its newest move {@code m} and the begin of its round {@code began} was late. Longer
     * limits count on calendars; when they were over is told by the rung that was written then.
     */
    static final String LATE = """
            (m.to_state in ('filed', 'dispatched', 'accepted', 'returned')
              and case when (o.rule::jsonb #>> '{arrive,seconds}')::bigint <= 600
                then unpaused_seconds(began.at, cast(:at as timestamptz), o.pauses) > 600
                else exists (select 1 from order_move e where e.order_id = o.id and e.round = m.round and e.at <= :at
                  and e.event = 'escalated' and e.role = 'timer' and e.reason like 'not-arrived%') end)
            """;

    /** How long the dispatcher is left to find somebody before people are asked, seconds. */
    static final int UNASSIGNED_SECONDS = 120;

    /**
     * Whether an order {@code o} with its newest move {@code m} waited for a decision: somebody has to look, or to send
     * somebody, to let it rest, or to see to it as it was escalated by hand.
     */
    static final String ASKING = """
            (m.to_state in ('human-check', 'returned')
              or m.to_state = 'filed' and (select max(f.at) from order_move f where f.order_id = o.id and f.at <= :at
                and f.to_state = 'filed' and f.from_state is distinct from f.to_state)
                  < cast(:at as timestamptz) - make_interval(secs => %d)
              or exists (select 1 from suspension_request r where r.order_id = o.id and %s)
              or exists (select 1 from order_move e where e.order_id = o.id and e.at <= :at
                and e.event = 'escalated' and e.role <> 'timer' and %s))
            """.formatted(UNASSIGNED_SECONDS, Decision.UNDECIDED, Decision.UNDONE);

    /** Whether somebody has to look at what was done, or at why it was sent back. */
    boolean checking() {
        return state.equals("human-check") || state.equals("returned");
    }

    /** The worst first: late ones, then those that wait for a decision, then the oldest. */
    static List<OpenOrder> at(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("""
                        select o.id, o.number, o.site, s.name as site_name, s.village, o.class, m.to_state as state,
                          m.receiver_name as receiver, c.id as member, began.at as filed, entered.at as since,
                          coalesce(case when m.receiver_kind = 'endpoint' then m.receiver_name else t.name end, '') as team,
                          %s as late, %s as asking
                        from orders o
                        join site s on s.id = o.site
                        cross join lateral (select to_state, round, receiver_kind, receiver_id, receiver_name
                          from order_move where order_id = o.id and at <= :at order by number desc limit 1) m
                        cross join lateral (select min(at) as at from order_move
                          where order_id = o.id and round = m.round) began
                        cross join lateral (select max(at) as at from order_move where order_id = o.id and at <= :at
                          and to_state = m.to_state and from_state is distinct from to_state) entered
                        left join crew_member c on m.receiver_kind = 'crew' and c.id::text = m.receiver_id
                        left join team t on t.id = c.team or (m.receiver_kind = 'team' and t.id::text = m.receiver_id)
                        where o.created_at <= :at and (o.ended_at is null or o.ended_at > :at)
                          and m.to_state not in ('closed', 'self-cleared', 'rejected', 'merged', 'cancelled')
                          and (:all or o.site = any(:sites))
                        order by late desc, m.to_state in ('human-check', 'returned') desc, began.at, o.id
                        """.formatted(LATE, ASKING))
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new OpenOrder(
                        rows.getObject("id", UUID.class),
                        rows.getString("number"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        rows.getString("village"),
                        rows.getString("class"),
                        rows.getString("team"),
                        rows.getString("state"),
                        rows.getString("receiver"),
                        Rows.id(rows, "member"),
                        rows.getTimestamp("since").toInstant(),
                        rows.getTimestamp("filed").toInstant(),
                        rows.getBoolean("late"),
                        rows.getBoolean("asking")))
                .list();
    }
}
