package io.kerbwatch.server.dust.hj212;

/**
 * The check sum of HJ 212-2017 (annex A): polynomial 0xA001, start 0xFFFF, and unlike the CRC of Modbus each byte meets
 * the register's high byte, which the shift of eight has just moved down. What stood in the low byte is lost with every
 * byte of data, so that two changed bytes pass about once in 256; nobody may take it for more than a check of the line.
 */
final class Crc16 {
    private static final int[] STEPS = new int[256];

    static {
        for (int index = 0; index < STEPS.length; index++) {
            int register = index;
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 0 ? register >>> 1 : (register >>> 1) ^ 0xA001;
            }
            STEPS[index] = register;
        }
    }

    private Crc16() {}

    /** The check sum of {@code length} bytes from {@code from} on, 0 to 0xFFFF. */
    static int of(byte[] bytes, int from, int length) {
        int register = 0xFFFF;
        for (int at = from; at < from + length; at++) {
            register = STEPS[(register >>> 8) ^ (bytes[at] & 0xFF)];
        }
        return register;
    }
}
