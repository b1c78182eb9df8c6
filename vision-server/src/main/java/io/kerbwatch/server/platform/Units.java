package io.kerbwatch.server.platform;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes quantities as people put them into a configuration file. */
final class Units {
    private static final Pattern QUANTITY = Pattern.compile("(\\d{1,9})\\s*([a-zA-Z]+)");
    private static final Map<String, Duration> TIME = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    private static final Map<String, Long> SIZE = Map.of("b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    private Units() {}

    static Duration duration(String text) {
        Matcher matcher = QUANTITY.matcher(text.trim());
        Duration unit = matcher.matches() ? TIME.get(matcher.group(2)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("is no duration; write a whole number and one of ms, s, m, h, d: 10s");
        }
        return unit.multipliedBy(Long.parseLong(matcher.group(1)));
    }

    static long bytes(String text) {
        Matcher matcher = QUANTITY.matcher(text.trim());
        Long unit = matcher.matches() ? SIZE.get(matcher.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null) {
            throw new IllegalArgumentException("is no size; write a whole number and one of B, KiB, MiB, GiB: 1MiB");
        }
        return unit * Long.parseLong(matcher.group(1));
    }
}
