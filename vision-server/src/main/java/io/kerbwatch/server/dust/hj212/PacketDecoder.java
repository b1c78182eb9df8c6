package io.kerbwatch.server.dust.hj212;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Cuts a stream of bytes into the data segments of packets (HJ 212-2017, 6.3): {@code ##}, four digits of length, data,
 * four hexadecimal digits of {@link Crc16}, CR LF. However the stream is cut, the same packets come out.
 *
 * <p>A packet is given out once its check sum has come; the CR LF behind it may be missing, as some loggers leave it out.
 * After anything wrong the search goes on right behind the {@code ##} that misled, so that no good packet that a wrong
 * length has swallowed is lost. A CR LF where data should be ends the wait for a length that is too long: neither GBK nor
 * UTF-8 text has one inside. Holds at most one packet and what was just fed.
 */
final class PacketDecoder {
    /** The standard ends at 1024 bytes of data; firmwares that put every factor into one packet go somewhat past it. */
    static final int MAX_DATA = 4096;

    private static final int HEAD = 6;
    private static final int CHECK = 4;
    private static final Charset GBK = Charset.forName("GBK");

    private final Counters counters;
    /** One packet and as much again, so that bytes move to the front only once in a packet. */
    private byte[] held = new byte[512];

    private int start;
    private int end;
    /** Up to where the held bytes were already looked through for the CR LF that must not be there. */
    private int looked;

    private long noise;

    PacketDecoder(Counters counters) {
        this.counters = counters;
    }

    /** Bytes thrown away since the last good packet. */
    long noise() {
        return noise;
    }

    /** Bytes that are held for a packet that is not complete. */
    int pending() {
        return end - start;
    }

    /** Takes bytes and gives the text of each packet that they complete, in order. */
    void feed(byte[] bytes, Consumer<String> packets) {
        int at = 0;
        while (at < bytes.length) {
            int length = Math.min(bytes.length - at, MAX_DATA);
            append(bytes, at, length);
            at += length;
            while (step(packets)) {
                // on to the next packet among the held bytes
            }
        }
    }

    private void append(byte[] bytes, int from, int length) {
        if (end + length > held.length) {
            System.arraycopy(held, start, held, 0, end - start);
            end -= start;
            looked = Math.max(0, looked - start);
            start = 0;
            if (end + length > held.length) {
                byte[] wider = new byte[Math.max(end + length, Math.min(2 * held.length, 2 * MAX_DATA))];
                System.arraycopy(held, 0, wider, 0, end);
                held = wider;
            }
        }
        System.arraycopy(bytes, from, held, end, length);
        end += length;
    }

    /** Whether something was taken, so that another look is worth while. */
    private boolean step(Consumer<String> packets) {
        skipToMark();
        if (end - start < HEAD) {
            return false;
        }
        int length = length();
        if (length < 0 || length > MAX_DATA) {
            counters.add(length < 0 ? Count.BAD_LENGTH : Count.OVERSIZE);
            // "###0101…" is a mark with one sign of noise before it
            discard(1);
            return true;
        }
        int data = start + HEAD;
        if (endsEarly(Math.min(end, data + length + CHECK))) {
            counters.add(Count.BAD_LENGTH);
            discard(2);
            return true;
        }
        if (end - data < length + CHECK) {
            return false;
        }
        int told = hex(data + length);
        if (told < 0 || told != Crc16.of(held, data, length)) {
            counters.add(told < 0 ? Count.BAD_LENGTH : Count.BAD_CRC);
            discard(2);
            return true;
        }
        String text = text(data, length);
        start = data + length + CHECK;
        looked = start;
        noise = 0;
        counters.add(Count.RECEIVED);
        packets.accept(text);
        return true;
    }

    private void skipToMark() {
        int from = start;
        int lost = 0;
        while (start < end) {
            if (held[start] == '#' && (start + 1 == end || held[start + 1] == '#')) {
                break;
            }
            if (held[start] != '\r' && held[start] != '\n') {
                lost++;
            }
            start++;
        }
        if (start > from) {
            looked = Math.max(looked, start);
            lost(lost);
        }
        if (start == end) {
            start = 0;
            end = 0;
            looked = 0;
        }
    }

    private void discard(int bytes) {
        start += bytes;
        looked = start;
        lost(bytes);
    }

    private void lost(int bytes) {
        if (bytes > 0) {
            noise += bytes;
            counters.add(Count.NOISE_BYTES, bytes);
        }
    }

    private int length() {
        int length = 0;
        for (int at = start + 2; at < start + HEAD; at++) {
            int digit = held[at] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            length = 10 * length + digit;
        }
        return length;
    }

    private boolean endsEarly(int until) {
        for (int at = Math.max(looked, start + HEAD); at + 1 < until; at++) {
            if (held[at] == '\r' && held[at + 1] == '\n') {
                return true;
            }
        }
        looked = Math.max(start, until - 1);
        return false;
    }

    private int hex(int from) {
        int value = 0;
        for (int at = from; at < from + CHECK; at++) {
            int digit = Character.digit(held[at], 16);
            if (digit < 0) {
                return -1;
            }
            value = 16 * value + digit;
        }
        return value;
    }

    /** Most packets are plain ASCII; the rest is UTF-8 if it can be, and GBK, which the loggers of old speak, if not. */
    private String text(int from, int length) {
        boolean plain = true;
        for (int at = from; plain && at < from + length; at++) {
            plain = held[at] >= 0;
        }
        if (plain) {
            return new String(held, from, length, StandardCharsets.ISO_8859_1);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(held, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return new String(held, from, length, GBK);
        }
    }
}
