package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WebTest {
    private static final TestServer KERBWATCH = TestServer.start();
    private final Api api = KERBWATCH.api;
    private final Api nobody = new Api(KERBWATCH.server.url(), "");

    @AfterAll
    static void end() {
        KERBWATCH.close();
    }

    @Test
    void whoShowsNothingGetsNothing() {
        Api.Answer refused = nobody.post("/api/v1/sites", "rubbish");
        assertThat(refused.problem(401)).isEqualTo("not-signed-in");
        assertThat(refused.header("www-authenticate")).startsWith("Bearer");
        assertThat(refused.header("content-type")).isEqualTo("application/problem+json");
        assertThat(new Api(KERBWATCH.server.url(), "kw_wrong")
                        .get("/api/v1/sites")
                        .status())
                .isEqualTo(401);
        assertThat(KERBWATCH
                        .as("viewer", null)
                        .post("/api/v1/sites", "{\"name\":\"x\"}")
                        .problem(403))
                .isEqualTo("forbidden");
        assertThat(nobody.get("/health/live").expect(200).get("status").asText())
                .isEqualTo("live");
        assertThat(nobody.get("/health/ready").expect(200).get("status").asText())
                .isEqualTo("ready");
        assertThat(nobody.get("/metrics").text()).contains("kerbwatch_http_requests_seconds_count");
        assertThat(nobody.get("/openapi.yaml").text()).startsWith("openapi: 3.1.0");
        assertThat(nobody.get("/docs").text()).contains("/api/v1/orders").doesNotContain("<script");
    }

    @Test
    void badRequestsAreToldWhatIsWrongAndWhere() {
        JsonNode unknown =
                api.post("/api/v1/sites", "{\"name\":\"x\",\"colour\":\"red\"}").expect(400);
        assertThat(unknown.toString()).contains("colour");
        JsonNode wrong =
                api.post("/api/v1/sites", "{\"name\":\"x\",\"latitude\":91}").expect(400);
        assertThat(wrong.get("errors").findValuesAsText("pointer")).contains("/latitude");
        assertThat(api.post("/api/v1/sites", "{\"name\":").problem(400)).isEqualTo("malformed-json");
        assertThat(api.post("/api/v1/sites", "{\"name\":\"a\",\"name\":\"b\"}").problem(400))
                .isEqualTo("malformed-json");
        assertThat(api.post("/api/v1/sites", "").problem(400)).isEqualTo("invalid-request");
        assertThat(api.post("/api/v1/sites", "[]").status()).isEqualTo(400);
        assertThat(api.post("/api/v1/sites", "name=x", "content-type", "text/plain")
                        .problem(415))
                .isEqualTo("unsupported-media-type");
        assertThat(api.post("/api/v1/sites", "{\"name\":\"" + "x".repeat(2 << 20) + "\"}")
                        .status())
                .isEqualTo(413);
        assertThat(api.get("/api/v1/orders?limit=0").problem(400)).isEqualTo("invalid-request");
        assertThat(api.get("/api/v1/orders?limit=many").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/orders?colour=red").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/orders?cursor=!!").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/orders?site=7").status()).isEqualTo(400);
        assertThat(api.get("/api/v1/orders/7").problem(404)).isEqualTo("not-found");
        assertThat(api.get("/api/v1/nothing").problem(404)).isEqualTo("not-found");
        assertThat(api.delete("/api/v1/orders").status()).isEqualTo(405);
    }

    @Test
    void aKeyMakesItHappenOnce() {
        String body = "{\"name\":\"once\"}";
        String first = api.post("/api/v1/sites", body, "idempotency-key", "k1")
                .expect(201)
                .get("id")
                .asText();
        Api.Answer second = api.post("/api/v1/sites", body, "idempotency-key", "k1");

        assertThat(second.expect(201).get("id").asText()).isEqualTo(first);
        assertThat(second.header("location")).isEqualTo("/api/v1/sites/" + first);
        assertThat(api.post("/api/v1/sites", body).problem(409)).isEqualTo("name-taken");
        // A refusal is not kept: the same key may try again once the reason is gone.
        assertThat(api.post("/api/v1/sites", body, "idempotency-key", "k2").status())
                .isEqualTo(409);
        api.delete("/api/v1/sites/" + first).expect(204);
        api.post("/api/v1/sites", body, "idempotency-key", "k2").expect(201);
    }

    @Test
    void nobodysEditIsOverwritten() {
        Api.Answer made = api.post("/api/v1/sites", "{\"name\":\"edited\"}");
        String path = "/api/v1/sites/" + made.expect(201).get("id").asText();
        String tag = made.header("etag");

        assertThat(api.patch(path, "{\"kind\":\"road\"}").problem(428)).isEqualTo("precondition-required");
        Api.Answer changed = api.patch(path, "{\"kind\":\"road\"}", "if-match", tag);
        assertThat(changed.expect(200).get("kind").asText()).isEqualTo("road");
        assertThat(api.patch(path, "{\"kind\":\"road\"}", "if-match", tag).problem(412))
                .isEqualTo("changed-meanwhile");
        assertThat(api.get(path).header("etag")).isEqualTo(changed.header("etag"));
    }

    @Test
    void aLinkSignsInOnceAndACookieChangesOnlyFromItsOwnPage() throws Exception {
        HttpClient browser = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        URI link = URI.create(KERBWATCH.server.signInLink());
        HttpResponse<String> signedIn =
                browser.send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(signedIn.statusCode()).isEqualTo(303);
        String header = signedIn.headers().firstValue("set-cookie").orElseThrow();
        assertThat(header).contains("HttpOnly").contains("SameSite=Lax");
        assertThat(signedIn.headers().firstValue("content-security-policy").orElse(""))
                .contains("default-src 'self'");
        assertThat(browser.send(HttpRequest.newBuilder(link).build(), HttpResponse.BodyHandlers.ofString())
                        .statusCode())
                .isEqualTo(403);

        String cookie = header.split(";", -1)[0];
        assertThat(nobody.get("/api/v1/me", "cookie", cookie)
                        .expect(200)
                        .get("role")
                        .asText())
                .isEqualTo("admin");
        String site = "{\"name\":\"by cookie\"}";
        assertThat(nobody.post("/api/v1/sites", site, "cookie", cookie).status())
                .isEqualTo(403);
        assertThat(nobody.post("/api/v1/sites", site, "cookie", cookie, "origin", "https://evil.example")
                        .status())
                .isEqualTo(403);
        assertThat(nobody.post("/api/v1/sites", site, "cookie", cookie, "sec-fetch-site", "cross-site")
                        .status())
                .isEqualTo(403);
        nobody.post("/api/v1/sites", site, "cookie", cookie, "origin", KERBWATCH.server.url())
                .expect(201);
        nobody.post("/api/v1/sign-out", "", "cookie", cookie, "sec-fetch-site", "same-origin")
                .expect(204);
        assertThat(nobody.get("/api/v1/me", "cookie", cookie).status()).isEqualTo(401);
    }

    @Test
    void linksAndTokensEnd() {
        String link =
                KERBWATCH.server.signInLink().substring(KERBWATCH.server.url().length());
        KERBWATCH.clock.advance(Duration.ofMinutes(15));
        assertThat(nobody.get(link).status()).isEqualTo(403);

        JsonNode issued = api.post(
                        "/api/v1/tokens",
                        "{\"name\":\"short\",\"role\":\"viewer\",\"expiresAt\":\""
                                + KERBWATCH.clock.instant().plusSeconds(60) + "\"}")
                .expect(201);
        Api brief = new Api(KERBWATCH.server.url(), issued.get("secret").asText());
        assertThat(brief.get("/api/v1/me").status()).isEqualTo(200);
        KERBWATCH.clock.advance(Duration.ofSeconds(60));
        assertThat(brief.get("/api/v1/me").status()).isEqualTo(401);
        JsonNode listed = api.get("/api/v1/tokens").expect(200);
        assertThat(listed.toString()).doesNotContain(issued.get("secret").asText());
        assertThat(api.post("/api/v1/tokens", "{\"name\":\"x\",\"role\":\"viewer\",\"scopes\":[\"sites:write\"]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void eventsGoOnWhereTheyBrokeOff() throws Exception {
        UUID site = KERBWATCH.site("eventful");
        UUID camera = KERBWATCH.camera(site, "10.9.0.1");
        HttpClient browser = HttpClient.newHttpClient();
        long last;
        try (BufferedReader stream = stream(browser, "")) {
            KERBWATCH.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            List<String> first = read(stream, "order.changed");
            assertThat(first).anyMatch(line -> line.contains("\"state\":\"filed\""));
            last = first.stream()
                    .filter(line -> line.startsWith("id: "))
                    .mapToLong(line -> Long.parseLong(line.substring(4)))
                    .max()
                    .orElseThrow();
        }
        KERBWATCH.clock.advance(Duration.ofSeconds(1));
        KERBWATCH.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
        try (BufferedReader stream = stream(browser, Long.toString(last))) {
            assertThat(readUntil(stream, "self-cleared")).isNotEmpty();
        }
        try (BufferedReader stream = stream(browser, "99999999")) {
            assertThat(read(stream, "reset")).isNotEmpty();
        }
    }

    @Test
    void aPortInUseAndASecondServerAreToldClearly() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Settings settings =
                    TestServer.settings(s -> s.with(Settings.SERVER_LISTEN, "127.0.0.1:" + taken.getLocalPort()));
            assertThatThrownBy(() -> Kerbwatch.start(settings, new TestVision(), InstantSource.system()))
                    .isInstanceOf(Kerbwatch.CannotStart.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("--port");
            // Nothing was left behind: the same directory starts on another port.
            Kerbwatch.start(
                            settings.with(Settings.SERVER_LISTEN, "127.0.0.1:0"),
                            new TestVision(),
                            InstantSource.system())
                    .close();
        }
        Settings settings = TestServer.settings(s -> s);
        try (Kerbwatch first = Kerbwatch.start(settings, new TestVision(), InstantSource.system())) {
            assertThat(first.port()).isPositive();
            assertThatThrownBy(() -> Kerbwatch.start(settings, new TestVision(), InstantSource.system()))
                    .isInstanceOf(Kerbwatch.CannotStart.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(
                            Path.of(settings.get(Settings.DATA)).getFileName().toString());
        }
        assertThatThrownBy(() -> Kerbwatch.start(
                        settings.with(Settings.DATABASE_PASSWORD, "wrong"), new TestVision(), InstantSource.system()))
                .hasMessageContaining("database.password");
    }

    private BufferedReader stream(HttpClient browser, String lastEventId) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(KERBWATCH.server.url() + "/api/v1/events"))
                .header("authorization", "Bearer " + secret());
        if (!lastEventId.isEmpty()) {
            request.header("last-event-id", lastEventId);
        }
        BufferedReader reader = new BufferedReader(new InputStreamReader(
                browser.send(request.build(), HttpResponse.BodyHandlers.ofInputStream())
                        .body(),
                StandardCharsets.UTF_8));
        assertThat(reader.readLine()).isEqualTo("retry: 2000");
        return reader;
    }

    private String secret() {
        return api.post("/api/v1/tokens", "{\"name\":\"stream\",\"role\":\"viewer\"}")
                .expect(201)
                .get("secret")
                .asText();
    }

    /** Lines up to the data of the first event of that type. */
    private static List<String> read(BufferedReader stream, String type) throws Exception {
        List<String> lines = new ArrayList<>();
        boolean found = false;
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            lines.add(line);
            found |= line.equals("event: " + type);
            if (found && line.startsWith("data: ")) {
                return lines;
            }
        }
        throw new AssertionError("the stream ended after " + lines);
    }

    private static List<String> readUntil(BufferedReader stream, String text) throws Exception {
        List<String> lines = new ArrayList<>();
        for (String line = stream.readLine(); line != null; line = stream.readLine()) {
            lines.add(line);
            if (line.contains(text)) {
                return lines;
            }
        }
        throw new AssertionError("the stream ended after " + lines);
    }
}
