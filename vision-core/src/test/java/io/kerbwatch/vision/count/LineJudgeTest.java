package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A level line from left to right at half the height; inside is above it, where the door is. */
class LineJudgeTest {
    private static final CountLine LINE = new CountLine(new Point(0.3, 0.5), new Point(0.7, 0.5), CountLine.Side.LEFT);
    private static final double ASPECT = 16.0 / 9;
    private static final double TALL = 0.3;
    private static final double BAND = LineJudge.BAND * TALL;

    private final LineJudge judge = new LineJudge(LINE, ASPECT);
    private Instant now = Instant.EPOCH;

    /** Walks along the points, a look each; answers directions as in "in". */
    private List<String> walk(long track, double... xy) {
        List<String> crossed = new ArrayList<>();
        for (int i = 0; i < xy.length; i += 2) {
            now = now.plusMillis(200);
            judge.seen(track, now, new Point(xy[i], xy[i + 1]), TALL)
                    .ifPresent(c -> crossed.add(c.direction().code()));
        }
        return crossed;
    }

    @Test
    void countsWhoGoesInAndWhoComesOut() {
        assertThat(walk(1, 0.5, 0.7, 0.5, 0.6, 0.5, 0.51, 0.5, 0.4)).containsExactly("in");
        assertThat(walk(2, 0.4, 0.3, 0.45, 0.49, 0.5, 0.6, 0.6, 0.8)).containsExactly("out");
        assertThat(walk(1, 0.5, 0.45, 0.5, 0.6)).containsExactly("out");
    }

    @Test
    void whoTurnsBackInTheBandCountsNothing() {
        double justOver = 0.5 - BAND * 0.9;
        assertThat(walk(1, 0.5, 0.7, 0.5, 0.55, 0.5, justOver, 0.5, 0.5, 0.5, 0.55, 0.5, 0.7))
                .isEmpty();
    }

    @Test
    void whoStandsOnTheLineAndSwaysCountsOnceAtMost() {
        Random random = new Random(7);
        double[] way = new double[402];
        way[0] = 0.5;
        way[1] = 0.7;
        for (int i = 2; i < way.length; i += 2) {
            way[i] = 0.5 + random.nextGaussian() * 0.01;
            way[i + 1] = 0.5 + Math.max(-1, Math.min(1, random.nextGaussian() * 0.4)) * BAND * 0.95;
        }
        assertThat(walk(1, way)).isEmpty();
        assertThat(walk(1, 0.5, 0.4)).containsExactly("in");
    }

    @Test
    void whoWalksAroundAnEndOrAlongCountsNothing() {
        assertThat(walk(1, 0.2, 0.7, 0.2, 0.5, 0.2, 0.3, 0.5, 0.3)).isEmpty();
        assertThat(walk(2, 0.1, 0.6, 0.5, 0.6, 0.9, 0.6)).isEmpty();
    }

    @Test
    void whoIsFirstSeenInTheBandIsOnNoSideYet() {
        assertThat(walk(1, 0.5, 0.5, 0.5, 0.4)).isEmpty();
        assertThat(walk(1, 0.5, 0.6)).containsExactly("out");
    }

    @Test
    void aTrackThatIsForgottenBeginsAnew() {
        walk(1, 0.5, 0.7);
        walk(2, 0.4, 0.7);
        judge.keep(Set.of(2L));
        assertThat(walk(1, 0.5, 0.3)).isEmpty();
        assertThat(walk(2, 0.4, 0.3)).containsExactly("in");
    }

    @Test
    void theOtherSideAndTheOtherOrderOfEndsSayTheOpposite() {
        CountLine turned = new CountLine(LINE.to(), LINE.from(), CountLine.Side.LEFT);
        CountLine other = new CountLine(LINE.from(), LINE.to(), CountLine.Side.RIGHT);
        CountLine both = new CountLine(LINE.to(), LINE.from(), CountLine.Side.RIGHT);
        Point above = new Point(0.5, 0.3);
        assertThat(LINE.depth(above, ASPECT)).isEqualTo(0.2, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(turned.depth(above, ASPECT)).isNegative();
        assertThat(other.depth(above, ASPECT)).isNegative();
        assertThat(both.depth(above, ASPECT)).isPositive();
    }

    @Test
    void directionsAlternateForEveryTrackWhateverItDoes() {
        Random random = new Random(3);
        for (long track = 1; track <= 200; track++) {
            double[] way = new double[120];
            double x = 0.5;
            double y = 0.5;
            for (int i = 0; i < way.length; i += 2) {
                x = Math.max(0.32, Math.min(0.68, x + random.nextGaussian() * 0.03));
                y = Math.max(0, Math.min(1, y + random.nextGaussian() * 0.06));
                way[i] = x;
                way[i + 1] = y;
            }
            List<String> crossed = walk(track, way);
            for (int i = 1; i < crossed.size(); i++) {
                assertThat(crossed.get(i)).isNotEqualTo(crossed.get(i - 1));
            }
        }
    }

    @Test
    void aLineThatCannotBeCrossedIsRefused() {
        assertThatThrownBy(() -> new CountLine(new Point(0.5, 0.5), new Point(0.51, 0.5), CountLine.Side.LEFT))
                .hasMessageContaining("too short");
        assertThatThrownBy(() -> new CountLine(new Point(0.5, 0.5), new Point(1.2, 0.5), CountLine.Side.LEFT))
                .hasMessageContaining("within 0..1");
    }
}
