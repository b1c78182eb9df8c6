package io.kerbwatch.server.dust.hj212;

import java.util.OptionalDouble;

/**
 * One factor of a report, in the {@linkplain Factor factor's} unit. A number that cannot be is never passed on.
 *
 * @param value of the moment (Rtd) or the mean (Avg); may be there although the quality is not OK, as during a calibration
 * @param least within the time of a mean
 * @param most within the time of a mean
 */
public record Reading(Factor factor, OptionalDouble value, OptionalDouble least, OptionalDouble most, Quality quality) {
    /** Whether an alarm or a mean may rest on it. */
    public boolean usable() {
        return quality == Quality.OK && value.isPresent();
    }
}
