package io.kerbwatch.server.calendar;

import com.fasterxml.jackson.annotation.JsonFormat;
import java.time.LocalTime;

/**
 * Hours of a day, local time.
 *
 * @param to 00:00 for the end of the day
 */
public record Hours(
        @JsonFormat(pattern = "HH:mm") LocalTime from,
        @JsonFormat(pattern = "HH:mm") LocalTime to) {
    /** The whole day. */
    static final Hours ALL = new Hours(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    /**
     * @throws IllegalArgumentException if there is nothing between them
     */
    public Hours {
        if (from == null || to == null) {
            throw new IllegalArgumentException("hours need 'from' and 'to', as in 09:00");
        }
        if (!to.equals(LocalTime.MIDNIGHT) && !from.isBefore(to)) {
            throw new IllegalArgumentException("hours from " + from + " cannot end at " + to
                    + "; what goes over midnight is two: one to 00:00 and one from 00:00");
        }
    }

    boolean toTheEnd() {
        return to.equals(LocalTime.MIDNIGHT);
    }
}
