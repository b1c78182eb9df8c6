package io.kerbwatch.server.dust.hj212;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A monitor on a line of its own that says what a test wants, and waits for each answer. */
public final class TestMonitor implements AutoCloseable {
    static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneId.of("Asia/Shanghai"));
    private static final AtomicInteger NUMBERS = new AtomicInteger(1000);

    private final String mn;
    private final Socket socket;

    private TestMonitor(String mn, Socket socket) {
        this.mn = mn;
        this.socket = socket;
    }

    /** Connects from an address of this machine. */
    public static TestMonitor connect(String mn, int port, String from) {
        try {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
            socket.setSoTimeout(20_000);
            return new TestMonitor(mn, socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells PM10 of the moment, in mg/m³. */
    public String moment(Instant at, double milligrams) {
        return tell(
                "39",
                "2011",
                at,
                String.format(Locale.ROOT, "a34002-Rtd=%.4f,a34002-Flag=N;a01001-Rtd=18.0", milligrams));
    }

    /** Sends a packet and reads its answer. */
    public String tell(String st, String cn, Instant at, String fields) {
        try {
            String number = Integer.toString(NUMBERS.incrementAndGet());
            socket.getOutputStream()
                    .write(Samples.packet(
                            Samples.data(number, mn, st, cn, 5, "DataTime=" + SECOND.format(at) + ";" + fields)));
            byte[] head = socket.getInputStream().readNBytes(6);
            int length = Integer.parseInt(new String(head, 2, 4, StandardCharsets.ISO_8859_1));
            byte[] rest = socket.getInputStream().readNBytes(length + 6);
            return new String(rest, 0, length, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
