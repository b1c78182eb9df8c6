package io.kerbwatch.server.dust.hj212;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The whole way of a packet through a connection, but for the socket itself. */
class MutatedPacketsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:30Z");
    private static final int PACKETS = 1_000_000;
    private static final int AT_ONCE = 200;

    /** Counts what it is given, and knows KW01. */
    private static final class Listener implements DustListener {
        private long stored;
        private long refused;

        @Override
        public Future<Identity> identify(String mn, String password) {
            if (!mn.equals("KW01")) {
                return Future.succeededFuture(new Identity.Unregistered());
            }
            return Future.succeededFuture(
                    password.equals("123456") ? new Identity.Known(Device.STANDARD) : new Identity.WrongPassword());
        }

        @Override
        public Future<Void> store(List<Report> batch) {
            stored += batch.size();
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> review(List<Refused> batch) {
            refused += batch.size();
            return Future.succeededFuture();
        }
    }

    /** A line without a network: what is written is counted, and what is to be read is put in. */
    private static final class Line {
        private final NetSocket socket = (NetSocket) Proxy.newProxyInstance(
                NetSocket.class.getClassLoader(),
                new Class<?>[] {NetSocket.class},
                (proxy, method, arguments) -> call(proxy, method, arguments));
        private @Nullable Handler<Buffer> reader;
        private boolean paused;
        private boolean closed;
        private long written;

        @SuppressWarnings("unchecked")
        private @Nullable Object call(Object proxy, Method method, Object @Nullable [] arguments) {
            switch (method.getName()) {
                case "handler" -> reader = arguments == null ? null : (Handler<Buffer>) arguments[0];
                case "pause" -> paused = true;
                case "resume" -> paused = false;
                case "close" -> closed = true;
                case "write" -> written++;
                default -> {
                    // exceptionHandler and the like have nothing to do
                }
            }
            Class<?> answer = method.getReturnType();
            return answer == boolean.class
                    ? (Object) false
                    : answer == Future.class ? Future.succeededFuture() : answer.isInstance(proxy) ? proxy : null;
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Listener listener = new Listener();
    private final List<Throwable> escaped = new CopyOnWriteArrayList<>();
    private final SplittableRandom random = new SplittableRandom(2017);
    private final CompletableFuture<Void> over = new CompletableFuture<>();
    private final Connection.Desk desk = new Connection.Desk(
            vertx,
            context,
            new Limits(
                    10,
                    10,
                    Duration.ofMinutes(1),
                    10_000_000,
                    10_000_000,
                    256 * 1024,
                    10,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    10_000,
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5)),
            () -> NOW,
            listener,
            new Memory(Limits.DEFAULT),
            new Counters());
    private Line line = new Line();
    private Connection connection = new Connection(desk, line.socket, "127.0.0.1", 0);
    private int lines;
    private int fed;
    private long answers;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aMillionOfThemBringNothingDown() throws Exception {
        vertx.exceptionHandler(escaped::add);
        context.exceptionHandler(escaped::add);
        long before = memory();
        long began = System.nanoTime();
        context.runOnContext(nothing -> {
            connection.begin();
            feed();
        });
        over.get();
        System.out.printf(
                "%d packets over %d connections in %.1f s: %d stored, %d refused, %d answered%n",
                PACKETS, lines + 1, (System.nanoTime() - began) / 1e9, listener.stored, listener.refused, answers);
        assertThat(escaped).isEmpty();
        assertThat(memory() - before).isLessThan(32L << 20);
        assertThat(listener.stored).isGreaterThan(PACKETS / 10);
        assertThat(listener.refused).isGreaterThan(PACKETS / 100);
        assertThat(desk.counters().get(Count.BAD_CRC)).isGreaterThan(PACKETS / 10);

        long stored = listener.stored;
        CompletableFuture<Void> last = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            renew();
            put(Mutations.good("KW01", "the-last", NOW, 0.05));
            settled(last);
        });
        last.get(10, TimeUnit.SECONDS);
        assertThat(listener.stored).isEqualTo(stored + 1);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Some of them in pieces of any length, and more when those are worked off. */
    private void feed() {
        try {
            if (fed >= PACKETS) {
                settled(over);
                return;
            }
            if (line.closed) {
                renew();
            }
            List<byte[]> packets = new ArrayList<>();
            for (int i = 0; i < AT_ONCE && fed < PACKETS; i++) {
                packets.add(Mutations.packet("KW01", NOW.minusSeconds(random.nextInt(3600)), random));
                fed++;
            }
            byte[] bytes = Samples.joined(packets.toArray(byte[][]::new));
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(2048));
                put(Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            whenRead(this::feed);
        } catch (RuntimeException e) {
            over.completeExceptionally(e);
        }
    }

    private void put(byte[] bytes) {
        Handler<Buffer> reader = line.reader;
        if (reader != null && !line.closed) {
            reader.handle(Buffer.buffer(bytes));
        }
    }

    private void renew() {
        answers += line.written;
        connection.closed();
        line = new Line();
        lines++;
        connection = new Connection(desk, line.socket, "127.0.0.1", lines);
        connection.begin();
    }

    private void whenRead(Runnable next) {
        context.runOnContext(nothing -> {
            if (line.paused && !line.closed) {
                whenRead(next);
            } else {
                next.run();
            }
        });
    }

    /** What is still on its way takes a few turns of the loop. */
    private void settled(CompletableFuture<Void> done) {
        vertx.setTimer(200, tick -> {
            answers += line.written;
            line.written = 0;
            done.complete(null);
        });
    }

    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
