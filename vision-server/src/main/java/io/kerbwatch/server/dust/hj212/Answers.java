package io.kerbwatch.server.dust.hj212;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Writes packets from the system to a device: ST 91, the QN, PW and MN of what is answered (HJ 212-2017). */
final class Answers {
    /** Version of 2017, no answer wanted, not split. */
    private static final int FLAG = 4;

    private Answers() {}

    /** The data report is stored: CN 9014. */
    static byte[] stored(Packet packet) {
        return answer(packet, "9014", "");
    }

    /** The packet is not taken: CN 9011 with the reason. */
    static byte[] refused(Packet packet, Refused.Reason reason) {
        return answer(packet, "9011", "QnRtn=" + reason.code());
    }

    private static byte[] answer(Packet packet, String command, String parameters) {
        return packet("QN=" + packet.qn() + ";ST=91;CN=" + command + ";PW=" + packet.pw() + ";MN=" + packet.mn()
                + ";Flag=" + FLAG + ";CP=&&" + parameters + "&&");
    }

    /** A data segment with its head and check sum around it. */
    static byte[] packet(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.ISO_8859_1);
        String head = String.valueOf(10_000 + bytes.length).substring(1);
        String check = Integer.toHexString(0x10000 + Crc16.of(bytes, 0, bytes.length))
                .substring(1)
                .toUpperCase(Locale.ROOT);
        return ("##" + head + data + check + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }
}
