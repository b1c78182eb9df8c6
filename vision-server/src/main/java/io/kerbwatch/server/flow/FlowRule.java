package io.kerbwatch.server.flow;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;

/**
 * When a public toilet is to be cleaned.
 *
 * @param opens local time; equal to {@code closes} where it never closes
 * @param closes local time, exclusive; before {@code opens} where it closes after midnight
 * @param steps from when on how many visitors since the last cleaning are enough; at least one
 * @param longest minutes since the last cleaning, or since it opened, after which it is cleaned whoever came
 */
public record FlowRule(LocalTime opens, LocalTime closes, List<Step> steps, int longest, boolean enabled) {
    /** No standard fixes a number of visitors; this one is ours, to be set by facility. */
    static final FlowRule USUAL =
            new FlowRule(LocalTime.of(6, 0), LocalTime.of(23, 0), List.of(new Step(LocalTime.MIDNIGHT, 80)), 240, true);

    /**
     * How many visitors are enough from a time of the day on.
     *
     * @param from local time
     */
    public record Step(LocalTime from, int visitors) {}

    public FlowRule {
        steps = steps.stream().sorted(Comparator.comparing(Step::from)).toList();
    }

    boolean isOpen(LocalTime time) {
        if (opens.equals(closes)) {
            return true;
        }
        return opens.isBefore(closes)
                ? !time.isBefore(opens) && time.isBefore(closes)
                : !time.isBefore(opens) || time.isBefore(closes);
    }

    /** How many visitors are enough at a time of the day; before the first step that of the evening before holds. */
    int visitors(LocalTime time) {
        Step last = steps.get(steps.size() - 1);
        for (Step step : steps) {
            if (!step.from.isAfter(time)) {
                last = step;
            }
        }
        return last.visitors;
    }

    /** When it opened last. */
    Instant opened(ZonedDateTime now) {
        if (opens.equals(closes)) {
            return now.toLocalDate().atStartOfDay(now.getZone()).toInstant();
        }
        ZonedDateTime today = now.with(opens);
        return (today.isAfter(now) ? today.minusDays(1) : today).toInstant();
    }

    Duration longestTime() {
        return Duration.ofMinutes(longest);
    }
}
