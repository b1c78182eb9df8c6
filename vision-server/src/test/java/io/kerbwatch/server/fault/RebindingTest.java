package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.fault.RawConsumer.Answer;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** A receiver's name that says today this and tomorrow that, in front of a server that may go to one address only. */
class RebindingTest {
    private static final String NAME = "dispatch.example";
    private static final String ALLOWED = "127.0.0.1";
    /** Somebody listens there, as somebody does at other addresses of a machine or a cloud. */
    private static final String FORBIDDEN = "127.0.0.2";

    private final Path hosts = Fault.data("hosts").resolve("hosts");

    @Test
    void onlyWhereItMayGoItGoes() throws IOException {
        Recording recording = new Recording("rebinding");
        at(ALLOWED);
        try (RawConsumer city = new RawConsumer("city", recording);
                RawConsumer victim = new RawConsumer(
                        "victim", recording, new InetSocketAddress(InetAddress.getByName(FORBIDDEN), city.port()));
                ServerProcess server = ServerProcess.start(recording, plan())) {
            Api api = server.ready().api();
            // It answers the pings, and keeps their connection open, which may not be used either.
            JsonNode created = api.post(
                            "/api/v1/endpoints",
                            "{\"name\":\"city\",\"url\":\"http://%s:%d/\"}".formatted(NAME, city.port()))
                    .expect(201)
                    .get("endpoint");
            assertThat(created.at("/ping/result").asText()).isEqualTo("204");
            String endpoint = "/api/v1/endpoints/" + TestServer.id(created);
            String camera = camera(api, TestServer.id(created)).toString();

            at("169.254.169.254");
            int before = city.got.size();
            int connections = city.connections.get();
            server.tell(1, camera);
            Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(log(api, endpoint))
                    .anySatisfy(line -> {
                        assertThat(line.get("type").asText()).isEqualTo("order.filed");
                        assertThat(line.get("lastResult").asText()).isEqualTo(refusal("169.254.169.254"));
                    }));
            for (String address : List.of("0.0.0.0", "10.0.0.1", FORBIDDEN, "0:0:0:0:0:0:0:1")) {
                at(address);
                assertThat(ping(api, endpoint)).isEqualTo(refusal(address));
            }
            at("::ffff:169.254.169.254");
            assertThat(ping(api, endpoint)).isEqualTo(refusal("169.254.169.254"));
            at("::ffff:" + FORBIDDEN);
            assertThat(ping(api, endpoint)).isEqualTo(refusal(FORBIDDEN));
            at(ALLOWED, FORBIDDEN); // one of them would do; but which one is taken is not for the name to say
            assertThat(ping(api, endpoint)).isEqualTo(refusal(FORBIDDEN));
            at();
            assertThat(ping(api, endpoint)).contains(NAME + " has no address");
            assertThat(city.got).hasSize(before);
            assertThat(city.connections).hasValue(connections);

            city.answer(got -> Answer.of(200));
            at(ALLOWED);
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(api.get("/api/v1/orders")
                                .expect(200)
                                .at("/items/0/state")
                                .asText())
                        .isEqualTo("dispatched");
                assertThat(api.get(endpoint + "/deliveries?state=waiting")
                                .expect(200)
                                .get("items"))
                        .isEmpty();
            });
            assertThat(city.of("order.filed")).hasSize(1);
            assertThat(victim.connections).hasValue(0);
            assertThat(new HistoryChecker(recording, Village.ordersWithHistory(api), Village.all(api, "incidents"))
                            .breaches())
                    .isEmpty();
        }
    }

    private static String refusal(String address) {
        return "the host %s is at %s, which dispatch.allow (%s/32) does not allow; add its network there if it is meant"
                .formatted(NAME, address, ALLOWED);
    }

    private static String ping(Api api, String endpoint) {
        return api.post(endpoint + "/ping", "").expect(200).at("/ping/result").asText();
    }

    private static Iterable<JsonNode> log(Api api, String endpoint) {
        return api.get(endpoint + "/deliveries").expect(200).get("items");
    }

    private static UUID camera(Api api, UUID endpoint) {
        UUID site = TestServer.id(api.post(
                        "/api/v1/sites",
                        "{\"name\":\"station\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"" + endpoint + "\"}")
                .expect(201));
        return TestServer.id(api.post(
                        "/api/v1/cameras",
                        "{\"site\":\"" + site + "\",\"name\":\"camera\",\"url\":\"rtsp://10.0.0.8/1\"}")
                .expect(201)
                .get("camera"));
    }

    /** The process takes names from our file alone, and keeps no answer of it. */
    private ServerProcess.Plan plan() throws IOException {
        EmbeddedPostgres.Address database = TestPostgres.database();
        Map<String, String> settings = Fault.settings(Fault.data("rebinding"));
        settings.put("database.url", database.url());
        settings.put("database.user", database.user());
        settings.put("database.password", database.password());
        settings.put("dispatch.allow", ALLOWED + "/32");
        // That a name has no address is kept by a security property, which no system property goes before.
        Path security = Files.writeString(
                hosts.resolveSibling("security"), "networkaddress.cache.ttl=0\nnetworkaddress.cache.negative.ttl=0\n");
        return ServerProcess.Plan.with(settings)
                .options("-Djdk.net.hosts.file=" + hosts, "-Djava.security.properties=" + security);
    }

    /** What the name says from now on; whoever reads the file sees all of it or nothing. */
    private void at(String... addresses) throws IOException {
        StringBuilder lines = new StringBuilder("127.0.0.1 localhost\n");
        for (String address : addresses) {
            lines.append(address).append(' ').append(NAME).append('\n');
        }
        Path next = Files.writeString(hosts.resolveSibling("next"), lines);
        Files.move(next, hosts, StandardCopyOption.ATOMIC_MOVE);
    }
}
