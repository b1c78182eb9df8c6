package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Login;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Jpeg;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProbeCommandTest {
    @Test
    void aLiveCameraIsDescribedAndItsPictureKept(@TempDir Path folder) throws Exception {
        Clip clip = Clip.named("clean-quiet");
        Path file = folder.resolve("probe.jpg");
        try (SampleStation station = SampleStation.start(
                List.of(SampleCamera.of("yard", clip).behind(new Login("admin", "geheim", Login.Scheme.DIGEST))))) {
            Ran ran = Ran.of("probe", "--output", file, station.url("yard"));

            assertThat(ran.err()).isEmpty();
            assertThat(ran.code()).isZero();
            assertThat(ran.out())
                    .contains(clip.width() + " x " + clip.height())
                    .contains("key frames")
                    .contains("picture: " + file)
                    .doesNotContain("geheim");
            Picture picture = Jpeg.decode(Files.readAllBytes(file));
            assertThat(picture.width()).isEqualTo(clip.width());
            assertThat(picture.height()).isEqualTo(clip.height());
        }
    }

    @Test
    void aPathThatIsNotThereIsToldWithItsReason(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("probe.jpg");
        try (SampleStation station = SampleStation.start(List.of(SampleCamera.of("yard", Clip.named("clean-quiet"))))) {
            Ran ran = Ran.of("probe", "--output", file, "rtsp://127.0.0.1:" + station.port() + "/elsewhere");

            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).startsWith("refused: ").contains("path");
            assertThat(file).doesNotExist();
        }
    }

    @Test
    void whatIsNoCamerasUrlIsBadUsage() {
        for (String url : List.of("file:///etc/passwd", "concat:a|b", "http://127.0.0.1/list.m3u8", "rtsp://")) {
            Ran ran = Ran.of("probe", url);
            assertThat(ran.code()).as(url).isEqualTo(2);
            assertThat(ran.err()).as(url).containsAnyOf("rtsp://", "playlists");
            assertThat(ran.out()).isEmpty();
        }
        assertThat(Ran.of("probe").code()).isEqualTo(2);
    }
}
