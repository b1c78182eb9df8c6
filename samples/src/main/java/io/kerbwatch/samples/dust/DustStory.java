package io.kerbwatch.samples.dust;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.SplittableRandom;

/** A day at a monitor, minute by minute, the same every day but for the weather of the seed. Times are Beijing time. */
public enum DustStory {
    /** Nothing happens: PM10 around 45 µg/m³, somewhat more in the rush hours. */
    CALM_DAY,
    /** From 11:00 to 14:00 earth is moved next door: PM10 climbs to some 400 µg/m³ and falls again. */
    CONSTRUCTION_NOON,
    /** From 10:00 on the sensor tells the same numbers for ever, and says that nothing is wrong. */
    STUCK_SENSOR,
    /** A calm day, but from 09:00 to 10:30 the line is down; what was measured is sent afterwards. */
    LOST_LINK,
    /** Each hour from a quarter past to half past earth is moved next door, so that something happens whenever one looks. */
    EARTHWORKS;

    static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

    private static final LocalTime STUCK_FROM = LocalTime.of(10, 0);
    private static final LocalTime DOWN_FROM = LocalTime.of(9, 0);
    private static final LocalTime DOWN_UNTIL = LocalTime.of(10, 30);

    /**
     * What is measured in a minute.
     *
     * @param pm25 µg/m³
     * @param pm10 µg/m³
     * @param tsp µg/m³
     * @param temperature °C
     * @param humidity %
     * @param pressure kPa
     * @param windSpeed m/s
     * @param windDirection degrees
     * @param noise dB(A)
     */
    public record Minute(
            double pm25,
            double pm10,
            double tsp,
            double temperature,
            double humidity,
            double pressure,
            double windSpeed,
            double windDirection,
            double noise) {}

    /** Whether the monitor can be reached from outside. */
    public boolean isOnLine(Instant when) {
        LocalTime time = when.atZone(ZONE).toLocalTime();
        return this != LOST_LINK || time.isBefore(DOWN_FROM) || !time.isBefore(DOWN_UNTIL);
    }

    /** What is measured at a time; the same for the same seed and number. */
    public Minute at(Instant when, long seed, String mn) {
        LocalTime time = when.atZone(ZONE).toLocalTime();
        if (this == STUCK_SENSOR && !time.isBefore(STUCK_FROM)) {
            Instant stuck = when.atZone(ZONE).with(STUCK_FROM).toInstant();
            return CALM_DAY.at(stuck, seed, mn);
        }
        double hour = time.toSecondOfDay() / 3600.0;
        long key = seed * 31 + mn.hashCode();
        double weather = 0.8 + 0.4 * wave(key, when.getEpochSecond() / 60.0 / 240);
        double rush = bump(hour, 8, 1.2) + bump(hour, 18, 1.5);
        double digging =
                switch (this) {
                    case CONSTRUCTION_NOON -> digging(hour);
                    case EARTHWORKS -> quarterly(time.getMinute());
                    default -> 0;
                };
        double gust = wave(key + 1, when.getEpochSecond() / 60.0 / 7) - 0.5;
        double pm10 = weather * (38 + 14 * rush + 6 * gust) + 360 * digging * (0.85 + 0.3 * (gust + 0.5));
        double jitter = new SplittableRandom(key ^ (when.getEpochSecond() * 0x9E3779B97F4A7C15L)).nextDouble() - 0.5;
        pm10 = Math.max(3, pm10 + 3 * jitter);
        double day = Math.sin((hour - 9) / 24 * 2 * Math.PI);
        return new Minute(
                weather * (17 + 5 * rush + 3 * gust) + 50 * digging,
                pm10,
                pm10 * (1.7 + 0.9 * digging),
                22 + 5 * day + gust,
                68 - 14 * day - 3 * gust,
                101.2 - 0.2 * day,
                Math.max(0, 1.8 + day + 2 * gust),
                (120 + 60 * wave(key + 2, when.getEpochSecond() / 3600.0) + 360) % 360,
                52 + 6 * rush + 18 * digging + 4 * gust);
    }

    private static double digging(double hour) {
        return Math.min(1, Math.max(0, Math.min((hour - 11) * 2, (14 - hour) * 2)));
    }

    private static double quarterly(int minute) {
        return minute >= 15 && minute < 30 ? 1 : 0;
    }

    private static double bump(double hour, double middle, double width) {
        double off = (hour - middle) / width;
        return Math.exp(-off * off);
    }

    /** Smooth and without a period: random heights at whole numbers, cosine between them; 0 to 1. */
    private static double wave(long key, double at) {
        long floor = (long) Math.floor(at);
        double part = (1 - Math.cos((at - floor) * Math.PI)) / 2;
        return height(key, floor) * (1 - part) + height(key, floor + 1) * part;
    }

    private static double height(long key, long at) {
        return new SplittableRandom(key * 0x9E3779B97F4A7C15L + at).nextDouble();
    }
}
