package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DispatchConsumerTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> reported = new CopyOnWriteArrayList<>();
    private final List<String> cleaned = new CopyOnWriteArrayList<>();
    private final AtomicInteger apiStatus = new AtomicInteger(200);
    private HttpServer api;
    private DispatchConsumer consumer;

    @BeforeEach
    void start() throws IOException {
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/v1/orders/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                reported.add(String.join(
                        " ",
                        exchange.getRequestURI().getPath(),
                        body,
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        exchange.getRequestHeaders().getFirst("Idempotency-Key")));
                exchange.sendResponseHeaders(apiStatus.get(), -1);
            }
        });
        api.start();
        consumer = DispatchConsumer.start(Crew.instant(), cleaned::add);
        consumer.trust(SECRET);
        consumer.reportTo(URI.create("http://127.0.0.1:" + api.getAddress().getPort() + "/"), "secret-token");
    }

    @AfterEach
    void stop() {
        consumer.close();
        api.stop(0);
    }

    @Test
    void acceptsBeforeItAnswersThenArrivesCleansAndIsDone() throws Exception {
        assertThat(post("msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(204);
        assertThat(reported)
                .first()
                .asString()
                .isEqualTo("/api/v1/orders/o1/events {\"event\":\"accept\"} Bearer secret-token o1-1-accept");
        await().until(() -> reported.size() == 3);
        assertThat(reported.get(1)).contains("\"arrive\"", "o1-1-arrive");
        assertThat(reported.get(2)).contains("\"done\"", "o1-1-done");
        assertThat(cleaned).containsExactly("North gate");
        assertThat(consumer.reports()).extracting(Report::event).containsExactly("accept", "arrive", "done");
        assertThat(consumer.deliveries()).singleElement().satisfies(delivery -> {
            assertThat(delivery.genuine()).isTrue();
            assertThat(delivery.type()).isEqualTo("order.filed");
            assertThat(delivery.orderId()).isEqualTo("o1");
        });
    }

    @Test
    void itsCrewCleansThePlaceThatACameraShows() throws Exception {
        try (SampleStation station = SampleStation.start(List.of(SampleCamera.of("gate", Clips.shortStory())));
                DispatchConsumer other = DispatchConsumer.start(Crew.instant(), site -> station.clean("gate"))) {
            other.trust(SECRET);
            post(other, "msg_1", "order.filed", 1, "FILED", SECRET);
            await().until(() -> station.segment("gate").equals(Playback.CLEANING));
        }
    }

    @Test
    void refusesWhatItsSecretDidNotSign() throws Exception {
        assertThat(post("msg_1", "order.filed", 1, "FILED", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
                .isEqualTo(401);
        assertThat(reported).isEmpty();
        consumer.trust("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assertThat(post("msg_1", "order.filed", 1, "FILED", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))
                .isEqualTo(204);
    }

    @Test
    void processesAMessageOnceHoweverOftenItComes() throws Exception {
        post("msg_1", "order.filed", 1, "FILED", SECRET);
        await().until(() -> reported.size() == 3);
        assertThat(post("msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(204);
        // another message about the same round is no new work either
        assertThat(post("msg_2", "order.changed", 1, "DISPATCHED", SECRET)).isEqualTo(204);
        assertThat(reported).hasSize(3);
        assertThat(consumer.deliveries()).extracting(Delivery::repeated).containsExactly(false, true, false);
    }

    @Test
    void worksAgainWhenTheWorkWasSentBack() throws Exception {
        post("msg_1", "order.filed", 1, "FILED", SECRET);
        await().until(() -> reported.size() == 3);
        post("msg_2", "order.changed", 2, "FILED", SECRET);
        await().until(() -> reported.size() == 6);
        post("msg_3", "order.filed", 3, "FILED", SECRET);
        await().until(() -> reported.size() == 9);
        assertThat(reported.get(8)).endsWith("o1-3-done");
        assertThat(cleaned).hasSize(3);
    }

    @Test
    void reportsAgainWithTheSameKeyWhileTheServiceIsUnwell() throws Exception {
        apiStatus.set(503);
        post("msg_1", "order.filed", 1, "FILED", SECRET);
        await().until(() -> reported.size() >= 2);
        assertThat(reported).allSatisfy(report -> assertThat(report).endsWith("o1-1-accept"));
        apiStatus.set(200);
        await().until(() -> reported.stream().anyMatch(report -> report.endsWith("o1-1-done")));
    }

    @Test
    void stopsWhereItsReportIsRefused() throws Exception {
        apiStatus.set(409);
        post("msg_1", "order.filed", 1, "FILED", SECRET);
        assertThat(consumer.reports()).extracting(Report::status).containsExactly(409);
        assertThat(cleaned).isEmpty();
    }

    @Test
    void leavesAnOrderAloneThatHasEnded() throws Exception {
        Crew slow = new Crew(Crew.Reports.STEPS, Duration.ofHours(1), Duration.ZERO, Duration.ZERO);
        try (DispatchConsumer other = DispatchConsumer.start(slow, cleaned::add)) {
            other.trust(SECRET);
            assertThat(post(other, "msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(204);
            assertThat(post(other, "msg_2", "order.closed", 1, "SELF_CLEARED", SECRET))
                    .isEqualTo(204);
        }
        assertThat(cleaned).isEmpty();
    }

    @Test
    void answersAsItIsTold() throws Exception {
        consumer.answer(new Answer.Status(410));
        assertThat(post("msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(410);
        consumer.answer(new Answer.Redirect(URI.create("http://127.0.0.1:1/")));
        assertThat(post("msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(307);
        consumer.answer(new Answer.HangUp());
        assertThatThrownBy(() -> post("msg_1", "order.filed", 1, "FILED", SECRET))
                .isInstanceOf(IOException.class);
        assertThat(reported).isEmpty();
        consumer.answer(new Answer.Lost());
        assertThatThrownBy(() -> post("msg_1", "order.filed", 1, "FILED", SECRET))
                .isInstanceOf(IOException.class);
        await().until(() -> reported.size() == 3);
        consumer.answer(new Answer.Late(Duration.ofMillis(200)));
        Instant before = Instant.now();
        assertThat(post("msg_1", "order.filed", 1, "FILED", SECRET)).isEqualTo(204);
        assertThat(Duration.between(before, Instant.now())).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(reported).hasSize(3);
    }

    private int post(String id, String type, int round, String state, String secret) throws Exception {
        return post(consumer, id, type, round, state, secret);
    }

    private int post(DispatchConsumer to, String id, String type, int round, String state, String secret)
            throws IOException, InterruptedException, WebhookSigningException {
        String body =
                "{\"type\":\"" + type + "\",\"timestamp\":\"2026-11-23T08:00:00Z\",\"data\":{\"order\":{\"id\":\"o1\","
                        + "\"number\":\"20261123-0001\",\"round\":" + round + ",\"state\":\"" + state
                        + "\"},\"site\":{\"id\":\"s1\",\"name\":\"North gate\"}}}";
        long now = Instant.now().getEpochSecond();
        return client.send(
                        HttpRequest.newBuilder(to.url())
                                .header("webhook-id", id)
                                .header("webhook-timestamp", Long.toString(now))
                                .header("webhook-signature", new Webhook(secret).sign(id, now, body))
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.discarding())
                .statusCode();
    }
}
