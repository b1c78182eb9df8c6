package io.kerbwatch.server.order;

import java.util.Locale;

/** Where an order stands. */
enum State {
    FILED,
    DISPATCHED,
    ACCEPTED,
    ARRIVED,
    VERIFYING,
    HUMAN_CHECK,
    RETURNED,
    SUSPENDED,
    CLOSED,
    SELF_CLEARED,
    REJECTED,
    MERGED,
    CANCELLED;

    /** Whether nothing is to be done any more. */
    boolean ended() {
        return compareTo(CLOSED) >= 0;
    }

    /** The name in the API. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static State of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
