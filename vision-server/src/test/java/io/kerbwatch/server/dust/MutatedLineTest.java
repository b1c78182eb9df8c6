package io.kerbwatch.server.dust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.kerbwatch.server.dust.hj212.Mutations;
import io.kerbwatch.server.dust.hj212.TestMonitor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Damaged and forged packets against a whole server, over loopback and into its database. */
class MutatedLineTest {
    private static final int PACKETS = 50_000;
    private static final int SOCKETS = 4;
    /** Of one connection; more than that at once would wait. */
    private static final int BURST = 160;
    /** A damaged length may swallow some of those that follow it. */
    private static final int LAST = 40;

    private final DustWorld world = new DustWorld();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aServerOutlivesFiftyThousandMutatedPackets() throws Exception {
        UUID device = world.hj212("KW01", "");
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        ExecutorService senders = Executors.newFixedThreadPool(SOCKETS);
        try {
            long before = memory();
            List<Future<?>> all = new ArrayList<>();
            for (int sender = 0; sender < SOCKETS; sender++) {
                int seed = sender;
                all.add(senders.submit(() -> {
                    send(new SplittableRandom(seed));
                    return null;
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
            System.out.printf("%d packets; %d connections were cut%n", sent.get(), cut.get());
            assertThat(memory() - before).isLessThan(64L << 20);
        } finally {
            senders.shutdownNow();
            root.detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN) || event.getThrowableProxy() != null)
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEmpty();
        int minutes = world.minutes(device).size();
        assertThat(minutes).as("good ones came through").isPositive();
        try (TestMonitor monitor = world.line("KW01", "127.0.0.1")) {
            world.kerbwatch.clock.advance(Duration.ofMinutes(5));
            assertThat(monitor.moment(world.now(), 0.05)).contains("CN=9014");
        }
        assertThat(world.minutes(device)).hasSize(minutes + 1);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> world.kerbwatch.api.get("/health/ready").status() == 200);
    }

    private void send(SplittableRandom random) throws IOException {
        while (sent.get() < PACKETS) {
            try (Socket socket = new Socket(
                    InetAddress.getLoopbackAddress(),
                    world.kerbwatch.server.dustPort().orElseThrow())) {
                socket.setSoTimeout(20_000);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (int i = 0; i < BURST; i++) {
                    bytes.write(Mutations.packet("KW01", world.now().minusSeconds(random.nextInt(3600)), random));
                }
                String last = "last" + random.nextInt(1_000_000_000);
                for (int i = 0; i < LAST; i++) {
                    bytes.write(Mutations.good("KW01", last, world.now().minusSeconds(random.nextInt(3600)), 0.05));
                }
                inPieces(socket.getOutputStream(), bytes.toByteArray(), random);
                sent.addAndGet(BURST);
                if (!answered(socket.getInputStream(), "QN=" + last + ";ST=91;CN=9014")) {
                    cut.incrementAndGet();
                }
            } catch (SocketTimeoutException e) {
                throw new AssertionError("no good packet was answered in twenty seconds", e);
            } catch (IOException e) {
                // Ten wrong passwords, or nothing but noise: the line is cut, as it should be.
                cut.incrementAndGet();
                sent.addAndGet(BURST);
            }
        }
    }

    private static void inPieces(OutputStream line, byte[] bytes, SplittableRandom random) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int length = Math.min(bytes.length - at, 1 + random.nextInt(4096));
            line.write(bytes, at, length);
            line.flush();
            at += length;
        }
    }

    private static boolean answered(InputStream line, String text) throws IOException {
        StringBuilder all = new StringBuilder();
        byte[] some = new byte[8192];
        for (int read = line.read(some); read >= 0; read = line.read(some)) {
            all.append(new String(some, 0, read, StandardCharsets.ISO_8859_1));
            if (all.indexOf(text) >= 0) {
                return true;
            }
            if (all.length() > 1 << 16) {
                all.delete(0, all.length() - 1024);
            }
        }
        return false;
    }

    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
