package io.kerbwatch.vision.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraUrlTest {
    @Test
    void readsWhatCamerasHave() throws Exception {
        CameraUrl url =
                CameraUrl.parse("RTSP://admin:p@ss:w%21rd@Cam-1.local:8554/Streaming/Channels/101?transport=tcp");
        assertThat(url.scheme()).isEqualTo("rtsp");
        assertThat(url.user()).contains("admin");
        assertThat(url.password()).contains("p@ss:w!rd");
        assertThat(url.host()).isEqualTo("cam-1.local");
        assertThat(url.port()).isEqualTo(8554);
        assertThat(url.path()).isEqualTo("/Streaming/Channels/101?transport=tcp");
        assertThat(url.connectable(InetAddress.getByAddress(new byte[] {10, 0, 0, 7})))
                .isEqualTo("rtsp://admin:p@ss:w%21rd@10.0.0.7:8554/Streaming/Channels/101?transport=tcp");
    }

    @Test
    void keepsTheWholeUrlForTheSafe() {
        String text = "rtsp://admin:p@ss:w%2Frd!@camera.local:554/h264?ch=1";
        assertThat(CameraUrl.parse(text).secret()).isEqualTo(text);
        assertThat(CameraUrl.parse(text).place()).isEqualTo("camera.local:554");
    }

    @Test
    void showsNoUserInformation() {
        CameraUrl url = CameraUrl.parse("rtsp://admin:secret@10.0.0.7/1");
        assertThat(url.toString()).isEqualTo("rtsp://10.0.0.7:554/1").isEqualTo(url.withoutUserInfo());
    }

    @Test
    void readsIpv6() throws Exception {
        CameraUrl url = CameraUrl.parse("rtsps://[fd00::7]/a");
        assertThat(url.host()).isEqualTo("fd00::7");
        assertThat(url.port()).isEqualTo(322);
        assertThat(url.withoutUserInfo()).isEqualTo("rtsps://[fd00::7]:322/a");
        assertThat(url.connectable(InetAddress.getByName("fd00::7"))).startsWith("rtsps://[fd00:");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "file:///etc/passwd",
                "concat:rtsp://a/1|rtsp://a/2",
                "subfile,,start,0,end,9,,:/etc/passwd",
                "rtmp://a/1",
                "https://a/1",
                "rtsp:///nohost",
                "rtsp://a:0/1",
                "rtsp://a:99999/1",
                "rtsp://a:b/1",
                "rtsp://[fd00::7/1",
                "rtsp://a/1\nHost: b",
                "rtsp://a b/1",
                "http://a/live.m3u8?x=1",
                "rtsp://admin:pa/ss@a/1"
            })
    void refusesEverythingElse(String text) {
        assertThatThrownBy(() -> CameraUrl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRefusalRepeatsNoPassword() {
        assertThatThrownBy(() -> CameraUrl.parse("rtsp://admin:secret@cam:99999/1"))
                .hasMessageContaining("port")
                .hasMessageNotContaining("secret");
    }
}
