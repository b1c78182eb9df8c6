package io.kerbwatch.server.calendar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.server.platform.SettableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalendarsTest {
    @TempDir
    private Path data = Path.of("target");

    static CalendarYear allOff(int year) {
        return new CalendarYear(
                year,
                false,
                "a test",
                "",
                List.of(new CalendarYear.Holiday("all", LocalDate.of(year, 1, 1), LocalDate.of(year, 12, 31))),
                List.of());
    }

    @Test
    void thisYearAndTheNextAreShipped() {
        Calendars shipped = Calendars.shipped();
        assertThat(shipped.all())
                .extracting(WorkCalendar::name)
                .containsExactly("natural", "urgent-hours", "work-hours", "work-days");
        List<CalendarYear> years =
                shipped.years().stream().map(Calendars.Known::year).toList();
        assertThat(years).extracting(CalendarYear::year).containsExactly(2026, 2027);
        assertThat(years).extracting(CalendarYear::provisional).containsExactly(false, true);
        Holidays holidays = new Holidays(years);
        long worked = LocalDate.of(2026, 1, 1)
                .datesUntil(LocalDate.of(2027, 1, 1))
                .filter(holidays::worked)
                .count();
        assertThat(worked).as("365 days, 104 of weekends, 13 statutory ones").isEqualTo(365 - 104 - 13);
        assertThat(years.get(0).workingDays())
                .as("weekend days that are worked")
                .allSatisfy(day -> assertThat(day.getDayOfWeek()).isIn(DayOfWeek.SATURDAY, DayOfWeek.SUNDAY));
        assertThat(holidays.worked(LocalDate.of(2030, 10, 1)))
                .as("a Tuesday of a year that nobody told")
                .isTrue();
    }

    @Test
    void aYearInTheDataDirectoryHoldsInsteadAndCalendarsByTheirNames() throws IOException {
        put("2027.json", """
                {"year":2027,"source":"the notice","holidays":[{"name":"National Day","from":"2027-10-01",
                "to":"2027-10-07"}],"workingDays":["2027-10-09"]}""");
        put("calendars.json", """
                {"calendars":[{"name":"urgent-hours","days":"every","hours":[{"from":"05:00","to":"23:00"}]},
                {"name":"mornings","days":"working","hours":[{"from":"06:00","to":"09:30"}]}]}""");

        Calendars loaded = load();

        assertThat(loaded.years())
                .extracting(Calendars.Known::origin)
                .containsExactly("shipped", "DATA/calendar/2027.json");
        assertThat(loaded.all())
                .extracting(WorkCalendar::name)
                .containsExactly("natural", "urgent-hours", "work-hours", "work-days", "mornings");
        assertThat(loaded.named("urgent-hours").hours().get(0).from()).hasToString("05:00");
        assertThat(loaded.named("gone").name()).isEqualTo("natural");
        assertThat(loaded.find("gone")).isEmpty();
    }

    @Test
    void aBadFileSaysWhichWhatAndWhatToDo() throws IOException {
        bad(
                "2026.json",
                "{\"year\":2026,\n\"source\":\"x\",\n\"workingDays\":[\"2026-13-01\"]}",
                "2026-13-01",
                "line: 3");
        bad("2026.json", "{\"year\":2025,\"source\":\"x\"}", "year is 2025");
        bad("2026.json", "{\"year\":2026}", "source is missing");
        bad("2026.json", "{\"year\":2026,\"source\":\"x\",\"holidys\":[]}", "holidys");
        bad("2026.json", "{\"year\":2026,\"source\":\"x\",\"workingDays\":[\"2027-01-01\"]}", "workingDays[0]");
        bad(
                "2026.json",
                "{\"year\":2026,\"source\":\"x\",\"holidays\":[{\"name\":\"a\",\"from\":\"2026-05-03\",\"to\":"
                        + "\"2026-05-01\"}]}",
                "holidays[0]",
                "before it begins");
        bad("2026.json", "{\"year\":2026,\"provisional\":true,\"source\":\"x\"}", "note is missing");
        bad("2026.json", "not JSON", "JSON");
        bad("next.json", "{}", "its name");
        bad("calendars.json", "{\"calendars\":[{\"name\":\"a\",\"days\":\"some\",\"hours\":[]}]}", "'some'");
        bad(
                "calendars.json",
                "{\"calendars\":[{\"name\":\"a\",\"days\":\"every\",\"hours\":[{\"from\":\"22:00\",\"to\":\"06:00\"}]}]}",
                "over midnight");
        bad(
                "calendars.json",
                "{\"calendars\":[{\"name\":\"natural\",\"days\":\"working\",\"hours\":[{\"from\":\"00:00\",\"to\":"
                        + "\"00:00\"}]}]}",
                "'natural'");
        assertThat(load().years()).hasSize(2);
    }

    private void bad(String name, String text, String... said) throws IOException {
        Path file = put(name, text);
        assertThatThrownBy(this::load)
                .isInstanceOf(Calendars.Unusable.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("correct it, or take it out of the folder")
                .satisfies(error -> {
                    for (String each : said) {
                        assertThat(error).hasMessageContaining(each);
                    }
                });
        Files.delete(file);
    }

    private Path put(String name, String text) throws IOException {
        Path folder = Files.createDirectories(data.resolve("calendar"));
        return Files.writeString(folder.resolve(name), text);
    }

    private Calendars load() throws IOException {
        return Calendars.load(data, new SettableClock());
    }
}
