package io.kerbwatch.server.dust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.samples.dust.DustStory;
import io.kerbwatch.server.dust.hj212.TestMonitor;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of what monitors say over HJ 212, up to the order or up to none. */
class DustLineTest {
    private static final String HERE = "127.0.0.1";

    private final DustWorld world = new DustWorld();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void reportsFromTheFutureAreKeptForReviewAndNeverCounted() {
        world.rule(5, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        UUID device = world.hj212("KW0001", "");
        try (TestMonitor monitor = world.line("KW0001", HERE)) {
            Instant ahead = world.now().plus(Duration.ofHours(1));
            for (int minute = 0; minute < 5; minute++) {
                assertThat(monitor.moment(ahead.plusSeconds(60L * minute), 0.9 + minute / 1000.0))
                        .contains("CN=9014");
            }
        }
        world.look();
        assertThat(world.device(device).get("health").asText()).isEqualTo("faulty");
        assertThat(world.device(device).get("healthReason").asText())
                .isEqualTo("its clock is ahead by 64 min; nothing of it is used");
        world.kerbwatch.clock.advance(Duration.ofMinutes(65));
        for (int minute = 0; minute < 5; minute++) {
            world.look();
        }
        assertThat(world.minutes(device)).as("nothing in the sums").isEmpty();
        assertThat(world.orders()).isEmpty();
        JsonNode refused =
                world.kerbwatch.api.get("/api/v1/dust/refused").expect(200).get("items");
        assertThat(refused).hasSize(5);
        assertThat(refused.at("/0/reason").asText()).isEqualTo("future");
        assertThat(refused.at("/0/mn").asText()).isEqualTo("KW0001");
        assertThat(refused.at("/0/text").asText()).contains("a34002-Rtd=0.9040").contains("PW=***");
    }

    /** The same hour of earthworks, told by one that is registered and by one that nobody knows. */
    @Test
    void aStrangerFarOverTheLimitIsReviewedAndOrdersNobody() {
        world.rule(5, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        try (TestMonitor stranger = world.line("STRANGER", HERE)) {
            hour(stranger, "CN=9011");
        }
        assertThat(world.orders()).isEmpty();
        assertThat(world.kerbwatch
                        .api
                        .get("/api/v1/dust/refused")
                        .expect(200)
                        .get("items")
                        .findValuesAsText("reason"))
                .hasSize(20)
                .containsOnly("unregistered");
        world.hj212("KW0001", "");
        try (TestMonitor known = world.line("KW0001", HERE)) {
            hour(known, "CN=9014");
        }
        assertThat(world.orders()).as("it would have been enough").hasSize(1);
    }

    private void hour(TestMonitor monitor, String answer) {
        for (int minute = 0; minute < 60; minute++) {
            Instant at = world.now().minusSeconds(60);
            assertThat(monitor.moment(at, DustStory.EARTHWORKS.at(at, 1, "any").pm10() / 1000))
                    .contains(answer);
            world.look();
        }
    }

    @Test
    void twoSendersOfOneMnAreFoundWhereverTheyAre() {
        world.rule(5, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        UUID apart = world.hj212("KW0001", "");
        UUID together = world.hj212("KW0002", "");
        try (TestMonitor one = world.line("KW0001", HERE);
                TestMonitor other = world.line("KW0001", "127.0.0.2");
                TestMonitor left = world.line("KW0002", HERE);
                TestMonitor right = world.line("KW0002", HERE)) {
            for (int minute = 0; minute < 6; minute++) {
                Instant at = world.now().minusSeconds(60);
                one.moment(at, 0.3 + minute / 1000.0);
                other.moment(at.plusSeconds(5), 0.4);
                left.moment(at, 0.3 + minute / 1000.0);
                right.moment(at.plusSeconds(5), 0.4);
                world.look();
            }
        }
        for (UUID device : List.of(apart, together)) {
            assertThat(world.device(device).get("health").asText()).isEqualTo("faulty");
            assertThat(world.device(device).get("healthReason").asText())
                    .isEqualTo("reports come over several lines in turn: two monitors have one MN");
            assertThat(world.standing(device).get("state").asText()).isEqualTo("unknown");
            assertThat(world.standing(device).get("value").isNull()).isTrue();
        }
        assertThat(world.orders()).isEmpty();
    }

    /** While both workers are held up, five reports wait; one of them is of a device whose row is gone. */
    @Test
    void oneReportThatCannotBeStoredIsNotTheOthersTrouble() throws Exception {
        List<TestMonitor> lines = new ArrayList<>();
        List<UUID> devices = new ArrayList<>();
        ExecutorService senders = Executors.newCachedThreadPool();
        try (Connection database = world.database();
                Statement sql = database.createStatement()) {
            for (int i = 0; i < 6; i++) {
                devices.add(world.hj212("KW000" + i, ""));
                lines.add(world.line("KW000" + i, HERE));
                assertThat(lines.get(i).moment(world.now().minusSeconds(120), 0.1))
                        .contains("CN=9014");
            }
            sql.execute("delete from dust_reading where device = '" + devices.get(3) + "'");
            sql.execute("delete from device where id = '" + devices.get(3) + "'");
            database.setAutoCommit(false);
            sql.execute("lock table dust_reading in exclusive mode");
            List<Future<String>> answers = new ArrayList<>();
            for (TestMonitor line : lines) {
                answers.add(senders.submit(() -> line.moment(world.now().minusSeconds(60), 0.1)));
            }
            await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(() -> answers.stream()
                    .noneMatch(Future::isDone));
            database.commit();
            for (int i = 0; i < 6; i++) {
                if (i != 3) {
                    assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).contains("CN=9014");
                    assertThat(world.minutes(devices.get(i))).hasSize(2);
                }
            }
            assertThat(answers.get(3).isDone()).as("it is to be sent again").isFalse();
        } finally {
            lines.forEach(TestMonitor::close);
            senders.shutdownNow();
        }
    }

    @Test
    void oneThatBeginsANewLineForEachReportIsNotTwo() {
        UUID device = world.hj212("KW0001", "");
        try (TestMonitor lost = world.line("KW0001", HERE)) {
            lost.moment(world.now().minusSeconds(60), 0.1);
            for (int minute = 0; minute < 8; minute++) {
                try (TestMonitor again = world.line("KW0001", HERE)) {
                    again.moment(world.now().minusSeconds(60), 0.1 + minute / 1000.0);
                }
                world.look();
            }
        }
        assertThat(world.device(device).get("health").asText()).isEqualTo("ok");
    }

    @Test
    void aMeanOfTenMinutesHoldsForEachOfThem() {
        world.rule(15, "\"raiseAt\":150,\"clearAt\":120,\"classes\":[\"sweeping\"]");
        UUID device = world.hj212("KW0001", ",\"minutes\":10");
        try (TestMonitor monitor = world.line("KW0001", HERE)) {
            means(monitor, 0.300, 0.310);
            assertThat(world.minutes(device)).hasSize(20);
            assertThat(world.orders()).hasSize(1);
            assertThat(world.standing(device).get("alarm").asBoolean()).isTrue();
            for (int minute = 0; minute < 9; minute++) {
                world.look();
                assertThat(world.standing(device).get("state").asText())
                        .as("%d min after the newest mean", minute + 1)
                        .isEqualTo("high");
            }
            means(monitor, 0.050, 0.051);
            assertThat(world.standing(device).get("state").asText()).isEqualTo("low");
            assertThat(world.state(world.orders().get(0))).isEqualTo("self-cleared");
            assertThat(world.device(device).get("health").asText()).isEqualTo("ok");
        }
    }

    /** Each told when its ten minutes are over. */
    private void means(TestMonitor monitor, double... milligrams) {
        for (double mean : milligrams) {
            Instant begin = world.now();
            world.kerbwatch.clock.advance(Duration.ofMinutes(10));
            assertThat(monitor.tell("39", "2051", begin, "a34002-Avg=" + mean + ",a34002-Flag=N"))
                    .contains("CN=9014");
            world.look();
        }
    }

    @Test
    void onlySuchMonitorsHaveMeansOfSeveralMinutes() {
        assertThat(world.kerbwatch
                        .api
                        .post(
                                "/api/v1/devices",
                                "{\"site\":\"" + world.road + "\",\"kind\":\"dust-monitor\",\"link\":\"http\","
                                        + "\"name\":\"x\",\"setup\":{\"minutes\":5}}")
                        .problem(400))
                .isEqualTo("invalid-request");
    }

    @Test
    void whatIsMarkedAsCalibrationRaisesNothing() {
        world.rule(5, "\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        UUID device = world.hj212("KW0001", "");
        try (TestMonitor monitor = world.line("KW0001", HERE)) {
            for (int minute = 0; minute < 6; minute++) {
                monitor.tell("39", "2011", world.now().minusSeconds(60), "a34002-Rtd=0.9" + minute + ",a34002-Flag=C");
                world.look();
            }
        }
        assertThat(world.standing(device).get("state").asText()).isEqualTo("unknown");
        assertThat(world.standing(device).get("reason").asText()).isEqualTo("pm10 is marked as calibration");
        assertThat(world.orders()).isEmpty();
    }

    @Test
    void airMonitorsMinutesAndDaysAreKept() {
        UUID device = world.hj212("KW0001", "");
        try (TestMonitor monitor = world.line("KW0001", HERE)) {
            Instant minute = world.now().minusSeconds(60);
            assertThat(monitor.tell("22", "2011", minute, "a34002-Rtd=0.040,a34002-Flag=N"))
                    .contains("CN=9014");
            assertThat(monitor.tell("22", "2051", minute, "a34002-Avg=0.060,a34002-Flag=N"))
                    .contains("CN=9014");
            assertThat(monitor.tell("39", "2031", world.now().minus(Duration.ofDays(1)), "a34002-Avg=0.900"))
                    .contains("CN=9014");
            assertThat(monitor.tell("32", "2011", minute, "a34002-Rtd=0.040")).contains("CN=9011");
        }
        List<JsonNode> minutes = world.minutes(device);
        assertThat(minutes).as("a day is in no minute").hasSize(1);
        assertThat(minutes.get(0).get("count").asInt()).isEqualTo(2);
        assertThat(minutes.get(0).get("mean").asDouble()).isEqualTo(50);
    }
}
