package io.kerbwatch.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.flow.Counting;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.SettableClock;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.TestPostgres;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.watch.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A real server on a real database, whose cameras see what a test says. Its event loops must not be blocked. */
public final class TestServer implements AutoCloseable {
    public final TestVision vision = new TestVision();
    public final SettableClock clock = new SettableClock();
    public final Kerbwatch server;
    private final LoopWatch loops = new LoopWatch();
    private final Settings settings;
    public final Api api;

    private TestServer(Settings settings) {
        this(settings, clock -> new TestCounting());
    }

    private TestServer(Settings settings, Function<InstantSource, Counting> counting) {
        this.settings = settings;
        vision.counting = counting.apply(clock);
        try {
            server = Kerbwatch.start(settings, vision, clock, loops::vertx);
        } catch (Kerbwatch.CannotStart e) {
            throw new IllegalStateException(e);
        }
        api = as("admin", null);
    }

    public static TestServer start() {
        return start(settings -> settings);
    }

    public static TestServer start(UnaryOperator<Settings> change) {
        return over(settings(change));
    }

    /** A server that counts at entrances by what is made for its clock. */
    public static TestServer counting(Settings settings, Function<InstantSource, Counting> counting) {
        return new TestServer(settings, counting);
    }

    /** A server over data that another one left. */
    public static TestServer over(Settings settings) {
        return new TestServer(settings);
    }

    public static Settings settings(UnaryOperator<Settings> change) {
        EmbeddedPostgres.Address database = TestPostgres.database();
        try {
            Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "tmp")), "data");
            return change.apply(Settings.defaults()
                    .with(Settings.DATA, data.toString())
                    .with(Settings.SERVER_LISTEN, "127.0.0.1:0")
                    .with(Settings.DATABASE_URL, database.url())
                    .with(Settings.DATABASE_USER, database.user())
                    .with(Settings.DATABASE_PASSWORD, database.password())
                    .with(Settings.DATABASE_CONNECTIONS, "10")
                    .with(Settings.DISPATCH_ALLOW, "loopback")
                    .with(Settings.CAMERAS_ALLOW, "private,loopback"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next one over the same data, as after a restart; the clock begins where the tests' clocks begin. */
    public TestServer again() {
        return over(settings);
    }

    /** Looks at what devices told, as the server does every few seconds. */
    public void lookAtDevices() {
        server.lookAtDevices();
    }

    /** A client with a token of that role. */
    public Api as(String role, @Nullable UUID endpoint) {
        return new Api(
                server.url(),
                server.accounts()
                        .createToken(
                                Caller.SYSTEM, new Accounts.NewToken("test " + role, role, null, null, endpoint, null))
                        .secret());
    }

    /** A client with a token of that role that sees some sites only. */
    public Api limited(String role, UUID... sites) {
        return new Api(
                server.url(),
                server.accounts()
                        .createToken(
                                Caller.SYSTEM,
                                new Accounts.NewToken("limited " + role, role, null, List.of(sites), null, null))
                        .secret());
    }

    public UUID site(String name) {
        return id(api.post("/api/v1/sites", "{\"name\":\"" + name + "\"}").expect(201));
    }

    public UUID camera(UUID site, String host) {
        return id(api.post(
                        "/api/v1/cameras",
                        "{\"site\":\"" + site + "\",\"name\":\"camera " + host + "\",\"url\":\"rtsp://admin:geheim@"
                                + host + "/1\"}")
                .expect(201)
                .get("camera"));
    }

    /** What the camera is now sure of, over the whole picture. */
    public Finding tell(UUID camera, Kind kind, Finding.Type type) {
        return tell(camera, camera, kind, type);
    }

    public Finding tell(UUID camera, UUID zone, Kind kind, Finding.Type type) {
        Finding finding = Finding.of(
                camera.toString(),
                zone.toString(),
                kind,
                type,
                clock.instant(),
                List.of(new Box(0.4, 0.4, 0.2, 0.2)),
                type == Finding.Type.CONFIRMED ? 0.9 : 0);
        accept(finding);
        return finding;
    }

    public void accept(Finding finding) {
        server.findings()
                .accept(
                        finding,
                        new JudgeState(finding.camera(), finding.zone(), finding.kind(), new byte[] {1, 2, 3}),
                        snapshot(finding.type() == Finding.Type.CLEARED ? Label.BIN : Label.OVERFLOW));
    }

    public Snapshot snapshot() {
        return snapshot(Label.OVERFLOW);
    }

    private Snapshot snapshot(Label seen) {
        return new Snapshot(
                UUID.randomUUID(),
                clock.instant(),
                1280,
                720,
                TestVision.JPEG,
                "the original".getBytes(StandardCharsets.UTF_8),
                List.of(new Detection(seen, new Box(500, 300, 200, 150), 0.9)));
    }

    /** The cameras' answer to the newest question. */
    public void answer(Verification.Outcome outcome) {
        List<String> reasons = outcome == Verification.Outcome.CLEAN ? List.of() : List.of("reason");
        server.findings()
                .verified(
                        new Verification.Answer(vision.lastQuestion(), outcome, clock.instant(), reasons, snapshot()));
    }

    public JsonNode order(UUID id) {
        return api.get("/api/v1/orders/" + id).expect(200);
    }

    public JsonNode orders() {
        return api.get("/api/v1/orders").expect(200).get("items");
    }

    /** Those of one class. */
    public List<JsonNode> orders(String kind) {
        List<JsonNode> some = new ArrayList<>();
        orders().forEach(order -> {
            if (order.get("class").asText().equals(kind)) {
                some.add(order);
            }
        });
        return some;
    }

    public static UUID id(JsonNode node) {
        return UUID.fromString(node.get("id").asText());
    }

    /**
     * Fails the test if anything kept the server's event loops from their work, or if it told anything that is not as the
     * contract says.
     */
    @Override
    public void close() {
        List<String> breaches = settings.get(Settings.DATABASE_URL)
                .filter(url -> !url.isEmpty())
                .map(this::breaches)
                .orElse(List.of());
        server.close();
        loops.check();
        if (!breaches.isEmpty()) {
            throw new AssertionError("messages are not what openapi.yaml says:\n" + String.join("\n", breaches));
        }
    }

    /** What is wrong with the messages that were told; those of no site were made up by a test. */
    private List<String> breaches(String database) {
        List<String> breaches = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(
                        database, settings.get(Settings.DATABASE_USER), settings.get(Settings.DATABASE_PASSWORD));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select body from message where site is not null")) {
            while (rows.next()) {
                JsonNode message = Json.tree(new String(rows.getBytes("body"), StandardCharsets.UTF_8));
                breaches.addAll(MessageContract.breachesUnnumbered(message));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return breaches;
    }
}
