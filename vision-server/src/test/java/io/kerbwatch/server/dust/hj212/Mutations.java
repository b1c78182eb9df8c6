package io.kerbwatch.server.dust.hj212;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

/** Packets that are not as they should be. */
public final class Mutations {
    private Mutations() {}

    /**
     * A packet of a monitor with the password 123456 that was damaged or forged, at random.
     *
     * @param at what it tells of, in Beijing time
     */
    public static byte[] packet(String mn, Instant at, SplittableRandom random) {
        return of(good(mn, Integer.toString(random.nextInt(1_000_000)), at, random.nextInt(400) / 1000.0), random);
    }

    /** A good packet of a monitor with the password 123456. */
    public static byte[] good(String mn, String qn, Instant at, double milligrams) {
        return Samples.packet(Samples.data(
                qn,
                mn,
                "DataTime=" + TestMonitor.SECOND.format(at)
                        + String.format(Locale.ROOT, ";a34002-Rtd=%.4f,a34002-Flag=N;a01001-Rtd=18.0", milligrams)));
    }

    /** As it came over a bad line, or from somebody who means harm; one in six is as it was. */
    static byte[] of(byte[] original, SplittableRandom random) {
        byte[] packet = original.clone();
        switch (random.nextInt(6)) {
            case 0 -> packet[random.nextInt(packet.length)] = (byte) random.nextInt(256);
            case 1 -> {
                for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
                    packet[random.nextInt(packet.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> packet = Arrays.copyOf(packet, random.nextInt(packet.length));
            case 3 -> packet[2 + random.nextInt(4)] = (byte) ('0' + random.nextInt(10));
            case 4 -> {
                // a good frame around broken text, so that reading it is tried as well
                byte[] data = Arrays.copyOfRange(packet, 6, packet.length - 6);
                for (int changes = 1 + random.nextInt(6); changes > 0; changes--) {
                    data[random.nextInt(data.length)] = (byte) ";,=&-.#NaE9\0".charAt(random.nextInt(12));
                }
                packet = Samples.packet(new String(data, StandardCharsets.ISO_8859_1));
            }
            default -> {
                // as it was
            }
        }
        return packet;
    }
}
