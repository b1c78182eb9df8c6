package io.kerbwatch.server.dispatch;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * When to try again. Messages about orders have a fast lane of a minute: a cleaner is to stand there within ten minutes.
 * After it, and for all others from the start, the distances grow, until there is no more sense in it.
 */
final class Schedule {
    /** How long the fast lane is; who is to take over looks after it. */
    static final Duration FAST_LANE = Duration.ofSeconds(60);
    /**
     * From the beginning, after the first one, which is made at once. PostgreSQL rounds the beginning to microseconds, so
     * that it may come to lie after the first attempt: that is no reason to make it again.
     */
    private static final List<Duration> FAST = List.of(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(40));

    /** So many attempts are no fast lane: the clock was set forward, or the server was away. */
    private static final int BARELY_TRIED = 2;

    /** Up to this age of a delivery, this long to the next attempt. */
    private record Step(Duration age, Duration gap) {}

    private static final List<Step> SLOW = List.of(
            new Step(Duration.ofSeconds(10), Duration.ofSeconds(10)),
            new Step(Duration.ofMinutes(2), Duration.ofMinutes(2)),
            new Step(Duration.ofMinutes(7), Duration.ofMinutes(5)),
            new Step(Duration.ofMinutes(22), Duration.ofMinutes(15)),
            new Step(Duration.ofMinutes(52), Duration.ofMinutes(30)));
    private static final Duration AT_LAST = Duration.ofHours(1);

    private static final double JITTER = 0.1;
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    private final Duration giveUpAfter;

    Schedule(Duration giveUpAfter) {
        this.giveUpAfter = giveUpAfter;
    }

    /**
     * An attempt that failed.
     *
     * @param fast whether the delivery has the fast lane
     * @param base when the first attempt was due
     * @param began when this one began
     * @param attempt how manieth it was, from 1
     */
    record Failed(boolean fast, Instant base, Instant began, int attempt) {}

    /** Whether an instant lies in the fast lane of what has one. */
    static boolean inFastLane(boolean fast, Instant base, Instant at) {
        return fast && at.isBefore(base.plus(FAST_LANE));
    }

    /**
     * Instant of the next attempt. Attempts of the fast lane that fell due while the failed one was running are made as
     * one.
     *
     * @param now when the failed one ended
     * @param chance 0..1, spreads what failed together
     * @param retryAfter what the receiver asked for; heeded up to an hour
     * @return empty if it is too late
     */
    Optional<Instant> next(Failed failed, Instant now, double chance, Optional<Duration> retryAfter) {
        Instant due = fast(failed, chance).orElseGet(() -> slow(failed, now, chance));
        Instant earliest = now.plus(retryAfter
                .map(asked -> asked.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : asked)
                .orElse(Duration.ZERO));
        if (due.isBefore(earliest)) {
            due = earliest;
        }
        return due.isAfter(failed.base().plus(giveUpAfter)) ? Optional.empty() : Optional.of(due);
    }

    private static Optional<Instant> fast(Failed failed, double chance) {
        if (!failed.fast()) {
            return Optional.empty();
        }
        Duration before = Duration.ZERO;
        for (Duration offset : FAST) {
            if (failed.base().plus(offset).isAfter(failed.began())) {
                return Optional.of(failed.base().plus(offset).plus(spread(offset.minus(before), chance)));
            }
            before = offset;
        }
        return Optional.empty();
    }

    /**
     * By age; but no further off than that many attempts come to, for a clock that is set forward makes everything old at
     * once.
     */
    private static Instant slow(Failed failed, Instant now, double chance) {
        Duration age = Duration.between(failed.base(), now);
        int byAge = (int)
                SLOW.stream().filter(step -> age.compareTo(step.age()) >= 0).count();
        int byAttempts = !failed.fast() || failed.attempt() <= BARELY_TRIED
                ? failed.attempt() - 1
                : Math.max(1, failed.attempt() - FAST.size());
        int step = Math.min(byAge, byAttempts);
        Duration gap = step < SLOW.size() ? SLOW.get(step).gap() : AT_LAST;
        return now.plus(gap).plus(spread(gap, chance));
    }

    private static Duration spread(Duration gap, double chance) {
        return Duration.ofNanos((long) (gap.toNanos() * JITTER * chance));
    }
}
