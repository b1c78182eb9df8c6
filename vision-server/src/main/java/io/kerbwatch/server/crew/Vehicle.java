package io.kerbwatch.server.crew;

import java.util.Locale;

/** How someone gets about. */
public enum Vehicle {
    ON_FOOT(1.2),
    BICYCLE(3.5),
    TRICYCLE(4.0),
    TRUCK(6.0),
    SWEEPER(5.0),
    SPRINKLER(5.0);

    /** Of lanes to the straight line between two points; what alleys of a built-up quarter come to. */
    private static final double DETOUR = 1.4;

    private final double metersPerSecond;

    Vehicle(double metersPerSecond) {
        this.metersPerSecond = metersPerSecond;
    }

    /** Seconds for a way. */
    long seconds(double straightMeters) {
        return Math.round(straightMeters * DETOUR / metersPerSecond);
    }

    /** The name in the API. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Vehicle of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
