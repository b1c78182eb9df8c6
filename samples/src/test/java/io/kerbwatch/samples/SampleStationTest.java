package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.bytedeco.ffmpeg.global.avcodec.AV_CODEC_ID_NONE;

import io.kerbwatch.samples.Login.Scheme;
import io.kerbwatch.samples.Watcher.Packet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class SampleStationTest {
    private SampleStation station;

    @BeforeEach
    void start() throws IOException {
        station = SampleStation.start(List.of(
                SampleCamera.of("gate", Clips.shortStory()),
                SampleCamera.of("basic", Clips.shortStory()).behind(new Login("eye", "a b@c", Scheme.BASIC)),
                SampleCamera.of("digest", Clips.shortStory()).behind(new Login("eye", "a b@c", Scheme.DIGEST))));
    }

    @AfterEach
    void stop() {
        station.close();
    }

    @Test
    void aStrangersViewerReadsAndDecodesKeyFrames() throws IOException {
        try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
            assertThat(watcher.next()).get().extracting(Packet::key).isEqualTo(true);
            assertThat(watcher.widthOfNextKeyFrame()).isEqualTo(960);
        }
    }

    @Test
    void aViewerThatAsksForUdpComesBackForTcp() throws IOException {
        try (Watcher watcher = new Watcher(station.url("gate"))) {
            assertThat(watcher.next()).isPresent();
        }
    }

    @Test
    void timeAndNumbersRunOnOverLoopsAndJumps() throws IOException {
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            List<ByteBuffer> packets = new ArrayList<>();
            int pictures = 0;
            // more than one loop of ten pictures, and the jump to the cleaning
            while (pictures < 22) {
                ByteBuffer packet = ByteBuffer.wrap(viewer.packet().orElseThrow());
                boolean endsPicture = packet.get(1) < 0;
                pictures += endsPicture ? 1 : 0;
                packets.add(packet);
                if (pictures == 11 && endsPicture) {
                    station.clean("gate");
                }
            }
            for (int i = 1; i < packets.size(); i++) {
                ByteBuffer before = packets.get(i - 1);
                ByteBuffer packet = packets.get(i);
                assertThat(packet.getShort(2)).isEqualTo((short) (before.getShort(2) + 1));
                int step = before.get(1) < 0 ? RtpStream.CLOCK / 5 : 0;
                assertThat(packet.getInt(4) - before.getInt(4)).isEqualTo(step);
            }
            assertThat(packets.stream().filter(packet -> packet.get(12) == 0x67))
                    .hasSizeBetween(2, 3);
        }
    }

    @Test
    void aDirtyPlaceStaysDirtyUntilItIsCleaned() {
        assertThat(station.segment("gate")).isEqualTo("dirty");
        station.clean("gate");
        await().until(() -> station.segment("gate").equals(Playback.CLEANING));
        await().until(() -> station.segment("gate").equals(Playback.CLEAN));
    }

    @ParameterizedTest
    @EnumSource(Scheme.class)
    void asksForTheLogin(Scheme scheme) throws IOException {
        String camera = scheme == Scheme.BASIC ? "basic" : "digest";
        URI right = station.url(camera);
        assertThat(right.toString()).contains("eye:a%20b%40c@");
        try (Watcher watcher = Watcher.overTcp(right)) {
            assertThat(watcher.next()).isPresent();
        }
        URI wrong = URI.create(right.toString().replace("a%20b", "guess"));
        assertThatThrownBy(() -> Watcher.overTcp(wrong)).isInstanceOf(IOException.class);
        URI none = URI.create("rtsp://127.0.0.1:" + station.port() + "/" + camera);
        assertThatThrownBy(() -> Watcher.overTcp(none)).isInstanceOf(IOException.class);
    }

    @Test
    void stallsAndResumesOnTheSameConnection() throws IOException {
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            assertThat(viewer.packet()).isPresent();
            station.stall("gate");
            viewer.drain();
            assertThat(viewer.packet()).isEmpty();
            station.resume("gate");
            await().until(() -> viewer.packet().isPresent());
            assertThat(station.viewers("gate")).isEqualTo(1);
        }
    }

    @Test
    void dropsItsViewersInTheMiddleOfAPicture() throws IOException {
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            assertThat(viewer.packet()).isPresent();
            station.drop("gate");
            assertThatThrownBy(() -> {
                        while (viewer.packet().isPresent()) {
                            assertThat(station.viewers("gate")).isZero();
                        }
                    })
                    .isInstanceOfAny(SocketException.class, IOException.class);
        }
        try (Watcher again = Watcher.overTcp(station.url("gate"))) {
            assertThat(again.next()).isPresent();
        }
    }

    @Test
    void refusesAndAllows() throws IOException {
        station.refuse("gate");
        assertThatThrownBy(() -> Watcher.overTcp(station.url("gate"))).isInstanceOf(IOException.class);
        station.allow("gate");
        try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
            assertThat(watcher.next()).isPresent();
        }
    }

    @Test
    void keepsSilentOnDescribe() throws IOException {
        station.fault("gate", Fault.SILENT);
        try (RawViewer viewer = new RawViewer("gate")) {
            assertThat(viewer.request("OPTIONS", "")).startsWith("RTSP/1.0 200");
            viewer.send("DESCRIBE", "");
            assertThat(viewer.packet()).isEmpty();
        }
    }

    @Test
    void agreesToEverythingAndSendsNothing() throws IOException {
        station.fault("gate", Fault.MUTE);
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            assertThat(viewer.packet()).isEmpty();
        }
    }

    @Test
    void neverSendsAKeyFrame() throws IOException {
        station.fault("gate", Fault.NO_KEY_FRAMES);
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            for (int i = 0; i < 15; i++) {
                byte[] packet =
                        await().until(viewer::packet, Optional::isPresent).orElseThrow();
                assertThat(nalType(packet)).isNotIn(5, 7, 8);
            }
        }
    }

    @Test
    void sendsNoiseInRightPackets() throws IOException {
        station.fault("gate", Fault.GARBLED);
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            byte[] packet = viewer.packet().orElseThrow();
            assertThat(packet[0]).isEqualTo((byte) 0x80);
            byte[] sps = Clips.shortStory().footage().parameterSets().get(0);
            assertThat(Arrays.copyOfRange(packet, 12, packet.length))
                    .hasSameSizeAs(sps)
                    .isNotEqualTo(sps);
        }
    }

    @Test
    void describesWhatNobodyCanShow() throws IOException {
        station.fault("gate", Fault.NO_VIDEO);
        try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
            assertThat(watcher.hasVideo()).isFalse();
        }
        station.fault("gate", Fault.UNKNOWN_CODEC);
        try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
            assertThat(watcher.codecId()).isEqualTo(AV_CODEC_ID_NONE);
        }
    }

    @Test
    void comesBackOnTheSamePort() throws IOException {
        try (RawViewer viewer = new RawViewer("gate")) {
            viewer.play();
            station.restart(Duration.ofMillis(300));
            assertThatThrownBy(() -> new RawViewer("gate")).isInstanceOf(ConnectException.class);
        }
        await().ignoreExceptions().until(() -> {
            try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
                return watcher.next().isPresent();
            }
        });
    }

    @Test
    void changesTheSizeOfThePictureInTheMiddleOfTheStream() throws IOException {
        try (Watcher watcher = Watcher.overTcp(station.url("gate"))) {
            assertThat(watcher.widthOfNextKeyFrame()).isEqualTo(960);
            station.show("gate", Clip.named("clean-quiet"));
            await().until(() -> watcher.widthOfNextKeyFrame() == 640);
        }
    }

    @Test
    void showsKeyFramesAsJpegOverHttp() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), station.port())) {
            socket.getOutputStream()
                    .write("GET /gate.mjpeg HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(head(in)).contains("multipart/x-mixed-replace; boundary=" + Feed.BOUNDARY);
            for (int i = 0; i < 2; i++) {
                String part = head(in);
                assertThat(part).contains("--" + Feed.BOUNDARY, "image/jpeg");
                int length = Integer.parseInt(part.replaceFirst("(?s).*Content-Length: (\\d+).*", "$1"));
                BufferedImage picture = ImageIO.read(new ByteArrayInputStream(in.readNBytes(length)));
                assertThat(picture.getWidth()).isEqualTo(960);
                assertThat(in.readNBytes(2)).containsExactly('\r', '\n');
            }
        }
        assertThat(station.httpUrl("gate").toString()).endsWith("/gate.mjpeg");
    }

    @Test
    void saysWhichCamerasThereAre() {
        assertThat(station.cameras()).containsExactly("gate", "basic", "digest");
        assertThatThrownBy(() -> station.clean("nowhere")).hasMessageContaining("'nowhere'");
    }

    private static int nalType(byte[] packet) {
        int first = packet[12] & 0x1f;
        return first == 28 ? packet[13] & 0x1f : first;
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            text.append((char) in.read());
        }
        return text.toString();
    }

    /** Speaks RTSP by hand, to see the packets themselves. */
    private final class RawViewer implements AutoCloseable {
        private final Socket socket;
        private final DataInputStream in;
        private final String address;
        private int sequence;

        RawViewer(String camera) throws IOException {
            address = "rtsp://127.0.0.1:" + station.port() + "/" + camera;
            socket = new Socket(InetAddress.getLoopbackAddress(), station.port());
            // two pictures' time: what has not come by then does not come
            socket.setSoTimeout(700);
            in = new DataInputStream(socket.getInputStream());
        }

        void send(String method, String headers) throws IOException {
            String text = method + " " + address + " RTSP/1.0\r\nCSeq: " + ++sequence + "\r\n" + headers + "\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        String request(String method, String headers) throws IOException {
            send(method, headers);
            return head(in);
        }

        void play() throws IOException {
            assertThat(request("SETUP", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n"))
                    .contains("200 OK", "interleaved=0-1");
            assertThat(request("PLAY", "")).contains("200 OK", "RTP-Info");
        }

        /** The next RTP packet; none if it does not come. */
        Optional<byte[]> packet() throws IOException {
            int start;
            try {
                start = in.read();
            } catch (SocketTimeoutException e) {
                return Optional.empty();
            }
            if (start < 0) {
                throw new IOException("closed by the station");
            }
            assertThat(start).isEqualTo('$');
            assertThat(in.readByte()).isZero();
            byte[] packet = new byte[in.readUnsignedShort()];
            in.readFully(packet);
            return Optional.of(packet);
        }

        /** Reads what is on its way. */
        void drain() throws IOException {
            while (in.available() > 0) {
                packet();
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
