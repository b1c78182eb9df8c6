package io.kerbwatch.server.order;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The table of moves, for who looks at orders from outside. */
public final class LegalMoves {
    private LegalMoves() {}

    /** Whether a line of the history is a move of the table; what moves nothing is written down with one state twice. */
    public static boolean legal(String event, @Nullable String from, String to, String role) {
        boolean isMove =
                Arrays.stream(OrderEvent.values()).anyMatch(each -> each.code().equals(event));
        if (!isMove) {
            return to.equals(from);
        }
        OrderEvent move = OrderEvent.of(event);
        By by = By.valueOf(role.toUpperCase(Locale.ROOT).replace('-', '_'));
        return TransitionTable.ROWS.stream()
                .anyMatch(row -> row.event() == move
                        && row.by().contains(by)
                        && (from == null
                                ? row.from().isEmpty()
                                : row.from().stream()
                                        .anyMatch(state -> state.code().equals(from)))
                        && row.to().map(state -> state.code().equals(to)).orElse(true));
    }

    /** Whether an order that was told in one state may be told in another next. */
    public static boolean follows(String from, String to) {
        return from.equals(to)
                || TransitionTable.ROWS.stream()
                        .anyMatch(row -> row.from().stream()
                                        .anyMatch(state -> state.code().equals(from))
                                && row.to()
                                        .map(state -> state.code().equals(to))
                                        .orElse(true));
    }
}
