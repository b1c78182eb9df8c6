package io.kerbwatch.server.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices that report over a real broker, which goes and comes back. */
class MqttLinkTest {
    private static final Duration SOON = Duration.ofSeconds(40);
    private int port;
    private Server broker = new Server();
    private Settings settings = Settings.defaults();
    private TestServer kerbwatch = begin();

    private TestServer begin() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        settings = TestServer.settings(
                all -> all.with(Settings.MQTT_URL, "mqtt://127.0.0.1:" + port).with(Settings.MQTT_CLIENT_ID, "kerb"));
        return TestServer.over(settings);
    }

    @BeforeEach
    void serve() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("host", "127.0.0.1");
        properties.setProperty("port", Integer.toString(port));
        properties.setProperty("allow_anonymous", "true");
        properties.setProperty("persistence_enabled", "false");
        properties.setProperty("telemetry_enabled", "false");
        broker = new Server();
        broker.startServer(new MemoryConfig(properties));
    }

    @AfterEach
    void stop() {
        kerbwatch.close();
        broker.stopServer();
    }

    @Test
    void monitorsAndCountersReportAndWhatCannotBeIsRefused() {
        UUID road = site("road");
        JsonNode monitor = device(road, "dust-monitor", "{}");
        UUID toilet = site("public-toilet");
        JsonNode counter = device(toilet, "people-counter", "{\"counts\":\"interval\"}");
        publishUntilHeard(monitor, 40);
        String at = kerbwatch.clock.instant().toString();
        publish(
                "x/counts",
                "{\"token\":\"%s\",\"counts\":[{\"at\":\"%s\",\"in\":7,\"out\":2}]}"
                        .formatted(counter.get("secret").asText(), at));
        await().atMost(SOON)
                .until(() -> kerbwatch
                                .api
                                .get("/api/v1/sites/" + toilet + "/flow")
                                .expect(200)
                                .get("today")
                                .asInt()
                        == 7);
        String secret = monitor.get("secret").asText();
        String counting = counter.get("secret").asText();
        int before = readings(monitor);
        int heard = minutes(monitor);
        // Each of its own time, so that none is taken for one that was there.
        publish("x/readings", "{\"token\":\"nobody's\"," + reading(1, "60") + "}");
        publish("x/readings", "{" + reading(2, "60") + "}");
        publish("x/readings", "{\"token\":\"" + counting + "\"," + reading(3, "60") + "}");
        publish("x/counts", "{\"token\":\"" + secret + "\"," + reading(4, "60") + "}");
        publish("x/readings", "{\"token\":\"" + secret + "\"," + reading(5, "NaN") + "}");
        publish("x/readings", "{\"token\":\"" + secret + "\"," + reading(6, "1e999") + "}");
        publish("x/readings", "{\"token\":\"" + secret + "\"," + reading(7, "-1e300") + "}");
        publish("x/readings", "{\"token\":\"" + secret + "\"," + reading(8, "\"60\"") + "}");
        publish(
                "x/readings",
                "{\"token\":\"" + secret + "\"," + reading(-100_000, "60").replace("T", " ") + "}");
        publish("x/readings", "{\"token\":\"" + secret + "\",\"readings\":[{\"at\":\"yesterday\",\"pm10\":1}]}");
        publish("x/readings", "\u0000\u0001");
        publish("x/elsewhere", "{\"token\":\"" + secret + "\"," + reading(9, "60") + "}");
        // One connection brings them in order: after all of these comes one that is right.
        publish("x/readings", "{\"token\":\"" + secret + "\"," + reading(60, "61") + "}");
        await().atMost(SOON).until(() -> minutes(monitor) > heard);
        await().during(Duration.ofMillis(700)).atMost(SOON).until(() -> readings(monitor) == before + 1);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/sites/" + toilet + "/flow")
                        .expect(200)
                        .get("today")
                        .asInt())
                .isEqualTo(7);
    }

    /** A reading so many minutes ago. */
    private String reading(int minutesAgo, String pm10) {
        return "\"readings\":[{\"at\":\"" + kerbwatch.clock.instant().minusSeconds(60L * minutesAgo) + "\",\"pm10\":"
                + pm10 + "}]";
    }

    private int minutes(JsonNode monitor) {
        return sums(monitor).size();
    }

    @Test
    void aBrokerThatGoesAndComesBackIsHeardAgain() throws IOException {
        JsonNode monitor = device(site("road"), "dust-monitor", "{}");
        publishUntilHeard(monitor, 40);
        broker.stopServer();
        assertThat(kerbwatch.api.get("/health/ready").status()).isEqualTo(200);
        serve();
        publishUntilHeard(monitor, 41);
    }

    @Test
    void whatIsPublishedWhileTheServerIsAwayComesLater() {
        JsonNode monitor = device(site("road"), "dust-monitor", "{}");
        publishUntilHeard(monitor, 40);
        int before = readings(monitor);
        String at = kerbwatch.clock.instant().plusSeconds(3).toString();
        kerbwatch.close();
        publish(
                "x/readings",
                "{\"token\":\"%s\",\"readings\":[{\"at\":\"%s\",\"pm10\":77}]}"
                        .formatted(monitor.get("secret").asText(), at));
        kerbwatch = TestServer.over(settings);
        await().atMost(SOON).until(() -> readings(monitor) == before + 1);
    }

    /** How often the minute was reported. */
    private int readings(JsonNode monitor) {
        int count = 0;
        for (JsonNode sum : sums(monitor)) {
            count += sum.get("count").asInt();
        }
        return count;
    }

    private JsonNode sums(JsonNode monitor) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + monitor.at("/device/id").asText()
                        + "/readings?factor=pm10&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")
                .expect(200)
                .get("items");
    }

    /** The subscription stands once one of these has come. */
    private void publishUntilHeard(JsonNode monitor, int value) {
        int before = readings(monitor);
        await().atMost(SOON).pollInterval(Duration.ofMillis(300)).until(() -> {
            kerbwatch.clock.advance(Duration.ofSeconds(10));
            publish(
                    "x/readings",
                    "{\"token\":\"%s\",\"readings\":[{\"at\":\"%s\",\"pm10\":%d}]}"
                            .formatted(monitor.get("secret").asText(), kerbwatch.clock.instant(), value));
            return readings(monitor) > before;
        });
        // Those that are still under way come before the test goes on.
        await().during(Duration.ofMillis(700)).atMost(SOON).until(() -> readings(monitor), count -> count > before);
    }

    private void publish(String below, String payload) {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .identifier("device" + UUID.randomUUID().toString().substring(0, 8))
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        client.connect();
        client.publishWith()
                .topic("kerbwatch/devices/" + below)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
        client.disconnect();
    }

    private UUID site(String kind) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"a " + kind + "\",\"kind\":\"" + kind + "\"}")
                .expect(201));
    }

    private JsonNode device(UUID site, String kind, String setup) {
        return kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{\"site\":\"%s\",\"kind\":\"%s\",\"link\":\"mqtt\",\"name\":\"one\",\"setup\":%s}"
                                .formatted(site, kind, setup))
                .expect(201);
    }
}
