package io.kerbwatch.server.ioc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LayoutsTest {
    private static final String MAP = "{\"panel\":\"map\",\"column\":%d,\"row\":0,\"width\":12,\"height\":12}";
    private TestServer kerbwatch;

    @BeforeAll
    void start() {
        kerbwatch = TestServer.start();
    }

    @AfterAll
    void stop() {
        kerbwatch.close();
    }

    @Test
    void twoWallsComeWithTheProgramAndCanBeChangedAndTakenBack() {
        JsonNode walls = kerbwatch.api.get("/api/v1/walls").expect(200).get("items");
        assertThat(walls.findValuesAsText("name")).contains("main", "wide");
        Api.Answer answer = kerbwatch.api.get("/api/v1/walls/main");
        assertThat(answer.header("etag")).isEqualTo("\"0\"");
        put("main", "{\"title\":\"Baishi\",\"panels\":[" + MAP.formatted(0) + "]}", 0)
                .expect(200);
        put("main", "{\"title\":\"other\",\"panels\":[" + MAP.formatted(0) + "]}", 0)
                .expect(412);
        assertThat(put("main", "{\"title\":\"Baishi 2\",\"panels\":[" + MAP.formatted(12) + "]}", 1)
                        .expect(200)
                        .get("version")
                        .asInt())
                .isEqualTo(2);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/walls/main")
                        .expect(200)
                        .at("/panels/0/column")
                        .asInt())
                .isEqualTo(12);
        kerbwatch.api.delete("/api/v1/walls/main").expect(204);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/walls/main")
                        .expect(200)
                        .get("panels")
                        .size())
                .isGreaterThan(5);
        kerbwatch.api.delete("/api/v1/walls/main").expect(404);
        kerbwatch.api.get("/api/v1/walls/nowhere").expect(404);
    }

    @Test
    void panelsThatDoNotFitAreRefusedWithWhere() {
        assertThat(wrong("[" + MAP.formatted(13) + "]")).contains("/panels/0").contains("over the edge");
        assertThat(wrong("[" + MAP.formatted(0) + "," + MAP.formatted(12) + "]"))
                .contains("twice");
        String orders = "{\"panel\":\"orders\",\"column\":11,\"row\":3,\"width\":2,\"height\":2}";
        assertThat(wrong("[" + MAP.formatted(0) + "," + orders + "]"))
                .contains("/panels/1")
                .contains("cover each other");
        assertThat(put("lobby", "{\"title\":\"\",\"panels\":[]}", 0).status()).isEqualTo(400);
        kerbwatch
                .as("viewer", null)
                .put(
                        "/api/v1/walls/lobby",
                        "{\"title\":\"\",\"panels\":[" + MAP.formatted(0) + "]}",
                        "if-match",
                        "\"0\"")
                .expect(403);
    }

    private String wrong(String panels) {
        Api.Answer answer = put("lobby", "{\"title\":\"\",\"panels\":" + panels + "}", 0);
        answer.expect(400);
        return answer.text();
    }

    private Api.Answer put(String wall, String body, int version) {
        return kerbwatch.api.put("/api/v1/walls/" + wall, body, "if-match", "\"" + version + "\"");
    }
}
