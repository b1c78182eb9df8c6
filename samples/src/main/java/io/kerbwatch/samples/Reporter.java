package io.kerbwatch.samples;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports steps of orders to the service. */
final class Reporter {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final URI base;
    private final String token;

    /** @param base where {@code /api/v1} begins */
    Reporter(URI base, String token) {
        this.base = URI.create(base.toString().replaceFirst("/+$", ""));
        this.token = token;
    }

    /** One attempt; the same order, round and event always carries the same idempotency key. */
    Report report(String orderId, int round, String event) {
        int status = 0;
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(base + "/api/v1/orders/" + orderId + "/events"))
                    .timeout(TIMEOUT)
                    .header("Content-Type", "application/json")
                    .header("Authorization", "Bearer " + token)
                    .header("Idempotency-Key", orderId + "-" + round + "-" + event)
                    .POST(BodyPublishers.ofString(JsonNodeFactory.instance
                            .objectNode()
                            .put("event", event)
                            .toString()))
                    .build();
            var response = client.send(request, BodyHandlers.ofString());
            status = response.statusCode();
            if (status / 100 != 2) {
                LOG.info("The report '{}' on order {} was answered {}: {}", event, orderId, status, response.body());
            }
        } catch (IOException e) {
            LOG.info("The report '{}' on order {} did not arrive: {}", event, orderId, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Report(Instant.now(), orderId, round, event, status);
    }
}
