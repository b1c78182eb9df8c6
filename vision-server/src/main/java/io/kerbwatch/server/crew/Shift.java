package io.kerbwatch.server.crew;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * When a team is on duty.
 *
 * @param days on which it begins: 1 is Monday, 7 is Sunday
 * @param ends on the next day if it is not after {@code starts}
 * @param timeZone IANA name, by which its times are meant
 * @param firstDay on which it begins for the first time; null for ever since
 * @param lastDay on which it begins for the last time; null for ever
 */
public record Shift(
        UUID id,
        UUID team,
        String name,
        List<Integer> days,
        @JsonFormat(pattern = "HH:mm") LocalTime starts,
        @JsonFormat(pattern = "HH:mm") LocalTime ends,
        String timeZone,
        @Nullable LocalDate firstDay,
        @Nullable LocalDate lastDay,
        int version,
        Instant createdAt) {
    public Shift {
        days = List.copyOf(days);
    }

    /** Whether the team is on duty by this shift. */
    boolean covers(Instant at) {
        ZonedDateTime local = at.atZone(ZoneId.of(timeZone));
        return covers(at, local.toLocalDate()) || covers(at, local.toLocalDate().minusDays(1));
    }

    private boolean covers(Instant at, LocalDate day) {
        if (!days.contains(day.getDayOfWeek().getValue())
                || (firstDay != null && day.isBefore(firstDay))
                || (lastDay != null && day.isAfter(lastDay))) {
            return false;
        }
        ZoneId zone = ZoneId.of(timeZone);
        LocalDate endDay = ends.isAfter(starts) ? day : day.plusDays(1);
        return !at.isBefore(day.atTime(starts).atZone(zone).toInstant())
                && at.isBefore(endDay.atTime(ends).atZone(zone).toInstant());
    }
}
