package io.kerbwatch.server.dust.hj212;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final Device MICROGRAMS = new Device(ZoneId.of("Asia/Shanghai"), ConcentrationUnit.MICROGRAMS);

    private static Reading only(String fields, DataKind kind, Device device) {
        List<Reading> readings = Parameters.parse("DataTime=20261123080000;" + fields, kind, device)
                .readings();
        assertThat(readings).as(fields).hasSize(1);
        return readings.get(0);
    }

    @Test
    void publishedPacketsAreRead() {
        Packet packet = Packet.parse(Samples.PUBLISHED.get(2).substring(6));
        assertThat(packet.mn()).isEqualTo("ZX00001");
        assertThat(packet.st()).isEqualTo("22");
        assertThat(packet.wantsAnswer()).isTrue();
        assertThat(packet.isSplit()).isFalse();
        Parameters parameters = Parameters.parse(packet.parameters(), DataKind.REAL_TIME, MICROGRAMS);
        assertThat(parameters.time()).isEqualTo(Instant.parse("2019-10-18T02:49:00Z"));
        Map<Factor, Double> values = new LinkedHashMap<>();
        parameters
                .readings()
                .forEach(reading -> values.put(reading.factor(), reading.value().orElseThrow()));
        assertThat(values)
                .containsEntry(Factor.PM10, 30.0)
                .containsEntry(Factor.PM25, 25.0)
                .containsEntry(Factor.TSP, 132.0)
                .containsEntry(Factor.TEMPERATURE, 13.5)
                .containsEntry(Factor.HUMIDITY, 43.8)
                .containsEntry(Factor.WIND_DIRECTION, 30.0)
                .containsEntry(Factor.WIND_SPEED, 3.5)
                .containsEntry(Factor.NOISE, 66.8)
                .hasSize(8);
        assertThat(parameters.readings()).allMatch(Reading::usable);
    }

    @Test
    void unitsAreTheDevices() {
        for (var each : Map.of(
                        ConcentrationUnit.MILLIGRAMS, "0.075",
                        ConcentrationUnit.MICROGRAMS, "75",
                        ConcentrationUnit.NANOGRAMS, "75000")
                .entrySet()) {
            Device device = new Device(ZoneId.of("Asia/Shanghai"), each.getKey());
            Reading reading = only("a34004-Rtd=" + each.getValue(), DataKind.REAL_TIME, device);
            assertThat(reading.value().orElseThrow()).isCloseTo(75, within(1e-9));
        }
        Reading warm = only("a01001-Rtd=21.5", DataKind.REAL_TIME, Device.STANDARD);
        assertThat(warm.value()).hasValue(21.5);
    }

    @Test
    void flagsAreQualities() {
        Map<String, Quality> flags = Map.of(
                "N", Quality.OK,
                "F", Quality.STOPPED,
                "M", Quality.MAINTENANCE,
                "S", Quality.MANUAL,
                "D", Quality.FAULT,
                "C", Quality.CALIBRATION,
                "T", Quality.OVER_RANGE,
                "B", Quality.COMMUNICATION_FAULT,
                "Z", Quality.UNKNOWN_FLAG,
                "NN", Quality.UNKNOWN_FLAG);
        flags.forEach((flag, quality) -> {
            Reading reading = only("a34002-Rtd=50,a34002-Flag=" + flag, DataKind.REAL_TIME, MICROGRAMS);
            assertThat(reading.quality()).as(flag).isEqualTo(quality);
            assertThat(reading.usable()).isEqualTo(quality == Quality.OK);
        });
    }

    @Test
    void numbersThatCannotBeAreNotPassedOn() {
        for (String number : List.of("-1", "-99.0", "75600000", "99999999999999999999")) {
            Reading reading = only("a34004-Rtd=" + number + ",a34004-Flag=N", DataKind.REAL_TIME, MICROGRAMS);
            assertThat(reading.quality()).as(number).isEqualTo(Quality.OUT_OF_RANGE);
            assertThat(reading.value()).isEmpty();
        }
        for (String number :
                List.of("", "NaN", "nan", "Infinity", "--", "-", ".", "1e9", "0x10", "5d", "1.2.3", "1 2", "９")) {
            Reading reading = only("a34004-Rtd=" + number + ",a34004-Flag=N", DataKind.REAL_TIME, MICROGRAMS);
            assertThat(reading.quality()).as(number).isEqualTo(Quality.MISSING);
            assertThat(reading.value()).isEmpty();
        }
        assertThat(only("a34004-Flag=D", DataKind.REAL_TIME, MICROGRAMS).quality())
                .isEqualTo(Quality.FAULT);
        assertThat(only("a01001-Rtd=-12.5", DataKind.REAL_TIME, MICROGRAMS).usable())
                .isTrue();
    }

    @Test
    void meansHaveTheirLeastAndMost() {
        Reading reading = only("a34002-Min=10,a34002-Avg=50,a34002-Max=90,a34002-Flag=N", DataKind.HOUR, MICROGRAMS);
        assertThat(reading.least()).hasValue(10);
        assertThat(reading.value()).hasValue(50);
        assertThat(reading.most()).hasValue(90);
        Reading crossed = only("a34002-Min=90,a34002-Avg=50,a34002-Max=10", DataKind.HOUR, MICROGRAMS);
        assertThat(crossed.value()).hasValue(50);
        assertThat(crossed.least()).isEmpty();
        assertThat(crossed.most()).isEmpty();
        // loggers that fill minute data with Rtd
        assertThat(only("a34002-Rtd=7", DataKind.MINUTE, MICROGRAMS).value()).hasValue(7);
    }

    @Test
    void carelessWritingIsUnderstood() {
        Parameters parameters = Parameters.parse(
                "DATATIME=20261123080000;A34004-RTD=1;a34004-Flag=N;;,=;-=;a99999-Rtd=4;Leq-Rtd=60,LA-Rtd=61;Flag=N",
                DataKind.REAL_TIME,
                MICROGRAMS);
        assertThat(parameters.time()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(parameters.readings()).extracting(Reading::factor).containsExactly(Factor.PM25, Factor.NOISE);
        assertThat(parameters.readings().get(1).value()).hasValue(60);
        assertThat(parameters.otherCodes()).containsExactly("a99999");
    }

    @Test
    void timesThatCannotBe() {
        for (String time :
                List.of("", "20261323080000", "20260230080000", "19700101080000", "2026112308000x", "2026112308")) {
            assertThat(Parameters.parse("DataTime=" + time + ";a34004-Rtd=1", DataKind.REAL_TIME, MICROGRAMS)
                            .time())
                    .as(time)
                    .isNull();
        }
        Device london = new Device(ZoneId.of("Europe/London"), ConcentrationUnit.MICROGRAMS);
        assertThat(Parameters.parse("DataTime=20260701120000", DataKind.REAL_TIME, london)
                        .time())
                .isEqualTo(Instant.parse("2026-07-01T11:00:00Z"));
    }

    @Test
    void thePasswordIsStruckOut() {
        Packet packet = Packet.parse("QN=1;ST=39;CN=2011;PW=geheim;MN=KW01;Flag=5;CP=&&&&");
        assertThat(packet.textWithoutPassword()).doesNotContain("geheim").contains("PW=***;MN=KW01");
        assertThat(packet.toString()).doesNotContain("geheim");
    }
}
