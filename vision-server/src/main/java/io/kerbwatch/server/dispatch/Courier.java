package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.AddressPolicy;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes one attempt: one signed POST to an address that was checked, no redirect, a bounded answer, a deadline. */
final class Courier {
    private static final int ANSWER_READ = 64 << 10;
    private static final int ANSWER_KEPT = 1 << 10;
    private static final int CONNECTIONS_PER_RECEIVER = 64;

    private final Vertx vertx;
    private final HttpClient client;
    private final AddressPolicy allowed;
    private final InstantSource clock;

    Courier(Vertx vertx, AddressPolicy allowed, InstantSource clock) {
        this.vertx = vertx;
        this.allowed = allowed;
        this.clock = clock;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setMaxHeaderSize(16 << 10)
                        .setDecompressionSupported(false)
                        .setKeepAliveTimeout(20)
                        .setVerifyHost(true),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_RECEIVER));
    }

    /**
     * How an attempt ended.
     *
     * @param status of the answer; null if there was none
     * @param result in plain words
     * @param answer beginning of what the receiver said
     */
    record Result(
            @Nullable Integer status, String result, String answer, Optional<Duration> retryAfter, long milliseconds) {
        boolean delivered() {
            return status != null && status >= 200 && status < 300;
        }

        boolean gone() {
            return status != null && status == 410;
        }
    }

    /** Sends; the future never fails. The name is resolved on a worker thread. */
    Future<Result> send(URI url, String id, byte[] body, List<String> secrets, Duration timeout) {
        long began = System.nanoTime();
        return vertx.executeBlocking(() -> allowed.check(url.getHost()).get(0), false)
                .compose(address -> post(address, url, id, body, secrets, timeout, began))
                .otherwise(error -> new Result(null, words(error, timeout), "", Optional.empty(), since(began)));
    }

    private Future<Result> post(
            InetAddress address, URI url, String id, byte[] body, List<String> secrets, Duration timeout, long began) {
        boolean tls = "https".equalsIgnoreCase(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : tls ? 443 : 80;
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(url.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery())
                .setConnectTimeout(timeout.toMillis());
        Exchange exchange = new Exchange(began);
        long timer = vertx.setTimer(timeout.toMillis(), fired -> exchange.timeOut(timeout));
        client.request(options)
                .onSuccess(request -> {
                    long timestamp = clock.instant().getEpochSecond();
                    exchange.begin(request);
                    request.putHeader("content-type", "application/json")
                            .putHeader("user-agent", "Kerbwatch")
                            .putHeader("webhook-id", id)
                            .putHeader("webhook-timestamp", Long.toString(timestamp))
                            .putHeader("webhook-signature", Signature.header(secrets, id, timestamp, body));
                    request.send(Buffer.buffer(body))
                            .onSuccess(exchange::answered)
                            .onFailure(error -> exchange.fail(words(error, timeout)));
                })
                .onFailure(error -> exchange.fail(words(error, timeout)));
        return exchange.done.future().onComplete(result -> vertx.cancelTimer(timer));
    }

    private static final class Exchange {
        private final long began;
        private final Promise<Result> done = Promise.promise();
        private final Buffer answer = Buffer.buffer();
        private int read;
        private @Nullable HttpClientRequest request;
        private @Nullable HttpClientResponse response;

        Exchange(long began) {
            this.began = began;
        }

        synchronized void begin(HttpClientRequest opened) {
            request = opened;
            if (done.future().isComplete()) {
                opened.reset();
            }
        }

        synchronized void answered(HttpClientResponse head) {
            response = head;
            head.handler(this::collect);
            head.endHandler(end -> finish());
            head.exceptionHandler(error -> finish());
        }

        private synchronized void collect(Buffer chunk) {
            read += chunk.length();
            if (answer.length() < ANSWER_KEPT) {
                answer.appendBuffer(chunk, 0, Math.min(chunk.length(), ANSWER_KEPT - answer.length()));
            }
            if (read > ANSWER_READ) {
                // Enough said; the status is what counts.
                finish();
                cut();
            }
        }

        /** The status counts, once it is there: what a receiver took in it has, however slowly it talks on. */
        synchronized void timeOut(Duration timeout) {
            if (response == null) {
                fail("no answer within " + timeout.toMillis() + " ms");
            } else {
                finish();
            }
            cut();
        }

        synchronized void fail(String result) {
            done.tryComplete(new Result(null, result, "", Optional.empty(), since(began)));
        }

        private synchronized void finish() {
            HttpClientResponse head = response;
            if (head == null) {
                return;
            }
            int status = head.statusCode();
            String result =
                    status >= 300 && status < 400 ? status + ": redirects are not followed" : Integer.toString(status);
            done.tryComplete(new Result(
                    status,
                    result,
                    answer.toString(StandardCharsets.UTF_8).replace("\u0000", ""),
                    retryAfter(head.getHeader("retry-after")),
                    since(began)));
        }

        private void cut() {
            if (request != null) {
                request.reset();
            }
        }
    }

    private static Optional<Duration> retryAfter(@Nullable String header) {
        if (header == null || !header.trim().matches("\\d{1,6}")) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofSeconds(Long.parseLong(header.trim())));
    }

    private static String words(Throwable error, Duration timeout) {
        if (error instanceof ConnectException) {
            return "connection refused";
        }
        String message = String.valueOf(error.getMessage());
        return message.contains("timed out") ? "no answer within " + timeout.toMillis() + " ms" : message;
    }

    private static long since(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
