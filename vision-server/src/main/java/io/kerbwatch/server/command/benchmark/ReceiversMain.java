package io.kerbwatch.server.command.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The other end of {@code benchmark orders}, in a process of its own: receivers that take every message at once, the first
 * of which reports each order as done. Says its URLs once, by blanks; {@code token T} is what it reports with; {@code begin}
 * forgets what came so far; {@code report} answers with a {@link Report}.
 */
final class ReceiversMain {
    static final int RECEIVERS = 3;

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient();
    private final Map<String, Integer> answers = new TreeMap<>();
    private final Set<String> seen = new HashSet<>();
    private final List<Double> toAttempt = new ArrayList<>();
    private final List<Double> toClosed = new ArrayList<>();
    private Instant since = Instant.EPOCH;
    private String token = "";
    private int messages;
    private int twice;
    private int filed;
    private int closed;

    private ReceiversMain() {}

    /**
     * What came since {@code begin}.
     *
     * @param messages at all receivers
     * @param twice messages that a receiver got more than once
     * @param filed orders, at the first receiver
     * @param closed orders, at the first receiver
     * @param toAttempt milliseconds from filing to its first attempt's arrival
     * @param toClosed milliseconds from filing to the arrival of the news that it is closed
     * @param reports answers to reports, by status
     */
    record Report(
            int messages,
            int twice,
            int filed,
            int closed,
            Spread toAttempt,
            Spread toClosed,
            Map<String, Integer> reports) {}

    public static void main(String[] arguments) throws Exception {
        new ReceiversMain().serve(Child.answers());
    }

    private void serve(PrintStream out) throws Exception {
        List<String> urls = new ArrayList<>();
        for (int i = 0; i < RECEIVERS; i++) {
            boolean first = i == 0;
            int receiver = i;
            int port = vertx.createHttpServer()
                    .requestHandler(request -> take(request, receiver, first))
                    .listen(0, "127.0.0.1")
                    .await(10, TimeUnit.SECONDS)
                    .actualPort();
            urls.add("http://127.0.0.1:" + port + "/hook");
        }
        out.println(String.join(" ", urls));
        obey(out);
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private void obey(PrintStream out) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                synchronized (this) {
                    if (line.startsWith("token ")) {
                        token = line.substring("token ".length());
                    } else if (line.equals("begin")) {
                        begin();
                    }
                    out.println(Json.text(report()));
                }
            }
        }
    }

    private void begin() {
        since = Instant.now();
        messages = 0;
        twice = 0;
        filed = 0;
        closed = 0;
        toAttempt.clear();
        toClosed.clear();
        answers.clear();
    }

    private Report report() {
        return new Report(
                messages, twice, filed, closed, Spread.of(toAttempt), Spread.of(toClosed), Map.copyOf(answers));
    }

    private void take(HttpServerRequest request, int receiver, boolean first) {
        Instant arrived = Instant.now();
        String id = request.getHeader("webhook-id");
        request.body().onSuccess(body -> {
            request.response().setStatusCode(204).end();
            JsonNode message = Json.tree(body.toString());
            JsonNode order = message.at("/data/order");
            count(receiver, id, message.path("type").asText(), order, arrived);
            if (first && message.path("type").asText().equals("order.filed")) {
                done(order, id);
            }
        });
    }

    private synchronized void count(int receiver, String id, String type, JsonNode order, Instant arrived) {
        if (order.isMissingNode()) {
            return;
        }
        messages++;
        boolean again = !seen.add(receiver + " " + id);
        if (again) {
            twice++;
        }
        Instant filedAt = Instant.parse(order.get("filedAt").asText());
        if (again || receiver != 0 || filedAt.isBefore(since)) {
            return;
        }
        double millis = Duration.between(filedAt, arrived).toNanos() / 1e6;
        if (type.equals("order.filed")) {
            filed++;
            toAttempt.add(millis);
        } else if (type.equals("order.closed")) {
            closed++;
            toClosed.add(millis);
        }
    }

    private void done(JsonNode order, String key) {
        byte[] report =
                Json.bytes(Map.of("event", "done", "round", order.get("round").asInt()));
        client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setAbsoluteURI(order.get("events").asText()))
                .compose(request -> request.putHeader("authorization", "Bearer " + token)
                        .putHeader("content-type", "application/json")
                        .putHeader("idempotency-key", key)
                        .send(Buffer.buffer(report)))
                .compose(response -> response.body().map(body -> Integer.toString(response.statusCode())))
                .otherwise(error -> String.valueOf(error.getMessage()))
                .onSuccess(this::answered);
    }

    private synchronized void answered(@Nullable String how) {
        answers.merge(String.valueOf(how), 1, Integer::sum);
    }
}
