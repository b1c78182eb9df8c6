package io.kerbwatch.samples.dust;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DustStoryTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 23);

    private static Instant at(int hour, int minute) {
        return DAY.atTime(LocalTime.of(hour, minute)).atZone(DustStory.ZONE).toInstant();
    }

    private static double pm10(DustStory story, int fromHour, int toHour) {
        double sum = 0;
        int minutes = 0;
        for (int minute = fromHour * 60; minute < toHour * 60; minute++) {
            sum += story.at(at(minute / 60, minute % 60), 1, "KW01").pm10();
            minutes++;
        }
        return sum / minutes;
    }

    @Test
    void everyMinuteCanBe() {
        for (DustStory story : DustStory.values()) {
            for (int minute = 0; minute < 1440; minute++) {
                for (long seed = 0; seed < 5; seed++) {
                    DustStory.Minute told = story.at(at(minute / 60, minute % 60), seed, "KW" + seed);
                    assertThat(told.pm25()).isBetween(1.0, 150.0);
                    assertThat(told.pm10()).isBetween(3.0, 600.0);
                    assertThat(told.tsp()).isGreaterThan(told.pm10());
                    assertThat(told.humidity()).isBetween(20.0, 100.0);
                    assertThat(told.windSpeed()).isBetween(0.0, 10.0);
                    assertThat(told.windDirection()).isBetween(0.0, 360.0);
                    assertThat(told.noise()).isBetween(30.0, 100.0);
                }
            }
        }
    }

    @Test
    void aSeedTellsTheSameDayAndAnotherSeedAnother() {
        Instant noon = at(12, 0);
        DustStory.Minute told = DustStory.CALM_DAY.at(noon, 7, "KW01");
        assertThat(DustStory.valueOf("CALM_DAY").at(noon, 7, "KW01")).isEqualTo(told);
        assertThat(DustStory.CALM_DAY.at(noon, 8, "KW01")).isNotEqualTo(told);
        assertThat(DustStory.CALM_DAY.at(noon, 7, "KW02")).isNotEqualTo(told);
    }

    @Test
    void aCalmDayStaysLow() {
        for (int hour = 0; hour < 24; hour++) {
            assertThat(pm10(DustStory.CALM_DAY, hour, hour + 1)).isBetween(20.0, 90.0);
        }
    }

    @Test
    void noonIsDustyWhereEarthIsMoved() {
        assertThat(pm10(DustStory.CONSTRUCTION_NOON, 12, 13)).isGreaterThan(300);
        assertThat(pm10(DustStory.CONSTRUCTION_NOON, 9, 11)).isLessThan(90);
        assertThat(pm10(DustStory.CONSTRUCTION_NOON, 14, 16)).isLessThan(90);
    }

    @Test
    void aStuckSensorTellsOneNumberFromTenOn() {
        Set<Double> before = new HashSet<>();
        Set<Double> after = new HashSet<>();
        for (int minute = 0; minute < 60; minute++) {
            before.add(DustStory.STUCK_SENSOR.at(at(9, minute), 1, "KW01").pm10());
            after.add(DustStory.STUCK_SENSOR.at(at(15, minute), 1, "KW01").pm10());
        }
        assertThat(before).hasSizeGreaterThan(50);
        assertThat(after).hasSize(1);
    }

    @Test
    void theLostLineIsDownInTheMorning() {
        assertThat(DustStory.LOST_LINK.isOnLine(at(8, 59))).isTrue();
        assertThat(DustStory.LOST_LINK.isOnLine(at(9, 0))).isFalse();
        assertThat(DustStory.LOST_LINK.isOnLine(at(10, 29))).isFalse();
        assertThat(DustStory.LOST_LINK.isOnLine(at(10, 30))).isTrue();
        assertThat(DustStory.CALM_DAY.isOnLine(at(9, 30))).isTrue();
    }
}
