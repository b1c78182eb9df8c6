package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the provider for JSON: no redirect, a deadline for the whole answer, and no more of it than fits. The OAuth 2
 * client of Vert.x, which checks the tokens, has no limit for what it reads. Blocks.
 */
final class OidcHttp {
    private static final int LARGEST = 256 << 10;

    private final HttpClient client;
    private final Duration timeout;

    OidcHttp(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** @param json what the body says; an empty object if it is none */
    record Answer(int status, JsonNode json) {}

    /** @param authorization header of that name, empty for none */
    Answer get(URI url, Optional<String> authorization) throws OidcRefusal {
        return send(request(url, authorization).GET().build());
    }

    Answer post(URI url, Map<String, String> form, Optional<String> authorization) throws OidcRefusal {
        String body = form.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return send(request(url, authorization)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static HttpRequest.Builder request(URI url, Optional<String> authorization) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(url).header("accept", "application/json").header("user-agent", "Kerbwatch");
        authorization.ifPresent(value -> request.header("authorization", value));
        return request;
    }

    private Answer send(HttpRequest request) throws OidcRefusal {
        CompletableFuture<HttpResponse<byte[]>> sent = client.sendAsync(request, head -> new Bounded());
        try {
            HttpResponse<byte[]> response = sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Answer(response.statusCode(), json(response.body()));
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw OidcRefusal.unreachable(request.uri() + " did not answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw OidcRefusal.unreachable(request.uri() + ": "
                    + (cause instanceof ConnectException ? "no connection" : String.valueOf(cause)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw OidcRefusal.unreachable(request.uri() + ": the server stops");
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode json = Json.tree(new String(body, StandardCharsets.UTF_8));
            return json.isObject() ? json : Json.tree("{}");
        } catch (UncheckedIOException e) {
            return Json.tree("{}");
        }
    }

    /** A body that fails as soon as it is too large. */
    private static final class Bounded implements HttpResponse.BodySubscriber<byte[]> {
        private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private Flow.@Nullable Subscription subscription;

        @Override
        public CompletionStage<byte[]> getBody() {
            return whole;
        }

        @Override
        public void onSubscribe(Flow.Subscription begun) {
            subscription = begun;
            begun.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                if (read.size() + buffer.remaining() > LARGEST) {
                    if (subscription != null) {
                        subscription.cancel();
                    }
                    whole.completeExceptionally(new IOException("more than " + LARGEST + " bytes"));
                    return;
                }
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                read.writeBytes(bytes);
            }
        }

        @Override
        public void onError(Throwable error) {
            whole.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            whole.complete(read.toByteArray());
        }
    }
}
