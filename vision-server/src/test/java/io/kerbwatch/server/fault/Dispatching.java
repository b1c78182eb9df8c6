package io.kerbwatch.server.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * A dispatch system that is no better than real ones: it fails now and then, answers too late, reports twice and in the
 * wrong order, and tries again until it is answered. Writes down all that it gets and says.
 */
final class Dispatching implements AutoCloseable {
    private static final long AGAIN_AFTER_MILLIS = 150;
    /** Longer than an attempt may take in these tests. */
    static final Duration TOO_LATE = Duration.ofMillis(1500);

    private final String name;
    private final Recording recording;
    private final Random random;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final ExecutorService crews = Executors.newFixedThreadPool(8);
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Set<String> worked = ConcurrentHashMap.newKeySet();
    private volatile String token = "";
    private volatile long workMillis;
    private volatile boolean closed;

    Dispatching(String name, Recording recording, long seed) {
        this.name = name;
        this.recording = recording;
        this.random = new Random(seed);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** Begins to work: whatever is filed is accepted, arrived at and done, each so long after the other. */
    void works(String reportToken, Duration eachTakes) {
        token = reportToken;
        workMillis = eachTakes.toMillis();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            JsonNode message = Json.tree(new String(body, StandardCharsets.UTF_8));
            JsonNode data = message.path("data");
            JsonNode order = data.path("order");
            // What fails for long is for other tests: it would be tried again after minutes.
            int chance =
                    seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id"))) ? chance(20) : 20;
            int status = chance < 4 ? 503 : 204;
            if (chance == 4) {
                pause(TOO_LATE.toMillis());
            }
            if (data.has("sequence") && order.has("round")) {
                recording.got(new Recording.Delivery(
                        name,
                        exchange.getRequestHeaders().getFirst("webhook-id"),
                        message.get("type").asText(),
                        order.get("id").asText(),
                        order.get("round").asInt(),
                        order.get("state").asText(),
                        data.get("sequence").asLong(),
                        data.get("serial").asLong(),
                        Arrays.hashCode(body),
                        status));
                if (!token.isEmpty() && message.get("type").asText().equals("order.filed")) {
                    begin(order);
                }
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void begin(JsonNode order) {
        String id = order.get("id").asText();
        int round = order.get("round").asInt();
        if (!closed && worked.add(id + "/" + round)) {
            try {
                crews.execute(() -> work(id, round, order.get("events").asText()));
            } catch (RejectedExecutionException e) {
                recording.note("not worked", id);
            }
        }
    }

    private void work(String order, int round, String events) {
        if (chance(5) == 0) {
            report(order, round, events, "arrive", "early"); // before it is accepted
        }
        for (String event : new String[] {"accept", "arrive", "done"}) {
            pause(workMillis);
            report(order, round, events, event, "1");
            if (chance(4) == 0) {
                report(order, round, events, event, "1"); // the same once more
            }
        }
        if (chance(4) == 0) {
            report(order, round, events, "accept", "late");
        }
    }

    private void report(String order, int round, String events, String event, String once) {
        String key = "%s-%d-%s-%s".formatted(order, round, event, once);
        HttpRequest request = HttpRequest.newBuilder(URI.create(events))
                .timeout(Duration.ofSeconds(30))
                .header("authorization", "Bearer " + token)
                .header("content-type", "application/json")
                .header("idempotency-key", key)
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"" + event + "\",\"round\":" + round + "}"))
                .build();
        while (!closed) {
            int status = 0;
            try {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                status = answer.statusCode();
            } catch (IOException e) {
                // the server is away, or went away with the answer
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            recording.reported(new Recording.Report(order, round, event, key, status));
            if (status > 0 && status < 500) {
                return;
            }
            pause(AGAIN_AFTER_MILLIS);
        }
    }

    private synchronized int chance(int of) {
        return random.nextInt(of);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        crews.shutdownNow();
        threads.shutdownNow();
    }
}
