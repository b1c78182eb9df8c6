package io.kerbwatch.server.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When to try again. The first minute is the fast lane: a cleaner is to stand there within ten minutes. After it the
 * distances grow, until there is no more sense in it.
 */
final class Schedule {
    /** From the beginning; the first attempt is at 0. */
    private static final List<Duration> FAST = List.of(
            Duration.ZERO,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40));
    /** From the attempt before; the last one goes on. */
    private static final List<Duration> SLOW = List.of(
            Duration.ofMinutes(2),
            Duration.ofMinutes(5),
            Duration.ofMinutes(15),
            Duration.ofMinutes(30),
            Duration.ofHours(1));

    private static final double JITTER = 0.1;
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    private final Duration giveUpAfter;

    Schedule(Duration giveUpAfter) {
        this.giveUpAfter = giveUpAfter;
    }

    /** Whether an attempt of this number, from 1, belongs to the fast lane. */
    static boolean fast(int attempt) {
        return attempt <= FAST.size();
    }

    /**
     * Instant of the next attempt.
     *
     * @param base when the first was due
     * @param made attempts so far
     * @param chance 0..1, spreads what failed together
     * @param retryAfter what the receiver asked for; heeded up to an hour
     * @return empty if it is too late
     */
    Optional<Instant> next(Instant base, int made, Instant now, double chance, Optional<Duration> retryAfter) {
        Instant due;
        if (made < FAST.size()) {
            Duration gap = FAST.get(made).minus(FAST.get(Math.max(0, made - 1)));
            due = base.plus(FAST.get(made)).plus(spread(gap, chance));
        } else {
            Duration gap = SLOW.get(Math.min(made - FAST.size(), SLOW.size() - 1));
            due = now.plus(gap).plus(spread(gap, chance));
        }
        Instant earliest = now.plus(retryAfter
                .map(asked -> asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked)
                .orElse(Duration.ZERO));
        if (due.isBefore(earliest)) {
            due = earliest;
        }
        return due.isAfter(base.plus(giveUpAfter)) ? Optional.empty() : Optional.of(due);
    }

    private static Duration spread(Duration gap, double chance) {
        return Duration.ofNanos((long) (gap.toNanos() * JITTER * chance));
    }
}
