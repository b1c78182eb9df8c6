package io.kerbwatch.samples;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.Request.BadRequest;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void waitsForTheWholeRequestWithItsBody() throws BadRequest {
        String whole = "GET_PARAMETER rtsp://127.0.0.1:5/gate RTSP/1.0\r\nCSeq: 4\r\nContent-Length: 3\r\n\r\nabc";
        ByteBuffer part = ByteBuffer.wrap(whole.getBytes(US_ASCII), 0, whole.length() - 1);
        assertThat(Request.take(part)).isNull();
        assertThat(part.position()).isZero();
        ByteBuffer all = ByteBuffer.wrap(whole.getBytes(US_ASCII));
        Request request = Request.take(all);
        assertThat(request).isNotNull();
        assertThat(request.method()).isEqualTo("GET_PARAMETER");
        assertThat(request.header("cseq")).isEqualTo("4");
        assertThat(request.camera()).isEqualTo("gate");
        assertThat(all.hasRemaining()).isFalse();
    }

    @Test
    void skipsInterleavedPackets() throws BadRequest {
        ByteBuffer arrived = ByteBuffer.allocate(200);
        arrived.put((byte) '$').put((byte) 1).putShort((short) 5).put(new byte[5]);
        arrived.put("OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".getBytes(US_ASCII)).flip();
        Request request = Request.take(arrived);
        assertThat(request).isNotNull();
        assertThat(request.method()).isEqualTo("OPTIONS");
    }

    @Test
    void findsTheCameraInEveryKindOfAddress() throws BadRequest {
        assertThat(camera("rtsp://127.0.0.1:5/gate/track1")).isEqualTo("gate");
        assertThat(camera("rtsp://127.0.0.1:5/gate/")).isEqualTo("gate");
        assertThat(camera("/gate.mjpeg?x=1")).isEqualTo("gate");
    }

    @Test
    void refusesWhatIsNoRequest() {
        ByteBuffer noise = ByteBuffer.wrap("hello\r\n\r\n".getBytes(US_ASCII));
        assertThatThrownBy(() -> Request.take(noise)).isInstanceOf(BadRequest.class);
    }

    private static String camera(String address) throws BadRequest {
        Request request = Request.take(ByteBuffer.wrap(("GET " + address + " HTTP/1.1\r\n\r\n").getBytes(US_ASCII)));
        assertThat(request).isNotNull();
        return request.camera();
    }
}
