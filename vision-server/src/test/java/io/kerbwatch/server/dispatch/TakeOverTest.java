package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
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

/** Webhook first, the crews after a minute without an answer that counts. */
class TakeOverTest {
    private final TestServer kerbwatch = TestServer.start();
    private final Receiver city = new Receiver(got -> 503);
    private UUID endpoint = new UUID(0, 0);
    private UUID camera = new UUID(0, 0);
    private UUID li = new UUID(0, 0);

    @BeforeEach
    void begin() {
        endpoint = TestServer.id(kerbwatch
                .api
                .post("/api/v1/endpoints", "{\"name\":\"city\",\"url\":\"" + city.url() + "\"}")
                .expect(201)
                .get("endpoint"));
        UUID site = TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"both\",\"dispatchMode\":\"webhook-then-crews\",\"dispatchEndpoint\":\"" + endpoint
                                + "\"}")
                .expect(201));
        camera = kerbwatch.camera(site, "10.0.0.9");
        li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
    }

    @AfterEach
    void end() {
        city.close();
        kerbwatch.close();
    }

    @Test
    void theCrewsTakeOverWhatIsNotTakenWithinAMinuteAndALateAnswerChangesNothing() {
        UUID order = dirty();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !city.of("order.filed")
                .isEmpty());
        kerbwatch.clock.advance(Duration.ofSeconds(59));
        assertThat(state(order)).isEqualTo("filed");

        kerbwatch.clock.advance(Duration.ofSeconds(2));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(order)
                .equals("dispatched"));
        assertThat(receiver(order)).isEqualTo("Li");
        assertThat(events(order)).containsExactly("file", "crews-take-over", "dispatch");

        assertThat(kerbwatch
                        .api
                        .get("/api/v1/endpoints/" + endpoint)
                        .expect(200)
                        .get("state")
                        .asText())
                .isEqualTo("degraded");

        city.answer(got -> 200);
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        phone().move(order, "accept").expect(200); // tells the endpoint, and so wakes what waits
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(city.of("order.filed")).hasSizeGreaterThan(1);
            assertThat(city.of("order.changed")).anySatisfy(told -> assertThat(
                            told.data().at("/order/receiver/name").asText())
                    .isEqualTo("Li"));
        });
        assertThat(receiver(order)).isEqualTo("Li");
        assertThat(state(order)).isEqualTo("accepted");
        assertThat(events(order)).containsExactly("file", "crews-take-over", "dispatch", "accept");
    }

    @Test
    void anEndpointThatTakesItInTimeKeepsItAndOneThatDeclinesGivesItToTheCrews() {
        city.answer(got -> 200);
        UUID order = dirty();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(order)
                .equals("dispatched"));
        assertThat(receiver(order)).isEqualTo("city");
        kerbwatch.clock.advance(Duration.ofSeconds(70));
        kerbwatch
                .as("crew", endpoint)
                .post("/api/v1/orders/" + order + "/events", "{\"event\":\"decline\"}")
                .expect(200);
        assertThat(receiver(order)).isEqualTo("Li");
        assertThat(events(order)).containsExactly("file", "dispatch", "decline", "crews-take-over", "dispatch");
    }

    @Test
    void workThatTheCrewsTookOverGoesBackToWhoDidItWhenItIsNotDoneWell() {
        UUID order = dirty();
        kerbwatch.clock.advance(Duration.ofSeconds(61));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(order)
                .equals("dispatched"));
        assertThat(receiver(order)).isEqualTo("Li");
        kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Wang\"}").expect(201);
        Phone phone = phone();
        phone.move(order, "arrive").expect(200);
        phone.move(order, "done").expect(200);
        kerbwatch.clock.advance(Duration.ofSeconds(290));
        kerbwatch.answer(Verification.Outcome.DIRTY);
        assertThat(kerbwatch.order(order).get("round").asInt()).isEqualTo(2);
        assertThat(receiver(order)).isEqualTo("Li"); // Wang has waited longer
    }

    private Phone phone() {
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + li + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }

    private UUID dirty() {
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        assertThat(kerbwatch.orders()).hasSize(1);
        return TestServer.id(kerbwatch.orders().get(0));
    }

    private String state(UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    private String receiver(UUID order) {
        return kerbwatch.order(order).at("/receiver/name").asText();
    }

    private List<String> events(UUID order) {
        return kerbwatch.order(order).get("history").findValuesAsText("event");
    }
}
