package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Tx;
import java.util.UUID;

/** Is told, in the transaction that records it, that a site's dispatch endpoint took an order. */
public interface DeliveryListener {
    void taken(Tx tx, UUID endpoint, UUID order, int round);
}
