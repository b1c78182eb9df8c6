package io.kerbwatch.vision.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cameras send besides H.264 in clear: H.265 and MJPEG over RTSP, and RTSP over TLS. */
class OtherCodecsTest {
    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String SOURCE =
            "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=10/1 ! ";

    @Test
    void readsH265AndMjpegOfAnotherServer(@TempDir Path folder) throws IOException {
        String python = System.getProperty("kerbwatch.test.gstreamer", "");
        assumeFalse(python.isEmpty(), "no -Dkerbwatch.test.gstreamer");
        Path script = folder.resolve("gstreamer_pipelines.py");
        try (InputStream in = OtherCodecsTest.class.getResourceAsStream("gstreamer_pipelines.py")) {
            Files.copy(Objects.requireNonNull(in), script);
        }
        Process server = new ProcessBuilder(
                        python,
                        script.toString(),
                        "h265=" + SOURCE + "x265enc key-int-max=20 speed-preset=ultrafast tune=zerolatency"
                                + " ! h265parse ! rtph265pay name=pay0 pt=96 config-interval=-1",
                        "mjpeg=" + SOURCE + "jpegenc ! jpegparse ! rtpjpegpay name=pay0 pt=26")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            assertSeen("rtsp://127.0.0.1:" + port + "/h265", Codec.H265, 640, 360);
            assertSeen("rtsp://127.0.0.1:" + port + "/mjpeg", Codec.MJPEG, 640, 360);
        } finally {
            server.destroy();
        }
    }

    @Test
    void readsRtspOverTls(@TempDir Path folder) throws Exception {
        Clip clip = Clip.named("clean-quiet");
        try (SampleStation station = SampleStation.start(List.of(SampleCamera.of("gate", clip)));
                ServerSocket tls = context(folder)
                        .getServerSocketFactory()
                        .createServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            background(() -> relay(tls, station.port()));
            assertSeen("rtsps://127.0.0.1:" + tls.getLocalPort() + "/gate", Codec.H264, clip.width(), clip.height());
        }
    }

    private static void assertSeen(String url, Codec codec, int width, int height) {
        CameraStream.Listener quiet = new CameraStream.Listener() {
            @Override
            public void packet() {}

            @Override
            public void health(StreamHealth health) {}
        };
        MonotonicClock clock = new MonotonicClock(InstantSource.system());
        try (CameraStreams streams = new CameraStreams(clock, AddressPolicy.any());
                CameraStream stream = streams.open(CameraUrl.parse(url), StreamOptions.defaults(), quiet);
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            await().atMost(LONG).untilAsserted(() -> assertThat(stream.mailbox().newerThan(1))
                    .as("%s: %s", url, stream.health())
                    .isPresent());
            KeyPacket packet = stream.mailbox().newest().orElseThrow();
            decoder.decode(packet);
            assertThat(packet.codec()).isEqualTo(codec);
            assertThat(decoder.width()).isEqualTo(width);
            assertThat(decoder.height()).isEqualTo(height);
        }
    }

    /** A certificate that nobody signed, as cameras have them. */
    private static SSLContext context(Path folder) throws Exception {
        Path store = folder.resolve("camera.p12");
        Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        int code = new ProcessBuilder(
                        keytool.toString(),
                        "-genkeypair",
                        "-alias",
                        "camera",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=camera",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        assertThat(code).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void relay(ServerSocket from, int to) {
        try {
            while (!from.isClosed()) {
                Socket camera = from.accept();
                Socket station = new Socket(InetAddress.getLoopbackAddress(), to);
                background(() -> pump(camera, station));
                background(() -> pump(station, camera));
            }
        } catch (IOException e) {
            // closed by the test
        }
    }

    private static void pump(Socket from, Socket to) {
        try (from;
                to) {
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16384];
            InputStream in = from.getInputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // one side has gone
        }
    }

    private static void background(Runnable work) {
        Thread thread = new Thread(work, "tls-relay");
        thread.setDaemon(true);
        thread.start();
    }
}
