package io.kerbwatch.server.dust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.samples.dust.DustMonitor;
import io.kerbwatch.samples.dust.DustSender;
import io.kerbwatch.samples.dust.DustStory;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From what a monitor measures to a swept road. */
class DustOrderTest {
    private final TestServer kerbwatch =
            TestServer.start(settings -> settings.with(Settings.DUST_LISTEN, "127.0.0.1:0"));
    private UUID road = new UUID(0, 0);

    @BeforeEach
    void begin() {
        road = TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"South Road\",\"kind\":\"road\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(201));
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void dustFilesASweepingAndASprinklingOrderAndTheReadingsCloseThem() {
        rule("\"raiseAt\":150,\"clearAt\":120");
        Monitor monitor = monitor("gate", "");
        member("Sun", "sweeping", "sweeper");
        member("Qi", "sprinkling", "sprinkler");
        member("On foot", "sweeping", "on-foot");

        monitor.minutes(5, 100, 18.0);
        assertThat(orders()).isEmpty();
        monitor.minutes(5, 210, 18.0);

        List<JsonNode> orders = orders();
        assertThat(orders).extracting(order -> order.get("class").asText()).containsOnly("sweeping", "sprinkling");
        JsonNode sweeping = of(orders, "sweeping");
        assertThat(sweeping.at("/receiver/name").asText()).isEqualTo("Sun");
        assertThat(of(orders, "sprinkling").at("/receiver/name").asText()).isEqualTo("Qi");
        assertThat(sweeping.get("note").asText())
                .matches("pm10 \\d+ ug/m3 over 5 min; raised over 150, cleared under 120 \\(PM10\\)");
        assertThat(sweeping.at("/incidents/0/deviceName").asText()).isEqualTo("gate");
        assertThat(sweeping.at("/incidents/0/value").asDouble()).isBetween(150.0, 211.0);
        assertThat(of(orders, "sprinkling").at("/incidents/0/id"))
                .as("one incident, two orders")
                .isEqualTo(sweeping.at("/incidents/0/id"));
        assertThat(kerbwatch
                        .order(TestServer.id(sweeping))
                        .at("/assignments/0/candidates")
                        .toString())
                .contains("lacks-vehicle");

        work(sweeping);
        monitor.minutes(4, 60, 18.0);
        assertThat(state(sweeping)).as("not a whole window since it was done").isEqualTo("verifying");
        monitor.minutes(2, 60, 18.0);

        JsonNode closed = kerbwatch.order(TestServer.id(sweeping));
        assertThat(closed.get("state").asText()).isEqualTo("closed");
        assertThat(closed.get("closedBy").asText()).isEqualTo("device");
        assertThat(closed.at("/incidents/0/state").asText()).isEqualTo("cleared");
        assertThat(state(of(orders, "sprinkling")))
                .as("the dust has gone before anybody was there")
                .isEqualTo("self-cleared");
    }

    @Test
    void workThatDidNotHelpComesBackWhenItsTimeIsOver() {
        rule("\"raiseAt\":150,\"clearAt\":120,\"classes\":[\"sweeping\"]");
        Monitor monitor = monitor("gate", "");
        member("Sun", "sweeping", "sweeper");
        monitor.minutes(5, 300, 18.0);
        JsonNode order = orders().get(0);
        work(order);
        monitor.minutes(91, 300, 18.0);

        JsonNode again = kerbwatch.order(TestServer.id(order));
        assertThat(again.get("round").asInt()).isEqualTo(2);
        assertThat(again.get("history").findValuesAsText("event")).contains("still-dirty");
    }

    @Test
    void whatIsNotKnownRaisesNothingEndsNothingAndVerifiesNothing() {
        rule("\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        Monitor monitor = monitor("gate", "");
        member("Sun", "sweeping", "sweeper");
        monitor.told(List.of(0, 2), 900, 18.0);
        monitor.pass(5);
        assertThat(orders()).as("two minutes of five").isEmpty();
        assertThat(standing(monitor).get("state").asText()).isEqualTo("unknown");

        monitor.minutes(5, 300, 18.0);
        JsonNode order = orders().get(0);
        work(order);
        monitor.pass(30);
        assertThat(state(order)).as("silence is not clean air").isEqualTo("verifying");
        assertThat(standing(monitor).get("alarm").asBoolean()).isTrue();
        assertThat(device(monitor).get("health").asText()).isEqualTo("silent");
        kerbwatch.clock.advance(Duration.ofMinutes(62));
        await().atMost(Duration.ofSeconds(20)).until(() -> state(order).equals("human-check"));
    }

    @Test
    void aStuckMonitorAndOneThatIsBeingCalibratedAlarmNobody() {
        rule("\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        Monitor stuck = monitor("stuck", "");
        for (int i = 0; i < 70; i++) {
            stuck.send(kerbwatch.clock.instant(), 140, 18.0);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
        look();
        assertThat(device(stuck).get("health").asText()).isEqualTo("faulty");
        assertThat(device(stuck).get("healthReason").asText()).isEqualTo("pm10 is stuck at 140.0");
        assertThat(standing(stuck).get("state").asText()).isEqualTo("unknown");
        Monitor wild = monitor("wild", "");
        wild.minutes(5, 99_999, 18.0);
        assertThat(device(wild).get("healthReason").asText()).isEqualTo("pm10 is marked as out-of-range");
        assertThat(orders()).isEmpty();
    }

    @Test
    void noRoadIsSprinkledInFrostOrRainOrWhenNobodyKnows() {
        rule("\"raiseAt\":150");
        Monitor cold = monitor("cold", "");
        cold.minutes(5, 300, 3.9);
        assertThat(orders()).hasSize(1);
        assertThat(orders().get(0).get("class").asText()).isEqualTo("sweeping");
        assertThat(orders().get(0).get("note").asText()).contains("no sprinkling: 3.9 degrees");

        UUID other = road("East Road");
        kerbwatch.api.put("/api/v1/dust/rain", "{\"raining\":true}").expect(200);
        Monitor wet = monitor(other, "wet", "");
        wet.minutes(5, 300, 20.0);
        assertThat(kerbwatch.orders()).hasSize(2);
        assertThat(kerbwatch.orders().toString()).contains("no sprinkling: it rains, says test admin");
        kerbwatch.api.put("/api/v1/dust/rain", "{\"raining\":false}").expect(200);

        Monitor warm = monitor(road("West Road"), "warm", "");
        warm.minutes(5, 300, 20.0);
        assertThat(kerbwatch.orders().toString()).contains("\"class\":\"sprinkling\"");
    }

    @Test
    void aLimitAboveTheBackgroundAndAllowedExceedances() {
        rule("\"raiseAt\":80,\"aboveBackground\":true,\"allowed\":1,\"classes\":[\"sweeping\"]");
        Monitor road = monitor("road", "");
        Monitor park = monitor("park", "\"background\":true");
        for (int i = 0; i < 5; i++) {
            road.send(kerbwatch.clock.instant(), 190, 18.0);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
        look();
        assertThat(standing(road).get("reason").asText()).isEqualTo("no background monitor tells of pm10");

        both(road, 190, park, 120);
        assertThat(standing(road).get("value").asDouble()).isEqualTo(70);
        assertThat(orders()).isEmpty();
        both(road, 220, park, 120);
        assertThat(standing(road).get("exceeded").asInt()).isEqualTo(1);
        assertThat(orders()).as("one a day is allowed").isEmpty();
        both(road, 220, park, 120);
        assertThat(orders()).hasSize(1);
        assertThat(orders().get(0).get("note").asText()).contains("pm10 100 ug/m3 above background");
    }

    @Test
    void whatComesLateOrTwiceCorrectsTheSumsOnce() {
        Monitor monitor = monitor("gate", "");
        Instant first = kerbwatch.clock.instant();
        monitor.send(first.plusSeconds(60), 100, 18.0);
        monitor.send(first.plusSeconds(61), 200, 18.0);
        monitor.send(first.plusSeconds(60), 100, 18.0);
        monitor.send(first, 50, 18.0);
        kerbwatch.clock.advance(Duration.ofMinutes(5));
        JsonNode minutes = kerbwatch
                .api
                .get("/api/v1/devices/" + monitor.id + "/readings?factor=pm10")
                .expect(200)
                .get("items");
        assertThat(minutes).hasSize(2);
        assertThat(minutes.at("/0/mean").asDouble()).isEqualTo(50);
        assertThat(minutes.at("/1/mean").asDouble()).isEqualTo(150);
        assertThat(minutes.at("/1/count").asInt()).isEqualTo(2);
        JsonNode hours = kerbwatch
                .api
                .get("/api/v1/devices/" + monitor.id + "/readings?factor=pm10&by=hour")
                .expect(200)
                .get("items");
        int count = 0;
        for (JsonNode hour : hours) {
            count += hour.get("count").asInt();
        }
        assertThat(count).isEqualTo(3);
    }

    @Test
    void monitorsThatSpeakHj212AreKeptAndStrangersReviewed() throws Exception {
        rule("\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        String body = "{\"site\":\"" + road + "\",\"kind\":\"dust-monitor\",\"link\":\"hj212\",\"name\":\"site gate\","
                + "\"setup\":{\"mn\":\"KW0001\",\"unit\":\"mg\"},\"password\":\"123456\"}";
        UUID device = UUID.fromString(kerbwatch
                .api
                .post("/api/v1/devices", body)
                .expect(201)
                .at("/device/id")
                .asText());
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/devices", body.replace("site gate", "other gate"))
                        .problem(409))
                .isEqualTo("identity-taken");
        int port = kerbwatch.server.dustPort().orElseThrow();
        List<DustMonitor> monitors = List.of(
                new DustMonitor("KW0001", "123456", DustStory.CALM_DAY, 0.001),
                new DustMonitor("STRANGER", "123456", DustStory.CALM_DAY, 0.001));
        try (DustSender sender = DustSender.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                monitors,
                1,
                kerbwatch.clock.instant(),
                60)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                kerbwatch.clock.advance(Duration.ofSeconds(30));
                return sender.stored() >= 3 && sender.refused() >= 1;
            });
        }
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/devices/" + device)
                        .expect(200)
                        .get("health")
                        .asText())
                .isNotEqualTo("waiting");
        JsonNode readings = kerbwatch
                .api
                .get("/api/v1/devices/" + device
                        + "/readings?factor=pm10&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")
                .expect(200)
                .get("items");
        assertThat(readings.size()).isPositive();
        assertThat(readings.at("/0/mean").asDouble()).isBetween(5.0, 400.0);
        JsonNode refused = kerbwatch.api.get("/api/v1/dust/refused").expect(200).get("items");
        assertThat(refused.at("/0/mn").asText()).isEqualTo("STRANGER");
        assertThat(refused.at("/0/reason").asText()).isEqualTo("unregistered");
        assertThat(refused.toString()).doesNotContain("123456");
    }

    @Test
    void aTokenReportsForItsDeviceAndNothingElse() {
        Monitor monitor = monitor("gate", "");
        assertThat(monitor.api.get("/api/v1/sites").problem(403)).isEqualTo("forbidden");
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/readings", "{\"readings\":[{\"at\":\"2026-03-01T00:00:00Z\",\"pm10\":1}]}")
                        .problem(403))
                .isEqualTo("forbidden");
        String ahead = "{\"readings\":[{\"at\":\"" + kerbwatch.clock.instant().plusSeconds(3600) + "\",\"pm10\":1}]}";
        assertThat(monitor.api.post("/api/v1/readings", ahead).problem(400)).isEqualTo("invalid-request");
        String fresh = kerbwatch
                .api
                .post("/api/v1/devices/" + monitor.id + "/token", "")
                .expect(200)
                .get("secret")
                .asText();
        assertThat(monitor.api.post("/api/v1/readings", ahead).status()).isEqualTo(401);
        assertThat(new Api(kerbwatch.server.url(), fresh)
                        .post("/api/v1/readings", ahead)
                        .status())
                .isEqualTo(400);
        assertThat(kerbwatch.api.delete("/api/v1/sites/" + road).problem(409)).isEqualTo("site-in-use");
        kerbwatch.api.delete("/api/v1/devices/" + monitor.id).expect(204);
        assertThat(kerbwatch.api.delete("/api/v1/sites/" + road).status()).isEqualTo(204);
    }

    @Test
    void removingAMonitorWithdrawsWhatItRaised() {
        rule("\"raiseAt\":150,\"classes\":[\"sweeping\"]");
        Monitor monitor = monitor("gate", "");
        monitor.minutes(5, 300, 18.0);
        JsonNode order = orders().get(0);
        kerbwatch.api.delete("/api/v1/devices/" + monitor.id).expect(204);
        assertThat(state(order)).isEqualTo("cancelled");
    }

    private void both(Monitor one, double here, Monitor other, double there) {
        for (int i = 0; i < 5; i++) {
            one.send(kerbwatch.clock.instant(), here + i - 2, 18.0);
            other.send(kerbwatch.clock.instant(), there + i - 2, 18.0);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
        look();
    }

    private void look() {
        kerbwatch.clock.advance(Duration.ofSeconds(31));
        kerbwatch.lookAtDevices();
        kerbwatch.clock.advance(Duration.ofSeconds(29));
    }

    private void rule(String limits) {
        kerbwatch
                .api
                .post("/api/v1/dust/rules", "{\"name\":\"PM10\",\"factor\":\"pm10\",\"minutes\":5," + limits + "}")
                .expect(201);
    }

    private UUID road(String name) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"" + name + "\",\"kind\":\"road\"}")
                .expect(201));
    }

    private Monitor monitor(String name, String setup) {
        return monitor(road, name, setup);
    }

    private Monitor monitor(UUID site, String name, String setup) {
        JsonNode made = kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{\"site\":\"" + site + "\",\"kind\":\"dust-monitor\",\"link\":\"http\",\"name\":\"" + name
                                + "\",\"setup\":{" + setup + "}}")
                .expect(201);
        return new Monitor(
                UUID.fromString(made.at("/device/id").asText()),
                new Api(kerbwatch.server.url(), made.get("secret").asText()));
    }

    private void member(String name, String skill, String vehicle) {
        kerbwatch
                .api
                .post(
                        "/api/v1/crews",
                        "{\"name\":\"" + name + "\",\"vehicle\":\"" + vehicle + "\",\"skills\":[{\"name\":\"" + skill
                                + "\"}]}")
                .expect(201);
    }

    /** Whoever has it goes there and says that it is done. */
    private void work(JsonNode order) {
        UUID member = UUID.fromString(order.at("/receiver/id").asText());
        Phone phone = Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
        UUID id = TestServer.id(order);
        phone.move(id, "arrive").expect(200);
        phone.move(id, "done").expect(200);
    }

    private List<JsonNode> orders() {
        List<JsonNode> orders = new ArrayList<>();
        kerbwatch.orders().forEach(orders::add);
        return orders;
    }

    private static JsonNode of(List<JsonNode> orders, String kind) {
        return orders.stream()
                .filter(order -> order.get("class").asText().equals(kind))
                .findFirst()
                .orElseThrow();
    }

    private String state(JsonNode order) {
        return kerbwatch.order(TestServer.id(order)).get("state").asText();
    }

    private JsonNode standing(Monitor monitor) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + monitor.id + "/standings")
                .expect(200)
                .get("items")
                .get(0);
    }

    private JsonNode device(Monitor monitor) {
        return kerbwatch.api.get("/api/v1/devices/" + monitor.id).expect(200);
    }

    /** A monitor that reports over HTTP. */
    private final class Monitor {
        private final UUID id;
        private final Api api;

        Monitor(UUID id, Api api) {
            this.id = id;
            this.api = api;
        }

        /** So many minutes with a value that wavers a little, each looked at when it is over. */
        void minutes(int count, double pm10, double degrees) {
            for (int i = 0; i < count; i++) {
                send(
                        kerbwatch.clock.instant().minusSeconds(60),
                        pm10 + (count < 3 ? 0 : i - (count - 1) / 2.0),
                        degrees);
                look();
            }
        }

        /** In some minutes from now alone, without time passing. */
        void told(List<Integer> minutes, double pm10, double degrees) {
            minutes.forEach(minute -> send(kerbwatch.clock.instant().plusSeconds(60L * minute), pm10, degrees));
        }

        void pass(int minutes) {
            for (int i = 0; i < minutes; i++) {
                look();
            }
        }

        void send(Instant at, double pm10, double degrees) {
            api.post(
                            "/api/v1/readings",
                            String.format(
                                    Locale.ROOT,
                                    "{\"readings\":[{\"at\":\"%s\",\"pm10\":%.1f,\"temperature\":%.1f}]}",
                                    at,
                                    pm10,
                                    degrees))
                    .expect(200);
        }
    }
}
