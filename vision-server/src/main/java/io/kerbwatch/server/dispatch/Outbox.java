package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Tx;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Takes messages in the transaction of what they tell: nothing is sent that was not committed, and nothing committed is
 * not sent. Who is to get a message is settled in the same transaction, too, and so is its number among those that one
 * endpoint gets about one order or incident: the caller holds a lock on that order, or on the incident's site.
 */
public final class Outbox {
    static final String TOPIC = "outbox";

    private final Ids ids;
    private final InstantSource clock;

    Outbox(Ids ids, InstantSource clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /** Puts a message into the hands of the dispatcher. */
    public void tell(Tx tx, Message message) {
        UUID id = ids.next();
        var handle = tx.handle();
        handle.createUpdate("insert into message (id, type, at, site, order_id, incident_id, round, sequence, body)"
                        + " values (:id, :type, :at, :site, :order, :incident, :round, :sequence, :body)")
                .bind("id", id)
                .bind("type", message.type().code())
                .bind("at", message.at())
                .bind("site", message.site().orElse(null))
                .bind("order", message.order().map(Message.OrderPart::id).orElse(null))
                .bind(
                        "incident",
                        message.incident().map(Message.IncidentPart::id).orElse(null))
                .bind("round", message.order().map(Message.OrderPart::round).orElse(null))
                .bind("sequence", message.sequence())
                .bind("body", Json.bytes(Message.envelope(message.type(), message.at(), message.data())))
                .execute();
        int deliveries = handle.createUpdate("insert into delivery (id, message, endpoint, dispatching, fast, subject,"
                        + " serial, state, created_at, base_at, due_at)"
                        + " select gen_random_uuid(), :message, e.id, :dispatching and e.id = :receiver, :fast, :subject,"
                        + " case when cast(:subject as uuid) is not null then 1 + coalesce((select max(d.serial)"
                        + " from delivery d where d.endpoint = e.id and d.subject = :subject), 0) end,"
                        + " 'waiting', :now, :now, :now from endpoint e where e.removed_at is null"
                        + " and (e.id = :receiver or (e.state <> 'disabled'"
                        + " and (cardinality(e.events) = 0 or :type = any(e.events))"
                        + " and (cardinality(e.sites) = 0 or cast(:site as uuid) is null or :site = any(e.sites))))")
                .bind("message", id)
                .bind("dispatching", message.dispatching())
                .bind("fast", message.urgent())
                .bind("subject", message.subject())
                .bind("receiver", message.receiver().orElse(new UUID(0, 0)))
                .bind("now", clock.instant())
                .bind("type", message.type().code())
                .bind("site", message.site().orElse(null))
                .execute();
        if (deliveries > 0) {
            Notices.send(tx, TOPIC);
        }
    }

    /** Whether an attempt to give an order's round to an endpoint has begun, though no answer may have come yet. */
    public boolean attemptBegun(Tx tx, UUID endpoint, UUID order, int round) {
        return tx.handle()
                .createQuery("select exists (select 1 from delivery d join message m on m.id = d.message"
                        + " where d.endpoint = :endpoint and m.order_id = :order and m.round = :round"
                        + " and d.dispatching and d.began_at is not null)")
                .bind("endpoint", endpoint)
                .bind("order", order)
                .bind("round", round)
                .mapTo(Boolean.class)
                .one();
    }
}
