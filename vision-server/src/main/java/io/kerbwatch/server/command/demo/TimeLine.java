package io.kerbwatch.server.command.demo;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** When each step of the first order happened; seconds since the program's start. */
final class TimeLine {
    /** The steps, in order. */
    enum Step {
        STARTED,
        FIRST_PICTURE,
        CONFIRMED,
        FILED,
        DELIVERED,
        ACCEPTED,
        ARRIVED,
        DONE,
        VERIFIED,
        CLOSED;

        String key() {
            String[] words = name().toLowerCase(Locale.ROOT).split("_");
            return words.length == 1
                    ? words[0]
                    : words[0] + Character.toUpperCase(words[1].charAt(0)) + words[1].substring(1);
        }
    }

    private final Instant start;
    private final Map<Step, Double> seconds = new EnumMap<>(Step.class);

    TimeLine(Instant start) {
        this.start = start;
    }

    /** Takes the first instant that is named for a step. */
    void at(Step step, Instant instant) {
        seconds.putIfAbsent(step, Math.round(Duration.between(start, instant).toMillis() / 10.0) / 100.0);
    }

    boolean complete() {
        return seconds.size() == Step.values().length;
    }

    List<String> missing() {
        return List.of(Step.values()).stream()
                .filter(s -> !seconds.containsKey(s))
                .map(Step::key)
                .toList();
    }

    Map<String, Double> seconds() {
        Map<String, Double> out = new LinkedHashMap<>();
        seconds.forEach((step, at) -> out.put(step.key(), at));
        return out;
    }
}
