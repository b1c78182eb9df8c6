package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.Truth.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ClipTest {
    static List<String> names() {
        return Clip.NAMES;
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyClipCanBeCutAndLooped(String name) {
        Clip clip = Clip.named(name);
        List<AccessUnit> units = clip.footage().units();
        assertThat(clip.footage().codec()).isEqualTo(Codec.H264);
        assertThat(clip.footage().fps()).isEqualTo(clip.truth().fps());
        double end = 0;
        for (Segment segment : clip.truth().segments()) {
            assertThat(segment.from()).isEqualTo(end);
            assertThat(units.get(clip.footage().unitAt(segment.from())).key()).isTrue();
            if (segment.loop()) {
                assertThat(segment.to() - segment.from()).isGreaterThanOrEqualTo(16);
            }
            end = segment.to();
        }
        assertThat(units).hasSize(clip.footage().unitAt(end));
        for (int i = 0; i < units.size(); i++) {
            assertThat(units.get(i).key()).as("key frame at %d", i).isEqualTo(i % 10 == 0);
        }
        assertThat(clip.truth().events()).allSatisfy(event -> {
            assertThat(event.kind()).isIn("overflow", "litter");
            assertThat(event.box()).hasSize(4).allSatisfy(side -> assertThat(side)
                    .isBetween(0.0, 1.0));
        });
    }

    @Test
    void readsAFileWithItsTruthBesideIt(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("mine.mp4");
        Clip.copyTo("overflow-from-start", "mp4", file);
        assertThat(Clip.read(file).truth().segments()).isEmpty();
        Clip.copyTo("overflow-from-start", "json", folder.resolve("mine.json"));
        Clip read = Clip.read(file);
        assertThat(read.name()).isEqualTo("mine");
        assertThat(read.truth()).isEqualTo(Clip.named("overflow-from-start").truth());
        assertThat(read.width()).isEqualTo(960);
    }

    @Test
    void saysWhatIsWrongWithAFileThatIsNoClip(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("note.mp4"), "not a video");
        assertThatThrownBy(() -> Clip.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("note.mp4");
        assertThatThrownBy(() -> Clip.named("nowhere")).hasMessageContaining("nowhere");
    }
}
