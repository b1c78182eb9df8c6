package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class MinuteCountsTest {
    private static final Instant NINE = Instant.parse("2026-05-04T09:00:00Z");

    @Test
    void givesEachMinuteOnceWhenItIsOver() {
        MinuteCounts counts = new MinuteCounts();
        counts.add(new Crossing(NINE.plusSeconds(3), Direction.IN));
        counts.add(new Crossing(NINE.plusSeconds(59), Direction.OUT));
        counts.add(new Crossing(NINE.plusSeconds(60), Direction.IN));
        counts.add(new Crossing(NINE.plusSeconds(5), Direction.IN));
        assertThat(counts.over(NINE.plusSeconds(59))).isEmpty();
        assertThat(counts.over(NINE.plusSeconds(61))).containsExactly(new MinuteCounts.Minute(NINE, 2, 1));
        assertThat(counts.over(NINE.plusSeconds(200)))
                .containsExactly(new MinuteCounts.Minute(NINE.plusSeconds(60), 1, 0));
        assertThat(counts.over(NINE.plusSeconds(999))).isEmpty();
    }
}
