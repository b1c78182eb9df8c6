package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;

/** A server on the tests' clock, and what tests of deliveries ask of it. */
public final class TestDispatch implements AutoCloseable {
    public final TestServer kerbwatch;

    private final Settings settings;

    private TestDispatch(Settings settings) {
        this.settings = settings;
        this.kerbwatch = TestServer.over(settings);
    }

    static TestDispatch start() {
        return start(settings -> settings);
    }

    public static TestDispatch start(UnaryOperator<Settings> change) {
        return new TestDispatch(TestServer.settings(settings -> change.apply(
                settings.with(Settings.DISPATCH_FAST_TIMEOUT, "500ms").with(Settings.DISPATCH_SLOW_TIMEOUT, "500ms"))));
    }

    @Override
    public void close() {
        kerbwatch.close();
    }

    /** A new webhook endpoint, with its secret. */
    public JsonNode endpoint(String url, String reports) {
        return made("{\"name\":\"receiver\",\"url\":\"" + url + "\",\"reports\":\"" + reports + "\"}");
    }

    public JsonNode made(String body) {
        return kerbwatch.api.post("/api/v1/endpoints", body).expect(201);
    }

    public JsonNode endpoint(UUID id) {
        return kerbwatch.api.get("/api/v1/endpoints/" + id).expect(200);
    }

    UUID siteOf(UUID endpoint) {
        return siteOf(endpoint, "station", "webhook");
    }

    public UUID siteOf(UUID endpoint, String name, String mode) {
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"" + name + "\",\"dispatchMode\":\"" + mode + "\",\"dispatchEndpoint\":\""
                                + endpoint + "\"}")
                .expect(201));
    }

    /** An order at a new site that dispatches to an endpoint. */
    UUID dirtyAt(UUID endpoint) {
        UUID camera = kerbwatch.camera(siteOf(endpoint), "10.0.0.8");
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        return TestServer.id(kerbwatch.orders().get(0));
    }

    public List<JsonNode> deliveries(UUID endpoint, String state) {
        List<JsonNode> lines = new ArrayList<>();
        kerbwatch
                .api
                .get("/api/v1/endpoints/" + endpoint + "/deliveries?limit=200&state=" + state)
                .expect(200)
                .get("items")
                .forEach(lines::add);
        return lines;
    }

    int waitingAttempts(UUID endpoint, String type) {
        return deliveries(endpoint, "waiting").stream()
                .filter(line -> line.get("type").asText().equals(type))
                .mapToInt(line -> line.get("attempts").asInt())
                .findFirst()
                .orElse(-1);
    }

    /** Whether every attempt at messages of a type has been written down: the next one is due later. */
    public boolean settled(UUID endpoint, String type) {
        return deliveries(endpoint, "waiting").stream()
                .filter(line -> line.get("type").asText().startsWith(type))
                .allMatch(line -> Instant.parse(line.get("dueAt").asText()).isAfter(kerbwatch.clock.instant()));
    }

    public String state(UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    /** Has the server look, and waits until it has nothing under way to an endpoint. */
    public void quiet(UUID endpoint) {
        sql("select pg_notify('kerbwatch', 'outbox')");
        // Often, for tests that go through hours in small steps.
        await(
                Duration.ofMillis(20),
                () -> sql("select count(*) from delivery d join endpoint e on e.id = d.endpoint"
                                + " where d.endpoint = '" + endpoint + "' and d.state = 'waiting' and d.due_at <= '"
                                + kerbwatch.clock.instant()
                                + "' and e.state <> 'disabled' and (e.open_until is null or e.open_until <= '"
                                + kerbwatch.clock.instant()
                                + "' or d.leased_until is not null or (d.fast and d.base_at > '"
                                + kerbwatch.clock.instant().minusSeconds(60) + "'))")
                        == 0);
    }

    /** Runs a statement in the server's database; answers its first number, if it has one. */
    public long sql(String statement) {
        try (Connection connection = DriverManager.getConnection(
                        settings.get(Settings.DATABASE_URL).orElseThrow(),
                        settings.get(Settings.DATABASE_USER),
                        settings.get(Settings.DATABASE_PASSWORD));
                Statement opened = connection.createStatement()) {
            if (!opened.execute(statement)) {
                return opened.getUpdateCount();
            }
            try (ResultSet rows = opened.getResultSet()) {
                return rows.next() && rows.getObject(1) instanceof Number number ? number.longValue() : 0;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(statement, e);
        }
    }

    public static void await(Callable<Boolean> condition) {
        await(Duration.ofMillis(100), condition);
    }

    private static void await(Duration interval, Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(interval).until(condition);
    }
}
