package io.kerbwatch.server.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Days that people can count by hand, and random ones against what must hold of all. */
class WorkCalendarTest {
    private static final ZoneId SHANGHAI = ZoneId.of("Asia/Shanghai");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    /** One whose clocks change at midnight, one by half an hour, one without a change. */
    private static final List<ZoneId> ZONES = List.of(
            SHANGHAI, BERLIN, ZoneId.of("America/Santiago"), ZoneId.of("Australia/Lord_Howe"), ZoneId.of("UTC"));

    private static final int CASES = 4000;

    private final Calendars calendars = Calendars.shipped();

    @Test
    void workHoursSkipTheNightTheNoonTheWeekendAndHolidays() {
        WorkCalendar work = calendars.named("work-hours");
        assertThat(due(work, "2026-11-23T10:00", Duration.ofHours(1))).isEqualTo("2026-11-23T11:00");
        assertThat(due(work, "2026-11-23T11:30", Duration.ofHours(1))).isEqualTo("2026-11-23T14:30");
        assertThat(due(work, "2026-11-23T11:00", Duration.ofHours(1)))
                .as("reached at noon, not after it")
                .isEqualTo("2026-11-23T12:00");
        assertThat(due(work, "2026-11-27T17:30", Duration.ofHours(1))).isEqualTo("2026-11-30T09:30");
        assertThat(due(work, "2026-09-30T17:30", Duration.ofHours(1)))
                .as("the week of the National Day")
                .isEqualTo("2026-10-08T09:30");
        assertThat(due(work, "2026-10-09T17:30", Duration.ofHours(1)))
                .as("a Saturday that is worked")
                .isEqualTo("2026-10-10T09:30");
        assertThat(due(work, "2026-12-31T17:30", Duration.ofHours(1)))
                .as("over the end of the year, whose first day is off and a Friday")
                .isEqualTo("2027-01-04T09:30");
    }

    @Test
    void workDaysAreWhole() {
        WorkCalendar days = calendars.named("work-days");
        assertThat(due(days, "2026-11-23T15:00", Duration.ofDays(3))).isEqualTo("2026-11-26T15:00");
        assertThat(due(days, "2026-11-27T15:00", Duration.ofDays(1))).isEqualTo("2026-11-30T15:00");
        assertThat(due(days, "2026-02-14T15:00", Duration.ofDays(1)))
                .as("from the Saturday before the Spring Festival to the Tuesday after it")
                .isEqualTo("2026-02-24T15:00");
    }

    @Test
    void urgentHoursAreEveryDay() {
        WorkCalendar urgent = calendars.named("urgent-hours");
        assertThat(due(urgent, "2026-10-01T21:50", Duration.ofMinutes(30))).isEqualTo("2026-10-02T06:20");
        assertThat(due(urgent, "2026-10-03T03:00", Duration.ofMinutes(10))).isEqualTo("2026-10-03T06:10");
    }

    @Test
    void aChangeOfTheClocksMakesADayOf23Or25Hours() {
        WorkCalendar natural = calendars.named("natural");
        Instant spring = at("2026-03-29T00:00", BERLIN);
        assertThat(natural.used(spring, at("2026-03-30T00:00", BERLIN), List.of(), BERLIN))
                .isEqualTo(Duration.ofHours(23));
        assertThat(natural.due(spring, Duration.ofHours(24), List.of(), BERLIN)).contains(spring.plusSeconds(86_400));
        WorkCalendar urgent = calendars.named("urgent-hours");
        for (String day : List.of("2026-03-29", "2026-10-25")) {
            assertThat(urgent.used(at(day + "T00:00", BERLIN), at(day + "T23:00", BERLIN), List.of(), BERLIN))
                    .isEqualTo(Duration.ofHours(16));
        }
    }

    @Test
    void hoursThatTheClocksSkipCountOnce() {
        WorkCalendar night = new WorkCalendar(
                "night",
                true,
                List.of(hours("01:30", "02:30"), hours("02:30", "03:15"), hours("03:15", "04:00")),
                new Holidays(List.of()));
        assertThat(night.used(at("2026-03-29T00:00", BERLIN), at("2026-03-29T12:00", BERLIN), List.of(), BERLIN))
                .as("01:30 to 04:00, of which 02:00 to 03:00 is not there")
                .isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void whilePausedWithoutAnEndNothingIsDue() {
        WorkCalendar natural = calendars.named("natural");
        Instant start = Instant.parse("2026-11-23T02:00:00Z");
        List<Pause> open = List.of(new Pause(start.plusSeconds(60), null));
        assertThat(natural.due(start, Duration.ofSeconds(61), open, SHANGHAI)).isEmpty();
        assertThat(natural.due(start, Duration.ofSeconds(60), open, SHANGHAI))
                .as("used up as it began")
                .contains(start.plusSeconds(60));
        assertThat(natural.used(start, start.plusSeconds(600), open, SHANGHAI)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void whereNoDayCountsNothingIsEverDue() {
        List<CalendarYear> off = new ArrayList<>();
        for (int year = 2026; year < 2040; year++) {
            off.add(CalendarsTest.allOff(year));
        }
        WorkCalendar never = new WorkCalendar("never", false, List.of(Hours.ALL), new Holidays(off));
        assertThat(never.due(at("2026-11-23T10:00", SHANGHAI), Duration.ofSeconds(1), List.of(), SHANGHAI))
                .isEmpty();
    }

    @Test
    void naturalWithoutPausesIsPlus() {
        eachCase(20261123L, (random, calendar, zone) -> {
            Instant start = instant(random);
            Duration limit = limit(random);
            WorkCalendar natural = calendars.named("natural");
            assertThat(natural.due(start, limit, List.of(), zone)).contains(start.plus(limit));
            Instant until = start.plus(limit(random));
            assertThat(natural.used(start, until, List.of(), zone)).isEqualTo(Duration.between(start, until));
            List<Pause> pauses = pauses(random, start, false);
            assertThat(natural.used(start, until, pauses, zone)).isEqualTo(Pause.elapsed(start, until, pauses));
        });
    }

    @Test
    void whatIsUsedUntilItIsDueIsTheLimitAndNoMomentSooner() {
        eachCase(1L, (random, calendar, zone) -> {
            Instant start = instant(random);
            Duration limit = limit(random);
            List<Pause> pauses = pauses(random, start, false);
            Instant due = calendar.due(start, limit, pauses, zone).orElseThrow();
            assertThat(calendar.used(start, due, pauses, zone)).isEqualTo(limit);
            assertThat(calendar.used(start, due.minusMillis(1), pauses, zone)).isLessThan(limit);
        });
    }

    @Test
    void whatIsDueAfterTheTimeUsedIsNotAfterNow() {
        eachCase(2L, (random, calendar, zone) -> {
            Instant start = instant(random);
            Instant now = start.plus(limit(random));
            List<Pause> pauses = pauses(random, start, random.nextInt(4) == 0);
            Duration used = calendar.used(start, now, pauses, zone);
            Optional<Instant> due = calendar.due(start, used, pauses, zone);
            assertThat(due).hasValueSatisfying(at -> assertThat(at).isBeforeOrEqualTo(now));
        });
    }

    @Test
    void usedAddsUp() {
        eachCase(3L, (random, calendar, zone) -> {
            Instant a = instant(random);
            Instant b = a.plus(limit(random));
            Instant c = b.plus(limit(random));
            List<Pause> pauses = pauses(random, a, random.nextInt(4) == 0);
            assertThat(calendar.used(a, b, pauses, zone).plus(calendar.used(b, c, pauses, zone)))
                    .isEqualTo(calendar.used(a, c, pauses, zone));
        });
    }

    @Test
    void anotherPauseNeverMakesItDueEarlier() {
        eachCase(4L, (random, calendar, zone) -> {
            Instant start = instant(random);
            Duration limit = limit(random);
            List<Pause> pauses = pauses(random, start, false);
            List<Pause> more = new ArrayList<>(pauses);
            more.addAll(pauses(random, start, random.nextInt(4) == 0));
            Instant before = calendar.due(start, limit, pauses, zone).orElseThrow();
            calendar.due(start, limit, more, zone)
                    .ifPresent(after -> assertThat(after).isAfterOrEqualTo(before));
        });
    }

    @Test
    void aPauseWhileNothingCountsChangesNothing() {
        WorkCalendar work = calendars.named("work-hours");
        eachCase(5L, (random, calendar, zone) -> {
            Instant start = instant(random);
            Duration limit = limit(random);
            Instant due = work.due(start, limit, List.of(), zone).orElseThrow();
            LocalDateTime noon = LocalDateTime.ofInstant(start, zone)
                    .toLocalDate()
                    .plusDays(random.nextInt(5))
                    .atTime(12, 0);
            int from = random.nextInt(119);
            Pause pause = new Pause(
                    noon.plusMinutes(from).atZone(zone).toInstant(),
                    noon.plusMinutes(from + 1L + random.nextInt(120 - from))
                            .atZone(zone)
                            .toInstant());
            assertThat(work.due(start, limit, List.of(pause), zone)).contains(due);
        });
    }

    private interface Case {
        void check(Random random, WorkCalendar calendar, ZoneId zone);
    }

    private void eachCase(long seed, Case each) {
        List<WorkCalendar> all = List.copyOf(calendars.all());
        for (int i = 0; i < CASES; i++) {
            Random random = new Random(seed * 1_000_003 + i);
            WorkCalendar calendar = all.get(random.nextInt(all.size()));
            ZoneId zone = ZONES.get(random.nextInt(ZONES.size()));
            try {
                each.check(random, calendar, zone);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " case " + i + ", " + calendar.name() + " in " + zone, e);
            }
        }
    }

    /** In 2026 or 2027, near a change of the clocks one time in three. */
    private static Instant instant(Random random) {
        List<String> changes = List.of(
                "2026-03-29T00:00:00Z",
                "2026-10-24T23:00:00Z",
                "2026-04-05T02:00:00Z",
                "2026-09-06T03:00:00Z",
                "2026-10-03T14:00:00Z",
                "2026-12-31T15:00:00Z");
        if (random.nextInt(3) == 0) {
            return Instant.parse(changes.get(random.nextInt(changes.size())))
                    .plusMillis(random.nextLong(-86_400_000L, 86_400_000L));
        }
        return Instant.parse("2026-01-01T00:00:00Z")
                .plusMillis(random.nextLong(Duration.ofDays(600).toMillis()));
    }

    private static Duration limit(Random random) {
        long most = random.nextBoolean() ? 3_600_000L : Duration.ofDays(20).toMillis();
        return Duration.ofMillis(1 + random.nextLong(most));
    }

    private static List<Pause> pauses(Random random, Instant start, boolean open) {
        List<Pause> pauses = new ArrayList<>();
        int count = random.nextInt(4);
        for (int i = 0; i < count; i++) {
            Instant from = start.plusMillis(
                    random.nextLong(-3_600_000L, Duration.ofDays(3).toMillis()));
            pauses.add(new Pause(
                    from, from.plusMillis(random.nextLong(Duration.ofDays(2).toMillis()))));
        }
        if (open) {
            pauses.add(new Pause(
                    start.plusMillis(random.nextLong(Duration.ofDays(3).toMillis())), null));
        }
        return pauses;
    }

    private static Hours hours(String from, String to) {
        return new Hours(java.time.LocalTime.parse(from), java.time.LocalTime.parse(to));
    }

    private static String due(WorkCalendar calendar, String from, Duration limit) {
        return calendar.due(at(from, SHANGHAI), limit, List.of(), SHANGHAI)
                .map(due -> LocalDateTime.ofInstant(due, SHANGHAI).toString())
                .orElse("never");
    }

    private static Instant at(String local, ZoneId zone) {
        return LocalDateTime.parse(local).atZone(zone).toInstant();
    }
}
