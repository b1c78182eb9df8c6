package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real HTTP server that answers as a chat's does: always 200, with its verdict in the body. */
final class Chat implements AutoCloseable {
    /** What came. */
    record Said(String query, JsonNode body) {}

    final List<Said> said = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile String answer;

    Chat(String answer) {
        this.answer = answer;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", exchange -> {
            try (exchange) {
                String query = exchange.getRequestURI().getRawQuery();
                said.add(new Said(
                        query == null ? "" : query,
                        Json.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))));
                byte[] bytes = this.answer.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.start();
    }

    void answer(String other) {
        answer = other;
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
