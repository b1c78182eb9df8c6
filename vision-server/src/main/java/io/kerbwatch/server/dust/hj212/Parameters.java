package io.kerbwatch.server.dust.hj212;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a data report says between its ampersands: {@code DataTime=…;a34004-Rtd=…,a34004-Flag=N;…}. Commas and
 * semicolons are taken for the same, since firmwares mix them up.
 *
 * @param time DataTime; null if there is none that can be
 * @param readings one for each factor that was named
 * @param otherCodes codes of unknown factors
 */
record Parameters(@Nullable Instant time, List<Reading> readings, List<String> otherCodes) {
    private static final int OTHER_CODES = 16;
    private static final int LONGEST_CODE = 16;
    private static final int LONGEST_NUMBER = 24;

    /** What was told of one factor so far. */
    private static final class Told {
        private final String code;
        private @Nullable String moment;
        private @Nullable String mean;
        private @Nullable String least;
        private @Nullable String most;
        private String flag = "";

        private Told(String code) {
            this.code = code;
        }
    }

    static Parameters parse(String text, DataKind kind, Device device) {
        Map<Factor, Told> told = new EnumMap<>(Factor.class);
        List<String> others = new ArrayList<>();
        Instant time = null;
        int at = 0;
        while (at < text.length()) {
            int stop = at;
            int equals = -1;
            int dash = -1;
            while (stop < text.length() && text.charAt(stop) != ';' && text.charAt(stop) != ',') {
                if (equals < 0 && text.charAt(stop) == '=') {
                    equals = stop;
                } else if (equals < 0 && dash < 0 && text.charAt(stop) == '-') {
                    dash = stop;
                }
                stop++;
            }
            if (equals > at) {
                if (dash > at) {
                    tell(
                            told,
                            others,
                            text.substring(at, dash),
                            text.substring(dash + 1, equals),
                            text.substring(equals + 1, stop));
                } else if (time == null
                        && text.regionMatches(true, at, "DataTime", 0, equals - at)
                        && equals - at == 8) {
                    time = time(text.substring(equals + 1, stop), device.zone());
                }
            }
            at = stop + 1;
        }
        List<Reading> readings = new ArrayList<>();
        told.forEach((factor, words) -> readings.add(reading(factor, words, kind, device.unit())));
        return new Parameters(time, List.copyOf(readings), List.copyOf(others));
    }

    private static void tell(Map<Factor, Told> told, List<String> others, String code, String what, String value) {
        Factor factor = code.length() > LONGEST_CODE ? null : Factor.of(code);
        if (factor == null) {
            if (others.size() < OTHER_CODES && code.length() <= LONGEST_CODE && !others.contains(code)) {
                others.add(code);
            }
            return;
        }
        Told sofar = told.get(factor);
        if (sofar == null) {
            sofar = new Told(code);
            told.put(factor, sofar);
        } else if (!sofar.code.equalsIgnoreCase(code)) {
            // noise under a second code: the first one stands
            return;
        }
        if (what.equalsIgnoreCase("Rtd")) {
            sofar.moment = value;
        } else if (what.equalsIgnoreCase("Avg")) {
            sofar.mean = value;
        } else if (what.equalsIgnoreCase("Min")) {
            sofar.least = value;
        } else if (what.equalsIgnoreCase("Max")) {
            sofar.most = value;
        } else if (what.equalsIgnoreCase("Flag")) {
            sofar.flag = value;
        }
    }

    private static Reading reading(Factor factor, Told told, DataKind kind, ConcentrationUnit unit) {
        String first = kind == DataKind.REAL_TIME ? told.moment : told.mean;
        String second = kind == DataKind.REAL_TIME ? told.mean : told.moment;
        OptionalDouble number = number(first != null ? first : second, factor, unit);
        Quality quality = Quality.of(told.flag);
        if (number.isEmpty()) {
            quality = quality == Quality.OK ? Quality.MISSING : quality;
        } else if (!factor.isPlausible(number.getAsDouble())) {
            number = OptionalDouble.empty();
            quality = quality == Quality.OK ? Quality.OUT_OF_RANGE : quality;
        }
        OptionalDouble least = plausible(told.least, factor, unit);
        OptionalDouble most = plausible(told.most, factor, unit);
        boolean crossed = least.isPresent() && most.isPresent() && least.getAsDouble() > most.getAsDouble();
        return new Reading(
                factor,
                number,
                crossed ? OptionalDouble.empty() : least,
                crossed ? OptionalDouble.empty() : most,
                quality);
    }

    private static OptionalDouble plausible(@Nullable String text, Factor factor, ConcentrationUnit unit) {
        OptionalDouble number = number(text, factor, unit);
        return number.isPresent() && factor.isPlausible(number.getAsDouble()) ? number : OptionalDouble.empty();
    }

    /** A plain decimal number: what Java takes beyond it (NaN, Infinity, 1e99, 0x1p3, 5d) no monitor means. */
    private static OptionalDouble number(@Nullable String text, Factor factor, ConcentrationUnit unit) {
        if (text == null || text.isEmpty() || text.length() > LONGEST_NUMBER) {
            return OptionalDouble.empty();
        }
        boolean digits = false;
        boolean point = false;
        for (int at = 0; at < text.length(); at++) {
            char sign = text.charAt(at);
            if (sign >= '0' && sign <= '9') {
                digits = true;
            } else if (sign == '.' && !point) {
                point = true;
            } else if (!(at == 0 && (sign == '-' || sign == '+'))) {
                return OptionalDouble.empty();
            }
        }
        if (!digits) {
            return OptionalDouble.empty();
        }
        double number = Double.parseDouble(text);
        return OptionalDouble.of(factor.isConcentration() ? unit.toMicrograms(number) : number);
    }

    private static @Nullable Instant time(String text, ZoneId zone) {
        if (text.length() != 14) {
            return null;
        }
        for (int at = 0; at < text.length(); at++) {
            if (text.charAt(at) < '0' || text.charAt(at) > '9') {
                return null;
            }
        }
        int year = number(text, 0, 4);
        // a clock that lost its battery tells of 1970; nothing was measured then
        if (year < 2000) {
            return null;
        }
        try {
            return LocalDateTime.of(
                            year,
                            number(text, 4, 6),
                            number(text, 6, 8),
                            number(text, 8, 10),
                            number(text, 10, 12),
                            number(text, 12, 14))
                    .atZone(zone)
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int number(String digits, int from, int to) {
        int number = 0;
        for (int at = from; at < to; at++) {
            number = 10 * number + digits.charAt(at) - '0';
        }
        return number;
    }
}
