package io.kerbwatch.server.order;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.deadline.DeadlineRule;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/** By what an order's time is counted: the calendars, and the days of its site. */
record Clocks(Calendars calendars, ZoneId zone) {
    /** When so much of a limit will have been used; empty while the order is suspended. */
    Optional<Instant> due(Order order, Instant start, DeadlineRule.Limit limit, int percent) {
        Duration share = limit.share(percent);
        return calendars.named(limit.calendar()).due(start, share, order.pauses(), zone);
    }

    /** Time between two instants as it is lived, without the order's pauses. */
    Duration used(Order order, Instant since, Instant until) {
        return calendars.named("natural").used(since, until, order.pauses(), zone);
    }
}
