package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.kerbwatch.server.MessageContract;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** A real HTTP server that keeps what it is sent and answers as a test says. */
final class Receiver implements AutoCloseable {
    /** What came, with the headers that matter. */
    record Got(String id, String timestamp, String signature, byte[] body) {
        String type() {
            return Json.tree(new String(body, StandardCharsets.UTF_8))
                    .get("type")
                    .asText();
        }

        JsonNode data() {
            return Json.tree(new String(body, StandardCharsets.UTF_8)).get("data");
        }
    }

    final List<Got> got = new CopyOnWriteArrayList<>();
    private final Set<String> breaches = ConcurrentHashMap.newKeySet();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Function<Got, Integer> answer;

    Receiver(Function<Got, Integer> answer) {
        this.answer = answer;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    void answer(Function<Got, Integer> other) {
        answer = other;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    List<Got> of(String type) {
        return got.stream().filter(each -> each.type().equals(type)).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Got message = new Got(
                    exchange.getRequestHeaders().getFirst("webhook-id"),
                    exchange.getRequestHeaders().getFirst("webhook-timestamp"),
                    exchange.getRequestHeaders().getFirst("webhook-signature"),
                    exchange.getRequestBody().readAllBytes());
            got.add(message);
            breaches.addAll(MessageContract.breaches(Json.tree(new String(message.body(), StandardCharsets.UTF_8))));
            int status = answer.apply(message);
            if (status >= 300 && status < 400) {
                exchange.getResponseHeaders().add("location", url() + "/elsewhere");
            }
            exchange.sendResponseHeaders(status, -1);
        }
    }

    /** Fails the test if anything came that is not as the contract says. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        if (!breaches.isEmpty()) {
            throw new AssertionError("messages are not what openapi.yaml says:\n" + String.join("\n", breaches));
        }
    }
}
