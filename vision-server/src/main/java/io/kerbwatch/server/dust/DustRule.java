package io.kerbwatch.server.dust;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * From when on there is too much dust. The mean over the window has to pass {@code raiseAt} more often within a day than is
 * allowed; then there is an alarm, until the mean of a window stays under {@code clearAt}.
 *
 * @param site null for every road
 * @param factor pm25, pm10 or tsp
 * @param minutes of the window: 5, 15 or 60
 * @param aboveBackground whether limits hold for how much more there is than at the background monitors
 * @param raiseAt µg/m³
 * @param clearAt µg/m³, not over raiseAt
 * @param allowed exceedances in a day (of the site) before one raises an alarm
 * @param classes of the orders that an alarm files: sweeping, sprinkling or both
 * @param basis where the limit comes from
 */
public record DustRule(
        UUID id,
        @Nullable UUID site,
        String name,
        String factor,
        int minutes,
        boolean aboveBackground,
        double raiseAt,
        double clearAt,
        int allowed,
        List<String> classes,
        String basis,
        boolean enabled,
        int version,
        Instant createdAt) {
    public DustRule {
        classes = List.copyOf(classes);
    }

    /** As the API has it: how the limit is to be read. */
    String words() {
        return factor + " " + minutes + " min " + (aboveBackground ? "above background " : "") + Math.round(raiseAt)
                + " ug/m3";
    }
}
