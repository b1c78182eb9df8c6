package io.kerbwatch.vision.judge;

import static io.kerbwatch.vision.judge.World.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.scene.LightMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ZoneJudgeTest {
    private final World world = new World(7, 1, 1);
    private final ZoneJudge judge = World.judge();

    private Instant becomeDirty() {
        world.dirty = true;
        assertThat(world.run(judge, START, Duration.ofSeconds(60)))
                .singleElement()
                .satisfies(f -> assertThat(f.type()).isEqualTo(Finding.Type.CONFIRMED));
        assertThat(judge.state()).isEqualTo(ZoneState.DIRTY);
        return START.plusSeconds(61);
    }

    @Test
    void confirmsAfterSixVotesOverHalfAMinute() {
        world.dirty = true;
        List<Finding> findings = world.run(judge, START, Duration.ofSeconds(60));

        assertThat(findings).hasSize(1);
        Finding finding = findings.get(0);
        assertThat(finding.type()).isEqualTo(Finding.Type.CONFIRMED);
        assertThat(finding.at()).isBetween(START.plusSeconds(30), START.plusSeconds(36));
        assertThat(finding.places().get(0).iou(World.PLACE)).isGreaterThan(0.9);
        assertThat(finding.score()).isGreaterThan(0.6);
    }

    @Test
    void neverConfirmsWhatIsThereForTwentySeconds() {
        world.dirty = true;
        world.run(judge, START, Duration.ofSeconds(20));
        world.dirty = false;
        assertThat(world.run(judge, START.plusSeconds(20), Duration.ofMinutes(5)))
                .isEmpty();
        assertThat(judge.state()).isEqualTo(ZoneState.CLEAN);
    }

    @Test
    void clearsTwoMinutesAfterItIsClean() {
        Instant at = becomeDirty();
        world.dirty = false;
        List<Finding> findings = world.run(judge, at, Duration.ofMinutes(4));

        assertThat(findings).singleElement().satisfies(f -> {
            assertThat(f.type()).isEqualTo(Finding.Type.CLEARED);
            assertThat(f.at()).isBetween(at.plusSeconds(120), at.plusSeconds(160));
        });
    }

    @Test
    void aDirtyPlaceThatTheDetectorMissesStaysDirty() {
        becomeDirty();
        World blind = new World(7, 0, 0);
        blind.dirty = true;
        assertThat(blind.run(judge, START.plusSeconds(61), Duration.ofMinutes(30)))
                .isEmpty();
        assertThat(judge.state()).isEqualTo(ZoneState.DIRTY);
        assertThat(judge.unknown()).isTrue();
    }

    @Test
    void aTruckInFrontClearsNothing() {
        Instant at = becomeDirty();
        world.truckInFront = true;
        assertThat(world.run(judge, at, Duration.ofMinutes(30))).isEmpty();
        assertThat(judge.state()).isEqualTo(ZoneState.DIRTY);
        assertThat(judge.unknown()).isTrue();
    }

    @Test
    void changingLightClearsNothing() {
        becomeDirty();
        World blind = new World(7, 0, 0);
        blind.dirty = true;
        for (int i = 0; i < 120; i++) {
            blind.light = 0.75 + 0.25 * Math.sin(i / 9.0);
            assertThat(judge.inspect(blind.look(START.plusSeconds(61 + 10L * i))))
                    .isEmpty();
        }
        assertThat(judge.state()).isEqualTo(ZoneState.DIRTY);
    }

    @Test
    void bagsCarriedPastNeverAddUp() {
        Random random = new Random(3);
        Instant at = START;
        for (int i = 0; i < 60; i++) {
            Box box = new Box(random.nextInt(8) * 0.11, random.nextInt(3) * 0.3, 0.06, 0.1);
            assertThat(judge.inspect(world.look(at, List.of(new Detection(Label.OVERFLOW, box, 0.9)))))
                    .isEmpty();
            at = at.plusSeconds(4);
        }
        assertThat(judge.state()).isNotEqualTo(ZoneState.DIRTY);
    }

    @Test
    void whatCannotBeJudgedNeitherConfirmsNorClears() {
        world.dirty = true;
        world.run(judge, START, Duration.ofSeconds(22));
        assertThat(judge.state()).isEqualTo(ZoneState.SUSPECTED);
        Instant at = START.plusSeconds(24);
        for (int i = 0; i < 60; i++) {
            assertThat(judge.inspect(Inspection.unjudgeable(at))).isEmpty();
            at = at.plusSeconds(4);
        }
        assertThat(judge.state()).isEqualTo(ZoneState.CLEAN);
        assertThat(judge.unknown()).isTrue();
        judge.inspect(world.look(at));
        assertThat(judge.unknown()).isFalse();
    }

    @Test
    void becomesUnknownByTicksAloneAndStaysDirty() {
        Instant at = becomeDirty();
        judge.tick(at.plusSeconds(60));
        assertThat(judge.unknown()).isFalse();
        judge.tick(at.plusSeconds(3600));
        assertThat(judge.unknown()).isTrue();
        assertThat(judge.state()).isEqualTo(ZoneState.DIRTY);
    }

    @Test
    void givesNoVotesForAMinuteAfterTheLightSwitched() {
        world.run(judge, START, Duration.ofSeconds(30));
        world.dirty = true;
        world.mode = LightMode.INFRARED;
        world.run(judge, START.plusSeconds(30), Duration.ofSeconds(58));
        assertThat(judge.state()).isEqualTo(ZoneState.CLEAN);
        List<Finding> findings = world.run(judge, START.plusSeconds(90), Duration.ofSeconds(60));
        assertThat(findings).hasSize(1);
    }

    @Test
    void doesNotConfirmWhatWasThereWhenItLookedClean() {
        // A poster that the detector takes for an overflowing bin now and then: it was there all the time.
        world.run(judge, START, Duration.ofMinutes(5));
        Instant at = START.plusSeconds(300);
        for (int i = 0; i < 40; i++) {
            Detection poster = new Detection(Label.OVERFLOW, new Box(0.1, 0.1, 0.2, 0.3), 0.8);
            assertThat(judge.inspect(world.look(at, List.of(poster)))).isEmpty();
            at = at.plusSeconds(4);
        }
        assertThat(judge.state()).isEqualTo(ZoneState.SUSPECTED);
    }

    @Test
    void verificationSaysCleanAfterSevenVotesOverThreeQuartersOfAMinute() {
        Instant at = becomeDirty();
        judge.verifySince(at);
        assertThat(judge.standing()).contains(ZoneJudge.Standing.BLIND);
        world.dirty = false;
        world.run(judge, at, Duration.ofSeconds(44));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.UNSURE);
        world.run(judge, at.plusSeconds(44), Duration.ofSeconds(16));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.CLEAN);
        assertThat(judge.state()).isEqualTo(ZoneState.CLEARING);
    }

    @Test
    void verificationSaysDirtyWhenItIs() {
        Instant at = becomeDirty();
        judge.verifySince(at);
        world.run(judge, at, Duration.ofSeconds(20));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.DIRTY);
    }

    @Test
    void verificationDoesNotCountWhatTheCameraSawBeforeTheWorkWasDone() {
        Instant at = becomeDirty();
        judge.verifySince(at);
        world.dirty = false;
        judge.inspect(world.look(at.plusSeconds(2)));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.BLIND);
    }

    @Test
    void aVoteForBeginsTheVerificationAnew() {
        Instant at = becomeDirty();
        judge.verifySince(at);
        world.dirty = false;
        world.run(judge, at, Duration.ofSeconds(60));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.CLEAN);
        world.dirty = true;
        world.run(judge, at.plusSeconds(64), Duration.ofSeconds(8));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.UNSURE);
    }

    @Test
    void aZoneThatWasNeverDirtyIsVerifiedByLooksThatFindNothing() {
        judge.verifySince(START);
        world.run(judge, START.plusSeconds(4), Duration.ofSeconds(60));
        assertThat(judge.standing()).contains(ZoneJudge.Standing.CLEAN);
    }

    @Test
    void whatWasVerifiedAsCleanIsConfirmedAnewWhenItIsDirtyAgain() {
        Instant at = becomeDirty();
        judge.verifySince(at);
        world.dirty = false;
        world.run(judge, at, Duration.ofSeconds(60));
        Finding cleared = judge.verifiedClean(at.plusSeconds(60)).orElseThrow();
        assertThat(cleared.type()).isEqualTo(Finding.Type.CLEARED);
        assertThat(judge.state()).isEqualTo(ZoneState.CLEAN);
        assertThat(judge.verifiedClean(at.plusSeconds(61))).isEmpty();
        world.dirty = true;
        assertThat(world.run(judge, at.plusSeconds(64), Duration.ofSeconds(60)))
                .singleElement()
                .satisfies(f -> assertThat(f.type()).isEqualTo(Finding.Type.CONFIRMED));
    }

    @Test
    void looksThatComeSeldomStretchTheWindow() {
        world.dirty = true;
        Instant at = START;
        Finding found = null;
        for (int i = 0; i < 12 && found == null; i++) {
            found = judge.inspect(world.look(at)).orElse(null);
            at = at.plusSeconds(20);
        }
        assertThat(found).isNotNull();
        assertThat(Duration.between(START, found.at())).isEqualTo(Duration.ofSeconds(100));
    }

    @Test
    void canBeMadeLessSureOfAKind() {
        JudgeSettings usual = JudgeSettings.defaults();
        judge.retune(new JudgeSettings(
                3,
                usual.confirmShare(),
                Duration.ofSeconds(5),
                usual.confirmWindow(),
                usual.confirmLooks(),
                usual.clearVotes(),
                usual.clearSpan(),
                usual.verifyVotes(),
                usual.verifySpan(),
                usual.verifyDirtyVotes(),
                usual.latency(),
                usual.unknownAfter(),
                usual.lightSettles(),
                usual.leastArea()));
        world.dirty = true;
        List<Finding> found = world.run(judge, START, Duration.ofMinutes(1));
        assertThat(found).hasSize(1);
        assertThat(Duration.between(START, found.get(0).at())).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void onlyBoxesThatStandInTheZoneCount() {
        Zone left = new Zone(
                "left",
                "left",
                List.of(new Zone.Point(0, 0), new Zone.Point(0.3, 0), new Zone.Point(0.3, 1), new Zone.Point(0, 1)),
                Set.of(Kind.OVERFLOW));
        ZoneJudge other = new ZoneJudge("cam", left, Kind.OVERFLOW, World.THRESHOLDS, JudgeSettings.defaults());
        world.dirty = true;
        assertThat(world.run(other, START, Duration.ofMinutes(3))).isEmpty();
        assertThat(other.state()).isEqualTo(ZoneState.CLEAN);
    }

    @Test
    void saysWhatIsWrongWithASavedStateThatItCannotRead() {
        assertThatThrownBy(() -> judge.restore(new byte[] {1, 2, 3}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("zone z of camera cam");
    }
}
