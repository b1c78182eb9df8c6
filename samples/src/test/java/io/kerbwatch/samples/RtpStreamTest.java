package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RtpStreamTest {
    @ParameterizedTest
    @EnumSource(Codec.class)
    void whatIsPutTogetherAgainIsWhatWasSent(Codec codec) {
        Random random = new Random(7);
        // an SPS, a slice that is cut, one that fits exactly, and one that is cut by a single byte
        byte[] set = nal(codec, random, 20, true);
        List<byte[]> nals = List.of(
                nal(codec, random, 9000, false), nal(codec, random, 1400, false), nal(codec, random, 1401, false));
        AccessUnit unit = new AccessUnit(nals, true);
        Footage footage = new Footage(codec, 16, 16, 5, List.of(set), List.of(unit));
        ByteBuffer packets = new RtpStream(42, 65_530).packets(footage, unit, 90_000);
        List<byte[]> expected = new ArrayList<>(List.of(set));
        expected.addAll(nals);
        assertThat(reassembled(codec, packets)).containsExactlyElementsOf(expected);
    }

    /** Reads packets as RFC 6184, section 5.8, and RFC 7798, section 4.4.3, say a receiver does. */
    private static List<byte[]> reassembled(Codec codec, ByteBuffer packets) {
        List<byte[]> nals = new ArrayList<>();
        ByteArrayOutputStream part = new ByteArrayOutputStream();
        int sequence = 65_530;
        while (packets.hasRemaining()) {
            assertThat(packets.getShort()).isEqualTo((short) ('$' << 8));
            byte[] packet = new byte[packets.getShort() & 0xffff];
            packets.get(packet);
            ByteBuffer header = ByteBuffer.wrap(packet);
            assertThat(header.get(0)).isEqualTo((byte) 0x80);
            assertThat(header.getShort(2)).isEqualTo((short) sequence++);
            assertThat(header.getInt(4)).isEqualTo(90_000);
            assertThat((header.get(1) & 0x80) != 0)
                    .as("marker ends the picture")
                    .isEqualTo(!packets.hasRemaining());
            int first = packet[12] & 0xff;
            boolean cut = codec == Codec.H264 ? (first & 0x1f) == 28 : (first >> 1 & 0x3f) == 49;
            if (!cut) {
                part.write(packet, 12, packet.length - 12);
                nals.add(part.toByteArray());
                part.reset();
                continue;
            }
            int own = codec == Codec.H264 ? 1 : 2;
            int edges = packet[12 + own] & 0xff;
            if ((edges & 0x80) != 0) {
                if (codec == Codec.H264) {
                    part.write((first & 0xe0) | (edges & 0x1f));
                } else {
                    part.write((first & 0x81) | ((edges & 0x3f) << 1));
                    part.write(packet[13]);
                }
            }
            part.write(packet, 13 + own, packet.length - 13 - own);
            if ((edges & 0x40) != 0) {
                nals.add(part.toByteArray());
                part.reset();
            }
        }
        return nals;
    }

    private static byte[] nal(Codec codec, Random random, int length, boolean set) {
        byte[] nal = new byte[length];
        random.nextBytes(nal);
        if (codec == Codec.H264) {
            nal[0] = (byte) (set ? 0x67 : 0x65);
        } else {
            nal[0] = (byte) (set ? 33 << 1 : 19 << 1);
            nal[1] = 1;
        }
        return nal;
    }
}
