package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.vision.detect.Box;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrackerTest {
    private static final double LOOK = 0.2;
    private static final double TALL = 100;

    private final Tracker tracker = new Tracker(0.5);

    private static Person person(double x, double y, double score) {
        return new Person(new Point(x, y), new Box(x - 20, y - 8, 40, TALL), score);
    }

    private static Person person(double x, double y) {
        return person(x, y, 0.9);
    }

    private List<Long> look(Person... people) {
        return tracker.look(List.of(people), LOOK).stream().map(Track::id).toList();
    }

    @Test
    void followsTwoWhoMeetAndPassEachOther() {
        Set<Long> ids = new HashSet<>();
        long left = -1;
        for (int i = 0; i < 40; i++) {
            Person goesRight = person(100 + 16 * i, 200 + 0.5 * i);
            Person goesLeft = person(740 - 16 * i, 236 - 0.5 * i);
            List<Track> found =
                    tracker.look(i % 2 == 0 ? List.of(goesRight, goesLeft) : List.of(goesLeft, goesRight), LOOK);
            found.forEach(t -> ids.add(t.id()));
            long now = found.stream()
                    .filter(t -> t.head().distance(goesRight.head()) < 15)
                    .map(Track::id)
                    .findFirst()
                    .orElse(-2L);
            left = i == 0 ? now : left;
            assertThat(now).as("look %d", i).isEqualTo(left);
        }
        assertThat(ids).hasSize(2);
    }

    @Test
    void remembersWhoIsHiddenForASecondAndForgetsAfterThat() {
        for (int i = 0; i < 5; i++) {
            look(person(100 + 20 * i, 200));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(look()).isEmpty();
        }
        // a second on, where the walk has led meanwhile
        assertThat(look(person(100 + 20 * 9, 200))).containsExactly(1L);
        for (int i = 0; i < 10; i++) {
            look();
        }
        assertThat(tracker.tracks()).isEmpty();
        assertThat(look(person(280, 200))).containsExactly(2L);
    }

    @Test
    void whoIsDoubtfulGoesOnButDoesNotBegin() {
        assertThat(look(person(100, 100, 0.3))).isEmpty();
        look(person(100, 100));
        assertThat(look(person(105, 100, 0.3))).containsExactly(1L);
    }

    @Test
    void nobodyJumps() {
        look(person(100, 100));
        look(person(105, 100));
        assertThat(look(person(300, 100))).containsExactly(2L);
    }

    @Test
    void feetAreSteadierThanTheBoxesThatSayThem() {
        Random random = new Random(1);
        double worst = 0;
        for (int i = 0; i < 60; i++) {
            double shake = random.nextGaussian() * 6;
            Person shaking = new Person(new Point(100 + 10 * i, 100), new Box(80 + 10 * i, 92, 40, TALL + shake), 0.9);
            Track track = tracker.look(List.of(shaking), LOOK).get(0);
            if (i > 10) {
                worst = Math.max(worst, Math.abs(track.foot().y() - (92 + TALL)));
            }
        }
        assertThat(worst).isLessThan(10);
    }

    /** A crowd that walks straight, with misses and shaking: each is one track from end to end, nearly always. */
    @Test
    void keepsACrowdApart() {
        Random random = new Random(5);
        int people = 12;
        Set<Long> ids = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            List<Person> seen = new ArrayList<>();
            for (int p = 0; p < people; p++) {
                double x = 40 + p * 45 + (p % 2 == 0 ? 1 : -1) * 3.0 * i;
                double y = 60 + (p % 3) * 90 + (p % 2 == 0 ? 4.0 : -4.0) * (i - 30) + 60;
                if (random.nextDouble() > 0.05) {
                    seen.add(person(x + random.nextGaussian() * 2, y + random.nextGaussian() * 2, 0.9));
                }
            }
            tracker.look(seen, LOOK).forEach(t -> ids.add(t.id()));
        }
        assertThat(ids).hasSizeBetween(people, people + 2);
    }
}
