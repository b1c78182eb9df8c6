package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Requests that nobody in their right mind sends are told what is wrong, and odd ones that are right are done. */
class MalformedRequestTest {
    private static final TestServer KERBWATCH = TestServer.start();
    private final Api api = KERBWATCH.api;

    @AfterAll
    static void end() {
        KERBWATCH.close();
    }

    @Test
    void textThatCannotBeKeptIsRefusedWhereverItStands() {
        assertThat(pointer(api.post("/api/v1/sites", "{\"name\":\"a\\u0000b\"}")))
                .isEqualTo("/name");
        assertThat(pointer(api.post("/api/v1/sites", "{\"name\":\"\\ud800\"}"))).isEqualTo("/name");
        assertThat(
                        pointer(
                                api.post(
                                        "/api/v1/endpoints",
                                        "{\"name\":\"x\",\"url\":\"mqtt://127.0.0.1\",\"kind\":\"mqtt\",\"mqtt\":{\"topic\":\"\\u0000\"}}")))
                .isEqualTo("/mqtt/topic");
        assertThat(pointer(api.get("/api/v1/audit?actor=%00"))).isEqualTo("actor");
        assertThat(pointer(api.get("/api/v1/sites/%00"))).isEqualTo("siteId");
        assertThat(form("name=a%00&password=b").status()).isEqualTo(400);
        api.post("/api/v1/sites", "{\"name\":\"村口 🗑 \\ud83d\\uddd1\"}").expect(201);
    }

    @Test
    void whatIsSearchedForMayBeAnyText() {
        api.post("/api/v1/sites", "{\"name\":\"x\"}", "idempotency-key", "100% \"sure\"")
                .expect(201);
        for (String text : List.of("100%25", "%22", "-5", "true", "null", "a%2Bb%20c", "%7B%7D", "%255")) {
            api.get("/api/v1/orders?q=" + text).expect(200);
        }
        assertThat(api.get("/api/v1/orders?q=").problem(400)).isEqualTo("invalid-request");
    }

    @Test
    void timesAndNumbersBeyondAllMeasureAreRefused() {
        for (String time : List.of("%2B999999999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "yesterday", "1")) {
            assertThat(pointer(api.get("/api/v1/audit?from=" + time))).isEqualTo("from");
            assertThat(pointer(api.get("/open311/v2/requests.json?end_date=" + time)))
                    .isEqualTo("end_date");
        }
        api.get("/api/v1/audit?from=0001-01-01T00:00:00%2B00:00").expect(200);
        String token = "{\"name\":\"t\",\"role\":\"viewer\",\"expiresAt\":\"9999-12-31T23:59:59-12:00\"}";
        assertThat(api.post("/api/v1/tokens", token).problem(400)).isEqualTo("invalid-request");

        String huge = "99999999999999999999999";
        assertThat(pointer(api.get("/api/v1/audit?before=" + huge))).isEqualTo("before");
        assertThat(pointer(api.get("/api/v1/shared/snapshots/0199a0a0-0000-7000-8000-000000000001?expires=" + huge)))
                .isEqualTo("expires");
        // To JSON these are whole numbers.
        api.get("/api/v1/audit?before=1.0&limit=1e2").expect(200);
        api.get("/api/v1/closures?days=1e2").expect(200);
    }

    @Test
    void whatCannotBeReadIsAnsweredInWords() throws IOException {
        for (String path : List.of("/%zz", "/api/v1/sites/%zz", "/desk/%zz", "/api/v1/sites?a=%zz")) {
            assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token()))
                    .contains(" 400 ")
                    .contains("application/problem+json", "malformed-request");
        }
        assertThat(raw("GET / HTTX/9")).contains(" 400 ").contains("malformed-request");
        assertThat(raw("GET /?" + "a".repeat(9000) + " HTTP/1.1\r\nHost: x"))
                .contains(" 414 ")
                .contains("uri-too-long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(20_000)))
                .contains(" 431 ")
                .contains("headers-too-large");
    }

    @Test
    void formsAreReadByWhoeverWantsThem() {
        String type = "application/x-www-form-urlencoded";
        assertThat(form("=&name=a&password=b").status()).isEqualTo(403);
        assertThat(form("%zz=&name=a").problem(400)).isEqualTo("invalid-request");
        api.get("/api/v1/me", "content-type", type).expect(200);
        api.get("/api/v1/me", "content-type", "multipart/form-data").expect(200);
        assertThat(api.send("TRACE", "/sign-in", "a=b", "content-type", type).status())
                .isEqualTo(405);
        assertThat(api.post("/api/v1/sites", "name=x", "content-type", type).problem(415))
                .isEqualTo("unsupported-media-type");
    }

    @Test
    void whoUsesAWrongMethodIsToldTheRightOnes() {
        assertThat(api.delete("/api/v1/sites").header("allow")).isEqualTo("GET, POST");
        assertThat(api.post("/api/v1/sites/7", "{}").header("allow")).isEqualTo("DELETE, GET, PATCH");
        assertThat(api.put("/api/v1/cameras/probe", "{}").header("allow")).isEqualTo("POST");
        assertThat(api.delete("/desk/").header("allow")).isEqualTo("GET");
    }

    @Test
    void aVersionBeforeTheFirstIsNotTheNewest() {
        String team = TestServer.id(
                        api.post("/api/v1/teams", "{\"name\":\"east\"}").expect(201))
                .toString();
        String shift =
                "{\"team\":\"" + team + "\",\"name\":\"day\",\"days\":[1],\"starts\":\"06:00\",\"ends\":\"14:00\"}";
        String path = "/api/v1/shifts/"
                + TestServer.id(api.post("/api/v1/shifts", shift).expect(201));
        for (String version : List.of("\"0\"", "-1", "2147483647", "99999999999", "*")) {
            assertThat(api.put(path, shift, "if-match", version).problem(412)).isEqualTo("changed-meanwhile");
            assertThat(api.put("/api/v1/teams/" + team, "{\"name\":\"east\"}", "if-match", version)
                            .problem(412))
                    .isEqualTo("changed-meanwhile");
        }
    }

    private Api.Answer form(String fields) {
        return api.post(
                "/sign-in",
                fields,
                "content-type",
                "application/x-www-form-urlencoded",
                "origin",
                KERBWATCH.server.url());
    }

    private String token() {
        return api.post("/api/v1/tokens", "{\"name\":\"raw\",\"role\":\"viewer\"}")
                .expect(201)
                .get("secret")
                .asText();
    }

    /** Sends what no client would. */
    private static String raw(String head) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), KERBWATCH.server.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String pointer(Api.Answer answer) {
        JsonNode problem = answer.expect(400);
        return problem.at("/errors/0/pointer").asText();
    }
}
