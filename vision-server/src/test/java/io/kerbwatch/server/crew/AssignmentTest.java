package io.kerbwatch.server.crew;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    private static final Instant NOW = Instant.parse("2026-11-23T02:00:00Z");
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final UUID HERE = new UUID(1, 0);
    private static final UUID ELSEWHERE = new UUID(1, 1);
    private static final double METERS_PER_DEGREE = 111_195;

    @Test
    void goesWhoIsThereFirst() {
        Choice choice = choose(at(1, 900), at(2, 100), at(3, 500));
        assertThat(chosen(choice)).isEqualTo(2);
        assertThat(why(choice)).containsEntry(1L, "farther").containsEntry(3L, "farther");
        assertThat(choice.weighed().get(0).waySeconds()).isEqualTo(117);
    }

    @Test
    void withinTheSameMinuteGoesWhoHasLessToDoThenWhoWaitedLonger() {
        Choice less = choose(loaded(at(1, 95), 1, null), loaded(at(2, 100), 0, NOW));
        assertThat(chosen(less)).isEqualTo(2);
        assertThat(why(less)).containsEntry(1L, "busier");

        Choice longer =
                choose(loaded(at(1, 95), 0, NOW.minusSeconds(60)), loaded(at(2, 100), 0, NOW.minusSeconds(600)));
        assertThat(chosen(longer)).isEqualTo(2);
        assertThat(why(longer)).containsEntry(1L, "had-one-later");
    }

    @Test
    void saysOfEachWhoCannotGoWhatKeepsThem() {
        CrewMember plain = member(9, 100);
        Choice choice = choose(
                candidate(changed(plain, 1, List.of(new Skill("refuse", null)), List.of(), false), true, Load.NONE),
                candidate(member(2, 100), false, Load.NONE),
                candidate(changed(plain, 3, List.of(new Skill("sweep", null)), List.of(), true), true, Load.NONE),
                candidate(
                        changed(plain, 4, List.of(new Skill("refuse", LocalDate.parse("2026-11-22"))), List.of(), true),
                        true,
                        Load.NONE),
                candidate(member(5, 100), true, new Load(2, NOW)),
                candidate(
                        changed(plain, 6, List.of(new Skill("refuse", null)), List.of(ELSEWHERE), true),
                        true,
                        Load.NONE),
                candidate(member(7, 2000), true, Load.NONE));
        assertThat(chosen(choice)).isEqualTo(7);
        assertThat(why(choice))
                .isEqualTo(Map.of(
                        1L, "away",
                        2L, "off-shift",
                        3L, "lacks-skill",
                        4L, "paper-expired",
                        5L, "full",
                        6L, "other-places",
                        7L, "chosen"));
    }

    @Test
    void aPaperHoldsOnItsLastDayByTheDayOfThePlace() {
        CrewMember until = changed(
                member(1, 100), 1, List.of(new Skill("refuse", LocalDate.parse("2026-11-23"))), List.of(), true);
        assertThat(choose(candidate(until, true, Load.NONE)).chosen()).isPresent();
    }

    @Test
    void whoWorksElsewhereGoesOnlyIfNobodyElseCan() {
        CrewMember far = changed(member(1, 100), 1, List.of(new Skill("refuse", null)), List.of(ELSEWHERE), true);
        Choice choice = choose(candidate(far, true, Load.NONE), candidate(member(2, 10), false, Load.NONE));
        assertThat(chosen(choice)).isEqualTo(1);
        assertThat(choice.ring()).isEqualTo(2);
    }

    @Test
    void whoWasAskedIsNotAskedAgainAndWhoDidItBeforeGoesFirst() {
        Task asked = new Task(HERE, 0.0, 0.0, SHANGHAI, "refuse", Set.of(), Set.of(new UUID(0, 1)), Optional.empty());
        List<Assignment.Candidate> crew = List.of(at(1, 10), at(2, 900));
        assertThat(chosen(Assignment.choose(NOW, asked, crew))).isEqualTo(2);
        assertThat(chosen(Assignment.choose(NOW, asked.askingAgain(), crew))).isEqualTo(1);

        Task before = new Task(HERE, 0.0, 0.0, SHANGHAI, "refuse", Set.of(), Set.of(), Optional.of(new UUID(0, 2)));
        Choice again = Assignment.choose(NOW, before, crew);
        assertThat(chosen(again)).isEqualTo(2);
        assertThat(why(again)).containsEntry(1L, "other-did-it-before");
    }

    @Test
    void aPositionOfLongAgoSaysNothing() {
        Position old = new Position(0, 0, NOW.minus(Assignment.POSITION_HOLDS).minusSeconds(1));
        CrewMember silent = placed(member(1, 0), old);
        Choice choice = choose(candidate(silent, true, Load.NONE), at(2, 400));
        assertThat(choice.weighed().stream()
                        .filter(one -> one.member().equals(silent.id()))
                        .findFirst()
                        .orElseThrow()
                        .waySeconds())
                .isNull();
        assertThat(chosen(choice)).isEqualTo(1); // 5 minutes are assumed, and 400 m on foot take 7
    }

    @Test
    void nobodyIsNobody() {
        assertThat(choose().chosen()).isEmpty();
        Choice choice = choose(candidate(member(1, 10), false, Load.NONE));
        assertThat(choice.chosen()).isEmpty();
        assertThat(choice.ring()).isZero();
    }

    @Test
    void theOrderOfAskingDoesNotMatterAndNobodyGoesWhoMayNot() {
        for (int i = 0; i < 300; i++) {
            int seed = i;
            Random random = new Random(seed);
            List<Assignment.Candidate> crew = new ArrayList<>();
            int size = 1 + random.nextInt(12);
            for (int id = 0; id < size; id++) {
                CrewMember one = changed(
                        member(id, random.nextInt(2000)),
                        id,
                        List.of(new Skill(random.nextInt(4) == 0 ? "sweep" : "refuse", null)),
                        random.nextInt(3) == 0 ? List.of(ELSEWHERE) : List.of(),
                        random.nextInt(5) > 0);
                crew.add(candidate(
                        one,
                        random.nextInt(4) > 0,
                        new Load(
                                random.nextInt(4),
                                random.nextBoolean() ? null : NOW.minusSeconds(random.nextInt(999)))));
            }
            Task task =
                    new Task(HERE, 0.0, 0.0, SHANGHAI, "refuse", Set.of(), Set.of(new UUID(0, 0)), Optional.empty());
            Choice first = Assignment.choose(NOW, task, crew);
            Collections.shuffle(crew, random);
            assertThat(Assignment.choose(NOW, task, crew)).as("seed %s", seed).isEqualTo(first);
            assertThat(first.weighed()).hasSameSizeAs(crew);
            first.chosen().ifPresent(chosen -> {
                Assignment.Candidate one = crew.stream()
                        .filter(each -> each.member().equals(chosen))
                        .findFirst()
                        .orElseThrow();
                assertThat(one.onShift()
                                && chosen.available()
                                && chosen.skills().get(0).name().equals("refuse")
                                && one.load().open() < chosen.capacity()
                                && !chosen.id().equals(new UUID(0, 0)))
                        .as("seed %s", seed)
                        .isTrue();
                assertThat(chosen.sites().isEmpty() || first.ring() == 2).isTrue();
            });
        }
    }

    @Test
    void aNightShiftLastsIntoTheNextDay() {
        Shift night = shift(List.of(1, 2, 3, 4, 5), "22:00", "06:00"); // Monday to Friday
        assertThat(night.covers(local("2026-11-23T21:59"))).isFalse(); // a Monday
        assertThat(night.covers(local("2026-11-23T22:00"))).isTrue();
        assertThat(night.covers(local("2026-11-24T05:59"))).isTrue();
        assertThat(night.covers(local("2026-11-24T06:00"))).isFalse();
        assertThat(night.covers(local("2026-11-23T03:00"))).isFalse(); // it would have begun on Sunday
        assertThat(night.covers(local("2026-11-28T03:00"))).isTrue(); // Saturday's small hours are Friday's shift
        assertThat(shift(List.of(1), "08:00", "08:00").covers(local("2026-11-24T07:59")))
                .isTrue();
    }

    private static Instant local(String text) {
        return java.time.LocalDateTime.parse(text).atZone(SHANGHAI).toInstant();
    }

    private static Shift shift(List<Integer> days, String starts, String ends) {
        return new Shift(
                new UUID(2, 0),
                new UUID(3, 0),
                "shift",
                days,
                LocalTime.parse(starts),
                LocalTime.parse(ends),
                "Asia/Shanghai",
                null,
                null,
                1,
                NOW);
    }

    private static Choice choose(Assignment.Candidate... crew) {
        return Assignment.choose(
                NOW, new Task(HERE, 0.0, 0.0, SHANGHAI, "refuse", Set.of(), Set.of(), Optional.empty()), List.of(crew));
    }

    private static Assignment.Candidate at(long id, double meters) {
        return candidate(member(id, meters), true, Load.NONE);
    }

    private static Assignment.Candidate loaded(Assignment.Candidate one, int open, @Nullable Instant last) {
        return candidate(one.member(), one.onShift(), new Load(open, last));
    }

    private static Assignment.Candidate candidate(CrewMember member, boolean onShift, Load load) {
        return new Assignment.Candidate(member, onShift, load);
    }

    private static CrewMember member(long id, double meters) {
        return new CrewMember(
                new UUID(0, id),
                "member " + id,
                "",
                null,
                List.of(new Skill("refuse", null)),
                List.of(),
                "on-foot",
                2,
                true,
                new Position(meters / METERS_PER_DEGREE, 0, NOW.minus(Duration.ofMinutes(1))),
                1,
                NOW);
    }

    private static CrewMember changed(CrewMember one, long id, List<Skill> skills, List<UUID> sites, boolean there) {
        return new CrewMember(
                new UUID(0, id), "member " + id, "", null, skills, sites, "on-foot", 2, there, one.position(), 1, NOW);
    }

    private static CrewMember placed(CrewMember one, Position position) {
        return new CrewMember(
                one.id(), one.name(), "", null, one.skills(), one.sites(), "on-foot", 2, true, position, 1, NOW);
    }

    private static long chosen(Choice choice) {
        return choice.chosen().orElseThrow().id().getLeastSignificantBits();
    }

    private static Map<Long, String> why(Choice choice) {
        return choice.weighed().stream()
                .collect(Collectors.toMap(one -> one.member().getLeastSignificantBits(), Choice.Weighed::why));
    }
}
