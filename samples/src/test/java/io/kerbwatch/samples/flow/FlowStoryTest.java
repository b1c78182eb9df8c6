package io.kerbwatch.samples.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class FlowStoryTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-11-22T16:00:00Z");

    @Test
    void aMarketIsVisitedMoreThanANeighbourhoodAndBothTheSameEachTime() {
        int market = day(FlowStory.MARKET);
        int neighbourhood = day(FlowStory.NEIGHBOURHOOD);
        assertThat(neighbourhood).isBetween(150, 500);
        assertThat(market).isBetween(600, 1800);
        assertThat(day(FlowStory.MARKET)).isEqualTo(market);
    }

    @Test
    void aLostLinkIsDownFromNineToHalfPastTen() {
        assertThat(FlowStory.LOST_LINK.isOnLine(Instant.parse("2026-11-23T00:59:00Z")))
                .isTrue();
        assertThat(FlowStory.LOST_LINK.isOnLine(Instant.parse("2026-11-23T01:00:00Z")))
                .isFalse();
        assertThat(FlowStory.LOST_LINK.isOnLine(Instant.parse("2026-11-23T02:30:00Z")))
                .isTrue();
        assertThat(FlowStory.RESET.resets(Instant.parse("2026-11-23T02:00:00Z")))
                .isTrue();
        assertThat(FlowStory.MARKET.resets(Instant.parse("2026-11-23T02:00:00Z")))
                .isFalse();
    }

    private static int day(FlowStory story) {
        int sum = 0;
        for (int minute = 0; minute < 1440; minute++) {
            sum += story.entering(MIDNIGHT.plus(minute, ChronoUnit.MINUTES), 7);
        }
        return sum;
    }
}
