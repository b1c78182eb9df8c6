package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;

/**
 * Stations that dispatch to one endpoint, each with a camera; and what becomes of their orders.
 *
 * @param cameras ids, one a station
 * @param reportToken of the endpoint
 */
record Village(List<String> cameras, UUID endpoint, UUID listener, String reportToken) {
    static Village found(Api api, int stations, Dispatching dispatching, Dispatching listening) {
        UUID endpoint = endpoint(api, "dispatch", dispatching);
        UUID listener = endpoint(api, "listener", listening);
        List<String> cameras = new ArrayList<>();
        for (int i = 0; i < stations; i++) {
            UUID site = TestServer.id(api.post(
                            "/api/v1/sites",
                            "{\"name\":\"station %d\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"%s\"}"
                                    .formatted(i, endpoint))
                    .expect(201));
            cameras.add(TestServer.id(api.post(
                                    "/api/v1/cameras",
                                    "{\"site\":\"%s\",\"name\":\"camera %d\",\"url\":\"rtsp://10.0.%d.%d/1\"}"
                                            .formatted(site, i, i / 250, i % 250 + 1))
                            .expect(201)
                            .get("camera"))
                    .toString());
        }
        String token = api.post(
                        "/api/v1/tokens", "{\"name\":\"dispatch\",\"role\":\"crew\",\"endpoint\":\"" + endpoint + "\"}")
                .expect(201)
                .get("secret")
                .asText();
        return new Village(cameras, endpoint, listener, token);
    }

    private static UUID endpoint(Api api, String name, Dispatching receiver) {
        return TestServer.id(api.post(
                        "/api/v1/endpoints",
                        "{\"name\":\"%s\",\"url\":\"%s\",\"reports\":\"steps\"}".formatted(name, receiver.url()))
                .expect(201)
                .get("endpoint"));
    }

    /** Waits until every finding has its order, every order is closed, and everything that was to be told is. */
    void awaitAllClosed(Api api, int orders, Duration within) {
        Awaitility.await()
                .atMost(within)
                .pollInterval(Duration.ofMillis(500))
                .ignoreExceptions()
                .untilAsserted(() -> {
                    assertThat(all(api, "orders"))
                            .hasSizeGreaterThanOrEqualTo(orders)
                            .allMatch(order -> order.get("state").asText().equals("closed"));
                    assertThat(waiting(api, endpoint)).isEmpty();
                    assertThat(waiting(api, listener)).isEmpty();
                });
    }

    private static JsonNode waiting(Api api, UUID endpoint) {
        return api.get("/api/v1/endpoints/" + endpoint + "/deliveries?state=waiting")
                .expect(200)
                .get("items");
    }

    /** All of a kind, page after page. */
    static List<JsonNode> all(Api api, String what) {
        List<JsonNode> items = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = api.get("/api/v1/" + what + "?limit=200" + cursor).expect(200);
            page.get("items").forEach(items::add);
            cursor = page.path("next").isTextual()
                    ? "&cursor=" + page.get("next").asText()
                    : "";
        } while (!cursor.isEmpty());
        return items;
    }

    /** All orders with their histories. */
    static List<JsonNode> ordersWithHistory(Api api) {
        return all(api, "orders").stream()
                .map(order ->
                        api.get("/api/v1/orders/" + order.get("id").asText()).expect(200))
                .toList();
    }
}
