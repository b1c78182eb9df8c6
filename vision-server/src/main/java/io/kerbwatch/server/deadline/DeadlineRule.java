package io.kerbwatch.server.deadline;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How long each step may take, and who is told on the way.
 *
 * @param accept from dispatch; from filing while nobody has it
 * @param arrive from filing
 * @param finish from filing
 * @param verify from done
 */
public record DeadlineRule(Limit accept, Limit arrive, Limit finish, Limit verify, List<Rung> ladder) {
    public DeadlineRule {
        ladder = List.copyOf(ladder);
    }

    /**
     * How long a step may take.
     *
     * @param calendar by which the seconds are counted
     */
    public record Limit(long seconds, String calendar) {
        /** That share of it. */
        public Duration share(int percent) {
            return Duration.ofSeconds(seconds).multipliedBy(percent).dividedBy(100);
        }
    }

    /**
     * Whom to tell when so much of a step's time is over.
     *
     * @param percent from 1 to 100
     */
    public record Rung(Stage stage, int percent, Tell tell) {}

    /** A step with a ladder. */
    public enum Stage {
        ACCEPT,
        ARRIVE,
        FINISH;

        /** The name in the API. */
        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Who is told. */
    public enum Tell {
        CREW,
        LEAD,
        SUPERVISOR;

        /** The name in the API. */
        @JsonValue
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Limit limit(Stage stage) {
        return switch (stage) {
            case ACCEPT -> accept;
            case ARRIVE -> arrive;
            case FINISH -> finish;
        };
    }

    /** Who is told at which percent of a step, the first first. */
    public SortedMap<Integer, List<Tell>> rungs(Stage stage) {
        SortedMap<Integer, List<Tell>> rungs = new TreeMap<>();
        for (Rung rung : ladder) {
            if (rung.stage() == stage) {
                TreeSet<Tell> tell = new TreeSet<>(rungs.getOrDefault(rung.percent(), List.of()));
                tell.add(rung.tell());
                rungs.put(rung.percent(), List.copyOf(tell));
            }
        }
        return rungs;
    }

    /** All four limits in their order. */
    List<Limit> limits() {
        return Arrays.asList(accept, arrive, finish, verify);
    }
}
