package io.kerbwatch.server.camera;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.CameraStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraTest {
    private static final Settings SETTINGS = TestServer.settings(settings -> settings);
    private static final TestServer KERBWATCH = TestServer.over(SETTINGS);
    private final Api api = KERBWATCH.api;

    @AfterAll
    static void end() {
        KERBWATCH.close();
    }

    @Test
    void registeringShowsThePictureAndNeverTheUrl() {
        UUID site = KERBWATCH.site("registering");
        Api.Answer made = api.post("/api/v1/cameras", camera(site, "rtsp://admin:geheim@10.0.0.8:554/Streaming/101"));

        JsonNode body = made.expect(201);
        assertThat(body.get("probe").get("reached").asBoolean()).isTrue();
        assertThat(body.get("probe").get("width").asInt()).isEqualTo(1280);
        assertThat(body.get("probe").get("picture").asText()).isNotEmpty();
        assertThat(made.text()).doesNotContain("geheim").doesNotContain("Streaming");
        String path = "/api/v1/cameras/" + body.get("camera").get("id").asText();
        assertThat(api.get(path).text()).doesNotContain("geheim");
        assertThat(api.get("/api/v1/cameras").text()).doesNotContain("geheim");
        assertThat(api.get("/api/v1/audit").text()).doesNotContain("geheim");
        WatchedCamera watched = KERBWATCH.vision.watched(
                UUID.fromString(body.get("camera").get("id").asText()));
        assertThat(watched.toString()).doesNotContain("geheim");
        assertThat(watched.zones()).hasSize(1);
        assertThat(api.get(path + "/picture").status()).isEqualTo(200);
    }

    @Test
    void theSameCameraOfASiteIsRefusedWithTheOneThatExists() {
        UUID site = KERBWATCH.site("twice");
        UUID first = KERBWATCH.camera(site, "10.0.0.8");
        UUID other = KERBWATCH.site("twice elsewhere");

        Api.Answer second = api.post("/api/v1/cameras", camera(site, "RTSP://operator:other@10.0.0.8:554/1"));
        assertThat(second.problem(409)).isEqualTo("camera-exists");
        assertThat(second.json().get("existing").asText()).isEqualTo(first.toString());
        api.post("/api/v1/cameras", camera(other, "rtsp://admin:geheim@10.0.0.8/1"))
                .expect(201);
        api.delete("/api/v1/cameras/" + first).expect(204);
        api.post("/api/v1/cameras", camera(site, "rtsp://admin:geheim@10.0.0.8/1"))
                .expect(201);
    }

    @Test
    void aCameraThatShowsNothingIsKeptAndSaysWhy() {
        UUID site = KERBWATCH.site("dark");
        ProbeResult seen = KERBWATCH.vision.probe;
        KERBWATCH.vision.probe = new ProbeResult.Failed("refused", "the camera does not accept this password");
        try {
            JsonNode made = api.post("/api/v1/cameras", camera(site, "rtsp://a:b@10.0.0.77/1"))
                    .expect(201);
            assertThat(made.get("probe").get("reached").asBoolean()).isFalse();
            assertThat(made.get("probe").get("reason").asText()).contains("password");
            assertThat(made.get("camera").get("health").asText()).isEqualTo("refused");
        } finally {
            KERBWATCH.vision.probe = seen;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "concat:rtsp://10.0.0.8/1|file:///etc/passwd",
                "rtp://10.0.0.8:5004",
                "rtsp:10.0.0.8/1",
                "rtsp://",
                "rtsp://10.0.0.8:99999/1",
                "rtsp://admin:a/b@10.0.0.8/1",
                "rtsp://10.0.0.8/1 -i file",
                "http://10.0.0.8/live.m3u8",
                "http://169.254.169.254/latest/meta-data",
                "rtsp://[fe80::1]/1",
                "rtsp://1.1.1.1/1",
            })
    void whatIsNoCameraIsRefusedWithoutRepeatingIt(String url) {
        UUID site = KERBWATCH.site("refusing " + url.hashCode());
        Api.Answer refused = api.post("/api/v1/cameras", camera(site, url));
        assertThat(refused.problem(400)).isEqualTo("invalid-request");
        assertThat(refused.json().get("errors").get(0).get("pointer").asText()).isEqualTo("/url");
        assertThat(api.post("/api/v1/cameras/probe", "{\"url\":\"" + url + "\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void zonesKeepTheirIdsAndEditsAreChecked() {
        UUID site = KERBWATCH.site("zoned");
        UUID camera = KERBWATCH.camera(site, "10.0.2.1");
        String path = "/api/v1/cameras/" + camera + "/zones";
        String triangle = "\"polygon\":[{\"x\":0,\"y\":0},{\"x\":0.5,\"y\":0},{\"x\":0.5,\"y\":1}]";
        Api.Answer empty = api.get(path);
        assertThat(empty.expect(200).get("zones")).isEmpty();

        Api.Answer first = api.put(
                path,
                "{\"zones\":[{\"name\":\"left\"," + triangle + ",\"kinds\":[\"overflow\"]}]}",
                "if-match",
                empty.header("etag"));
        String id = first.expect(200).get("zones").get(0).get("id").asText();
        Api.Answer second = api.put(
                path,
                "{\"zones\":[{\"id\":\"" + id + "\",\"name\":\"left side\"," + triangle
                        + ",\"kinds\":[\"overflow\",\"litter\"]},{\"name\":\"street\"," + triangle
                        + ",\"kinds\":[]}]}",
                "if-match",
                first.header("etag"));
        assertThat(second.expect(200).get("zones").get(0).get("id").asText()).isEqualTo(id);
        assertThat(KERBWATCH.vision.watched(camera).zones()).hasSize(2);
        assertThat(KERBWATCH.vision.watched(camera).zones().get(1).ignored()).isTrue();

        assertThat(api.put(path, "{\"zones\":[]}", "if-match", first.header("etag"))
                        .status())
                .isEqualTo(412);
        assertThat(api.put(
                                path,
                                "{\"zones\":[{\"name\":\"x\",\"polygon\":[{\"x\":0,\"y\":0},{\"x\":2,\"y\":0},"
                                        + "{\"x\":0,\"y\":1}],\"kinds\":[]}]}",
                                "if-match",
                                second.header("etag"))
                        .status())
                .isEqualTo(400);
        assertThat(api.put(
                                path,
                                "{\"zones\":[{\"id\":\"" + UUID.randomUUID() + "\",\"name\":\"x\"," + triangle
                                        + ",\"kinds\":[]}]}",
                                "if-match",
                                second.header("etag"))
                        .problem(400))
                .isEqualTo("invalid-request");
    }

    @Test
    void aCameraHasRulesOfItsOwn() {
        UUID camera = KERBWATCH.camera(KERBWATCH.site("ruled"), "10.0.2.7");
        String path = "/api/v1/cameras/" + camera;
        Api.Answer plain = api.get(path);
        assertThat(plain.expect(200).get("rules").toString()).isEqualTo("{\"rhythmSeconds\":null,\"judge\":{}}");
        assertThat(KERBWATCH.vision.watched(camera).rules()).isEqualTo(Rules.NONE);

        String rules =
                "{\"rhythmSeconds\":5.0,\"judge\":{\"litter\":{\"confirmVotes\":9,\"confirmWindowSeconds\":120.0}}}";
        Api.Answer changed = api.patch(path, "{\"rules\":" + rules + "}", "if-match", plain.header("etag"));
        assertThat(changed.expect(200).get("rules").toString()).isEqualTo(rules);
        assertThat(changed.expect(200).get("name")).isEqualTo(plain.expect(200).get("name"));
        Rules kept = KERBWATCH.vision.watched(camera).rules();
        assertThat(kept.rhythm()).contains(Duration.ofSeconds(5));
        JudgeSettings usual = JudgeSettings.defaults();
        assertThat(kept.over(usual).keySet()).containsExactly(Kind.LITTER);
        JudgeSettings litter = Objects.requireNonNull(kept.over(usual).get(Kind.LITTER));
        assertThat(litter.confirmVotes()).isEqualTo(9);
        assertThat(litter.confirmWindow()).isEqualTo(Duration.ofMinutes(2));
        assertThat(litter.clearVotes()).isEqualTo(usual.clearVotes());
        assertThat(api.get(path).expect(200).get("rules").toString()).isEqualTo(rules);

        for (String wrong : List.of(
                "{\"rhythmSeconds\":null,\"judge\":{\"dust\":{}}}",
                "{\"rhythmSeconds\":0.1,\"judge\":{}}",
                "{\"rhythmSeconds\":null,\"judge\":{\"litter\":{\"confirmVotes\":0}}}",
                "{\"rhythmSeconds\":null,\"judge\":{\"litter\":{\"confirmSpanSeconds\":300}}}")) {
            assertThat(api.patch(path, "{\"rules\":" + wrong + "}", "if-match", changed.header("etag"))
                            .problem(400))
                    .as(wrong)
                    .isEqualTo("invalid-request");
        }
        assertThat(api.get(path).expect(200).get("rules").toString()).isEqualTo(rules);
    }

    @Test
    void whatTheWatchTellsIsKeptAndShown() {
        UUID site = KERBWATCH.site("watched");
        UUID camera = KERBWATCH.camera(site, "10.0.3.1");
        KERBWATCH
                .server
                .findings()
                .changed(new CameraStatus(
                        camera.toString(),
                        "offline",
                        "nothing answers at 10.0.3.1",
                        List.of("dark"),
                        List.of(),
                        null,
                        null,
                        null,
                        0,
                        0,
                        ""));
        JsonNode shown = api.get("/api/v1/cameras/" + camera).expect(200);
        assertThat(shown.get("health").asText()).isEqualTo("offline");
        assertThat(shown.get("healthReason").asText()).contains("10.0.3.1");
        assertThat(shown.get("faults").get(0).asText()).isEqualTo("dark");
    }

    @Test
    void theOriginalNeedsARightOfItsOwnAndIsEncryptedOnDisk() throws Exception {
        UUID site = KERBWATCH.site("private");
        UUID camera = KERBWATCH.camera(site, "10.0.4.1");
        KERBWATCH.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        String before = api.get("/api/v1/orders?site=" + site)
                .expect(200)
                .get("items")
                .get(0)
                .get("snapshots")
                .get("before")
                .asText();

        assertThat(api.get(before + "?annotated=false").text()).isEqualTo("a picture");
        assertThat(api.get(before).text()).startsWith("drawn on");
        assertThat(api.get(before + "?original=true").text()).isEqualTo("the original");
        assertThat(api.get("/api/v1/audit").text()).contains("snapshot.original");
        assertThat(KERBWATCH.as("viewer", null).get(before + "?original=true").problem(403))
                .isEqualTo("forbidden");
        try (var files = Files.walk(SETTINGS.data().resolve("snapshots"))) {
            List<Path> originals =
                    files.filter(file -> file.toString().endsWith(".original")).toList();
            assertThat(originals).isNotEmpty();
            for (Path original : originals) {
                assertThat(new String(Files.readAllBytes(original), StandardCharsets.ISO_8859_1))
                        .doesNotContain("the original");
            }
        }
    }

    @Test
    void aTokenForOneSiteSeesNoOther() {
        UUID mine = KERBWATCH.site("mine");
        UUID theirs = KERBWATCH.site("theirs");
        UUID camera = KERBWATCH.camera(theirs, "10.0.5.1");
        KERBWATCH.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        String secret = api.post(
                        "/api/v1/tokens",
                        "{\"name\":\"one site\",\"role\":\"supervisor\",\"sites\":[\"" + mine + "\"]}")
                .expect(201)
                .get("secret")
                .asText();
        Api limited = new Api(KERBWATCH.server.url(), secret);

        assertThat(limited.get("/api/v1/sites").expect(200).get("items")).hasSize(1);
        assertThat(limited.get("/api/v1/cameras").expect(200).get("items")).isEmpty();
        assertThat(limited.get("/api/v1/orders").expect(200).get("items")).isEmpty();
        assertThat(limited.get("/api/v1/incidents").expect(200).get("items")).isEmpty();
        assertThat(limited.get("/api/v1/cameras/" + camera).status()).isEqualTo(404);
        String order = api.get("/api/v1/orders?site=" + theirs)
                .expect(200)
                .get("items")
                .get(0)
                .get("id")
                .asText();
        assertThat(limited.get("/api/v1/orders/" + order).status()).isEqualTo(404);
        assertThat(limited.post("/api/v1/orders/" + order + "/events", "{\"event\":\"cancel\",\"reason\":\"x\"}")
                        .status())
                .isEqualTo(404);
    }

    private static String camera(UUID site, String url) {
        return "{\"site\":\"" + site + "\",\"name\":\"camera\",\"url\":\"" + url + "\"}";
    }
}
