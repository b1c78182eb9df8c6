package io.kerbwatch.server.deadline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.TestVision;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadlineRulesTest {
    private static final String ALL = "/api/v1/deadlines";
    private final TestServer kerbwatch = TestServer.start();
    private UUID site = new UUID(0, 0);

    @BeforeEach
    void begin() {
        site = kerbwatch.site("station");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void whatIsShippedIsShownWithItsSource() {
        JsonNode all = kerbwatch.api.get(ALL).expect(200);
        assertThat(all.get("rules")).isEmpty();
        assertThat(all.get("defaults").findValuesAsText("class"))
                .containsExactly("refuse", "toilet", "sweeping", "sprinkling", "root-cause");
        assertThat(all.at("/defaults/0/rule/arrive").toString())
                .isEqualTo("{\"seconds\":600,\"calendar\":\"natural\"}");
        assertThat(all.at("/defaults/0/rule/ladder")).hasSize(4);
        assertThat(all.at("/defaults/4/rule/finish").toString())
                .isEqualTo("{\"seconds\":259200,\"calendar\":\"work-days\"}");
        assertThat(all.get("calendars").findValuesAsText("name"))
                .containsExactly("natural", "urgent-hours", "work-hours", "work-days");
        assertThat(all.at("/calendars/2/hours/0").toString()).isEqualTo("{\"from\":\"09:00\",\"to\":\"12:00\"}");
        assertThat(all.at("/years/0/source").asText()).contains("2026");
        assertThat(all.at("/years/1/provisional").asBoolean()).isTrue();
        assertThat(all.at("/years/1/note").asText()).contains("had not announced");
    }

    @Test
    void theMostSpecificRuleGoesIntoNewOrdersAndStaysThere() {
        UUID other = kerbwatch.site("other");
        JsonNode first = filed(site, "10.1.0.1");
        assertThat(seconds(first)).isEqualTo(1800);

        kerbwatch.api.put(ALL + "/refuse", rule(600, 3600), "if-match", "\"0\"").expect(200);
        Api.Answer made = kerbwatch.api.put(ALL + "/refuse/sites/" + other, rule(600, 7200), "if-match", "\"0\"");
        assertThat(made.expect(200).get("version").asInt()).isEqualTo(1);
        assertThat(made.header("etag")).isEqualTo("\"1\"");

        assertThat(seconds(kerbwatch.order(TestServer.id(first))))
                .as("as it was filed")
                .isEqualTo(1800);
        assertThat(seconds(filed(other, "10.1.0.2"))).isEqualTo(7200);
        assertThat(seconds(filed(kerbwatch.site("third"), "10.1.0.3"))).isEqualTo(3600);
        assertThat(kerbwatch.api.get(ALL).expect(200).get("rules")).hasSize(2);

        kerbwatch.api.delete(ALL + "/refuse/sites/" + other).expect(204);
        assertThat(kerbwatch.api.delete(ALL + "/refuse/sites/" + other).problem(404))
                .isEqualTo("not-found");
        assertThat(kerbwatch.api.get(ALL).expect(200).get("rules")).hasSize(1);
        JsonNode audit = kerbwatch.api.get("/api/v1/audit").expect(200).get("items");
        List<JsonNode> changes = new ArrayList<>();
        audit.forEach(entry -> {
            if (entry.get("action").asText().startsWith("deadline.")) {
                changes.add(entry);
            }
        });
        assertThat(changes)
                .extracting(entry -> entry.get("action").asText())
                .containsExactly("deadline.remove", "deadline.change", "deadline.change");
        assertThat(changes.get(1).at("/detail/rule/finish/seconds").asInt()).isEqualTo(7200);
    }

    @Test
    void aFinishInWorkHoursIsCountedAtTheSite() {
        String hours = rule(600, 14400)
                .replace(
                        "{\"seconds\":14400,\"calendar\":\"natural\"}",
                        "{\"seconds\":14400," + "\"calendar\":\"work-hours\"}");
        kerbwatch.api.put(ALL + "/refuse", hours, "if-match", "\"0\"").expect(200);
        assertThat(finishBy(filed(site, "10.1.0.1")))
                .as("Monday 10:00 at Shanghai: two hours to noon, two from 14:00")
                .isEqualTo(Instant.parse("2026-11-23T08:00:00Z"));
        UUID berlin = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"Berlin\",\"timeZone\":\"Europe/Berlin\"}")
                .expect(201));
        assertThat(finishBy(filed(berlin, "10.1.0.2")))
                .as("Monday 03:00 at Berlin")
                .isEqualTo(Instant.parse("2026-11-23T14:00:00Z"));
    }

    @Test
    void whoeverReadAnOlderRuleDoesNotWriteOverANewerOne() {
        String path = ALL + "/refuse";
        assertThat(kerbwatch.api.put(path, rule(600, 3600)).problem(428)).isEqualTo("precondition-required");
        assertThat(kerbwatch.api.put(path, rule(600, 3600), "if-match", "\"1\"").problem(412))
                .isEqualTo("changed-meanwhile");
        kerbwatch.api.put(path, rule(600, 3600), "if-match", "\"0\"").expect(200);
        assertThat(kerbwatch.api.put(path, rule(600, 3601), "if-match", "\"0\"").problem(412))
                .isEqualTo("changed-meanwhile");
        kerbwatch.api.put(path, rule(600, 3602), "if-match", "\"1\"").expect(200);
        assertThat(kerbwatch.api.get(ALL).expect(200).at("/rules/0/version").asInt())
                .isEqualTo(2);
    }

    @Test
    void whatCannotBeIsRefusedWithWhere() {
        String path = ALL + "/refuse";
        Api.Answer calendar =
                kerbwatch.api.put(path, rule(600, 3600).replaceFirst("natural", "lunar"), "if-match", "\"0\"");
        assertThat(calendar.problem(400)).isEqualTo("invalid-request");
        assertThat(calendar.json().at("/errors/0/pointer").asText()).isEqualTo("/accept/calendar");
        assertThat(calendar.json().get("detail").asText()).contains("'lunar'", "work-days");
        Api.Answer twice = kerbwatch.api.put(
                path,
                rule(600, 3600)
                        .replace(
                                "\"ladder\":[", "\"ladder\":[{\"stage\":\"finish\",\"percent\":50,\"tell\":\"crew\"},"),
                "if-match",
                "\"0\"");
        assertThat(twice.json().at("/errors/0/pointer").asText()).isEqualTo("/ladder/1");
        for (String bad : new String[] {
            rule(0, 3600),
            rule(600, 7_776_001),
            rule(600, 3600).replace("50", "101"),
            rule(600, 3600).replace("crew", "mayor"),
            rule(600, 3600).replace("\"finish\",\"percent\"", "\"verify\",\"percent\""),
            "{\"ladder\":[]}"
        }) {
            assertThat(kerbwatch.api.put(path, bad, "if-match", "\"0\"").problem(400))
                    .isEqualTo("invalid-request");
        }
        assertThat(kerbwatch
                        .api
                        .put(ALL + "/snow", rule(600, 3600), "if-match", "\"0\"")
                        .problem(404))
                .isEqualTo("not-found");
        assertThat(kerbwatch
                        .api
                        .put(ALL + "/refuse/sites/" + new UUID(1, 2), rule(600, 3600), "if-match", "\"0\"")
                        .problem(404))
                .isEqualTo("not-found");
        assertThat(kerbwatch
                        .as("dispatcher", null)
                        .put(path, rule(600, 3600), "if-match", "\"0\"")
                        .problem(403))
                .isEqualTo("forbidden");
    }

    @Test
    void whoSeesSomeSitesWritesForThoseAlone() {
        UUID other = kerbwatch.site("other");
        kerbwatch
                .api
                .put(ALL + "/refuse/sites/" + other, rule(600, 7200), "if-match", "\"0\"")
                .expect(200);
        String secret = kerbwatch
                .api
                .post("/api/v1/tokens", "{\"name\":\"one site\",\"role\":\"admin\",\"sites\":[\"" + site + "\"]}")
                .expect(201)
                .get("secret")
                .asText();
        Api some = new Api(kerbwatch.server.url(), secret);
        assertThat(some.get(ALL).expect(200).get("rules")).isEmpty();
        assertThat(some.put(ALL + "/refuse", rule(600, 3600), "if-match", "\"0\"")
                        .problem(403))
                .isEqualTo("forbidden");
        assertThat(some.put(ALL + "/refuse/sites/" + other, rule(600, 3600), "if-match", "\"1\"")
                        .problem(404))
                .isEqualTo("not-found");
        some.put(ALL + "/refuse/sites/" + site, rule(600, 3600), "if-match", "\"0\"")
                .expect(200);
        assertThat(some.get(ALL).expect(200).get("rules")).hasSize(1);
    }

    @Test
    void aCalendarFileThatIsWrongStopsTheStart() throws IOException {
        Settings settings = TestServer.settings(same -> same);
        Path folder = Files.createDirectories(settings.data().resolve("calendar"));
        Files.writeString(folder.resolve("2027.json"), "{\"year\":2026,\"source\":\"a slip\"}");
        assertThatThrownBy(() -> Kerbwatch.start(settings, new TestVision(), InstantSource.system()))
                .isInstanceOf(Kerbwatch.CannotStart.class)
                .hasMessageContaining("2027.json")
                .hasMessageContaining("year is 2026")
                .hasMessageContaining("correct it");
    }

    private JsonNode filed(UUID where, String host) {
        UUID camera = kerbwatch.camera(where, host);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        JsonNode all =
                kerbwatch.api.get("/api/v1/orders?site=" + where).expect(200).get("items");
        assertThat(all).hasSize(1);
        return kerbwatch.order(TestServer.id(all.get(0)));
    }

    private static long seconds(JsonNode order) {
        Duration time = Duration.between(Instant.parse(order.get("filedAt").asText()), finishBy(order));
        assertThat(time.toSeconds()).isEqualTo(order.at("/rule/finish/seconds").asLong());
        return time.toSeconds();
    }

    private static Instant finishBy(JsonNode order) {
        return Instant.parse(order.at("/deadlines/finishBy").asText());
    }

    private static String rule(long arrive, long finish) {
        return "{\"accept\":{\"seconds\":120,\"calendar\":\"natural\"},\"arrive\":{\"seconds\":" + arrive
                + ",\"calendar\":\"natural\"},\"finish\":{\"seconds\":" + finish
                + ",\"calendar\":\"natural\"},\"verify\":{\"seconds\":300,\"calendar\":\"natural\"},"
                + "\"ladder\":[{\"stage\":\"finish\",\"percent\":50,\"tell\":\"crew\"}]}";
    }
}
