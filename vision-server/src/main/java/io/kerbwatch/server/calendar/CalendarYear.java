package io.kerbwatch.server.calendar;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holidays of a year, and the weekend days on which people work in exchange.
 *
 * @param provisional whether this may still change, for the reason in the note
 * @param source who said so, in which document
 * @param note what a reader should know; empty if nothing
 */
public record CalendarYear(
        int year,
        boolean provisional,
        String source,
        @Nullable String note,
        List<Holiday> holidays,
        List<LocalDate> workingDays) {
    /** Days off in a row, both ends included. */
    public record Holiday(String name, LocalDate from, LocalDate to) {
        boolean covers(LocalDate day) {
            return !day.isBefore(from) && !day.isAfter(to);
        }
    }

    /**
     * @throws IllegalArgumentException if something is missing or contradicts itself, with where it stands
     */
    public CalendarYear {
        if (source == null || source.isBlank()) {
            throw new IllegalArgumentException("source is missing: say who announced these days");
        }
        note = note == null ? "" : note;
        if (provisional && note.isBlank()) {
            throw new IllegalArgumentException("note is missing: say why the year is provisional");
        }
        holidays = holidays == null ? List.of() : List.copyOf(holidays);
        workingDays = workingDays == null ? List.of() : List.copyOf(workingDays);
        for (int i = 0; i < holidays.size(); i++) {
            check(year, "holidays[" + i + "]", holidays.get(i));
        }
        for (int i = 0; i < workingDays.size(); i++) {
            LocalDate day = workingDays.get(i);
            String where = "workingDays[" + i + "] " + day;
            if (day.getYear() != year) {
                throw new IllegalArgumentException(where + " is not in " + year);
            }
            if (holidays.stream().anyMatch(holiday -> holiday.covers(day))) {
                throw new IllegalArgumentException(where + " is a holiday as well");
            }
        }
    }

    private static void check(int year, String where, Holiday holiday) {
        if (holiday.name() == null || holiday.from() == null || holiday.to() == null) {
            throw new IllegalArgumentException(where + " needs name, from and to");
        }
        if (holiday.from().getYear() != year || holiday.to().getYear() != year) {
            throw new IllegalArgumentException(
                    where + " " + holiday.from() + " to " + holiday.to() + " is not in " + year);
        }
        if (holiday.to().isBefore(holiday.from())) {
            throw new IllegalArgumentException(where + " ends on " + holiday.to() + ", before it begins");
        }
    }

    boolean holiday(LocalDate day) {
        return holidays.stream().anyMatch(holiday -> holiday.covers(day));
    }
}
