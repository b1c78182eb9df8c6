package io.kerbwatch.server.calendar;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When time counts. Pure: the same answer whenever it is asked. Days are those of the place's time zone, so that one
 * with a change of the clocks has 23 or 25 hours.
 */
public final class WorkCalendar {
    /** Where it does not open for so long, it never will. */
    private static final int DAYS_LOOKED_AT = 3660;

    private final String name;
    private final boolean everyDay;
    private final List<Hours> hours;
    private final Holidays holidays;

    /**
     * @param everyDay whether holidays and weekends count too
     * @param hours of a day that counts, in their order
     * @throws IllegalArgumentException if there are no hours, or they overlap
     */
    WorkCalendar(String name, boolean everyDay, List<Hours> hours, Holidays holidays) {
        this.name = name;
        this.everyDay = everyDay;
        this.hours = List.copyOf(hours);
        this.holidays = holidays;
        if (hours.isEmpty()) {
            throw new IllegalArgumentException("the calendar '" + name + "' has no hours");
        }
        for (int i = 1; i < hours.size(); i++) {
            Hours before = hours.get(i - 1);
            if (before.toTheEnd() || hours.get(i).from().isBefore(before.to())) {
                throw new IllegalArgumentException(
                        "the hours of the calendar '" + name + "' overlap, or are not in their order");
            }
        }
    }

    /** The name that rules call it by. */
    public String name() {
        return name;
    }

    /** Whether holidays and weekends count too. */
    public boolean everyDay() {
        return everyDay;
    }

    /** Of a day that counts. */
    public List<Hours> hours() {
        return hours;
    }

    /**
     * When so much time has been used up: the first such instant.
     *
     * @param limit more than zero, or the answer is the start
     * @return empty while a pause without an end keeps it from being reached, or if no day counts in ten years
     */
    public Optional<Instant> due(Instant start, Duration limit, List<Pause> pauses, ZoneId zone) {
        if (limit.isZero() || limit.isNegative()) {
            return Optional.of(start);
        }
        List<Span> stops = Pause.merged(pauses);
        Span last = stops.isEmpty() ? null : stops.get(stops.size() - 1);
        Instant stopped = last != null && last.until().equals(Instant.MAX) ? last.from() : Instant.MAX;
        Duration left = limit;
        LocalDate day = LocalDate.ofInstant(start, zone);
        int closed = 0;
        while (closed < DAYS_LOOKED_AT && day.atStartOfDay(zone).toInstant().isBefore(stopped)) {
            for (Span span : counting(day, start, Instant.MAX, stops, zone)) {
                if (span.length().compareTo(left) >= 0) {
                    return Optional.of(span.from().plus(left));
                }
                left = left.minus(span.length());
                closed = 0;
            }
            closed++;
            day = day.plusDays(1);
        }
        return Optional.empty();
    }

    /** How much time was used up; zero if it ends before it begins. */
    public Duration used(Instant start, Instant until, List<Pause> pauses, ZoneId zone) {
        if (!start.isBefore(until)) {
            return Duration.ZERO;
        }
        List<Span> stops = Pause.merged(pauses);
        Duration used = Duration.ZERO;
        LocalDate last = LocalDate.ofInstant(until, zone);
        for (LocalDate day = LocalDate.ofInstant(start, zone); !day.isAfter(last); day = day.plusDays(1)) {
            for (Span span : counting(day, start, until, stops, zone)) {
                used = used.plus(span.length());
            }
        }
        return used;
    }

    /** What counts of a day between two instants. */
    private List<Span> counting(LocalDate day, Instant start, Instant until, List<Span> stops, ZoneId zone) {
        List<Span> counting = new ArrayList<>();
        if (!everyDay && !holidays.worked(day)) {
            return counting;
        }
        Instant done = start;
        for (Hours each : hours) {
            Instant from = later(instant(day, each.from(), zone), done);
            LocalDate endDay = each.toTheEnd() ? day.plusDays(1) : day;
            Instant to = instant(endDay, each.to(), zone);
            if (to.isAfter(until)) {
                to = until;
            }
            if (from.isBefore(to)) {
                counting.addAll(Pause.left(new Span(from, to), stops));
                // Hours that a change of the clocks pushes into the next ones count once.
                done = to;
            }
        }
        return counting;
    }

    /** A time that a change of the clocks skips is as much later; one that comes twice is the first. */
    private static Instant instant(LocalDate day, LocalTime time, ZoneId zone) {
        return time.equals(LocalTime.MIDNIGHT)
                ? day.atStartOfDay(zone).toInstant()
                : day.atTime(time).atZone(zone).toInstant();
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
