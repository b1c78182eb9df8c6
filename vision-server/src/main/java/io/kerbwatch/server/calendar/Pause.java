package io.kerbwatch.server.calendar;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time that does not count, from its first instant to before its last.
 *
 * @param until null while it goes on
 */
public record Pause(Instant from, @Nullable Instant until) {
    /**
     * @throws IllegalArgumentException if it ends before it begins
     */
    public Pause {
        if (until != null && until.isBefore(from)) {
            throw new IllegalArgumentException("a pause from " + from + " cannot end at " + until);
        }
    }

    /** Plain elapsed time without pauses; zero if it ends before it begins. */
    public static Duration elapsed(Instant from, Instant until, List<Pause> pauses) {
        if (!from.isBefore(until)) {
            return Duration.ZERO;
        }
        return left(new Span(from, until), merged(pauses)).stream()
                .map(Span::length)
                .reduce(Duration.ZERO, Duration::plus);
    }

    /** In their order, those that touch as one. */
    static List<Span> merged(List<Pause> pauses) {
        List<Span> merged = new ArrayList<>();
        List<Pause> ordered =
                pauses.stream().sorted(Comparator.comparing(Pause::from)).toList();
        for (Pause pause : ordered) {
            Instant until = pause.until() == null ? Instant.MAX : pause.until();
            Span last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && !pause.from().isAfter(last.until())) {
                Instant later = until.isAfter(last.until()) ? until : last.until();
                merged.set(merged.size() - 1, new Span(last.from(), later));
            } else {
                merged.add(new Span(pause.from(), until));
            }
        }
        return merged;
    }

    /** What is left of a span; the pauses are {@link #merged}. */
    static List<Span> left(Span span, List<Span> pauses) {
        List<Span> left = new ArrayList<>();
        Instant from = span.from();
        for (Span pause : pauses) {
            if (pause.from().isBefore(span.until()) && pause.until().isAfter(from)) {
                if (pause.from().isAfter(from)) {
                    left.add(new Span(from, pause.from()));
                }
                from = pause.until();
            }
        }
        if (from.isBefore(span.until())) {
            left.add(new Span(from, span.until()));
        }
        return left;
    }
}
