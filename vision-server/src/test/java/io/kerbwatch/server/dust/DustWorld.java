package io.kerbwatch.server.dust;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.dust.hj212.TestMonitor;
import io.kerbwatch.server.platform.Settings;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** A server, a road, and monitors that say what a test wants. */
final class DustWorld implements AutoCloseable {
    private final Settings settings = TestServer.settings(all -> all.with(Settings.DUST_LISTEN, "127.0.0.1:0"));
    final TestServer kerbwatch = TestServer.over(settings);
    final UUID road = road("South Road");

    UUID road(String name) {
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"" + name + "\",\"kind\":\"road\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(201));
    }

    UUID rule(int minutes, String limits) {
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/dust/rules",
                        "{\"name\":\"PM10\",\"factor\":\"pm10\",\"minutes\":" + minutes + "," + limits + "}")
                .expect(201));
    }

    /** A monitor that reports over HTTP. */
    Http http(String name) {
        JsonNode made = kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{\"site\":\"" + road + "\",\"kind\":\"dust-monitor\",\"link\":\"http\",\"name\":\"" + name
                                + "\"}")
                .expect(201);
        return new Http(
                UUID.fromString(made.at("/device/id").asText()),
                new Api(kerbwatch.server.url(), made.get("secret").asText()));
    }

    /** Registers a monitor that speaks HJ 212 in mg/m³. */
    UUID hj212(String mn, String setup) {
        return UUID.fromString(kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{\"site\":\"" + road + "\",\"kind\":\"dust-monitor\",\"link\":\"hj212\",\"name\":\"" + mn
                                + "\",\"setup\":{\"mn\":\"" + mn + "\",\"unit\":\"mg\"" + setup
                                + "},\"password\":\"123456\"}")
                .expect(201)
                .at("/device/id")
                .asText());
    }

    TestMonitor line(String mn, String from) {
        return TestMonitor.connect(mn, kerbwatch.server.dustPort().orElseThrow(), from);
    }

    /** Beside the server, on its database. */
    Connection database() throws SQLException {
        return DriverManager.getConnection(
                settings.get(Settings.DATABASE_URL).orElseThrow(),
                settings.get(Settings.DATABASE_USER),
                settings.get(Settings.DATABASE_PASSWORD));
    }

    Instant now() {
        return kerbwatch.clock.instant();
    }

    /** A minute passes, and is looked at half a minute after its end. */
    void look() {
        kerbwatch.clock.advance(Duration.ofSeconds(31));
        kerbwatch.lookAtDevices();
        kerbwatch.clock.advance(Duration.ofSeconds(29));
    }

    List<JsonNode> orders() {
        List<JsonNode> orders = new ArrayList<>();
        kerbwatch.orders().forEach(orders::add);
        return orders;
    }

    String state(JsonNode order) {
        return kerbwatch.order(TestServer.id(order)).get("state").asText();
    }

    JsonNode standing(UUID device) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device + "/standings")
                .expect(200)
                .get("items")
                .path(0);
    }

    JsonNode device(UUID device) {
        return kerbwatch.api.get("/api/v1/devices/" + device).expect(200);
    }

    /** All minutes that are kept of PM10. */
    List<JsonNode> minutes(UUID device) {
        List<JsonNode> all = new ArrayList<>();
        kerbwatch
                .api
                .get("/api/v1/devices/" + device
                        + "/readings?factor=pm10&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")
                .expect(200)
                .get("items")
                .forEach(all::add);
        return all;
    }

    @Override
    public void close() {
        kerbwatch.close();
    }

    /** A monitor that reports over HTTP. */
    final class Http {
        final UUID id;
        final Api api;

        Http(UUID id, Api api) {
            this.id = id;
            this.api = api;
        }

        /** So many minutes with a value that wavers a little around a mean, each looked at when it is over. */
        void minutes(int count, double pm10) {
            for (int i = 0; i < count; i++) {
                send(now().minusSeconds(60), pm10 + i % 2 - (count % 2 == 0 ? 0.5 : 0));
                look();
            }
        }

        void send(Instant at, double pm10) {
            post(String.format(Locale.ROOT, "{\"at\":\"%s\",\"pm10\":%.1f,\"temperature\":18}", at, pm10));
        }

        void post(String reading) {
            api.post("/api/v1/readings", "{\"readings\":[" + reading + "]}").expect(200);
        }
    }
}
