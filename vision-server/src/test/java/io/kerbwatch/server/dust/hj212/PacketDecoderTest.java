package io.kerbwatch.server.dust.hj212;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PacketDecoderTest {
    private final Counters counters = new Counters();
    private final PacketDecoder decoder = new PacketDecoder(counters);
    private final List<String> packets = new ArrayList<>();

    private void feed(byte[] bytes) {
        decoder.feed(bytes, packets::add);
    }

    private static String data(int number) {
        return Samples.data("2026112308000000" + number, "KW01", "DataTime=20261123080000;a34004-Rtd=0.0" + number);
    }

    @Test
    void checkSumsOfOthersHold() {
        for (String sample : Samples.PUBLISHED) {
            byte[] bytes = Samples.bytes(sample);
            String told = sample.substring(sample.length() - 4).toUpperCase(Locale.ROOT);
            assertThat(String.format("%04X", Crc16.of(bytes, 6, bytes.length - 10)))
                    .isEqualTo(told);
            feed(Samples.bytes(sample + "\r\n"));
        }
        assertThat(packets).hasSameSizeAs(Samples.PUBLISHED);
        assertThat(counters.get(Count.NOISE_BYTES)).isZero();
    }

    @Test
    void twoPacketsInOneSegment() {
        feed(Samples.joined(Samples.packet(data(1)), Samples.packet(data(2))));
        assertThat(packets).containsExactly(data(1), data(2));
    }

    @Test
    void onePacketInTwentySegments() {
        byte[] packet = Samples.packet(data(1));
        int step = packet.length / 20 + 1;
        for (int at = 0; at < packet.length; at += step) {
            feed(Arrays.copyOfRange(packet, at, Math.min(packet.length, at + step)));
        }
        assertThat(packets).containsExactly(data(1));
    }

    @Test
    void theSamePacketsComeOutHoweverTheyAreCut() {
        SplittableRandom random = new SplittableRandom(20261123);
        for (int round = 0; round < 500; round++) {
            List<byte[]> pieces = new ArrayList<>();
            for (int number = 0; number < 8; number++) {
                switch (random.nextInt(6)) {
                    case 0 -> pieces.add(Samples.bytes("noise # and ##12x4 more"));
                    case 1 -> {
                        byte[] broken = Samples.packet(data(number));
                        broken[10 + random.nextInt(40)] ^= 1;
                        pieces.add(broken);
                    }
                    case 2 -> pieces.add(Arrays.copyOf(Samples.packet(data(number)), 30 + random.nextInt(40)));
                    default -> pieces.add(Samples.packet(data(number)));
                }
            }
            pieces.add(Samples.packet(data(9)));
            byte[] all = Samples.joined(pieces.toArray(byte[][]::new));
            List<String> atOnce = new ArrayList<>();
            new PacketDecoder(new Counters()).feed(all, atOnce::add);
            List<String> inPieces = new ArrayList<>();
            PacketDecoder cut = new PacketDecoder(new Counters());
            int at = 0;
            while (at < all.length) {
                int end = Math.min(all.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 300));
                cut.feed(Arrays.copyOfRange(all, at, end), inPieces::add);
                at = end;
            }
            assertThat(inPieces).as("round %d", round).isEqualTo(atOnce).endsWith(data(9));
        }
    }

    @Test
    void aWrongCheckSumCostsOnlyItsPacket() {
        byte[] broken = Samples.packet(data(1));
        broken[broken.length - 3] = (byte) (broken[broken.length - 3] == '0' ? '1' : '0');
        feed(Samples.joined(broken, Samples.packet(data(2))));
        assertThat(packets).containsExactly(data(2));
        assertThat(counters.get(Count.BAD_CRC)).isEqualTo(1);
    }

    @Test
    void lengthsThatAreTooLongOrTooShortOrNoNumber() {
        for (String length : List.of("0900", "0010", "00x5", "    ", "0000")) {
            packets.clear();
            byte[] broken = Samples.packet(data(1));
            System.arraycopy(Samples.bytes(length), 0, broken, 2, 4);
            feed(broken);
            feed(Samples.packet(data(2)));
            assertThat(packets).as(length).containsExactly(data(2));
        }
        assertThat(counters.get(Count.BAD_LENGTH)).isGreaterThanOrEqualTo(3);
        feed(Samples.joined(Samples.bytes("##9999"), Samples.packet(data(3))));
        assertThat(packets).endsWith(data(3));
        assertThat(counters.get(Count.OVERSIZE)).isEqualTo(1);
    }

    @Test
    void aLengthThatSwallowsFollowingPacketsGivesThemBack() {
        byte[] broken = Samples.bytes("##0900" + "x".repeat(100));
        feed(Samples.joined(broken, Samples.packet(data(1)), Samples.packet(data(2))));
        assertThat(packets).containsExactly(data(1), data(2));
    }

    @Test
    void aMegabyteWithoutAnEndIsThrownAwayAsItComes() {
        byte[] kilobyte = new byte[1024];
        for (byte filler : new byte[] {'#', 'x', '0', 0}) {
            Arrays.fill(kilobyte, filler);
            feed(Samples.bytes("##1024"));
            for (int sent = 0; sent < 1024; sent++) {
                feed(kilobyte);
                assertThat(decoder.pending()).isLessThanOrEqualTo(PacketDecoder.MAX_DATA + 10);
            }
            assertThat(decoder.noise()).isGreaterThan(1_000_000);
            packets.clear();
            feed(Samples.packet(data(1)));
            // the first may be what a false head was waiting for
            feed(Samples.packet(data(2)));
            assertThat(packets).endsWith(data(2)).contains(data(1));
        }
    }

    @Test
    void noiseBeforeTheMark() {
        feed(Samples.joined(Samples.bytes("AT+CIPSEND\r\n#"), Samples.packet(data(1))));
        assertThat(packets).containsExactly(data(1));
        assertThat(counters.get(Count.NOISE_BYTES)).isEqualTo(11);
    }

    @Test
    void aMissingOrHalfEndOfLineIsForgiven() {
        String bare = new String(Samples.packet(data(1)), StandardCharsets.ISO_8859_1).strip();
        feed(Samples.bytes(bare + bare + "\n" + bare + "\r\n"));
        assertThat(packets).containsExactly(data(1), data(1), data(1));
        assertThat(counters.get(Count.NOISE_BYTES)).isZero();
    }

    @Test
    void gbkAndUtf8() {
        String text = "QN=1;ST=39;CN=2011;PW=1;MN=KW01;Flag=4;CP=&&DataTime=20261123080000;name=扬尘监测&&";
        for (Charset charset : List.of(Charset.forName("GBK"), StandardCharsets.UTF_8)) {
            byte[] data = text.getBytes(charset);
            feed(Samples.joined(
                    Samples.bytes(String.format("##%04d", data.length)),
                    data,
                    Samples.bytes(String.format("%04X\r\n", Crc16.of(data, 0, data.length)))));
        }
        assertThat(packets).containsExactly(text, text);
    }

    /** What comes through is read to the end, too; the seed is fixed. */
    @Test
    void aMillionMutatedPackets() {
        SplittableRandom random = new SplittableRandom(212);
        List<byte[]> originals = new ArrayList<>();
        Samples.PUBLISHED.forEach(sample -> originals.add(Samples.bytes(sample + "\r\n")));
        originals.add(Samples.packet(data(1)));
        long[] whole = new long[2];
        int most = 0;
        long before = memory();
        for (int round = 0; round < 1_000_000; round++) {
            byte[] packet = Mutations.of(originals.get(random.nextInt(originals.size())), random);
            decoder.feed(packet, text -> {
                whole[0]++;
                Packet read = Packet.parse(text);
                read.hasGoodNames();
                read.textWithoutPassword();
                Memory.key(read);
                whole[1] += Parameters.parse(read.parameters(), DataKind.REAL_TIME, Device.STANDARD)
                        .readings()
                        .size();
            });
            most = Math.max(most, decoder.pending());
        }
        assertThat(most).isLessThanOrEqualTo(PacketDecoder.MAX_DATA + 10);
        assertThat(memory() - before).isLessThan(32L << 20);
        assertThat(whole[0]).isBetween(100_000L, 900_000L);
        assertThat(whole[1]).isPositive();
        feed(Samples.bytes("x".repeat(2 * PacketDecoder.MAX_DATA)));
        feed(Samples.packet(data(2)));
        assertThat(packets).endsWith(data(2));
    }

    private static long memory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Says how fast; fails only if something went quadratic. */
    @Test
    void speed() {
        byte[] packet = Samples.bytes(Samples.PUBLISHED.get(2) + "\r\n");
        byte[] many = new byte[packet.length * 100];
        for (int at = 0; at < many.length; at += packet.length) {
            System.arraycopy(packet, 0, many, at, packet.length);
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int rounds = 2000;
        long[] readings = new long[1];
        for (int warm = 0; warm < 2; warm++) {
            long start = threads.getCurrentThreadCpuTime();
            for (int round = 0; round < rounds; round++) {
                decoder.feed(
                        many,
                        text -> readings[0] += Parameters.parse(
                                        Packet.parse(text).parameters(), DataKind.REAL_TIME, Device.STANDARD)
                                .readings()
                                .size());
            }
            double seconds = (threads.getCurrentThreadCpuTime() - start) / 1e9;
            System.out.printf("decoded and read %.0f packets per CPU second%n", 100 * rounds / seconds);
            assertThat(Duration.ofNanos((long) (seconds * 1e9))).isLessThan(Duration.ofSeconds(60));
        }
        assertThat(readings[0]).isEqualTo(2L * rounds * 100 * 8);
    }
}
