package io.kerbwatch.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Talks to a server as a program would, and holds each answer against the contract. */
public final class Api {
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final String base;
    private final String token;

    public Api(String base, String token) {
        this.base = base;
        this.token = token;
    }

    /** An answer. */
    public record Answer(HttpResponse<byte[]> response) {
        public int status() {
            return response.statusCode();
        }

        public String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        public JsonNode json() {
            return Json.tree(text());
        }

        public String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** The body, once the status is as it should be. */
        public JsonNode expect(int status) {
            if (status() != status) {
                throw new AssertionError("expected " + status + " but " + status() + " came: " + text());
            }
            return response.body().length == 0 ? Json.tree("null") : json();
        }

        /** Last part of a problem's type, once the status is as it should be. */
        public String problem(int status) {
            String type = expect(status).get("type").asText();
            return type.substring(type.lastIndexOf(':') + 1);
        }
    }

    public Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    public Answer patch(String path, String body, String... headers) {
        return send("PATCH", path, body, headers);
    }

    public Answer put(String path, String body, String... headers) {
        return send("PUT", path, body, headers);
    }

    public Answer delete(String path) {
        return send("DELETE", path, null);
    }

    public Answer send(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .timeout(Duration.ofSeconds(30))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("authorization", "Bearer " + token);
        }
        boolean typed = false;
        for (int i = 0; i < headers.length; i += 2) {
            typed |= headers[i].equalsIgnoreCase("content-type");
            request.header(headers[i], headers[i + 1]);
        }
        if (body != null && !typed) {
            request.header("content-type", "application/json");
        }
        try {
            Answer answer = new Answer(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
            hold(method, path, answer);
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void hold(String method, String path, Answer answer) {
        List<String> breaches = AnswerContract.shipped()
                .breaches(method, path, answer.status(), answer.header("content-type"), answer.text());
        if (!breaches.isEmpty()) {
            throw new AssertionError("the answer to " + method + " " + path + " is not what openapi.yaml says: "
                    + String.join("; ", breaches) + "\n" + answer.status() + " " + answer.text());
        }
    }
}
