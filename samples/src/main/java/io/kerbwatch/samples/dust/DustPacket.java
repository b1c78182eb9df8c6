package io.kerbwatch.samples.dust;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Writes the packets of a monitor (HJ 212-2017, 6.3 and annex A). */
final class DustPacket {
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(DustStory.ZONE);
    private static final DateTimeFormatter MILLISECOND =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS", Locale.ROOT).withZone(DustStory.ZONE);

    private DustPacket() {}

    /** By what an answer is recognised. */
    static String number(Instant time) {
        return MILLISECOND.format(time);
    }

    /** Real-time data, CN 2011. */
    static byte[] moment(DustMonitor monitor, Instant time, DustStory.Minute minute) {
        StringBuilder fields = new StringBuilder("DataTime=").append(SECOND.format(time));
        double unit = monitor.perMicrogram();
        String dust = unit < 0.1 ? "%.4f" : "%.1f";
        add(fields, "a34004", dust, minute.pm25() * unit);
        add(fields, "a34002", dust, minute.pm10() * unit);
        add(fields, "a34001", dust, minute.tsp() * unit);
        add(fields, "a01001", "%.1f", minute.temperature());
        add(fields, "a01002", "%.1f", minute.humidity());
        add(fields, "a01006", "%.2f", minute.pressure());
        add(fields, "a01007", "%.1f", minute.windSpeed());
        add(fields, "a01008", "%.0f", minute.windDirection());
        add(fields, "LA", "%.1f", minute.noise());
        return packet("QN=" + number(time) + ";ST=39;CN=2011;PW=" + monitor.password() + ";MN=" + monitor.mn()
                + ";Flag=5;CP=&&" + fields + "&&");
    }

    private static void add(StringBuilder fields, String code, String format, double value) {
        fields.append(';')
                .append(code)
                .append("-Rtd=")
                .append(String.format(Locale.ROOT, format, value))
                .append(',')
                .append(code)
                .append("-Flag=N");
    }

    private static byte[] packet(String data) {
        byte[] bytes = data.getBytes(StandardCharsets.US_ASCII);
        return String.format(Locale.ROOT, "##%04d%s%04X\r\n", bytes.length, data, checkSum(bytes))
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static int checkSum(byte[] bytes) {
        int register = 0xFFFF;
        for (byte each : bytes) {
            register = (register >>> 8) ^ (each & 0xFF);
            for (int bit = 0; bit < 8; bit++) {
                register = (register & 1) == 0 ? register >>> 1 : (register >>> 1) ^ 0xA001;
            }
        }
        return register;
    }
}
