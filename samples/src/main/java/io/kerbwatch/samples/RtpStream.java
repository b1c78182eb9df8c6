package io.kerbwatch.samples;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The RTP packets of one camera (RFC 3550), framed for a TCP connection of RTSP (RFC 2326, section 10.12). All viewers
 * get the same packets: numbers and timestamps run on over loops, jumps and changes of the clip.
 */
final class RtpStream {
    /** Ticks of the RTP clock a second, for all video. */
    static final int CLOCK = 90_000;

    static final int PAYLOAD_TYPE = 96;
    private static final int PAYLOAD_LIMIT = 1400;
    private static final int FRAMING = 4;
    private static final int HEADER = 12;
    private static final int CHANNEL = 0;

    private final int source;
    private int sequence;

    RtpStream(int source, int firstSequence) {
        this.source = source;
        this.sequence = firstSequence;
    }

    /** The number that the next packet will have. */
    int nextSequence() {
        return sequence & 0xffff;
    }

    /** All packets of a picture one behind the other, parameter sets before a key frame; read-only. */
    ByteBuffer packets(Footage footage, AccessUnit unit, int timestamp) {
        List<byte[]> units = new ArrayList<>();
        if (unit.key()) {
            units.addAll(footage.parameterSets());
        }
        units.addAll(unit.nalUnits());
        int room = units.stream()
                .mapToInt(nal -> nal.length + (nal.length / PAYLOAD_LIMIT + 2) * (FRAMING + HEADER + 3))
                .sum();
        ByteBuffer out = ByteBuffer.allocate(room);
        for (int i = 0; i < units.size(); i++) {
            packetise(footage.codec(), units.get(i), timestamp, i == units.size() - 1, out);
        }
        return out.flip().asReadOnlyBuffer();
    }

    private void packetise(Codec codec, byte[] nal, int timestamp, boolean endsPicture, ByteBuffer out) {
        if (nal.length <= PAYLOAD_LIMIT) {
            header(nal.length, timestamp, endsPicture, out);
            out.put(nal);
            return;
        }
        int own = codec == Codec.H264 ? 1 : 2;
        for (int at = own; at < nal.length; at += PAYLOAD_LIMIT) {
            int length = Math.min(PAYLOAD_LIMIT, nal.length - at);
            boolean last = at + length == nal.length;
            header(own + 1 + length, timestamp, endsPicture && last, out);
            int edges = (at == own ? 0x80 : 0) | (last ? 0x40 : 0);
            if (codec == Codec.H264) {
                // FU-A, RFC 6184, section 5.8
                out.put((byte) ((nal[0] & 0xe0) | 28));
                out.put((byte) (edges | (nal[0] & 0x1f)));
            } else {
                // fragmentation unit, RFC 7798, section 4.4.3
                out.put((byte) ((nal[0] & 0x81) | (49 << 1))).put(nal[1]);
                out.put((byte) (edges | ((nal[0] >> 1) & 0x3f)));
            }
            out.put(nal, at, length);
        }
    }

    private void header(int payload, int timestamp, boolean marker, ByteBuffer out) {
        out.put((byte) '$').put((byte) CHANNEL).putShort((short) (HEADER + payload));
        out.put((byte) 0x80).put((byte) ((marker ? 0x80 : 0) | PAYLOAD_TYPE));
        out.putShort((short) sequence++).putInt(timestamp).putInt(source);
    }

    /** The same packets with noise instead of payload; framing and RTP headers stay right. */
    static ByteBuffer garbled(ByteBuffer packets, RandomGenerator random) {
        ByteBuffer copy = ByteBuffer.allocate(packets.remaining());
        copy.put(packets.duplicate()).flip();
        int at = 0;
        while (at < copy.limit()) {
            int end = at + FRAMING + (copy.getShort(at + 2) & 0xffff);
            for (int i = at + FRAMING + HEADER; i < end; i++) {
                copy.put(i, (byte) random.nextInt());
            }
            at = end;
        }
        return copy;
    }
}
