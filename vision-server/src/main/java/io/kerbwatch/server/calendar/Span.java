package io.kerbwatch.server.calendar;

import java.time.Duration;
import java.time.Instant;

/** From an instant to before another. */
record Span(Instant from, Instant until) {
    Duration length() {
        return Duration.between(from, until);
    }
}
