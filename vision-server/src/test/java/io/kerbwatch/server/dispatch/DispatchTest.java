package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.standardwebhooks.Webhook;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DispatchTest {
    // The signature's time is checked by the oracle against the machine's clock; the server has the tests' clock.
    private final TestDispatch world = TestDispatch.start();
    private final TestServer kerbwatch = world.kerbwatch;

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void anOrderIsDeliveredSignedAndTheAnswerDispatchesIt() {
        try (Receiver receiver = new Receiver(got -> 204)) {
            JsonNode created = world.endpoint(receiver.url(), "steps");
            assertThat(created.get("endpoint").get("ping").get("delivered").asBoolean())
                    .isTrue();
            UUID endpoint = TestServer.id(created.get("endpoint"));
            UUID order = world.dirtyAt(endpoint);

            TestDispatch.await(() -> world.state(order).equals("dispatched"));
            assertThat(kerbwatch.order(order).get("receiver").get("id").asText())
                    .isEqualTo(endpoint.toString());
            TestDispatch.await(() -> !receiver.of("order.changed").isEmpty());

            Receiver.Got filed = receiver.of("order.filed").get(0);
            String secret = created.get("secret").asText();
            assertThat(filed.signature()).isEqualTo(new Oracle(secret).sign(filed));
            assertThatCode(() -> new Oracle(secret).verify(filed)).doesNotThrowAnyException();
            byte[] changed = filed.body().clone();
            changed[10] ^= 1;
            assertThatThrownBy(() -> new Oracle(secret)
                            .verify(new Receiver.Got(filed.id(), filed.timestamp(), filed.signature(), changed)))
                    .isInstanceOf(Exception.class);
            assertThat(filed.data().get("order").get("id").asText()).isEqualTo(order.toString());
            assertThat(filed.data().get("order").get("round").asInt()).isEqualTo(1);
            assertThat(filed.data().get("sequence").asInt()).isEqualTo(1);
            assertThat(filed.data().get("serial").asInt()).isEqualTo(1);
            assertThat(filed.data().get("site").get("name").asText()).isEqualTo("station");
            assertThat(filed.data().get("deadlines").get("arriveBy").asText()).isNotEmpty();
            assertThat(receiver.of("order.changed")
                            .get(0)
                            .data()
                            .get("sequence")
                            .asInt())
                    .isEqualTo(2);

            String picture = filed.data().get("incidents").get(0).get("picture").asText();
            Api nobody = new Api("", "");
            assertThat(nobody.get(picture).status()).isEqualTo(200);
            assertThat(nobody.get(picture.replace("expires=1", "expires=2")).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void callbacksBeforeTheAnswerCount() {
        AtomicReference<Api> crew = new AtomicReference<>();
        CompletableFuture<Integer> reported = new CompletableFuture<>();
        try (Receiver receiver = new Receiver(got -> {
            if (got.type().equals("order.filed")) {
                String order = got.data().get("order").get("id").asText();
                reported.complete(Objects.requireNonNull(crew.get())
                        .post("/api/v1/orders/" + order + "/events", "{\"event\":\"accept\",\"round\":1}")
                        .status());
            }
            return 200;
        })) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            crew.set(kerbwatch.as("crew", endpoint));
            UUID order = world.dirtyAt(endpoint);

            TestDispatch.await(reported::isDone);
            assertThat(reported.join()).isEqualTo(200);
            TestDispatch.await(() -> world.deliveries(endpoint, "delivered").size() >= 2);
            assertThat(kerbwatch.order(order).get("history").findValuesAsText("event"))
                    .containsExactly("file", "dispatch", "accept");
        }
    }

    @Test
    void whoIsLimitedToSitesHasEndpointsOfTheseOnly() {
        UUID site = kerbwatch.site("own");
        UUID other = kerbwatch.site("other");
        Api limited = kerbwatch.limited("admin", site);
        try (Receiver receiver = new Receiver(got -> 204)) {
            String body = "{\"name\":\"mine\",\"url\":\"" + receiver.url() + "\"%s}";
            UUID all = TestServer.id(world.made(body.formatted("")).get("endpoint"));
            UUID both = TestServer.id(world.made(body.formatted(",\"sites\":[\"" + site + "\",\"" + other + "\"]"))
                    .get("endpoint"));
            for (String sites : List.of("", ",\"sites\":[]", ",\"sites\":[\"" + other + "\"]")) {
                assertThat(limited.post("/api/v1/endpoints", body.formatted(sites))
                                .expect(403)
                                .get("detail")
                                .asText())
                        .contains("'sites'");
            }
            assertThat(limited.get("/api/v1/endpoints").expect(200).get("items"))
                    .isEmpty();
            for (UUID foreign : List.of(all, both)) {
                String path = "/api/v1/endpoints/" + foreign;
                assertThat(limited.get(path).status()).isEqualTo(404);
                assertThat(limited.get(path + "/deliveries").status()).isEqualTo(404);
                assertThat(limited.get(path + "/deliveries/" + UUID.randomUUID() + "/attempts")
                                .status())
                        .isEqualTo(404);
                assertThat(limited.post(path + "/rotate", "").status()).isEqualTo(404);
                assertThat(limited.post(path + "/ping", "").status()).isEqualTo(404);
                assertThat(limited.post(path + "/replay", "{\"from\":\"2026-01-01T00:00:00Z\"}")
                                .status())
                        .isEqualTo(404);
                assertThat(limited.patch(path, "{\"name\":\"x\"}", "if-match", "\"1\"")
                                .status())
                        .isEqualTo(404);
                assertThat(limited.delete(path).status()).isEqualTo(404);
                assertThat(limited.patch(
                                        "/api/v1/sites/" + site,
                                        "{\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"" + foreign + "\"}",
                                        "if-match",
                                        "\"1\"")
                                .status())
                        .isEqualTo(400);
            }

            UUID own = TestServer.id(limited.post("/api/v1/endpoints", body.formatted(",\"sites\":[\"" + site + "\"]"))
                    .expect(201)
                    .get("endpoint"));
            String path = "/api/v1/endpoints/" + own;
            limited.post(path + "/ping", "").expect(200);
            assertThat(limited.patch(path, "{\"sites\":[]}", "if-match", "\"1\"")
                            .problem(403))
                    .isEqualTo("forbidden");
            limited.patch(path, "{\"name\":\"still mine\"}", "if-match", "\"1\"")
                    .expect(200);
            limited.delete(path).expect(204);
        }
    }

    @Test
    void whoIsNotTheReceiverIsToldSo() {
        try (Receiver receiver = new Receiver(got -> 200);
                Receiver other = new Receiver(got -> 200)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            UUID listener = TestServer.id(world.endpoint(other.url(), "nothing").get("endpoint"));
            UUID order = world.dirtyAt(endpoint);
            TestDispatch.await(() -> world.state(order).equals("dispatched"));
            TestDispatch.await(() -> !other.of("order.filed").isEmpty());

            String path = "/api/v1/orders/" + order + "/events";
            assertThat(kerbwatch
                            .as("crew", listener)
                            .post(path, "{\"event\":\"accept\"}")
                            .problem(409))
                    .isEqualTo("not-the-receiver");
            Api crew = kerbwatch.as("crew", endpoint);
            assertThat(crew.post(path, "{\"event\":\"done\"}", "idempotency-key", "d1")
                            .expect(200)
                            .get("state")
                            .asText())
                    .isEqualTo("verifying");
            Api.Answer repeated = crew.post(path, "{\"event\":\"done\"}", "idempotency-key", "d1");
            assertThat(repeated.status()).isEqualTo(200);
            assertThat(repeated.header("idempotent-replay")).isEqualTo("true");
            assertThat(crew.post(path, "{\"event\":\"accept\"}", "idempotency-key", "d1")
                            .problem(422))
                    .isEqualTo("idempotency-key-reused");
            assertThat(crew.post(path, "{\"event\":\"done\"}").problem(409)).isEqualTo("transition-not-allowed");
            assertThat(kerbwatch.order(order).get("arrivedAt").isNull()).isTrue();
        }
    }

    @Test
    void failuresAreTriedAgainOnScheduleWithTheSameId() {
        try (Receiver receiver = new Receiver(got -> got.type().equals("ping") ? 200 : 503)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            UUID order = world.dirtyAt(endpoint);

            int[] offsets = {0, 2, 5, 10, 20, 40};
            Instant base = kerbwatch.clock.instant();
            for (int i = 0; i < offsets.length; i++) {
                int wanted = i + 1;
                Duration gap = Duration.ofSeconds(i == 0 ? 0 : offsets[i] - offsets[i - 1]);
                Instant due = base.plusSeconds(offsets[i]).plus(gap.dividedBy(10));
                kerbwatch.clock.advance(Duration.between(kerbwatch.clock.instant(), due));
                TestDispatch.await(() -> receiver.of("order.filed").size() == wanted);
                TestDispatch.await(() ->
                        world.waitingAttempts(endpoint, "order.filed") == wanted && world.settled(endpoint, "order."));
            }
            receiver.answer(got -> 200);
            kerbwatch.clock.advance(Duration.ofSeconds(133));
            TestDispatch.await(() -> world.state(order).equals("dispatched"));

            assertThat(receiver.of("order.filed")).hasSize(7);
            assertThat(receiver.of("order.filed").stream().map(Receiver.Got::id).distinct())
                    .hasSize(1);
            assertThat(receiver.of("order.filed").stream()
                            .map(Receiver.Got::timestamp)
                            .distinct()
                            .count())
                    .isGreaterThan(5);
        }
    }

    @Test
    void aClockThatIsSetBackDelaysNothing() {
        try (Receiver receiver = new Receiver(got -> got.type().equals("ping") ? 200 : 503)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            kerbwatch.clock.advance(Duration.ofHours(1)); // it was wrong
            UUID order = world.dirtyAt(endpoint);
            TestDispatch.await(() -> world.waitingAttempts(endpoint, "order.filed") == 1
                    && world.settled(endpoint, "order.")
                    && world.settled(endpoint, "incident."));
            kerbwatch.clock.advance(Duration.ofMinutes(20));
            TestDispatch.await(() -> world.waitingAttempts(endpoint, "order.filed") == 2
                    && world.settled(endpoint, "order.")
                    && world.settled(endpoint, "incident."));
            receiver.answer(got -> 200);
            kerbwatch.clock.advance(Duration.ofMinutes(80).negated()); // and is put right

            TestDispatch.await(() -> world.state(order).equals("dispatched")
                    && world.deliveries(endpoint, "waiting").isEmpty());
            assertThat(receiver.of("order.filed").stream().map(Receiver.Got::id).distinct())
                    .hasSize(1);
        }
    }

    @Test
    void anAttemptDuringWhichTheClockIsSetBackIsFollowedByTheNextInTime() {
        AtomicBoolean back = new AtomicBoolean();
        try (Receiver receiver = new Receiver(got -> {
            if (!got.type().equals("order.filed")) {
                return 200;
            }
            if (back.compareAndSet(false, true)) {
                kerbwatch.clock.advance(Duration.ofHours(1).negated());
                world.sql("select pg_notify('kerbwatch', 'outbox')");
                // Before this attempt ends the server has seen what happened to the clock.
                TestDispatch.await(() -> world.sql("select count(*) from delivery where base_at > '"
                                + kerbwatch.clock.instant().plusSeconds(60) + "'")
                        == 0);
                return 503;
            }
            return 200;
        })) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            kerbwatch.clock.advance(Duration.ofHours(1));
            UUID order = world.dirtyAt(endpoint);
            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").stream()
                    .anyMatch(line -> !line.get("lastResult").asText().isEmpty()));
            kerbwatch.clock.advance(Duration.ofSeconds(3));
            TestDispatch.await(() -> world.state(order).equals("dispatched"));
        }
    }

    @Test
    void oneDeadEndpointDelaysNoOther() throws IOException {
        try (ServerSocket tarpit = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Receiver receiver = new Receiver(got -> 200)) {
            JsonNode stuck = world.endpoint("http://127.0.0.1:" + tarpit.getLocalPort() + "/", "nothing");
            assertThat(stuck.get("endpoint").get("ping").get("delivered").asBoolean())
                    .isFalse();
            assertThat(stuck.get("endpoint").get("ping").get("result").asText()).contains("no answer within 500 ms");
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            UUID site = world.siteOf(endpoint);
            UUID camera = kerbwatch.camera(site, "10.0.0.8");
            for (int i = 0; i < 40; i++) {
                kerbwatch.clock.advance(Duration.ofMillis(1));
                kerbwatch.tell(camera, Kind.LITTER, i % 2 == 0 ? Finding.Type.CONFIRMED : Finding.Type.CLEARED);
            }

            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
            assertThat(receiver.of("incident.opened")).hasSize(20);
            assertThat(world.deliveries(TestServer.id(stuck.get("endpoint")), "delivered"))
                    .isEmpty();
        }
    }

    @Test
    void aClosedPortARedirectAndAGoneEndpointAreToldAsTheyAre() throws IOException {
        int closed;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            closed = socket.getLocalPort();
        }
        JsonNode refused =
                world.endpoint("http://127.0.0.1:" + closed + "/", "steps").get("endpoint");
        assertThat(refused.get("state").asText()).isEqualTo("active");
        assertThat(refused.get("ping").get("result").asText()).isEqualTo("connection refused");
        try (Receiver redirecting = new Receiver(got -> 302);
                Receiver gone = new Receiver(got -> got.type().equals("ping") ? 200 : 410)) {
            JsonNode redirected = world.endpoint(redirecting.url(), "steps").get("endpoint");
            assertThat(redirected.get("ping").get("result").asText()).isEqualTo("302: redirects are not followed");
            assertThat(redirecting.got).hasSize(1);

            UUID endpoint = TestServer.id(world.endpoint(gone.url(), "steps").get("endpoint"));
            UUID order = world.dirtyAt(endpoint);
            TestDispatch.await(() -> kerbwatch
                    .api
                    .get("/api/v1/endpoints/" + endpoint)
                    .expect(200)
                    .get("state")
                    .asText()
                    .equals("disabled"));
            assertThat(world.state(order)).isEqualTo("filed");
        }
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/endpoints", "{\"name\":\"x\",\"url\":\"http://169.254.169.254/latest\"}")
                        .problem(400))
                .isEqualTo("invalid-request");
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/endpoints", "{\"name\":\"x\",\"url\":\"file:///etc/passwd\"}")
                        .problem(400))
                .isEqualTo("invalid-request");
    }

    @Test
    void anOldSecretSignsBesideTheNewOneForADayAndDeliveriesCanBeReplayed() {
        try (Receiver receiver = new Receiver(got -> 200)) {
            JsonNode created = world.endpoint(receiver.url(), "steps");
            UUID endpoint = TestServer.id(created.get("endpoint"));
            String fresh = kerbwatch
                    .api
                    .post("/api/v1/endpoints/" + endpoint + "/rotate", "")
                    .expect(200)
                    .get("secret")
                    .asText();
            kerbwatch.api.post("/api/v1/endpoints/" + endpoint + "/ping", "").expect(200);
            Receiver.Got ping = receiver.of("ping").get(1);
            assertThat(ping.signature().split(" ", -1))
                    .containsExactly(
                            new Oracle(fresh).sign(ping),
                            new Oracle(created.get("secret").asText()).sign(ping));

            UUID order = world.dirtyAt(endpoint);
            TestDispatch.await(() -> world.state(order).equals("dispatched"));
            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
            JsonNode filed = world.deliveries(endpoint, "delivered").stream()
                    .filter(line -> line.get("type").asText().equals("order.filed"))
                    .findFirst()
                    .orElseThrow();
            kerbwatch
                    .api
                    .post(
                            "/api/v1/endpoints/" + endpoint + "/replay",
                            "{\"deliveries\":[\"" + filed.get("id").asText() + "\"]}")
                    .expect(200);
            TestDispatch.await(() -> receiver.of("order.filed").size() == 2);
            assertThat(receiver.of("order.filed").get(1).id())
                    .isEqualTo(receiver.of("order.filed").get(0).id())
                    .isEqualTo(filed.get("message").asText());
            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
            assertThat(kerbwatch.order(order).get("history").findValuesAsText("event"))
                    .containsExactly("file", "dispatch");
        }
    }

    @Test
    void aReceiverBringsItsOwnSecretAndKnowsTheFirstPing() {
        String own = "whsec_"
                + Base64.getEncoder().encodeToString("the receiver's very own secret".getBytes(StandardCharsets.UTF_8));
        try (Receiver receiver = new Receiver(got -> 200)) {
            JsonNode created = kerbwatch
                    .api
                    .post(
                            "/api/v1/endpoints",
                            "{\"name\":\"own\",\"url\":\"" + receiver.url() + "\",\"secret\":\"" + own + "\"}")
                    .expect(201);
            assertThat(created.get("secret").asText()).isEqualTo(own);
            Receiver.Got ping = receiver.of("ping").get(0);
            assertThat(ping.signature()).isEqualTo(new Oracle(own).sign(ping));
            for (String none :
                    List.of("whsec_", "hunter2hunter2hunter2hunter2hunter2hunter2", own.substring(0, 37), own + "!")) {
                JsonNode problem = kerbwatch
                        .api
                        .post(
                                "/api/v1/endpoints",
                                "{\"name\":\"own\",\"url\":\"" + receiver.url() + "\",\"secret\":\"" + none + "\"}")
                        .expect(400);
                assertThat(problem.toString()).contains("/secret").doesNotContain("hunter2");
            }
        }
    }

    /** The reference library, with the test's own clock left out of the question. */
    private static final class Oracle {
        private final Webhook webhook;

        Oracle(String secret) {
            webhook = new Webhook(secret);
        }

        String sign(Receiver.Got got) {
            try {
                return webhook.sign(
                        got.id(), Long.parseLong(got.timestamp()), new String(got.body(), StandardCharsets.UTF_8));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        void verify(Receiver.Got got) throws Exception {
            String body = new String(got.body(), StandardCharsets.UTF_8);
            long now = Instant.now().getEpochSecond();
            // The library looks at the machine's clock: it is given a signature of now wherever ours holds.
            String signature = sign(got).equals(got.signature()) ? webhook.sign(got.id(), now, body) : got.signature();
            webhook.verify(
                    body,
                    Map.of(
                            "webhook-id", List.of(got.id()),
                            "webhook-timestamp", List.of(Long.toString(now)),
                            "webhook-signature", List.of(signature)));
        }
    }
}
