package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import io.kerbwatch.server.MessageContract;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.moquette.broker.Server;
import io.moquette.broker.config.MemoryConfig;
import io.moquette.broker.security.IAuthenticator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Endpoints of MQTT: 3.1.1 at another project's broker, 5 at Netty's codec. */
class MqttTest {
    private final TestDispatch world = TestDispatch.start();
    private final TestServer kerbwatch = world.kerbwatch;
    private final List<Heard> heard = new CopyOnWriteArrayList<>();
    private int port;
    private Server broker = new Server();

    private record Heard(String topic, JsonNode body) {}

    @BeforeEach
    void begin() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
    }

    @AfterEach
    void end() {
        broker.stopServer();
        world.close();
    }

    @Test
    void messagesArePublishedToTheirTopics() throws IOException {
        serve();
        Mqtt3BlockingClient listener = listen();
        try {
            UUID endpoint = TestServer.id(made(3, "geheim").get("endpoint"));
            assertThat(world.endpoint(endpoint).get("ping").get("result").asText())
                    .startsWith("PUBACK");
            UUID site = kerbwatch.site("station");
            kerbwatch.tell(kerbwatch.camera(site, "10.0.0.8"), Kind.OVERFLOW, Finding.Type.CONFIRMED);
            TestDispatch.await(() -> heard.size() >= 3);

            assertThat(heard).allSatisfy(each -> assertThat(MessageContract.breaches(each.body()))
                    .isEmpty());
            assertThat(heard.get(0).topic()).isEqualTo("kerbwatch/none/ping");
            Heard filed = heard.stream()
                    .filter(each -> each.topic().equals("kerbwatch/" + site + "/order.filed"))
                    .findFirst()
                    .orElseThrow();
            assertThat(filed.body().get("type").asText()).isEqualTo("order.filed");
            assertThat(filed.body().at("/data/serial").asInt()).isEqualTo(1);
            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
            assertThat(world.deliveries(endpoint, "delivered"))
                    .anySatisfy(line -> assertThat(line.get("message").asText())
                            .isEqualTo(filed.body().get("id").asText()));
        } finally {
            listener.disconnect();
        }
    }

    @Test
    void aBrokerThatIsAwayOrRefusesIsTriedAgain() throws IOException {
        JsonNode created = made(3, "geheim");
        UUID endpoint = TestServer.id(created.get("endpoint"));
        assertThat(created.toString()).doesNotContain("geheim");
        assertThat(created.get("endpoint").get("ping").get("delivered").asBoolean())
                .isFalse();
        assertThat(created.get("endpoint").get("ping").get("result").asText()).isEqualTo("connection refused");
        kerbwatch.tell(kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8"), Kind.LITTER, Finding.Type.CONFIRMED);
        TestDispatch.await(() -> world.waitingAttempts(endpoint, "order.filed") == 1);

        serve();
        JsonNode wrong = made(3, "falsch");
        assertThat(wrong.get("endpoint").get("ping").get("delivered").asBoolean())
                .isFalse();
        kerbwatch.clock.advance(Duration.ofMinutes(3));
        TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
    }

    @Test
    void aBrokerOfVersionFiveSaysWhyItRefusesAndWhetherAnybodyListens() {
        try (FifthBroker fifth = new FifthBroker(port)) {
            UUID endpoint = TestServer.id(made(5, "geheim").get("endpoint"));
            assertThat(world.endpoint(endpoint).get("ping").get("result").asText())
                    .isEqualTo("PUBACK");
            FifthBroker.Published ping = fifth.published.get(0);
            assertThat(ping.topic()).isEqualTo("kerbwatch/none/ping");
            assertThat(ping.qos()).isEqualTo(1);
            assertThat(ping.body().get("id").asText()).startsWith("msg_");
            fifth.reason = 0x10;
            assertThat(ping(endpoint).get("result").asText()).isEqualTo("PUBACK, but nobody has subscribed");
            assertThat(ping(endpoint).get("delivered").asBoolean()).isTrue();
            fifth.reason = (byte) 0x97;
            assertThat(ping(endpoint).get("delivered").asBoolean()).isFalse();
            assertThat(ping(endpoint).get("result").asText()).contains("QUOTA_EXCEEDED");
            assertThat(made(5, "falsch")
                            .get("endpoint")
                            .get("ping")
                            .get("delivered")
                            .asBoolean())
                    .isFalse();
        }
    }

    @Test
    void aBrokerThatNeverAnswersTakesNoLongerThanItsTime() throws IOException {
        try (ServerSocket tarpit = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = tarpit.getLocalPort();
            JsonNode ping = made(5, "x").get("endpoint").get("ping");
            assertThat(ping.get("delivered").asBoolean()).isFalse();
            assertThat(ping.get("milliseconds").asLong()).isLessThan(5_000);
        }
    }

    @Test
    void whereItMayConnectAndWhatItMayPublishToIsChecked() {
        for (String wrong : List.of(
                "\"url\":\"mqtt://10.1.2.3\",\"mqtt\":{\"topic\":\"x\"}",
                "\"url\":\"http://127.0.0.1/\",\"mqtt\":{\"topic\":\"x\"}",
                "\"url\":\"mqtt://u:p@127.0.0.1\",\"mqtt\":{\"topic\":\"x\"}",
                "\"url\":\"mqtt://127.0.0.1\",\"mqtt\":{\"topic\":\"x/#\"}",
                "\"url\":\"mqtt://127.0.0.1\",\"mqtt\":{\"topic\":\"x/{order}\"}",
                "\"url\":\"mqtt://127.0.0.1\"")) {
            assertThat(kerbwatch
                            .api
                            .post("/api/v1/endpoints", "{\"kind\":\"mqtt\",\"name\":\"x\"," + wrong + "}")
                            .problem(400))
                    .as(wrong)
                    .isEqualTo("invalid-request");
        }
    }

    private JsonNode ping(UUID endpoint) {
        return kerbwatch
                .api
                .post("/api/v1/endpoints/" + endpoint + "/ping", "")
                .expect(200)
                .get("ping");
    }

    private JsonNode made(int version, String password) {
        return world.made("{\"kind\":\"mqtt\",\"name\":\"broker\",\"url\":\"mqtt://127.0.0.1:" + port
                + "\",\"mqtt\":{\"topic\":\"kerbwatch/{site}/{type}\",\"version\":" + version
                + ",\"username\":\"kerbwatch\",\"password\":\"" + password + "\"}}");
    }

    private void serve() throws IOException {
        Properties properties = new Properties();
        properties.setProperty("host", "127.0.0.1");
        properties.setProperty("port", Integer.toString(port));
        properties.setProperty("allow_anonymous", "false");
        properties.setProperty("persistence_enabled", "false");
        properties.setProperty("telemetry_enabled", "false");
        IAuthenticator door = (client, name, password) ->
                "kerbwatch".equals(name) && "geheim".equals(new String(password, StandardCharsets.UTF_8));
        broker.startServer(new MemoryConfig(properties), List.of(), null, door, null);
    }

    private Mqtt3BlockingClient listen() {
        Mqtt3BlockingClient client = MqttClient.builder()
                .useMqttVersion3()
                .identifier("listener")
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        client.connectWith()
                .simpleAuth()
                .username("kerbwatch")
                .password("geheim".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .send();
        client.toAsync()
                .subscribeWith()
                .topicFilter("kerbwatch/#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(got -> heard.add(new Heard(
                        got.getTopic().toString(),
                        Json.tree(new String(got.getPayloadAsBytes(), StandardCharsets.UTF_8)))))
                .send()
                .join();
        return client;
    }
}
