package io.kerbwatch.samples;

import java.time.Duration;

/**
 * How the consumer's crew works on an order.
 *
 * @param reports what it reports back
 * @param travel from accepting to arriving
 * @param preparation from arriving to the moment when the cleaning begins to be seen
 * @param work from there to done
 */
public record Crew(Reports reports, Duration travel, Duration preparation, Duration work) {
    /** Which steps a receiver reports. */
    public enum Reports {
        /** {@code accept}, {@code arrive}, {@code done}. */
        STEPS,
        /** {@code done} alone. */
        DONE,
        /** Nothing: it only cleans. */
        NOTHING
    }

    /** A crew that reports each step and is done after some twenty seconds: the cleaning of a clip takes ten. */
    public static Crew nearby() {
        return new Crew(Reports.STEPS, Duration.ofSeconds(6), Duration.ofSeconds(2), Duration.ofSeconds(14));
    }

    /** A crew that does everything at once, for tests. */
    public static Crew instant() {
        return new Crew(Reports.STEPS, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    boolean reports(String event) {
        return switch (reports) {
            case STEPS -> true;
            case DONE -> event.equals("done");
            case NOTHING -> false;
        };
    }
}
