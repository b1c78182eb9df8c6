package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The clock begins on Monday, 10:00 at Shanghai. */
class RecurrenceTest {
    private final TestServer kerbwatch = TestServer.start();
    private UUID site = new UUID(0, 0);
    private UUID camera = new UUID(0, 0);

    @BeforeEach
    void begin() {
        site = kerbwatch.site("station");
        camera = kerbwatch.camera(site, "10.0.0.8");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void theThirdIncidentOfAZoneWithinADayAsksWhy() {
        dirtyAndClean(Kind.OVERFLOW);
        dirtyAndClean(Kind.LITTER);
        assertThat(kerbwatch.orders("root-cause")).isEmpty();
        dirtyAndClean(Kind.OVERFLOW);

        assertThat(kerbwatch.orders("refuse")).hasSize(3);
        JsonNode cause = onlyCause();
        assertThat(cause.get("state").asText()).isEqualTo("filed");
        assertThat(cause.get("source").asText()).isEqualTo("recurrence");
        assertThat(cause.get("note").asText())
                .isEqualTo("camera 10.0.0.8, whole picture: dirty 3 times on 2026-11-23 (10:00, 11:00, 12:00)");
        assertThat(cause.get("incidents")).isEmpty();
        assertThat(cause.at("/snapshots/before").isNull()).isFalse();
        assertThat(cause.at("/deadlines/finishBy").asText())
                .as("three working days after Monday noon")
                .isEqualTo("2026-11-26T04:00:00Z");
        assertThat(cause.get("history").get(0).get("reason").asText())
                .isEqualTo("dirty 3 times within a day: camera 10.0.0.8, whole picture");
    }

    @Test
    void twoPlacesThatAreDirtyAgainWithinMinutesAreTheSameIncidents() {
        for (int time = 0; time < 2; time++) {
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CLEARED);
            kerbwatch.clock.advance(Duration.ofMinutes(4));
        }
        assertThat(kerbwatch.orders("refuse")).hasSize(1);
        assertThat(kerbwatch.orders("refuse").get(0).get("incidents"))
                .hasSize(2)
                .allMatch(incident -> incident.get("times").asInt() == 2);
        assertThat(kerbwatch.orders("root-cause")).isEmpty();
    }

    @Test
    void itIsFiledOnceADayAndADayIsThatOfTheSite() {
        for (int i = 0; i < 5; i++) {
            dirtyAndClean(Kind.OVERFLOW);
        }
        assertThat(kerbwatch.orders("root-cause")).hasSize(1);
        kerbwatch.clock.advance(Duration.ofHours(9));
        dirtyAndClean(Kind.OVERFLOW);
        dirtyAndClean(Kind.OVERFLOW);
        assertThat(kerbwatch.orders("root-cause")).as("00:00 and 01:00").hasSize(1);
        dirtyAndClean(Kind.OVERFLOW);
        assertThat(kerbwatch.orders("root-cause")).hasSize(2);
        assertThat(kerbwatch.orders("root-cause").get(0).get("note").asText())
                .contains("on 2026-11-24 (00:00, 01:00, 02:00)");
    }

    @Test
    void nothingJoinsItAndItGoesIntoNoOther() {
        for (int i = 0; i < 3; i++) {
            dirtyAndClean(Kind.OVERFLOW);
        }
        UUID cause = TestServer.id(onlyCause());
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        assertThat(kerbwatch.orders("refuse")).hasSize(4);
        assertThat(onlyCause().get("incidents")).isEmpty();
        kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(200);
        assertThat(onlyCause().get("incidents")).isEmpty();
        JsonNode refuse = kerbwatch.orders("refuse").get(0);
        assertThat(kerbwatch
                        .api
                        .post(
                                "/api/v1/orders/" + cause + "/events",
                                "{\"event\":\"merge\",\"into\":\""
                                        + refuse.get("id").asText() + "\"}")
                        .problem(409))
                .isEqualTo("cannot-merge");
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CLEARED);
        assertThat(onlyCause().get("state").asText())
                .as("a clean picture does not close it")
                .isEqualTo("filed");
    }

    @Test
    void aPersonClosesIt() {
        for (int i = 0; i < 3; i++) {
            dirtyAndClean(Kind.OVERFLOW);
        }
        String events = "/api/v1/orders/" + onlyCause().get("id").asText() + "/events";
        int asked = kerbwatch.vision.questions.size();
        for (String event : new String[] {
            "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"planning\"}}",
            "{\"event\":\"arrive\"}",
            "{\"event\":\"done\"}"
        }) {
            kerbwatch.api.post(events, event).expect(200);
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> onlyCause().get("state").asText().equals("human-check"));
        assertThat(kerbwatch.vision.questions).as("no camera was asked").hasSize(asked);
        kerbwatch.as("operator", null).post(events, "{\"event\":\"pass\"}").expect(200);
        assertThat(onlyCause().get("closedBy").asText()).isEqualTo("human");
    }

    @Test
    void whatWasFalseOrIsInReviewDoesNotCountUntilSomeoneSaysThatItIsTrue() {
        dirtyAndClean(Kind.OVERFLOW);
        dirtyAndClean(Kind.LITTER);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        assertThat(kerbwatch.orders("root-cause")).hasSize(1);

        hour();
        UUID second = kerbwatch.camera(site, "10.0.0.9");
        kerbwatch.tell(second, Kind.LITTER, Finding.Type.CONFIRMED);
        String first = lastIncident();
        verdict(first, "false");
        kerbwatch.tell(second, Kind.LITTER, Finding.Type.CLEARED);
        hour();
        kerbwatch.tell(second, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        kerbwatch.tell(second, Kind.OVERFLOW, Finding.Type.CLEARED);
        hour();
        kerbwatch.tell(second, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        kerbwatch.tell(second, Kind.OVERFLOW, Finding.Type.CLEARED);
        hour();
        kerbwatch.tell(second, Kind.LITTER, Finding.Type.CONFIRMED);
        assertThat(kerbwatch.orders("root-cause"))
                .as("one false, two true, one in review")
                .hasSize(1);
        verdict(lastIncident(), "true");
        assertThat(kerbwatch.orders("root-cause")).hasSize(2);
    }

    private void verdict(String incident, String verdict) {
        kerbwatch
                .api
                .post(
                        "/api/v1/incidents/" + incident + "/verdict",
                        "{\"verdict\":\"" + verdict + "\""
                                + (verdict.equals("true") ? "}" : ",\"reason\":\"not-refuse\"}"))
                .expect(200);
    }

    private String lastIncident() {
        return kerbwatch
                .api
                .get("/api/v1/incidents")
                .expect(200)
                .get("items")
                .get(0)
                .get("id")
                .asText();
    }

    private JsonNode onlyCause() {
        assertThat(kerbwatch.orders("root-cause")).hasSize(1);
        return kerbwatch.order(TestServer.id(kerbwatch.orders("root-cause").get(0)));
    }

    private void dirtyAndClean(Kind kind) {
        kerbwatch.tell(camera, kind, Finding.Type.CONFIRMED);
        kerbwatch.tell(camera, kind, Finding.Type.CLEARED);
        hour();
    }

    private void hour() {
        kerbwatch.clock.advance(Duration.ofHours(1));
    }
}
