package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that rest for a while, closures that are looked at once more, and what each move of an order says. */
class RestAndCheckTest {
    private final TestServer kerbwatch =
            TestServer.start(settings -> settings.with(Settings.ORDERS_CHECK_PERCENT, "100"));
    private UUID camera = new UUID(0, 0);
    private UUID li = new UUID(0, 0);
    private UUID order = new UUID(0, 0);

    @BeforeEach
    void begin() {
        camera = kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8");
        li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        order = TestServer.id(kerbwatch.orders().get(0));
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void aCrewAsksASupervisorApprovesAndTheOrderGoesOnByItselfWhenItsTimeHasCome() {
        Phone phone = phone();
        phone.move(order, "accept").expect(200);
        String until = kerbwatch.clock.instant().plus(Duration.ofHours(2)).toString();
        JsonNode asked = phone.post(
                        "/api/v1/orders/" + order + "/suspension-requests",
                        "{\"reason\":\"typhoon\",\"until\":\"" + until + "\"}")
                .expect(201);
        assertThat(state()).isEqualTo("accepted"); // asking stops no clock
        assertThat(phone.post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"again\"}")
                        .problem(409))
                .isEqualTo("asked-already");
        assertThat(kerbwatch.api.get("/api/v1/suspension-requests").expect(200).get("items"))
                .hasSize(1);

        String decision = "/api/v1/suspension-requests/" + asked.get("id").asText() + "/decision";
        assertThat(phone.post(decision, "{\"approve\":true}").problem(403)).isEqualTo("forbidden");
        assertThat(kerbwatch
                        .as("dispatcher", null)
                        .post(decision, "{\"approve\":true}")
                        .problem(409))
                .isEqualTo("transition-not-allowed"); // only a supervisor may
        kerbwatch
                .as("supervisor", null)
                .post(decision, "{\"approve\":true,\"opinion\":\"stay safe\"}")
                .expect(200);
        assertThat(state()).isEqualTo("suspended");
        assertThat(kerbwatch.api.get("/api/v1/suspension-requests").expect(200).get("items"))
                .isEmpty();
        assertThat(last().get("opinion").asText()).isEqualTo("stay safe");

        kerbwatch.clock.advance(Duration.ofMinutes(119));
        assertThat(state()).isEqualTo("suspended");
        kerbwatch.clock.advance(Duration.ofMinutes(2));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state().equals("accepted"));
        phone.move(order, "arrive").expect(200);
        assertThat(kerbwatch.order(order).at("/arrival/filedToArrivedSeconds").asDouble())
                .isLessThan(120);
    }

    @Test
    void anOldEndOfASuspensionDoesNotEndALaterOne() {
        Api supervisor = kerbwatch.as("supervisor", null);
        String path = "/api/v1/orders/" + order + "/events";
        String until = kerbwatch.clock.instant().plus(Duration.ofMinutes(30)).toString();
        supervisor
                .post(path, "{\"event\":\"suspend\",\"reason\":\"road works\",\"until\":\"" + until + "\"}")
                .expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(5));
        supervisor.post(path, "{\"event\":\"resume\"}").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        supervisor
                .post(path, "{\"event\":\"suspend\",\"reason\":\"until somebody says so\"}")
                .expect(200);
        kerbwatch.clock.advance(Duration.ofHours(1));
        kerbwatch.tell(kerbwatch.camera(kerbwatch.site("other"), "10.0.0.9"), Kind.LITTER, Finding.Type.CONFIRMED);
        Awaitility.await()
                .during(Duration.ofSeconds(3))
                .atMost(Duration.ofSeconds(5))
                .until(() -> state().equals("suspended"));
    }

    @Test
    void aRefusedRequestIsWrittenDownAndMovesNothing() {
        JsonNode asked = phone().post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"too far\"}")
                .expect(201);
        kerbwatch
                .api
                .post(
                        "/api/v1/suspension-requests/" + asked.get("id").asText() + "/decision",
                        "{\"approve\":false,\"opinion\":\"it is around the corner\"}")
                .expect(200);
        assertThat(state()).isEqualTo("dispatched");
        assertThat(kerbwatch.order(order).get("history").findValuesAsText("event"))
                .endsWith("suspension-asked", "suspension-refused");
        assertThat(kerbwatch
                        .api
                        .post(
                                "/api/v1/suspension-requests/" + asked.get("id").asText() + "/decision",
                                "{\"approve\":true}")
                        .problem(409))
                .isEqualTo("decided-already");
    }

    /** Nobody is asked about what cannot be decided any more. */
    @Test
    void aRequestLapsesWhenItsOrderEndsOrGoesOn() {
        String requests = "/api/v1/suspension-requests";
        Phone phone = phone();
        String id = phone.post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"too far\"}")
                .expect(201)
                .get("id")
                .asText();
        phone.move(order, "accept").expect(200);
        assertThat(kerbwatch.api.get(requests).expect(200).get("items"))
                .as("it could still rest")
                .hasSize(1);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/wall")
                        .expect(200)
                        .get("decisions")
                        .findValuesAsText("kind"))
                .contains("suspension");
        phone.move(order, "arrive").expect(200);
        phone.move(order, "done").expect(200);
        assertThat(kerbwatch.api.get(requests).expect(200).get("items")).isEmpty();
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/wall")
                        .expect(200)
                        .get("decisions")
                        .findValuesAsText("kind"))
                .doesNotContain("suspension");
        JsonNode lapsed =
                kerbwatch.api.get(requests + "?open=false").expect(200).at("/items/0");
        assertThat(lapsed.get("approved").isNull()).isTrue();
        assertThat(lapsed.get("decidedAt").isNull()).isFalse();
        assertThat(lapsed.get("opinion").asText()).contains("before anybody decided");
        assertThat(kerbwatch
                        .api
                        .post(requests + "/" + id + "/decision", "{\"approve\":true}")
                        .problem(409))
                .isEqualTo("decided-already");

        kerbwatch.answer(Verification.Outcome.CLEAN);
        UUID other = TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/orders",
                        "{\"site\":\"" + kerbwatch.order(order).at("/site/id").asText() + "\",\"kind\":\"litter\"}")
                .expect(201));
        phone.post("/api/v1/orders/" + other + "/suspension-requests", "{\"reason\":\"too far\"}")
                .expect(201);
        kerbwatch
                .api
                .post("/api/v1/orders/" + other + "/events", "{\"event\":\"suspend\",\"reason\":\"a flood\"}")
                .expect(200);
        assertThat(kerbwatch.api.get(requests).expect(200).get("items"))
                .as("it rests already")
                .isEmpty();
    }

    @Test
    void aClosureIsLookedAtOnceMoreByPeopleWhoDidNotDoTheWorkAndDisagreementIsAFalseClosure() {
        workAndClose();
        JsonNode check = kerbwatch
                .api
                .get("/api/v1/closure-checks")
                .expect(200)
                .get("items")
                .get(0);
        assertThat(check.get("closedBy").asText()).isEqualTo("camera");
        assertThat(check.get("agrees").isNull()).isTrue();
        String path = "/api/v1/closure-checks/" + check.get("id").asText() + "/answer";
        assertThat(phone().post(path, "{\"agrees\":true}").problem(403)).isEqualTo("forbidden");
        kerbwatch
                .as("operator", null)
                .post(path, "{\"agrees\":false,\"opinion\":\"bags behind the bin\"}")
                .expect(200);
        assertThat(kerbwatch.api.post(path, "{\"agrees\":true}").problem(409)).isEqualTo("decided-already");
        assertThat(state()).isEqualTo("closed"); // it moves nothing
        JsonNode figures = kerbwatch.api.get("/api/v1/closures").expect(200);
        assertThat(figures.get("closed").asInt()).isEqualTo(1);
        assertThat(figures.get("byCamera").asInt()).isEqualTo(1);
        assertThat(figures.get("checked").asInt()).isEqualTo(1);
        assertThat(figures.get("disagreed").asInt()).isEqualTo(1);
        assertThat(figures.get("selfCleared").asInt()).isZero();
    }

    @Test
    void aClosureCountsWithItsOwnPicturesThoughItsOrderIsOpenedAgain() {
        workAndClose();
        JsonNode pictures = kerbwatch.order(order).get("snapshots");
        kerbwatch.clock.advance(Duration.ofMinutes(2));
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        assertThat(state()).isNotEqualTo("closed");
        assertThat(kerbwatch.order(order).at("/snapshots/before")).isNotEqualTo(pictures.get("before"));

        JsonNode check = kerbwatch
                .api
                .get("/api/v1/closure-checks")
                .expect(200)
                .get("items")
                .get(0);
        assertThat(pictures.get("before").asText()).endsWith(check.get("before").asText());
        assertThat(pictures.get("after").asText()).endsWith(check.get("after").asText());
        kerbwatch
                .as("operator", null)
                .post(
                        "/api/v1/closure-checks/" + check.get("id").asText() + "/answer",
                        "{\"agrees\":false,\"opinion\":\"it never was clean\"}")
                .expect(200);
        JsonNode figures = kerbwatch.api.get("/api/v1/closures").expect(200);
        assertThat(figures.get("closed").asInt()).isEqualTo(1);
        assertThat(figures.get("byCamera").asInt()).isEqualTo(1);
        assertThat(figures.get("disagreed").asInt()).isEqualTo(1);
    }

    @Test
    void whoReportedThatTheWorkIsDoneDoesNotPassIt() {
        Api reporter = kerbwatch.as("admin", null); // and rang up for Li
        String path = "/api/v1/orders/" + order + "/events";
        reporter.post(path, "{\"event\":\"arrive\"}").expect(200);
        reporter.post(path, "{\"event\":\"done\"}").expect(200);
        kerbwatch.answer(Verification.Outcome.CANNOT_TELL);
        assertThat(state()).isEqualTo("human-check");
        assertThat(reporter.post(path, "{\"event\":\"pass\"}").problem(409)).isEqualTo("transition-not-allowed");
        assertThat(state()).isEqualTo("human-check");
        kerbwatch.as("operator", null).post(path, "{\"event\":\"pass\"}").expect(200);
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void aMoveSaysWhoHadItHowLongTheStepTookWhatWasOverdueAndWhatBelongsToIt() {
        Phone phone = phone();
        kerbwatch.clock.advance(Duration.ofSeconds(30));
        phone.move(order, "accept").expect(200);
        JsonNode accepted = last();
        assertThat(accepted.at("/receiver/name").asText()).isEqualTo("Li");
        assertThat(accepted.get("seconds").asDouble()).isEqualTo(30);
        assertThat(accepted.get("overdue")).isEmpty();

        kerbwatch.clock.advance(Duration.ofMinutes(11));
        phone.post(
                        "/api/v1/orders/" + order + "/events",
                        "{\"event\":\"arrive\",\"round\":1,\"opinion\":\"the lane was blocked\"}")
                .expect(200);
        JsonNode arrived = last();
        assertThat(arrived.get("seconds").asDouble()).isEqualTo(660);
        assertThat(arrived.get("overdue").toString()).isEqualTo("[\"arrive\"]");
        assertThat(arrived.get("opinion").asText()).isEqualTo("the lane was blocked");
        assertThat(arrived.get("expectedRound").asInt()).isEqualTo(1);
        assertThat(phone.post(
                                "/api/v1/orders/" + order + "/events",
                                "{\"event\":\"done\",\"photos\":[\"" + new UUID(0, 9) + "\"]}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whatWasReportedByHandEndsWithItsOrderAndWhatACameraSeesDoesNot() {
        UUID place = kerbwatch.site("elsewhere");
        UUID byHand = TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + place + "\",\"kind\":\"litter\"}")
                .expect(201));
        for (UUID one : List.of(byHand, order)) {
            kerbwatch
                    .api
                    .post("/api/v1/orders/" + one + "/events", "{\"event\":\"cancel\",\"reason\":\"twice\"}")
                    .expect(200);
        }
        assertThat(kerbwatch.order(byHand).at("/incidents/0/state").asText()).isEqualTo("withdrawn");
        assertThat(kerbwatch.order(order).at("/incidents/0/state").asText()).isEqualTo("open");
    }

    @Test
    void aPortalReadsOrdersAsOpen311HasThem() {
        workAndClose();
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        Api viewer = kerbwatch.as("viewer", null);
        assertThat(viewer.get("/open311/v2/services.json").expect(200).findValuesAsText("service_code"))
                .contains("refuse");
        JsonNode all = viewer.get("/open311/v2/requests.json").expect(200);
        assertThat(all.findValuesAsText("status")).containsExactly("open", "closed");
        String number = all.get(1).get("service_request_id").asText();
        assertThat(viewer.get("/open311/v2/requests.json?status=open").expect(200))
                .hasSize(1);
        assertThat(viewer.get("/open311/v2/requests.json?service_request_id=" + number)
                        .expect(200))
                .hasSize(1);
        assertThat(viewer.get("/open311/v2/requests/" + number + ".json")
                        .expect(200)
                        .get(0)
                        .get("status_notes")
                        .asText())
                .isEqualTo("closed");
        assertThat(viewer.get("/open311/v2/requests/1.json").status()).isEqualTo(404);
        assertThat(viewer.get("/open311/v2/requests.json?start_date=yesterday").status())
                .isEqualTo(400);
        assertThat(viewer.get("/open311/v2/requests.json?end_date=2020-01-01T00:00:00Z")
                        .expect(200))
                .isEmpty();
    }

    private void workAndClose() {
        Phone phone = phone();
        for (String event : List.of("accept", "arrive", "done")) {
            kerbwatch.clock.advance(Duration.ofSeconds(30));
            phone.move(order, event).expect(200);
        }
        kerbwatch.clock.advance(Duration.ofSeconds(50));
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(state()).isEqualTo("closed");
    }

    private Phone phone() {
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + li + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }

    private String state() {
        return kerbwatch.order(order).get("state").asText();
    }

    /** The newest move that moved something or was said. */
    private JsonNode last() {
        JsonNode history = kerbwatch.order(order).get("history");
        for (int i = history.size() - 1; i >= 0; i--) {
            if (!history.get(i).get("event").asText().equals("escalated")) {
                return history.get(i);
            }
        }
        throw new AssertionError("no move");
    }
}
