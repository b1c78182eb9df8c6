package io.kerbwatch.vision.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Fault;
import io.kerbwatch.samples.Login;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.stream.StreamHealth.Grade;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions with cameras that do what cameras do. All on loopback. */
class CameraStreamTest {
    private static final StreamOptions IMPATIENT = new StreamOptions(
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            Duration.ofMillis(400),
            Duration.ofSeconds(60));
    private static final Duration LONG = Duration.ofSeconds(25);

    private final MonotonicClock clock = new MonotonicClock(InstantSource.system());
    private final List<StreamHealth> healths = new CopyOnWriteArrayList<>();
    private SampleStation station;
    private CameraStreams streams;

    @BeforeEach
    void start() throws IOException {
        Clip clip = Clip.named("clean-quiet");
        station = SampleStation.start(List.of(
                SampleCamera.of("gate", clip),
                SampleCamera.of("yard", Clip.named("overflow-from-start")),
                SampleCamera.of("shut", clip).behind(new Login("kerb", "pa$$w0rd", Login.Scheme.DIGEST))));
        streams = streams(AddressPolicy.any());
    }

    private CameraStreams streams(AddressPolicy addresses) {
        return new CameraStreams(clock, addresses, new StartPacer(Duration.ofMillis(1), Duration.ofMillis(1)));
    }

    @AfterEach
    void stop() {
        streams.close();
        station.close();
    }

    private CameraStream open(String url) {
        return streams.open(CameraUrl.parse(url), IMPATIENT, new CameraStream.Listener() {
            @Override
            public void packet() {}

            @Override
            public void health(StreamHealth health) {
                healths.add(health);
            }
        });
    }

    private CameraStream openCamera(String name) {
        return open(station.url(name).toString());
    }

    private void awaitGrade(CameraStream stream, Grade grade) {
        await().atMost(LONG).until(() -> stream.health().grade() == grade);
    }

    private void awaitPacketAfter(CameraStream stream, long sequence) {
        await().atMost(LONG).until(() -> stream.mailbox().newerThan(sequence).isPresent());
    }

    private long newest(CameraStream stream) {
        return stream.mailbox().newest().map(KeyPacket::sequence).orElse(0L);
    }

    @Test
    void givesKeyPacketsThatCanBeDecodedAndMeasuresTheirDistance() {
        try (CameraStream stream = openCamera("gate");
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            awaitPacketAfter(stream, 3);
            KeyPacket packet = stream.mailbox().newest().orElseThrow();
            decoder.decode(packet);
            assertThat(decoder.width()).isEqualTo(Clip.named("clean-quiet").width());
            assertThat(packet.codec()).isEqualTo(Codec.H264);
            assertThat(stream.keyFrameSeconds().orElseThrow()).isBetween(1.5, 2.5);
            assertThat(stream.health()).isEqualTo(StreamHealth.live());
        }
    }

    @Test
    void readsMjpegOverHttp() {
        try (CameraStream stream = open(station.httpUrl("gate").toString());
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            awaitPacketAfter(stream, 1);
            KeyPacket packet = stream.mailbox().newest().orElseThrow();
            decoder.decode(packet);
            assertThat(packet.codec()).isEqualTo(Codec.MJPEG);
            assertThat(decoder.height()).isEqualTo(Clip.named("clean-quiet").height());
        }
    }

    @Test
    void entersWithThePasswordAndIsRefusedWithAWrongOneWhichItNeverRepeats() {
        try (CameraStream right = openCamera("shut")) {
            awaitGrade(right, Grade.LIVE);
        }
        String wrong = "rtsp://kerb:sEcret123@127.0.0.1:" + station.port() + "/shut";
        try (CameraStream stream = open(wrong)) {
            awaitGrade(stream, Grade.REFUSED);
            assertThat(stream.health().reason())
                    .contains("user name or password")
                    .doesNotContain("sEcret123")
                    .doesNotContain("kerb:");
        }
    }

    @Test
    void tellsAWrongPath() {
        try (CameraStream stream = open("rtsp://127.0.0.1:" + station.port() + "/nowhere")) {
            awaitGrade(stream, Grade.REFUSED);
            assertThat(stream.health().reason()).contains("path");
        }
    }

    @Test
    void tellsThatNothingListens() throws IOException {
        int port;
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        try (CameraStream stream = open("rtsp://127.0.0.1:" + port + "/gate")) {
            awaitGrade(stream, Grade.OFFLINE);
            assertThat(stream.health().reason()).contains("nothing listens");
        }
        try (CameraStream stream = open("http://127.0.0.1:" + port + "/gate")) {
            awaitGrade(stream, Grade.OFFLINE);
            assertThat(stream.health().reason()).contains("nothing listens");
        }
    }

    @Test
    void tellsThatANameHasNoAddress() {
        CameraStreams elsewhere = streams(host -> {
            throw new UnknownHostException(host);
        });
        try (CameraStream stream = elsewhere.open(CameraUrl.parse("rtsp://no-such-camera/1"), IMPATIENT, quiet())) {
            awaitGrade(stream, Grade.OFFLINE);
            assertThat(stream.health().reason()).contains("no-such-camera").contains("no address");
        } finally {
            elsewhere.close();
        }
    }

    @Test
    void tellsWhatIsWrongWithASessionThatGivesNoPictures() {
        for (Fault fault : List.of(Fault.SILENT, Fault.MUTE, Fault.NO_KEY_FRAMES)) {
            station.fault("gate", fault);
            try (CameraStream stream = openCamera("gate")) {
                awaitGrade(stream, Grade.STALLED);
                assertThat(stream.health().reason()).as(fault.name()).isNotEmpty();
            }
        }
        for (Fault fault : List.of(Fault.NO_VIDEO, Fault.UNKNOWN_CODEC)) {
            station.fault("gate", fault);
            try (CameraStream stream = openCamera("gate")) {
                await().alias(fault.name())
                        .atMost(LONG)
                        .until(() -> stream.health().grade() == Grade.UNDECODABLE);
            }
        }
    }

    @Test
    void comesBackAfterACameraThatStalledAfterTenSecondsAndAfterACutInTheMiddleOfAPicture() {
        try (CameraStream stream = openCamera("gate")) {
            awaitPacketAfter(stream, 5); // a key frame every two seconds
            station.stall("gate");
            awaitGrade(stream, Grade.STALLED);
            station.resume("gate");
            long before = newest(stream);
            awaitPacketAfter(stream, before);
            awaitGrade(stream, Grade.LIVE);

            station.drop("gate");
            before = newest(stream);
            awaitPacketAfter(stream, before + 1);
            awaitGrade(stream, Grade.LIVE);
            assertThat(stream.reconnects()).isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void tellsAPeerThatNeverAnswersOrSpeaksSomethingElse() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                CameraStream stream = open("rtsp://127.0.0.1:" + mute.getLocalPort() + "/x")) {
            // The kernel accepts; nobody reads.
            await().atMost(LONG)
                    .until(() -> stream.health().grade() == Grade.STALLED
                            || stream.health().grade() == Grade.OFFLINE);
            assertThat(stream.health().reason()).contains("127.0.0.1:" + mute.getLocalPort());
        }
        try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerAll(other, "220 mail ready\r\n"));
            thread.setDaemon(true);
            thread.start();
            try (CameraStream stream = open("rtsp://127.0.0.1:" + other.getLocalPort() + "/x")) {
                await().atMost(LONG).until(() -> stream.health().grade() != Grade.CONNECTING);
                assertThat(stream.health().grade()).isNotEqualTo(Grade.LIVE);
                assertThat(stream.health().reason()).contains("127.0.0.1:" + other.getLocalPort());
            }
        }
    }

    @Test
    void tellsAnAddressThatNeverTakesAConnection() throws IOException {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Socket> queued = new ArrayList<>();
            try {
                // Once its queue is full, Linux drops further attempts: as a host does that is not there.
                for (int i = 0; i < 4; i++) {
                    Socket socket = new Socket();
                    queued.add(socket);
                    try {
                        socket.connect(full.getLocalSocketAddress(), 200);
                    } catch (SocketTimeoutException e) {
                        break;
                    }
                }
                try (CameraStream stream = open("rtsp://127.0.0.1:" + full.getLocalPort() + "/x")) {
                    await().atMost(LONG).until(() -> stream.health().grade() != Grade.CONNECTING);
                    assertThat(stream.health().grade()).isIn(Grade.OFFLINE, Grade.STALLED);
                    assertThat(stream.health().reason()).contains("127.0.0.1:" + full.getLocalPort());
                }
            } finally {
                for (Socket socket : queued) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void comesBackAfterTheServerRestarted() {
        try (CameraStream stream = openCamera("gate")) {
            awaitPacketAfter(stream, 1);
            station.restart(Duration.ofSeconds(1));
            long before = newest(stream);
            awaitPacketAfter(stream, before + 1);
        }
    }

    @Test
    void rubbishEndsNothingButItself() {
        station.fault("gate", Fault.GARBLED);
        try (CameraStream rubbish = openCamera("gate");
                CameraStream other = openCamera("yard");
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            awaitPacketAfter(other, 2);
            rubbish.mailbox().newest().ifPresent(packet -> {
                try {
                    decoder.decode(packet);
                } catch (UndecodableException e) {
                    assertThat(e).hasMessageContaining("cannot be decoded");
                }
            });
            decoder.decode(other.mailbox().newest().orElseThrow());
            assertThat(decoder.width())
                    .isEqualTo(Clip.named("overflow-from-start").width());
        }
    }

    @Test
    void followsAChangeOfThePictureInTheMiddleOfAStream() {
        Clip before = Clip.named("clean-quiet");
        Clip after = Clip.named("overflow-from-start");
        try (CameraStream stream = openCamera("gate");
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            awaitPacketAfter(stream, 1);
            decoder.decode(stream.mailbox().newest().orElseThrow());
            assertThat(decoder.height()).isEqualTo(before.height());
            station.show("gate", after);
            long now = newest(stream);
            awaitPacketAfter(stream, now + 1);
            decoder.decode(stream.mailbox().newest().orElseThrow());
            assertThat(decoder.height()).isEqualTo(after.height());
        }
    }

    @Test
    void followsAChangeOfTheCodecInTheMiddleOfAStream(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("quiet-h265.mp4");
        try (InputStream in = CameraStreamTest.class.getResourceAsStream("quiet-h265.mp4")) {
            Files.copy(Objects.requireNonNull(in), file);
        }
        Clip after = Clip.read(file);
        try (CameraStream stream = openCamera("gate");
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            awaitPacketAfter(stream, 1);
            assertThat(stream.mailbox().newest().orElseThrow().codec()).isEqualTo(Codec.H264);
            // The session goes on and was promised H.264: nothing in it can be decoded any more.
            station.show("gate", after);
            await().atMost(LONG).until(() -> stream.mailbox()
                    .newest()
                    .filter(packet -> packet.codec() == Codec.H265)
                    .isPresent());
            awaitGrade(stream, Grade.LIVE);
            decoder.decode(stream.mailbox().newest().orElseThrow());
            assertThat(decoder.width()).isEqualTo(after.width());
        }
    }

    @Test
    void leavesAStuckReaderBehind() {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        CameraStreams stuck = streams(host -> {
            if (first.compareAndSet(true, false)) {
                awaitUninterruptibly(release);
            }
            return InetAddress.getByName(host);
        });
        try (CameraStream stream =
                stuck.open(CameraUrl.parse(station.url("gate").toString()), IMPATIENT, quiet())) {
            awaitPacketAfter(stream, 0);
            assertThat(stream.abandoned()).isEqualTo(1);
            assertThat(stream.health().grade()).isEqualTo(Grade.LIVE);
        } finally {
            release.countDown();
            stuck.close();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                // stuck means stuck
            }
        }
    }

    private static CameraStream.Listener quiet() {
        return new CameraStream.Listener() {
            @Override
            public void packet() {}

            @Override
            public void health(StreamHealth health) {}
        };
    }

    @Test
    void refusesRedirectsAndPlaylists() throws IOException {
        assertRefused(
                "rtsp",
                "RTSP/1.0 302 Found\r\nCSeq: 1\r\nLocation: " + station.url("gate") + "\r\n\r\n",
                "redirects elsewhere");
        assertRefused("http", "HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:1/other\r\n\r\n", "redirects");
        assertRefused(
                "http", "HTTP/1.0 200 OK\r\nContent-Type: application/vnd.apple.mpegurl\r\n\r\n#EXTM3U\r\n", "HLS");
    }

    private void assertRefused(String scheme, String answer, String word) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> answerAll(server, answer));
            thread.setDaemon(true);
            thread.start();
            try (CameraStream stream = open(scheme + "://127.0.0.1:" + server.getLocalPort() + "/x")) {
                await().atMost(LONG)
                        .until(() -> stream.health().grade() != Grade.CONNECTING
                                && stream.health().grade() != Grade.LIVE);
                assertThat(stream.mailbox().newest()).isEmpty();
                assertThat(stream.health().grade()).isEqualTo(Grade.REFUSED);
                assertThat(stream.health().reason()).contains(word);
            }
        }
    }

    private static void answerAll(ServerSocket server, String answer) {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                InputStream in = socket.getInputStream();
                byte[] request = new byte[4096];
                if (in.read(request) > 0) {
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                }
            } catch (IOException e) {
                return;
            }
        }
    }

    /** Nothing of a closed session stays: not its thread, not its socket, not its memory. */
    @Test
    void fiveHundredSessionsLeaveNothingBehind() throws IOException {
        sessions(60);
        Usage before = Usage.settled(Integer.MAX_VALUE, Integer.MAX_VALUE);
        sessions(500);
        Usage after = Usage.settled(before.threads, before.files);
        assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads + 4);
        assertThat(after.files).as("open files").isLessThanOrEqualTo(before.files + 2);
        assertThat(after.residentKib - before.residentKib)
                .as("growth of resident memory in KiB over 500 sessions")
                .isLessThan(25_000);
    }

    private void sessions(int count) {
        for (int i = 0; i < count; i++) {
            CameraStream stream = openCamera(i % 2 == 0 ? "gate" : "yard");
            if (i % 10 == 0) {
                awaitPacketAfter(stream, 0);
            } else if (i % 3 == 0) {
                await().atMost(LONG).pollInterval(Duration.ofMillis(2)).until(() -> stream.reconnects() > 0);
            }
            stream.close();
        }
    }

    private record Usage(int threads, int files, long residentKib) {
        static Usage settled(int threads, int files) throws IOException {
            await().atMost(LONG).untilAsserted(() -> {
                System.gc();
                assertThat(readers()).as("readers that have not ended").isEmpty();
                Usage now = now();
                // The JVM itself, and the library that waits here, start a thread now and then.
                assertThat((long) now.threads).as("threads").isLessThanOrEqualTo(threads + 4L);
                assertThat((long) now.files).as("open files").isLessThanOrEqualTo(files + 2L);
            });
            return now();
        }

        /** Where each reader is that has not ended. */
        private static List<String> readers() {
            return Thread.getAllStackTraces().entrySet().stream()
                    .filter(t -> t.getKey().getName().startsWith("camera-"))
                    .map(t -> t.getKey().getName() + " in " + Arrays.toString(t.getValue()))
                    .toList();
        }

        static Usage now() throws IOException {
            int threads = Thread.getAllStackTraces().size();
            int files;
            try (var list = Files.list(Path.of("/proc/self/fd"))) {
                files = (int) list.count();
            }
            long resident = Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmRSS"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .sum();
            return new Usage(threads, files, resident);
        }
    }
}
