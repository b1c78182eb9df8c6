package io.kerbwatch.vision.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.StreamPacket;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamDecoderTest {
    private static List<StreamPacket> packets(Path folder) throws IOException {
        Path file = folder.resolve("clip.mp4");
        Clip.copyTo("clean-quiet", "mp4", file);
        List<StreamPacket> packets = new ArrayList<>();
        try (ClipReader reader = new ClipReader(file, Instant.EPOCH)) {
            for (Optional<StreamPacket> p = reader.nextOfAll();
                    p.isPresent() && packets.size() < 25;
                    p = reader.nextOfAll()) {
                packets.add(p.get());
            }
        }
        return packets;
    }

    @Test
    void givesAPictureForEveryPacket(@TempDir Path folder) throws IOException {
        try (StreamDecoder decoder = new StreamDecoder();
                InputBuffer input = new InputBuffer(320, 192)) {
            List<StreamPacket> packets = packets(folder);
            assertThat(packets).filteredOn(StreamPacket::key).hasSize(3);
            for (StreamPacket packet : packets) {
                assertThat(decoder.decode(packet)).isTrue();
                Letterbox box = decoder.letterbox(input);
                assertThat(box.height()).isEqualTo(180);
            }
            assertThat(decoder.width()).isEqualTo(640);
        }
    }

    @Test
    void waitsForAKeyPacketAfterAGapAndAfterDamage(@TempDir Path folder) throws IOException {
        List<StreamPacket> packets = packets(folder);
        try (StreamDecoder decoder = new StreamDecoder()) {
            assertThat(decoder.decode(packets.get(3)))
                    .as("nothing came before it")
                    .isFalse();
            assertThat(decoder.decode(packets.get(10))).isTrue();
            StreamPacket late = packets.get(14);
            assertThat(decoder.decode(new StreamPacket(late.codec(), late.data(), false, false, late.arrival())))
                    .isFalse();
            assertThat(decoder.decode(packets.get(15))).isFalse();
            assertThat(decoder.decode(packets.get(20))).isTrue();
            assertThat(decoder.decode(packets.get(21))).isTrue();
        }
    }

    @Test
    void saysThatAPacketIsDamaged() {
        try (StreamDecoder decoder = new StreamDecoder()) {
            assertThatThrownBy(() ->
                            decoder.decode(new StreamPacket(Codec.H264, new byte[40], true, false, Instant.EPOCH)))
                    .isInstanceOf(UndecodableException.class)
                    .hasMessageContaining("h264");
        }
    }
}
