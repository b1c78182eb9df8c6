package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Tx;
import java.time.InstantSource;
import java.util.UUID;

/**
 * Takes messages in the transaction of what they tell: nothing is sent that was not committed, and nothing committed is
 * not sent. Who is to get a message is settled in the same transaction, too.
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
        handle.createUpdate("insert into message (id, type, at, site, order_id, round, sequence, body)"
                        + " values (:id, :type, :at, :site, :order, :round, :sequence, :body)")
                .bind("id", id)
                .bind("type", message.type())
                .bind("at", message.at())
                .bind("site", message.site().orElse(null))
                .bind("order", message.order().map(Message.OrderPart::id).orElse(null))
                .bind("round", message.order().map(Message.OrderPart::round).orElse(null))
                .bind(
                        "sequence",
                        message.order().map(Message.OrderPart::sequence).orElse(null))
                .bind("body", Json.bytes(Message.envelope(message.type(), message.at(), message.data())))
                .execute();
        int deliveries = handle.createUpdate("insert into delivery (id, message, endpoint, dispatching, state,"
                        + " created_at, base_at, due_at)"
                        + " select gen_random_uuid(), :message, id, :dispatching and id = :receiver, 'waiting', :now,"
                        + " :now, :now from endpoint where removed_at is null and (id = :receiver or"
                        + " (state = 'active'"
                        + " and (cardinality(events) = 0 or :type = any(events))"
                        + " and (cardinality(sites) = 0 or cast(:site as uuid) is null or :site = any(sites))))")
                .bind("message", id)
                .bind("dispatching", message.dispatching())
                .bind("receiver", message.receiver().orElse(new UUID(0, 0)))
                .bind("now", clock.instant())
                .bind("type", message.type())
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
                        + " and d.dispatching and d.attempts > 0)")
                .bind("endpoint", endpoint)
                .bind("order", order)
                .bind("round", round)
                .mapTo(Boolean.class)
                .one();
    }
}
