package io.kerbwatch.server.order;

import static io.kerbwatch.server.platform.Sheet.orEmpty;

import io.kerbwatch.server.platform.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Orders as CSV. */
final class OrderTable {
    private static final List<Object> HEAD = List.of(
            "number",
            "id",
            "site",
            "class",
            "source",
            "state",
            "round",
            "reworks",
            "reopened",
            "filedAt",
            "dispatchedAt",
            "acceptedAt",
            "arrivedAt",
            "doneAt",
            "endedAt",
            "filedToArrivedSeconds",
            "dispatchedToArrivedSeconds",
            "closedBy",
            "receiver",
            "note",
            "siteName");

    private OrderTable() {}

    /**
     * The table.
     *
     * @param siteName of a site by its id
     */
    static String csv(List<Order> orders, Function<UUID, String> siteName) {
        List<List<Object>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (Order order : orders) {
            Receiver receiver = order.receiver();
            rows.add(List.of(
                    order.number(),
                    order.id(),
                    order.site(),
                    order.kind(),
                    order.source(),
                    order.state().code(),
                    order.round(),
                    order.reworks(),
                    order.reopened(),
                    order.filedAt(),
                    orEmpty(order.dispatchedAt()),
                    orEmpty(order.acceptedAt()),
                    orEmpty(order.arrivedAt()),
                    orEmpty(order.doneAt()),
                    orEmpty(order.endedAt()),
                    orEmpty(order.filedToArrived()),
                    orEmpty(order.dispatchedToArrived()),
                    orEmpty(order.closedBy()),
                    receiver == null ? "" : receiver.name(),
                    order.note(),
                    siteName.apply(order.site())));
        }
        return Sheet.csv(rows);
    }
}
