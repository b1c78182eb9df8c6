package io.kerbwatch.vision.scene;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Each fault: told after it began, gone after it ended, and none of them on a view that merely lives. */
class ViewCheckTest {
    private static final int WIDTH = 640;
    private static final int HEIGHT = 360;
    private static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private final ViewCheck check = new ViewCheck();
    private final Random random = new Random(4);
    private final int[] levels = random.ints(4000, 40, 210).toArray();
    private Instant at = START;

    private Luma view(int dx, double light, double noise) {
        byte[] grey = new byte[WIDTH * HEIGHT];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int level = levels[Math.floorMod((y / 23) * 61 + (x + dx + 2000) / 31, levels.length)];
                grey[y * WIDTH + x] = clamp(level * light + random.nextGaussian() * noise);
            }
        }
        return new Luma(WIDTH, HEIGHT, grey);
    }

    private static byte clamp(double level) {
        return (byte) Math.max(0, Math.min(255, Math.round(level)));
    }

    private Luma even(int level) {
        byte[] grey = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = clamp(level + random.nextGaussian());
        }
        return new Luma(WIDTH, HEIGHT, grey);
    }

    private ViewCheck.Grade look(int times, IntFunction<Luma> view) {
        ViewCheck.Grade grade = null;
        for (int i = 0; i < times; i++) {
            at = at.plusSeconds(10);
            grade = check.look(view.apply(i), LightMode.COLOUR, at);
        }
        assertThat(grade).isNotNull();
        return grade;
    }

    private void learn() {
        ViewCheck.Grade grade = look(12, i -> view(0, 1, 2));
        assertThat(grade.judgeable()).isTrue();
        assertThat(grade.faults()).isEmpty();
    }

    private void assertFault(ViewFault fault, IntFunction<Luma> bad) {
        learn();
        assertThat(look(1, bad).judgeable()).as("the very first look").isFalse();
        assertThat(look(4, bad).faults()).contains(fault);
        ViewCheck.Grade after = look(3, i -> view(0, 1, 2));
        assertThat(after.faults()).isEmpty();
        assertThat(after.judgeable()).isTrue();
    }

    @Test
    void dark() {
        assertFault(ViewFault.DARK, i -> even(5));
    }

    @Test
    void covered() {
        assertFault(ViewFault.COVERED, i -> even(120));
    }

    @Test
    void blurred() {
        assertFault(ViewFault.BLURRED, i -> smoothed(view(0, 1, 2)));
    }

    private static Luma smoothed(Luma luma) {
        Luma small = luma.shrunk(12);
        return small.resized(WIDTH, HEIGHT);
    }

    @Test
    void frozen() {
        learn();
        Luma same = view(0, 1, 2);
        assertThat(look(5, i -> same).faults()).doesNotContain(ViewFault.FROZEN);
        assertThat(look(6, i -> same).faults()).contains(ViewFault.FROZEN);
        assertThat(look(3, i -> view(0, 1, 2)).faults()).isEmpty();
    }

    @Test
    void movedIsMeasuredAndHoldsUntilSomeoneConfirms() {
        learn();
        ViewCheck.Grade grade = look(14, i -> view(100, 1, 2));
        assertThat(grade.faults()).contains(ViewFault.MOVED);
        assertThat(grade.outOfUse()).isTrue();
        assertThat(look(20, i -> view(0, 1, 2)).judgeable()).isFalse();
        check.confirmView();
        assertThat(look(12, i -> view(100, 1, 2)).faults()).isEmpty();
    }

    @Test
    void somethingLargeInFrontIsNotTakenForAMove() {
        learn();
        Random other = new Random(77);
        int[] truck = other.ints(4000, 40, 210).toArray();
        ViewCheck.Grade grade = look(20, i -> {
            Luma view = view(0, 1, 2);
            byte[] grey = view.grey().clone();
            for (int y = 30; y < HEIGHT; y++) {
                for (int x = 20; x < WIDTH - 20; x++) {
                    grey[y * WIDTH + x] = (byte) truck[(y / 40) * 50 + x / 44];
                }
            }
            return new Luma(WIDTH, HEIGHT, grey);
        });
        assertThat(grade.faults()).containsExactly(ViewFault.NOT_RECOGNISED);
        assertThat(grade.outOfUse()).isFalse();
        assertThat(look(10, i -> view(0, 1, 2)).faults()).isEmpty();
    }

    @Test
    void noPictureIsToldAndEnds() {
        learn();
        for (int i = 0; i < 4; i++) {
            at = at.plusSeconds(10);
            check.undecodable(at);
        }
        at = at.plusSeconds(10);
        assertThat(check.undecodable(at).faults()).contains(ViewFault.NO_PICTURE);
        assertThat(look(3, i -> view(0, 1, 2)).faults()).isEmpty();
    }

    @Test
    void aDayOfChangingLightIsNoFault() {
        for (int i = 0; i < 200; i++) {
            double light = 0.65 + 0.35 * Math.sin(i / 30.0);
            ViewCheck.Grade grade = look(1, n -> view(0, light, 2));
            assertThat(grade.faults()).as("look %d, light %.2f", i, light).isEmpty();
        }
    }

    @Test
    void switchingToInfraredIsToldForAMinuteAndLearntByItself() {
        learn();
        Luma infrared = view(0, 0.7, 4);
        at = at.plusSeconds(10);
        assertThat(check.look(infrared, LightMode.INFRARED, at).lightSwitched()).isTrue();
        at = at.plusSeconds(61);
        assertThat(check.look(view(0, 0.7, 4), LightMode.INFRARED, at).lightSwitched())
                .isFalse();
    }

    @Test
    void codesAreWrittenAsPeopleReadThem() {
        assertThat(Arrays.stream(ViewFault.values()).map(ViewFault::code))
                .containsExactly("dark", "covered", "blurred", "moved", "not-recognised", "frozen", "no-picture");
    }
}
