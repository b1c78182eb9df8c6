package io.kerbwatch.server.standard;

import io.kerbwatch.server.platform.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/** Months of the API, as in {@code 2026-11}. */
final class Month {
    /** Months of a district begin and end by this clock; what happens at a site counts by the site's own. */
    static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

    private Month() {}

    /**
     * A month that somebody wrote.
     *
     * @param where field or parameter
     * @throws Problem.Raised 400 if it is none
     */
    static YearMonth parse(String where, String text) {
        try {
            YearMonth month = YearMonth.parse(text);
            if (month.getYear() >= 2000 && month.getYear() < 3000) {
                return month;
            }
        } catch (DateTimeException e) {
            // no month
        }
        throw Problem.invalid(where, "'" + text + "' is no month; write one like 2026-11.")
                .raised();
    }

    static YearMonth of(Instant at, ZoneId zone) {
        return YearMonth.from(at.atZone(zone));
    }

    static YearMonth of(LocalDate day) {
        return YearMonth.from(day);
    }

    static @Nullable LocalDate day(@Nullable YearMonth month) {
        return month == null ? null : month.atDay(1);
    }
}
