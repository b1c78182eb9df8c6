package io.kerbwatch.server.dust.hj212;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.dust.DustMonitor;
import io.kerbwatch.samples.dust.DustSender;
import io.kerbwatch.samples.dust.DustStory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Over real TCP on loopback. */
class Hj212ReceiverTest {
    private static final Instant NOW = Instant.parse("2026-11-23T00:00:30Z");
    private static final String FIELDS = "DataTime=20261123080000;a34002-Rtd=0.05,a34002-Flag=N";

    /** Knows KW01 to KW03 with the password 123456. */
    private static final class Listener implements DustListener {
        private final List<Report> reports = new CopyOnWriteArrayList<>();
        private final List<Integer> batches = new CopyOnWriteArrayList<>();
        private final List<Refused> refused = new CopyOnWriteArrayList<>();
        private volatile @Nullable Promise<Void> held;
        private volatile boolean broken;

        @Override
        public Future<Identity> identify(String mn, String password) {
            if (!mn.startsWith("KW")) {
                return Future.succeededFuture(new Identity.Unregistered());
            }
            return Future.succeededFuture(
                    password.equals("123456") ? new Identity.Known(Device.STANDARD) : new Identity.WrongPassword());
        }

        @Override
        public Future<Void> store(List<Report> batch) {
            if (broken) {
                throw new IllegalStateException("no room");
            }
            reports.addAll(batch);
            batches.add(batch.size());
            Promise<Void> wait = held;
            return wait == null ? Future.succeededFuture() : wait.future();
        }

        @Override
        public Future<Void> review(List<Refused> batch) {
            refused.addAll(batch);
            return Future.succeededFuture();
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final Listener listener = new Listener();
    private @Nullable Hj212Receiver receiver;

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Socket connect(Limits limits) throws Exception {
        Hj212Receiver running = receiver;
        if (running == null) {
            running = Hj212Receiver.start(vertx, "127.0.0.1", 0, limits, () -> NOW, listener)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS);
            receiver = running;
        }
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), running.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private long count(Count count) {
        Hj212Receiver running = receiver;
        return running == null ? 0 : running.counters().get(count);
    }

    private static void send(Socket socket, String data) throws IOException {
        socket.getOutputStream().write(Samples.packet(data));
    }

    /** The data segment of the next answer, after its frame was checked. */
    private static String answer(Socket socket) throws IOException {
        byte[] head = socket.getInputStream().readNBytes(6);
        int length = Integer.parseInt(new String(head, 2, 4, StandardCharsets.ISO_8859_1));
        byte[] rest = socket.getInputStream().readNBytes(length + 6);
        String check = new String(rest, length, 4, StandardCharsets.ISO_8859_1);
        assertThat(check).isEqualTo(String.format("%04X", Crc16.of(rest, 0, length)));
        return new String(rest, 0, length, StandardCharsets.ISO_8859_1);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited ten seconds").isLessThan(end);
            Thread.sleep(5);
        }
    }

    private static Limits limits(
            int connections, int perAddress, int perSecond, int burst, Duration storing, Duration split) {
        return new Limits(
                connections,
                perAddress,
                Duration.ofSeconds(60),
                perSecond,
                burst,
                256 * 1024,
                3,
                storing,
                split,
                100,
                Duration.ofMinutes(5),
                Duration.ofMinutes(5));
    }

    @Test
    void aReportIsStoredAndThenAnswered() throws Exception {
        Promise<Void> stored = Promise.promise();
        listener.held = stored;
        try (Socket socket = connect(Limits.DEFAULT)) {
            send(socket, Samples.data("20261123080001000", "KW01", FIELDS));
            await(() -> listener.reports.size() == 1);
            socket.setSoTimeout(200);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            socket.setSoTimeout(10_000);
            stored.complete();
            assertThat(answer(socket)).isEqualTo("QN=20261123080001000;ST=91;CN=9014;PW=123456;MN=KW01;Flag=4;CP=&&&&");
        }
        Report report = listener.reports.get(0);
        assertThat(report.mn()).isEqualTo("KW01");
        assertThat(report.kind()).isEqualTo(DataKind.REAL_TIME);
        assertThat(report.time()).isEqualTo(Instant.parse("2026-11-23T00:00:00Z"));
        assertThat(report.received()).isEqualTo(NOW);
        assertThat(report.timing()).isEqualTo(Timing.ON_TIME);
        assertThat(report.readings().get(0).value()).hasValue(50);
        assertThat(report.from()).isEqualTo("127.0.0.1");
    }

    @Test
    void whatIsNotStoredIsNotAnsweredAndMayComeAgain() throws Exception {
        listener.broken = true;
        try (Socket socket = connect(Limits.DEFAULT)) {
            String data = Samples.data("20261123080001000", "KW01", FIELDS);
            send(socket, data);
            await(() -> count(Count.NOT_STORED) == 1);
            listener.broken = false;
            send(socket, data);
            assertThat(answer(socket)).contains("CN=9014");
            assertThat(listener.reports).hasSize(1);
            assertThat(count(Count.DUPLICATE)).isZero();
        }
    }

    @Test
    void aListenerThatNeverAnswersHoldsNothingUp() throws Exception {
        listener.held = Promise.promise();
        try (Socket socket = connect(limits(10, 10, 100, 100, Duration.ofMillis(100), Duration.ofSeconds(60)))) {
            String data = Samples.data("20261123080001000", "KW01", FIELDS);
            send(socket, data);
            await(() -> count(Count.NOT_STORED) == 1);
            listener.held = null;
            send(socket, data);
            assertThat(answer(socket)).contains("CN=9014");
        }
    }

    @Test
    void whatComesTwiceIsAnsweredTwiceAndStoredOnce() throws Exception {
        String data = Samples.data("20261123080001000", "KW01", FIELDS);
        try (Socket socket = connect(Limits.DEFAULT);
                Socket other = connect(Limits.DEFAULT)) {
            send(socket, data);
            assertThat(answer(socket)).contains("CN=9014");
            send(socket, data);
            assertThat(answer(socket)).contains("CN=9014");
            send(other, data);
            assertThat(answer(other)).contains("CN=9014");
            send(socket, Samples.data("20261123080001000", "KW02", FIELDS));
            assertThat(answer(socket)).contains("MN=KW02");
        }
        assertThat(listener.reports).extracting(Report::mn).containsExactly("KW01", "KW02");
        assertThat(count(Count.DUPLICATE)).isEqualTo(2);
    }

    @Test
    void refusalsAreKeptAndSayWhy() throws Exception {
        try (Socket socket = connect(Limits.DEFAULT)) {
            send(socket, Samples.data("1", "ST01", FIELDS));
            assertThat(answer(socket)).contains("ST=91;CN=9011").contains("&&QnRtn=4&&");
            send(socket, Samples.data("2", "KW01", FIELDS).replace("PW=123456", "PW=geheim"));
            assertThat(answer(socket)).contains("&&QnRtn=3&&");
            send(socket, Samples.data("3", "KW01", "32", "2011", 5, FIELDS));
            assertThat(answer(socket)).contains("&&QnRtn=5&&");
            send(socket, Samples.data("4", "KW01", "39", "2081", 5, FIELDS));
            assertThat(answer(socket)).contains("&&QnRtn=8&&");
            send(socket, Samples.data("5", "KW01", "39", "2011", 5, "a34004-Rtd=1"));
            assertThat(answer(socket)).contains("&&QnRtn=2&&");
            send(socket, Samples.data("6", "KW01", "39", "2011", 5, FIELDS).replace(";CP", ";PNUM=x;CP"));
            assertThat(answer(socket)).contains("&&QnRtn=6&&");
            // none of these is answered: no bit for it, an answer to nothing, a name that could forge one
            send(socket, Samples.data("7", "KW01", "39", "2081", 4, FIELDS));
            send(socket, Samples.data("8", "KW01", "91", "9014", 5, ""));
            send(socket, Samples.data("9", "KW01&&0000\r\n##".replace("\r\n", " "), FIELDS));
            send(socket, Samples.data("10", "KW01", FIELDS));
            assertThat(answer(socket)).contains("QN=10;").contains("CN=9014");
        }
        assertThat(listener.refused)
                .extracting(Refused::reason)
                .containsExactly(
                        Refused.Reason.UNREGISTERED,
                        Refused.Reason.WRONG_PASSWORD,
                        Refused.Reason.UNKNOWN_SYSTEM,
                        Refused.Reason.UNKNOWN_COMMAND,
                        Refused.Reason.MALFORMED,
                        Refused.Reason.BAD_FLAG,
                        Refused.Reason.UNKNOWN_COMMAND,
                        Refused.Reason.UNKNOWN_COMMAND,
                        Refused.Reason.MALFORMED);
        assertThat(listener.refused).noneMatch(refused -> refused.text().contains("geheim"));
        assertThat(count(Count.ACCEPTED)).isEqualTo(1);
        assertThat(count(Count.UNKNOWN_MN)).isEqualTo(1);
        assertThat(count(Count.UNKNOWN_CN)).isEqualTo(3);
    }

    @Test
    void splitPacketsComeTogetherInAnyOrder() throws Exception {
        String first = Samples.data("1", "KW01", "39", "2011", 7, "DataTime=20261123080000;a34002-Rtd=0.05")
                .replace(";CP", ";PNUM=2;PNO=1;CP");
        String second = Samples.data("1", "KW01", "39", "2011", 7, "DataTime=20261123080000;a34004-Rtd=0.02")
                .replace(";CP", ";PNUM=2;PNO=2;CP");
        try (Socket socket = connect(Limits.DEFAULT)) {
            send(socket, second);
            send(socket, first);
            assertThat(answer(socket)).contains("CN=9014");
            assertThat(answer(socket)).contains("CN=9014");
            send(socket, second);
            assertThat(answer(socket)).contains("CN=9014");
        }
        assertThat(listener.reports).hasSize(1);
        assertThat(listener.reports.get(0).readings())
                .extracting(Reading::factor)
                .containsExactly(Factor.PM25, Factor.PM10);
        assertThat(count(Count.DUPLICATE)).isEqualTo(1);
    }

    @Test
    void partsWithoutTheOthersAreGivenUp() throws Exception {
        try (Socket socket = connect(Limits.DEFAULT)) {
            for (int number = 0; number < 6; number++) {
                send(
                        socket,
                        Samples.data("2" + number, "KW01", "39", "2011", 7, FIELDS)
                                .replace(";CP", ";PNUM=2;PNO=1;CP"));
            }
            send(socket, Samples.data("3", "KW01", "39", "2011", 7, FIELDS).replace(";CP", ";PNUM=200;PNO=1;CP"));
            // two gave way, one has too many parts
            await(() -> count(Count.SPLIT_INCOMPLETE) == 3);
        }
        await(() -> listener.refused.size() == 7);
        assertThat(listener.reports).isEmpty();
    }

    @Test
    void lateAndFutureTimesAreMarked() throws Exception {
        try (Socket socket = connect(Limits.DEFAULT)) {
            String[] times = {"20261123080000", "20261123075900", "20261123030000", "20261123090000", "20261123080010"};
            for (int number = 0; number < times.length; number++) {
                send(socket, Samples.data("2" + number, "KW01", "DataTime=" + times[number] + ";a34004-Rtd=0.01"));
                assertThat(answer(socket)).contains("CN=9014");
            }
            send(socket, Samples.data("3", "KW01", "39", "2061", 5, "DataTime=20261123070000;a34004-Avg=0.01"));
            assertThat(answer(socket)).contains("CN=9014");
        }
        assertThat(listener.reports)
                .extracting(Report::timing)
                .containsExactly(
                        Timing.ON_TIME, Timing.LATE, Timing.LATE, Timing.FUTURE, Timing.ON_TIME, Timing.ON_TIME);
        assertThat(count(Count.LATE)).isEqualTo(2);
        assertThat(count(Count.FUTURE)).isEqualTo(1);
    }

    @Test
    void manyAtOnceComeInBatchesAndInOrder() throws Exception {
        List<byte[]> packets = new ArrayList<>();
        for (int number = 0; number < 300; number++) {
            packets.add(Samples.packet(Samples.data("" + (1000 + number), "KW01", FIELDS)));
        }
        try (Socket socket = connect(limits(10, 10, 1000, 300, Duration.ofSeconds(30), Duration.ofSeconds(60)))) {
            socket.getOutputStream().write(Samples.joined(packets.toArray(byte[][]::new)));
            for (int number = 0; number < 300; number++) {
                assertThat(answer(socket)).startsWith("QN=" + (1000 + number) + ";");
            }
        }
        assertThat(listener.reports).hasSize(300);
        assertThat(listener.batches).allMatch(size -> size <= Limits.BATCH).anyMatch(size -> size > 1);
    }

    @Test
    void whoSendsTooFastWaits() throws Exception {
        try (Socket socket = connect(limits(10, 10, 50, 10, Duration.ofSeconds(30), Duration.ofSeconds(60)))) {
            long begin = System.nanoTime();
            for (int number = 0; number < 60; number++) {
                send(socket, Samples.data("" + (1000 + number), "KW01", FIELDS));
            }
            for (int number = 0; number < 60; number++) {
                answer(socket);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(900));
        }
        assertThat(count(Count.THROTTLED)).isPositive();
        assertThat(count(Count.ACCEPTED)).isEqualTo(60);
    }

    @Test
    void connectionsAreLimited() throws Exception {
        Limits limits = limits(10, 2, 20, 20, Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (Socket first = connect(limits);
                Socket second = connect(limits)) {
            await(() -> count(Count.CONNECTIONS) == 2);
            try (Socket third = connect(limits)) {
                assertThat(third.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(count(Count.CONNECTIONS_REFUSED)).isEqualTo(1);
            first.shutdownOutput();
            assertThat(first.getInputStream().read()).isEqualTo(-1);
            send(second, Samples.data("1", "KW01", FIELDS));
            assertThat(answer(second)).contains("CN=9014");
            try (Socket again = connect(limits)) {
                send(again, Samples.data("2", "KW01", FIELDS));
                assertThat(answer(again)).contains("CN=9014");
            }
        }
    }

    @Test
    void noiseAndGuessingAreCutOff() throws Exception {
        Limits limits = limits(10, 10, 20, 20, Duration.ofSeconds(30), Duration.ofSeconds(60));
        try (Socket socket = connect(limits)) {
            byte[] noise = new byte[1 << 20];
            try {
                socket.getOutputStream().write(noise);
            } catch (SocketException expected) {
                // cut before all of it was sent
            }
            await(() -> count(Count.CONNECTIONS_CUT) == 1);
        }
        try (Socket socket = connect(limits)) {
            for (int guess = 0; guess < 3; guess++) {
                send(socket, Samples.data("" + guess, "KW01", FIELDS).replace("PW=123456", "PW=" + guess));
            }
            await(() -> count(Count.CONNECTIONS_CUT) == 2);
        }
        assertThat(listener.reports).isEmpty();
    }

    @Test
    void whatALostLineMissedArrivesLateAndWhole() throws Exception {
        Instant nine = Instant.parse("2026-11-22T00:50:00Z");
        try (Socket other = connect(limits(10, 10, 1000, 1000, Duration.ofSeconds(30), Duration.ofSeconds(60)))) {
            DustMonitor monitor = new DustMonitor("KW02", "123456", DustStory.LOST_LINK, 0.001);
            InetSocketAddress server = new InetSocketAddress(other.getInetAddress(), other.getPort());
            try (DustSender sender = DustSender.start(server, List.of(monitor), 1, nine, 3600)) {
                await(() -> sender.now().isAfter(nine.plus(Duration.ofMinutes(130))) && sender.stored() > 120);
            }
        }
        HashSet<Instant> times = new HashSet<>();
        listener.reports.forEach(report -> times.add(report.time()));
        for (int minute = 0; minute < 120; minute++) {
            assertThat(times).contains(nine.plus(Duration.ofMinutes(minute)));
        }
        assertThat(listener.reports).hasSameSizeAs(times).allMatch(report -> report.timing() == Timing.LATE);
        assertThat(listener.reports)
                .allMatch(report -> report.readings().size() == 9
                        && report.readings().stream().allMatch(Reading::usable));
        assertThat(count(Count.BAD_CRC) + count(Count.BAD_LENGTH) + count(Count.NOISE_BYTES))
                .isZero();
    }
}
