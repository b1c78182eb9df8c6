package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    private static final Instant BASE = Instant.EPOCH;
    private static final Optional<Duration> NOTHING_ASKED = Optional.empty();
    private final Schedule schedule = new Schedule(Duration.ofHours(2));

    @Test
    void quickFailuresAreTriedAgainAtEachInstantOfTheFastLane() {
        assertThat(attempts(true, Duration.ofMillis(10), 8))
                .containsExactly(0.0, 2.0, 5.0, 10.0, 20.0, 40.0, 160.01, 460.02);
    }

    @Test
    void whatFallsDueWhileAnAttemptRunsIsOneAttempt() {
        // Each attempt takes the whole 5 s: those of 2 s and 5 s are one, and none is under way beside another.
        assertThat(attempts(true, Duration.ofSeconds(5), 6)).containsExactly(0.0, 5.0, 10.0, 20.0, 40.0, 165.0);
        assertThat(attempts(true, Duration.ofSeconds(4), 6)).containsExactly(0.0, 4.0, 8.0, 12.0, 20.0, 40.0);
        assertThat(attempts(true, Duration.ofSeconds(11), 6)).containsExactly(0.0, 11.0, 22.0, 40.0, 171.0, 302.0);
    }

    @Test
    void aBeginningThatWasRoundedUpMakesNoAttemptTwice() {
        Instant rounded = BASE.plusNanos(1000);
        assertThat(schedule.next(new Schedule.Failed(true, rounded, BASE.plusNanos(501), 1), rounded, 0, NOTHING_ASKED))
                .contains(rounded.plusSeconds(2));
    }

    @Test
    void jitterNeverTakesAnAttemptToTheNextInstant() {
        long seed = 11;
        System.out.println("jitter, seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            Instant began = BASE;
            List<Instant> all = new ArrayList<>(List.of(began));
            while (Schedule.inFastLane(true, BASE, began)) {
                began = schedule.next(
                                new Schedule.Failed(true, BASE, began, all.size()),
                                began.plusMillis(20),
                                random.nextDouble(),
                                NOTHING_ASKED)
                        .orElseThrow();
                all.add(began);
            }
            assertThat(all).hasSize(7).isSorted();
        }
    }

    @Test
    void whatIsAboutNoOrderIsSlowFromTheStart() {
        assertThat(attempts(false, Duration.ZERO, 7)).containsExactly(0.0, 10.0, 130.0, 430.0, 1330.0, 3130.0, 6730.0);
    }

    @Test
    void aClockThatIsSetForwardPutsNothingOffForAnHour() {
        Instant later = BASE.plusSeconds(3600);
        assertThat(schedule.next(new Schedule.Failed(true, BASE, BASE, 1), later, 0, NOTHING_ASKED))
                .contains(later);
        assertThat(schedule.next(new Schedule.Failed(true, BASE, later, 1), later, 0, NOTHING_ASKED))
                .contains(later.plusSeconds(10));
        assertThat(schedule.next(new Schedule.Failed(true, BASE, later, 2), later, 0, NOTHING_ASKED))
                .contains(later.plusSeconds(120));
        assertThat(schedule.next(new Schedule.Failed(false, BASE, later, 1), later, 0, NOTHING_ASKED))
                .contains(later.plusSeconds(10));
    }

    @Test
    void aReceiverMayAskForMoreTimeUpToAnHour() {
        Schedule.Failed third = new Schedule.Failed(true, BASE, BASE.plusSeconds(2), 2);
        assertThat(schedule.next(third, BASE.plusSeconds(2), 0, Optional.of(Duration.ofSeconds(30))))
                .contains(BASE.plusSeconds(32));
        assertThat(schedule.next(third, BASE, 0, Optional.of(Duration.ofDays(9))))
                .contains(BASE.plusSeconds(3600));
    }

    @Test
    void itEnds() {
        Instant late = BASE.plusSeconds(7000);
        assertThat(schedule.next(new Schedule.Failed(true, BASE, late, 9), late, 0, NOTHING_ASKED))
                .isEmpty();
    }

    /** Seconds at which attempts begin that each take so long and fail. */
    private List<Double> attempts(boolean fast, Duration each, int count) {
        List<Double> begun = new ArrayList<>();
        Instant began = BASE;
        while (begun.size() < count) {
            begun.add(Duration.between(BASE, began).toMillis() / 1000.0);
            began = schedule.next(
                            new Schedule.Failed(fast, BASE, began, begun.size()), began.plus(each), 0, NOTHING_ASKED)
                    .orElse(Instant.MAX.minusSeconds(1_000_000));
        }
        return begun;
    }
}
