package io.kerbwatch.samples;

import java.time.Instant;

/**
 * One attempt of the crew to report a step.
 *
 * @param at when it was answered, or failed
 * @param event such as {@code accept}
 * @param status the HTTP status; 0 when there was no answer
 */
public record Report(Instant at, String orderId, int round, String event, int status) {
    boolean taken() {
        return status / 100 == 2;
    }

    /** Whether it may help to try the same again. */
    boolean worthRepeating() {
        return status == 0 || status == 429 || status / 100 == 5;
    }
}
