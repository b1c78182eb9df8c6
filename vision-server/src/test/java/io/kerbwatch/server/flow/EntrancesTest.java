package io.kerbwatch.server.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestCounting;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cameras at entrances as devices: registered, counted on, faulty, shown, removed. The tests' clock begins at 10:00 in Shanghai. */
class EntrancesTest {
    private static final String LINE =
            "\"line\":{\"from\":{\"x\":0.2,\"y\":0.6},\"to\":{\"x\":0.8,\"y\":0.6},\"inside\":\"left\"}";
    private static final String URL = "rtsp://admin:geheim@10.0.0.8/sub";

    private final TestServer kerbwatch = TestServer.start();
    private final TestCounting counting = (TestCounting) kerbwatch.vision.counting;
    private UUID toilet = new UUID(0, 0);

    @BeforeEach
    void begin() {
        toilet = toilet("Market toilet");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
        assertThat(counting.closed).isTrue();
        assertThat(counting.doors).isEmpty();
    }

    @Test
    void whoCrossesIsAVisitorLikeAnyOther() {
        kerbwatch
                .api
                .put(
                        "/api/v1/sites/" + toilet + "/flow/rule",
                        "{\"opens\":\"06:00\",\"closes\":\"23:00\",\"visitors\":[{\"from\":\"00:00\",\"visitors\":3}],"
                                + "\"longestMinutes\":1000,\"enabled\":true}",
                        "If-Match",
                        "\"0\"")
                .expect(200);
        UUID device = camera("door");
        assertThat(device(device).get("health").asText()).isEqualTo("waiting");
        assertThat(flow().get("present").isNull()).as("nobody has looked yet").isTrue();
        kerbwatch.lookAtDevices();
        assertThat(flow().get("present").asInt()).isZero();
        assertThat(device(device).get("health").asText()).isEqualTo("ok");
        assertThat(counting.doors).hasSize(1);
        assertThat(door().url.secret()).isEqualTo("rtsp://admin:geheim@10.0.0.8:554/sub");
        assertThat(door().line.inside()).isEqualTo(CountLine.Side.LEFT);

        Instant now = kerbwatch.clock.instant();
        door().crosses(now, Direction.IN);
        door().crosses(now.plusSeconds(2), Direction.IN);
        door().crosses(now.plusSeconds(9), Direction.OUT);
        kerbwatch.lookAtDevices();
        assertThat(flow().get("today").asInt()).as("the minute is not over").isZero();
        minute();
        assertThat(flow().get("today").asInt()).isEqualTo(2);
        assertThat(flow().get("present").asInt()).isEqualTo(1);
        assertThat(flow().get("hours").get(0).get("went").asInt()).isEqualTo(1);
        assertThat(flow().get("counters").get(0).get("id").asText()).isEqualTo(device.toString());
        minute();
        assertThat(flow().get("today").asInt()).as("each minute is told once").isEqualTo(2);
        door().crosses(now.plusSeconds(50), Direction.OUT);
        minute();
        assertThat(flow().get("present").asInt())
                .as("and who is seen late, too")
                .isEqualTo(0);
        assertThat(kerbwatch.orders("toilet")).isEmpty();

        minute();
        door().crosses(kerbwatch.clock.instant(), Direction.IN);
        minute();
        assertThat(kerbwatch.orders("toilet")).hasSize(1);
        assertThat(kerbwatch.orders("toilet").get(0).at("/incidents/0/value").asInt())
                .isEqualTo(3);
    }

    @Test
    void aCameraThatSeesNothingIsFaultyAndItsPlaceUnknown() {
        UUID device = camera("door");
        kerbwatch.lookAtDevices();
        door().crosses(kerbwatch.clock.instant(), Direction.IN);
        minute();
        assertThat(flow().get("present").asInt()).isEqualTo(1);

        door().standing = new Counting.Standing(false, "10.0.0.8:554 does not answer");
        for (int i = 0; i < 15; i++) {
            minute();
            assertThat(device(device).get("health").asText()).isEqualTo("faulty");
        }
        assertThat(device(device).get("healthReason").asText()).contains("does not answer");
        assertThat(flow().get("present").isNull()).as("unknown, not none").isTrue();
        assertThat(flow().get("today").asInt()).as("what was counted stays").isEqualTo(1);

        door().standing = new Counting.Standing(true, "");
        kerbwatch.lookAtDevices();
        assertThat(device(device).get("health").asText()).isEqualTo("ok");
        assertThat(device(device).get("healthReason").asText()).isEmpty();
        assertThat(flow().get("present").asInt()).isEqualTo(1);
    }

    @Test
    void aChangedLineOrStreamIsCountedOnAnewAndARemovedOneNoMore() {
        UUID device = camera("door");
        kerbwatch.lookAtDevices();
        TestCounting.Door first = door();
        change(device, "{\"name\":\"north door\"}");
        kerbwatch.lookAtDevices();
        assertThat(door()).as("another name is no other camera").isSameAs(first);

        first.crosses(kerbwatch.clock.instant(), Direction.IN);
        change(device, "{\"setup\":{\"entrance\":{" + LINE.replace("left", "right") + ",\"outside\":true}}}");
        kerbwatch.lookAtDevices();
        TestCounting.Door second = door();
        assertThat(second).isNotSameAs(first);
        assertThat(second.line.inside()).isEqualTo(CountLine.Side.RIGHT);
        assertThat(second.url.secret()).contains("geheim");
        assertThat(flow().get("today").asInt())
                .as("what the first one had counted, though its minute was not over")
                .isEqualTo(1);
        assertThat(device(device).at("/setup/entrance/host").asText()).isEqualTo("10.0.0.8:554");

        change(device, "{\"url\":\"rtsp://admin:neu@10.0.0.9/sub\"}");
        kerbwatch.lookAtDevices();
        assertThat(door().url.secret()).isEqualTo("rtsp://admin:neu@10.0.0.9:554/sub");
        assertThat(device(device).at("/setup/entrance/host").asText()).isEqualTo("10.0.0.9:554");

        door().crosses(kerbwatch.clock.instant(), Direction.IN);
        kerbwatch.lookAtDevices();
        kerbwatch.api.delete("/api/v1/devices/" + device).expect(204);
        kerbwatch.lookAtDevices();
        assertThat(counting.doors).isEmpty();
        assertThat(kerbwatch.api.get("/api/v1/devices/" + device + "/proof").problem(404))
                .isEqualTo("not-found");
        camera("door again");
    }

    @Test
    void whatIsNotOutsideOrCannotBeReadIsRefused() {
        for (String outside : List.of("", ",\"outside\":false")) {
            Api.Answer refused = post("door", URL, "{" + LINE + outside + "}");
            assertThat(refused.problem(400)).isEqualTo("invalid-request");
            assertThat(refused.json().get("detail").asText())
                    .contains("forbidden")
                    .contains("799");
            assertThat(refused.json().at("/errors/0/pointer").asText()).isEqualTo("/setup/entrance/outside");
        }
        String good = "{" + LINE + ",\"outside\":true}";
        assertThat(pointer(post("door", "rtsp://127.0.0.1/sub", good)))
                .as("loopback is allowed here")
                .isEmpty();
        assertThat(pointer(post("far", "rtsp://8.8.8.8/sub", good))).isEqualTo("/url");
        assertThat(pointer(post("odd", "ftp://10.0.0.8/sub", good))).isEqualTo("/url");
        assertThat(pointer(post("short", URL, good.replace("0.8", "0.21")))).isEqualTo("/setup/entrance/line");
        assertThat(pointer(kerbwatch.api.post(
                        "/api/v1/devices",
                        "{\"site\":\"" + toilet + "\",\"kind\":\"entrance-camera\",\"link\":\"stream\",\"name\":\"x\","
                                + "\"setup\":{\"entrance\":" + good + "}}")))
                .isEqualTo("/url");
        assertThat(pointer(kerbwatch.api.post(
                        "/api/v1/devices",
                        "{\"site\":\"" + toilet + "\",\"kind\":\"entrance-camera\",\"link\":\"stream\",\"name\":\"x\","
                                + "\"url\":\"" + URL + "\"}")))
                .isEqualTo("/setup/entrance");
        UUID road = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"road\",\"kind\":\"road\"}")
                .expect(201));
        assertThat(pointer(post(road, "door", URL, good))).isEqualTo("/site");

        post("first", URL, good).expect(201);
        assertThat(post("second", "rtsp://other:word@10.0.0.8:554/sub", good).problem(409))
                .as("the same stream, whoever asks for it")
                .isEqualTo("identity-taken");
        post(toilet("Station toilet"), "elsewhere", URL, good).expect(201);
    }

    @Test
    void thePasswordOfAStreamIsNeverShown() {
        UUID device = camera("door");
        for (String path : List.of("/api/v1/devices", "/api/v1/devices/" + device, "/api/v1/audit")) {
            assertThat(kerbwatch.api.get(path).text()).doesNotContain("geheim");
        }
        assertThat(device(device).at("/setup/entrance/host").asText()).isEqualTo("10.0.0.8:554");
    }

    @Test
    void ofEachHourOnePictureProvesTheCount() {
        UUID device = camera("door");
        kerbwatch.lookAtDevices();
        String proof = "/api/v1/devices/" + device + "/proof";
        assertThat(kerbwatch.api.get(proof).problem(404)).isEqualTo("no-picture");
        Instant begin = kerbwatch.clock.instant();
        door().crosses(begin, Direction.IN);
        kerbwatch.lookAtDevices();
        assertThat(text(proof)).isEqualTo("door 进 in 1  出 out 0");
        door().crosses(begin.plusSeconds(10), Direction.IN);
        kerbwatch.lookAtDevices();
        assertThat(text(proof)).as("not of everybody").isEqualTo("door 进 in 1  出 out 0");
        kerbwatch.clock.advance(Duration.ofMinutes(6));
        door().crosses(kerbwatch.clock.instant(), Direction.OUT);
        kerbwatch.lookAtDevices();
        assertThat(text(proof)).isEqualTo("door 进 in 2  出 out 1");

        kerbwatch.clock.advance(Duration.ofHours(1));
        door().crosses(kerbwatch.clock.instant(), Direction.OUT);
        kerbwatch.lookAtDevices();
        assertThat(text(proof)).isEqualTo("door 进 in 0  出 out 1");
        assertThat(text(proof + "?hour=" + begin)).isEqualTo("door 进 in 2  出 out 1");
        JsonNode listed = kerbwatch.api.get(proof + "s").expect(200).get("items");
        assertThat(listed).hasSize(2);
        assertThat(listed.get(0).get("direction").asText()).isEqualTo("out");
        assertThat(listed.get(1).get("in").asInt()).isEqualTo(2);

        for (int hour = 0; hour < 30; hour++) {
            kerbwatch.clock.advance(Duration.ofHours(1));
            door().crosses(kerbwatch.clock.instant(), Direction.IN);
            kerbwatch.lookAtDevices();
        }
        assertThat(kerbwatch.api.get(proof + "s").expect(200).get("items").size())
                .isLessThanOrEqualTo(25);
        assertThat(kerbwatch.api.get(proof + "?hour=" + begin).problem(404)).isEqualTo("no-picture");
        assertThat(kerbwatch.limited("viewer", toilet("Elsewhere")).get(proof).problem(404))
                .as("of a site that is not theirs")
                .isEqualTo("not-found");
        assertThat(kerbwatch.limited("viewer", toilet).get(proof).status()).isEqualTo(200);
    }

    @Test
    void aPictureToDrawTheLineOnIsShownAndNotKept() {
        UUID device = camera("door");
        String picture = "/api/v1/devices/" + device + "/picture";
        assertThat(kerbwatch.api.get(picture).problem(404))
                .as("nobody looks yet")
                .isEqualTo("no-picture");
        kerbwatch.lookAtDevices();
        assertThat(kerbwatch.api.get(picture).status()).isEqualTo(200);
        door().picture = Optional.empty();
        assertThat(kerbwatch.api.get(picture).problem(404)).isEqualTo("no-picture");

        JsonNode seen = kerbwatch
                .api
                .post("/api/v1/devices/probe", "{\"url\":\"" + URL + "\"}")
                .expect(200);
        assertThat(seen.get("reached").asBoolean()).isTrue();
        JsonNode away = kerbwatch
                .api
                .post("/api/v1/devices/probe", "{\"url\":\"rtsp://a:geheim@10.9.9.9/sub\"}")
                .expect(200);
        assertThat(away.get("reason").asText()).contains("does not answer").doesNotContain("geheim");
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/devices/probe", "{\"url\":\"rtsp://8.8.8.8/sub\"}")
                        .problem(400))
                .isEqualTo("invalid-request");
        assertThat(kerbwatch
                        .as("viewer", null)
                        .post("/api/v1/devices/probe", "{\"url\":\"" + URL + "\"}")
                        .problem(403))
                .isEqualTo("forbidden");
    }

    private void minute() {
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        kerbwatch.lookAtDevices();
    }

    private TestCounting.Door door() {
        return new ArrayList<>(counting.doors).get(0);
    }

    private JsonNode flow() {
        return kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow").expect(200);
    }

    private JsonNode device(UUID id) {
        return kerbwatch.api.get("/api/v1/devices/" + id).expect(200);
    }

    private String text(String path) {
        Api.Answer answer = kerbwatch.api.get(path);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("image/jpeg");
        return new String(answer.response().body(), StandardCharsets.UTF_8);
    }

    private void change(UUID id, String body) {
        kerbwatch
                .api
                .patch(
                        "/api/v1/devices/" + id,
                        body,
                        "If-Match",
                        "\"" + device(id).get("version").asInt() + "\"")
                .expect(200);
    }

    private UUID toilet(String name) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"" + name + "\",\"kind\":\"public-toilet\"}")
                .expect(201));
    }

    private UUID camera(String name) {
        JsonNode made = post(name, URL, "{" + LINE + ",\"outside\":true}").expect(201);
        assertThat(made.get("secret").isNull()).isTrue();
        return TestServer.id(made.get("device"));
    }

    private Api.Answer post(String name, String url, String entrance) {
        return post(toilet, name, url, entrance);
    }

    private Api.Answer post(UUID site, String name, String url, String entrance) {
        return kerbwatch.api.post(
                "/api/v1/devices",
                "{\"site\":\"" + site + "\",\"kind\":\"entrance-camera\",\"link\":\"stream\",\"name\":\"" + name
                        + "\",\"url\":\"" + url + "\",\"setup\":{\"entrance\":" + entrance + "}}");
    }

    /** Where a request is wrong; empty if it is not. */
    private static String pointer(Api.Answer answer) {
        return answer.status() < 300
                ? ""
                : answer.json().at("/errors/0/pointer").asText();
    }
}
