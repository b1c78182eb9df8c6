package io.kerbwatch.server.order;

import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Orders as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is told to be text. */
final class OrderTable {
    private OrderTable() {}

    /**
     * The table.
     *
     * @param siteName of a site by its id
     */
    static String csv(List<Order> orders, Function<UUID, String> siteName) {
        StringBuilder table = new StringBuilder("number,id,site,class,source,state,round,reworks,reopened,filedAt,"
                + "dispatchedAt,acceptedAt,arrivedAt,doneAt,endedAt,filedToArrivedSeconds,"
                + "dispatchedToArrivedSeconds,closedBy,receiver,note,siteName\r\n");
        for (Order order : orders) {
            Receiver receiver = order.receiver();
            table.append(cell(order.number()))
                    .append(',')
                    .append(cell(order.id()))
                    .append(',')
                    .append(cell(order.site()))
                    .append(',')
                    .append(cell(order.kind()))
                    .append(',')
                    .append(cell(order.source()))
                    .append(',')
                    .append(cell(order.state().code()))
                    .append(',')
                    .append(order.round())
                    .append(',')
                    .append(order.reworks())
                    .append(',')
                    .append(order.reopened())
                    .append(',')
                    .append(cell(order.filedAt()))
                    .append(',')
                    .append(cell(order.dispatchedAt()))
                    .append(',')
                    .append(cell(order.acceptedAt()))
                    .append(',')
                    .append(cell(order.arrivedAt()))
                    .append(',')
                    .append(cell(order.doneAt()))
                    .append(',')
                    .append(cell(order.endedAt()))
                    .append(',')
                    .append(cell(order.filedToArrived()))
                    .append(',')
                    .append(cell(order.dispatchedToArrived()))
                    .append(',')
                    .append(cell(order.closedBy()))
                    .append(',')
                    .append(cell(receiver == null ? null : receiver.name()))
                    .append(',')
                    .append(cell(order.note()))
                    .append(',')
                    .append(cell(siteName.apply(order.site())))
                    .append("\r\n");
        }
        return table.toString();
    }

    private static String cell(@Nullable Object value) {
        String text = value == null ? "" : value.toString();
        if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
            text = "'" + text;
        }
        return text.matches("(?s).*[\",\r\n].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
    }
}
