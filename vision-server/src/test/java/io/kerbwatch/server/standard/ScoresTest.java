package io.kerbwatch.server.standard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever the breaches, a month comes to something that can be explained. */
class ScoresTest {
    private static final long SEED = 20261123;

    @Test
    void aClauseNeverTakesMoreThanItsMostNorLessThanIsThere() {
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            double points = (1 + random.nextInt(8)) / 2.0;
            @Nullable Double most = random.nextBoolean() ? null : Double.valueOf(points + random.nextInt(10) / 2.0);
            List<Point> breaches = new ArrayList<>();
            UUID site = new UUID(random.nextLong(), random.nextLong());
            for (int i = random.nextInt(12); i > 0; i--) {
                breaches.add(breach(site, "1.1", points, most, random, random.nextInt(4) == 0));
            }
            Collections.shuffle(breaches, random);
            List<Point> counted = Scores.counted(breaches);
            long standing = breaches.stream().filter(one -> !one.annulled()).count();
            double all = standing * points;
            assertThat(counted.stream().mapToDouble(Point::counted).sum())
                    .as("round %d of seed %d", round, SEED)
                    .isEqualTo(most == null ? all : Math.min(all, most));
            assertThat(counted).allMatch(one -> !one.annulled() || one.counted() == 0);
            assertThat(counted).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
            double score = Scores.of(List.of(site), counted, point -> true);
            assertThat(score).isBetween(0.0, 100.0);
            if (standing == 0) {
                assertThat(score).isEqualTo(100);
            }
        }
    }

    @Test
    void aGroupHasTheMeanOfItsPlacesAndOnlyWhatIsTakenFromIt() {
        Random random = new Random(SEED);
        UUID clean = new UUID(0, 1);
        UUID dirty = new UUID(0, 2);
        List<Point> counted = Scores.counted(List.of(
                breach(dirty, "1.1", 10, null, random, false),
                breach(dirty, "1.2", 2, 2.0, random, false),
                breach(dirty, "1.2", 2, 2.0, random, false)));
        assertThat(Scores.of(List.of(dirty), counted, point -> true)).isEqualTo(88);
        assertThat(Scores.of(List.of(clean, dirty), counted, point -> true)).isEqualTo(94);
        assertThat(Scores.of(
                        List.of(clean, dirty), counted, point -> point.code().equals("1.2")))
                .isEqualTo(99);
        assertThat(Scores.of(List.of(), counted, point -> true)).isEqualTo(100);
        List<Point> ruined = Scores.counted(
                List.of(breach(dirty, "1.1", 80, null, random, false), breach(dirty, "1.1", 80, null, random, false)));
        assertThat(Scores.of(List.of(dirty), ruined, point -> true))
                .as("not below nought")
                .isZero();
    }

    private static Point breach(
            UUID site, String code, double points, @Nullable Double most, Random random, boolean annulled) {
        return new Point(
                null,
                site,
                "",
                UUID.randomUUID(),
                "RS",
                code,
                "",
                "",
                null,
                "",
                "check",
                new UUID(random.nextLong(), random.nextLong()),
                null,
                "check",
                Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1_000_000)),
                points,
                most,
                0,
                annulled,
                null);
    }
}
