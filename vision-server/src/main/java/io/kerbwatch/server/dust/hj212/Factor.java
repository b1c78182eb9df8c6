package io.kerbwatch.server.dust.hj212;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is measured. Codes are those of HJ 212-2017 (annex B), read without regard to case; noise comes as LA (the moment),
 * Leq (the mean) or a50001.
 */
public enum Factor {
    /** µg/m³. */
    PM25(0, 5_000, "a34004"),
    /** µg/m³. */
    PM10(0, 10_000, "a34002"),
    /** µg/m³. */
    TSP(0, 20_000, "a34001"),
    /** °C. */
    TEMPERATURE(-60, 80, "a01001"),
    /** % relative. */
    HUMIDITY(0, 100, "a01002"),
    /** kPa. */
    PRESSURE(40, 120, "a01006"),
    /** m/s. */
    WIND_SPEED(0, 90, "a01007"),
    /** Degrees from north, clockwise. */
    WIND_DIRECTION(0, 360, "a01008"),
    /** dB(A). */
    NOISE(0, 160, "LA Leq a50001");

    private static final Map<String, Factor> BY_CODE = new HashMap<>();

    static {
        for (Factor factor : values()) {
            for (String code : factor.codes()) {
                BY_CODE.put(code.toLowerCase(Locale.ROOT), factor);
                BY_CODE.put(code, factor);
            }
        }
    }

    private final double least;
    private final double most;
    /** Apart by a space. */
    private final String codes;

    Factor(double least, double most, String codes) {
        this.least = least;
        this.most = most;
        this.codes = codes;
    }

    /** The codes it goes by in a packet. */
    public List<String> codes() {
        return List.of(codes.split(" "));
    }

    boolean isConcentration() {
        return this == PM25 || this == PM10 || this == TSP;
    }

    /** Whether it can be true anywhere on earth where people sweep roads; in the factor's own unit. */
    public boolean isPlausible(double value) {
        return value >= least && value <= most;
    }

    static @Nullable Factor of(String code) {
        Factor factor = BY_CODE.get(code);
        return factor != null ? factor : BY_CODE.get(code.toLowerCase(Locale.ROOT));
    }
}
