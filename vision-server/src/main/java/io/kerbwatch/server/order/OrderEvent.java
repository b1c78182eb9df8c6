package io.kerbwatch.server.order;

import java.util.Locale;

/** What can happen to an order. */
enum OrderEvent {
    FILE,
    DISPATCH,
    ACCEPT,
    DECLINE,
    NOT_ACCEPTED,
    REASSIGN,
    ARRIVE,
    DONE,
    DONE_NOT_REPORTED,
    SEEN_CLEAN,
    PASS,
    STILL_DIRTY,
    CANNOT_TELL,
    FAIL,
    SELF_CLEAR,
    RETURN,
    SUSPEND,
    RESUME,
    REJECT,
    MERGE,
    WITHDRAW,
    CANCEL,
    REOPEN;

    /** The name in the API. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static OrderEvent of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
