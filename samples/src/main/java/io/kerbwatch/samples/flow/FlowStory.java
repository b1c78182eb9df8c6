package io.kerbwatch.samples.flow;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.SplittableRandom;

/** A day at the entrance of a public toilet, minute by minute, the same for the same seed. Times are Beijing time. */
public enum FlowStory {
    /** Some ten to thirty visitors an hour by day, few at night. */
    NEIGHBOURHOOD(22),
    /** Beside a market: up to a hundred and more an hour in the morning and the evening. */
    MARKET(75),
    /** As in the neighbourhood, but the counter's totals begin anew at 10:00, as after a power cut. */
    RESET(22),
    /** As in the neighbourhood, but nothing is sent from 09:00 to 10:30; it is sent afterwards. */
    LOST_LINK(22);

    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
    private static final LocalTime RESETS = LocalTime.of(10, 0);
    private static final LocalTime DOWN_FROM = LocalTime.of(9, 0);
    private static final LocalTime DOWN_UNTIL = LocalTime.of(10, 30);

    private final double usual;

    FlowStory(double usual) {
        this.usual = usual;
    }

    /** Whether the counter can send. */
    public boolean isOnLine(Instant when) {
        LocalTime time = when.atZone(ZONE).toLocalTime();
        return this != LOST_LINK || time.isBefore(DOWN_FROM) || !time.isBefore(DOWN_UNTIL);
    }

    /** Whether the counter's totals begin anew with the minute that begins then. */
    public boolean resets(Instant minute) {
        return this == RESET
                && minute.atZone(ZONE).toLocalTime().withSecond(0).withNano(0).equals(RESETS);
    }

    /** Who goes in during the minute that begins then; whoever goes in comes out four minutes later. */
    public int entering(Instant minute, long seed) {
        double hour = minute.atZone(ZONE).toLocalTime().toSecondOfDay() / 3600.0;
        double day = 0.06 + 0.6 * bump(hour, 13, 5) + 0.9 * bump(hour, 8, 1.3) + 0.8 * bump(hour, 18.5, 1.6);
        double expected = usual * day / 60;
        SplittableRandom random =
                new SplittableRandom(seed * 31 + name().hashCode() + minute.getEpochSecond() / 60 * 0x9E3779B9L);
        // Knuth's way to a Poisson number, good for small ones.
        double left = Math.exp(-expected);
        int visitors = -1;
        for (double product = 1; product > left; product *= random.nextDouble()) {
            visitors++;
        }
        return Math.max(0, visitors);
    }

    private static double bump(double hour, double middle, double width) {
        double off = (hour - middle) / width;
        return Math.exp(-off * off);
    }
}
