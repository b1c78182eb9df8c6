package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The check that every test of the server relies on does see a loop that is blocked. */
class LoopWatchTest {
    private final LoopWatch watch = new LoopWatch();
    private final Vertx vertx = watch.vertx();

    @AfterEach
    void close() throws Exception {
        vertx.close().await(20, TimeUnit.SECONDS);
    }

    @Test
    void aLoopThatWaitsForAnotherThreadIsTold() {
        CountDownLatch never = new CountDownLatch(1);
        vertx.runOnContext(start -> waitFor(never));

        untilTold();
        never.countDown();

        assertThatThrownBy(watch::check)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("an event loop was blocked")
                .hasMessageContaining("LoopWatchTest.waitFor");
    }

    @Test
    void aLoopThatReadsFromASocketIsTold() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket socket = new Socket(silent.getInetAddress(), silent.getLocalPort());
                Socket other = silent.accept()) {
            vertx.runOnContext(start -> readFrom(socket));

            untilTold();
            other.getOutputStream().write(1);

            assertThatThrownBy(watch::check).hasMessageContaining("LoopWatchTest.readFrom");
        }
    }

    @Test
    void aLoopThatComputesForeverIsTold() {
        AtomicBoolean enough = new AtomicBoolean();
        vertx.runOnContext(start -> compute(enough));

        untilTold();
        enough.set(true);

        assertThatThrownBy(watch::check).hasMessageContaining("LoopWatchTest.compute");
    }

    @Test
    void waitingOnAWorkerIsAllowed() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        Duration longer = LoopWatch.WAITING.multipliedBy(3);
        vertx.executeBlocking(() -> {
                    inside.countDown();
                    return new CountDownLatch(1).await(longer.toMillis(), TimeUnit.MILLISECONDS);
                })
                .await(20, TimeUnit.SECONDS);

        assertThat(inside.getCount()).isZero();
        assertThatCode(watch::check).doesNotThrowAnyException();
    }

    private void untilTold() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !watch.blocked()
                .isEmpty());
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void readFrom(Socket socket) {
        try {
            InputStream stream = socket.getInputStream();
            assertThat(stream.read()).isEqualTo(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compute(AtomicBoolean enough) {
        while (!enough.get()) {
            Thread.onSpinWait();
        }
    }
}
