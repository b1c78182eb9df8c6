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
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes one attempt by HTTP: one POST to an address that was checked, no redirect, a bounded answer, a deadline. */
final class Courier implements AutoCloseable {
    private static final int ANSWER_READ = 64 << 10;
    private static final int ANSWER_KEPT = 1 << 10;
    private static final int CONNECTIONS_PER_RECEIVER = 64;

    /** In what words that comes differs from one attempt to the next. */
    private static final Pattern BROKEN_OFF =
            Pattern.compile("connection reset|connection was closed|broken pipe", Pattern.CASE_INSENSITIVE);

    private static final int SECONDS_DIGITS = 9;
    private static final Duration ABSURDLY_LONG = Duration.ofDays(10_000);

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

    /** Ends its connections; a client that is never closed keeps its event loops in memory after they ended. */
    @Override
    public void close() {
        client.close();
    }

    /**
     * How an attempt ended.
     *
     * @param delivered whether the receiver has the message
     * @param status of the answer; null if there was none
     * @param result in plain words
     * @param answer beginning of what the receiver said
     */
    record Result(
            boolean delivered,
            @Nullable Integer status,
            String result,
            String answer,
            Optional<Duration> retryAfter,
            long milliseconds) {
        /** An attempt without any answer. */
        static Result none(String why, long milliseconds) {
            return new Result(false, null, why, "", Optional.empty(), milliseconds);
        }

        /** The same, but what the answer says is that the message was not taken. */
        Result refused(String why, Optional<Duration> retryAfter) {
            return new Result(false, status, why, answer, retryAfter, milliseconds);
        }

        /** The same in other words. */
        Result saying(String words) {
            return new Result(delivered, status, words, answer, retryAfter, milliseconds);
        }

        boolean gone() {
            return status != null && status == 410;
        }
    }

    /** Sends JSON; the future never fails. The name is resolved on a worker thread. */
    Future<Result> post(URI url, Map<String, String> headers, byte[] body, Duration timeout) {
        long began = System.nanoTime();
        return vertx.executeBlocking(() -> allowed.check(url.getHost()).get(0), false)
                .compose(address -> post(address, url, headers, body, timeout, began))
                .otherwise(error -> Result.none(words(error, timeout), since(began)));
    }

    private Future<Result> post(
            InetAddress address, URI url, Map<String, String> headers, byte[] body, Duration timeout, long began) {
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
                    exchange.begin(request);
                    request.putHeader("content-type", "application/json").putHeader("user-agent", "Kerbwatch");
                    headers.forEach(request::putHeader);
                    request.send(Buffer.buffer(body))
                            .onSuccess(exchange::answered)
                            .onFailure(error -> exchange.fail(words(error, timeout)));
                })
                .onFailure(error -> exchange.fail(words(error, timeout)));
        return exchange.done.future().onComplete(result -> vertx.cancelTimer(timer));
    }

    private final class Exchange {
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
            done.tryComplete(Result.none(result, since(began)));
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
                    status >= 200 && status < 300,
                    status,
                    result,
                    answer.toString(StandardCharsets.UTF_8).replace("\u0000", ""),
                    retryAfter(head.getHeader("retry-after"), clock.instant()),
                    since(began)));
        }

        private void cut() {
            if (request != null) {
                request.reset();
            }
        }
    }

    /** Seconds or a date (RFC 9110); how much of it is heeded is for the schedule to say. */
    private static Optional<Duration> retryAfter(@Nullable String header, Instant now) {
        String asked = header == null ? "" : header.trim();
        if (asked.matches("\\d+")) {
            return Optional.of(
                    asked.length() > SECONDS_DIGITS ? ABSURDLY_LONG : Duration.ofSeconds(Long.parseLong(asked)));
        }
        try {
            return Optional.of(Duration.between(now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(asked))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static String words(Throwable error, Duration timeout) {
        if (error instanceof ConnectException) {
            return "connection refused";
        }
        String message = error.getMessage() == null ? error.toString() : error.getMessage();
        if (error instanceof ClosedChannelException
                || BROKEN_OFF.matcher(message).find()) {
            return "the connection was broken off";
        }
        return message.contains("timed out") ? "no answer within " + timeout.toMillis() + " ms" : message;
    }

    static long since(long began) {
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }
}
