package io.kerbwatch.vision.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacingTest {
    @Test
    void pausesGrowToTheirCeilingAndStartSmallAfterAReset() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), new Random(5));
        Duration longest = Duration.ZERO;
        for (int i = 0; i < 200; i++) {
            Duration pause = backoff.next();
            assertThat(pause).isBetween(Duration.ZERO, Duration.ofSeconds(i < 6 ? 1L << i : 60));
            longest = pause.compareTo(longest) > 0 ? pause : longest;
        }
        assertThat(longest).isGreaterThan(Duration.ofSeconds(50));
        backoff.reset();
        assertThat(backoff.next()).isLessThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void sixteenCamerasOfOneHostAreUpInSecondsAndHostsDoNotWaitForEachOther() {
        StartPacer pacer = new StartPacer(Duration.ofMillis(50), Duration.ofMillis(150));
        Duration last = Duration.ZERO;
        for (int i = 0; i < 16; i++) {
            last = pacer.reserve("recorder", 0);
        }
        assertThat(last).isEqualTo(Duration.ofMillis(15 * 150));
        StartPacer many = new StartPacer(Duration.ofMillis(50), Duration.ofMillis(150));
        for (int i = 0; i < 100; i++) {
            last = many.reserve("camera-" + i, 0);
        }
        assertThat(last).as("at least five a second").isLessThanOrEqualTo(Duration.ofSeconds(20));
    }
}
