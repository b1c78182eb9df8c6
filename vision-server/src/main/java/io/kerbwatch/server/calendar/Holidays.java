package io.kerbwatch.server.calendar;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which days are worked. In a year that nobody told, Monday to Friday. */
final class Holidays {
    private final Map<Integer, CalendarYear> years = new TreeMap<>();

    Holidays(List<CalendarYear> years) {
        years.forEach(year -> this.years.put(year.year(), year));
    }

    boolean worked(LocalDate day) {
        CalendarYear year = years.get(day.getYear());
        if (year != null && year.workingDays().contains(day)) {
            return true;
        }
        boolean weekend = day.getDayOfWeek() == DayOfWeek.SATURDAY || day.getDayOfWeek() == DayOfWeek.SUNDAY;
        return !weekend && (year == null || !year.holiday(day));
    }
}
