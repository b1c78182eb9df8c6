package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.watch.CameraWatch;
import io.kerbwatch.vision.watch.Replay;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplayScoreTest {
    private static final Box HERE = new Box(0.1, 0.1, 0.2, 0.2);
    private static final Box THERE = new Box(0.7, 0.6, 0.2, 0.2);
    private static final Finding.Type CONFIRMED = Finding.Type.CONFIRMED;
    private static final Finding.Type CLEARED = Finding.Type.CLEARED;

    @Test
    void anEventIsFoundByAFindingOfItsKindAtItsPlaceInItsTime() {
        ReplayScore score = score(List.of(overflow(10, 90, HERE)), step(22, Kind.OVERFLOW, CONFIRMED, HERE));

        assertThat(score.events()).isEqualTo(1);
        assertThat(score.found()).isEqualTo(1);
        assertThat(score.falseFindings()).isZero();
        assertThat(score.earlyCleared()).isZero();
        assertThat(score.seconds()).containsExactly(12.0);
    }

    @Test
    void anotherKindAnotherPlaceAnotherTimeAreFalse() {
        List<ReplayScore.Event> truth = List.of(overflow(10, 90, HERE));

        for (Replay.Step wrong : List.of(
                step(22, Kind.LITTER, CONFIRMED, HERE),
                step(22, Kind.OVERFLOW, CONFIRMED, THERE),
                step(9, Kind.OVERFLOW, CONFIRMED, HERE),
                step(91, Kind.OVERFLOW, CONFIRMED, HERE))) {
            ReplayScore score = score(truth, wrong);
            assertThat(score.found()).as(wrong.toString()).isZero();
            assertThat(score.falseFindings()).as(wrong.toString()).isEqualTo(1);
            assertThat(score.seconds()).isEmpty();
        }
    }

    @Test
    void clearedBeforeTheEndIsEarlyAndAfterItIsNot() {
        List<ReplayScore.Event> truth = List.of(overflow(10, 90, HERE));
        Replay.Step found = step(22, Kind.OVERFLOW, CONFIRMED, HERE);

        assertThat(score(truth, found, step(60, Kind.OVERFLOW, CLEARED, HERE)).earlyCleared())
                .isEqualTo(1);
        assertThat(score(truth, found, step(100, Kind.OVERFLOW, CLEARED, HERE)).earlyCleared())
                .isZero();
        // What was never found cannot be lost.
        assertThat(score(truth, step(60, Kind.OVERFLOW, CLEARED, HERE)).earlyCleared())
                .isZero();
    }

    @Test
    void whatBeginsWhileTheZoneIsDirtyJoinsWhatStands() {
        List<ReplayScore.Event> truth = List.of(overflow(10, 90, HERE), overflow(40, 90, THERE));
        Replay.Step first = step(22, Kind.OVERFLOW, CONFIRMED, HERE);

        ReplayScore joined = score(truth, first);
        assertThat(joined.found()).isEqualTo(2);
        assertThat(joined.seconds()).as("it has no confirmation of its own").containsExactly(12.0);

        ReplayScore cleanBetween = score(truth, first, step(30, Kind.OVERFLOW, CLEARED, HERE));
        assertThat(cleanBetween.found()).isEqualTo(1);
    }

    @Test
    void aFindingThatIsFalseCarriesNothingWithIt() {
        ReplayScore score = score(List.of(overflow(40, 90, THERE)), step(22, Kind.OVERFLOW, CONFIRMED, HERE));

        assertThat(score.found()).isZero();
        assertThat(score.falseFindings()).isEqualTo(1);
    }

    @Test
    void aFaultIsToldRightByItsOwnNameWhileItLastsOrSoonAfter() {
        ReplayScore.Fault covered = new ReplayScore.Fault(ViewFault.COVERED, 20, 40);

        assertThat(told(covered, faulty(21, ViewFault.COVERED))).isEqualTo(1);
        assertThat(told(covered, faulty(70, ViewFault.BLURRED, ViewFault.COVERED)))
                .isEqualTo(1);
        assertThat(told(covered, faulty(71, ViewFault.COVERED))).isZero();
        assertThat(told(covered, faulty(19, ViewFault.COVERED))).isZero();
        assertThat(told(covered, faulty(30, ViewFault.BLURRED))).isZero();
    }

    @Test
    void totalsAddUp() {
        ReplayScore one = score(List.of(overflow(10, 90, HERE)), step(22, Kind.OVERFLOW, CONFIRMED, HERE));
        ReplayScore other = ReplayScore.of(
                "other",
                List.of(overflow(10, 90, HERE), overflow(60, 90, THERE)),
                List.of(new ReplayScore.Fault(ViewFault.DARK, 0, 5)),
                List.of(step(50, Kind.OVERFLOW, CONFIRMED, HERE), faulty(4, ViewFault.DARK)));

        ReplayScore total = ReplayScore.total(List.of(one, other));

        assertThat(total.events()).isEqualTo(3);
        assertThat(total.worst()).isEqualTo(40);
        assertThat(total.faults()).isEqualTo(1);
        assertThat(total.faultsTold()).isEqualTo(1);
    }

    private static ReplayScore score(List<ReplayScore.Event> events, Replay.Step... steps) {
        return ReplayScore.of("clip", events, List.of(), List.of(steps));
    }

    private static int told(ReplayScore.Fault fault, Replay.Step... steps) {
        ReplayScore score = ReplayScore.of("clip", List.of(), List.of(fault), List.of(steps));
        assertThat(score.faults()).isEqualTo(1);
        return score.faultsTold();
    }

    private static ReplayScore.Event overflow(double from, double to, Box box) {
        return new ReplayScore.Event(Kind.OVERFLOW, from, to, box);
    }

    private static Replay.Step step(double seconds, Kind kind, Finding.Type type, Box place) {
        Finding finding = Finding.of("c", "z", kind, type, Instant.EPOCH, List.of(place), 0.8);
        JudgeState state = new JudgeState("c", "z", kind, new byte[0]);
        return new Replay.Step(
                seconds,
                new CameraWatch.Looked(true, true, List.of(new CameraWatch.Looked.Sure(finding, state))),
                report());
    }

    private static Replay.Step faulty(double seconds, ViewFault... faults) {
        return new Replay.Step(seconds, new CameraWatch.Looked(false, false, List.of()), report(faults));
    }

    private static CameraWatch.Report report(ViewFault... faults) {
        return new CameraWatch.Report(
                Arrays.stream(faults).map(ViewFault::code).toList(), List.of(), null, null, 1280, 720);
    }
}
