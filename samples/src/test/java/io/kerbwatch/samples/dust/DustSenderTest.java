package io.kerbwatch.samples.dust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Hears the monitors with a small reader of its own, which knows nothing of how they write. */
class DustSenderTest {
    private static final long SEED = 42;

    /** Answers every packet, and keeps their fields in order of arrival. */
    private static final class Ear implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final List<Map<String, String>> packets = new CopyOnWriteArrayList<>();
        private volatile int connections;
        private volatile boolean silent;

        Ear() throws IOException {
            Thread accepting = new Thread(this::accept, "ear");
            accepting.setDaemon(true);
            accepting.start();
        }

        InetSocketAddress address() {
            return (InetSocketAddress) listening.getLocalSocketAddress();
        }

        @SuppressWarnings("NonAtomicVolatileUpdate")
        private void accept() {
            try {
                while (true) {
                    Socket socket = listening.accept();
                    connections++;
                    Thread reading = new Thread(() -> read(socket), "ear-line");
                    reading.setDaemon(true);
                    reading.start();
                }
            } catch (IOException e) {
                // closed
            }
        }

        private void read(Socket socket) {
            try (socket) {
                DataInputStream bytes = new DataInputStream(socket.getInputStream());
                while (true) {
                    byte[] head = new byte[6];
                    bytes.readFully(head);
                    String start = new String(head, StandardCharsets.US_ASCII);
                    assertThat(start).matches("##\\d{4}");
                    byte[] data = new byte[Integer.parseInt(start.substring(2))];
                    bytes.readFully(data);
                    byte[] end = new byte[6];
                    bytes.readFully(end);
                    assertThat(new String(end, StandardCharsets.US_ASCII))
                            .isEqualTo(String.format("%04X\r\n", checkSum(data)));
                    assertThat(data.length).isLessThanOrEqualTo(1024);
                    Map<String, String> fields = new HashMap<>();
                    for (String field : new String(data, StandardCharsets.US_ASCII)
                            .replace("CP=&&", "")
                            .replace("&&", "")
                            .split("[;,]")) {
                        String[] pair = field.split("=");
                        fields.put(pair[0], pair[1]);
                    }
                    packets.add(fields);
                    if (!silent) {
                        String answer = "QN=" + fields.get("QN") + ";ST=91;CN=9014;PW=1;MN=1;Flag=4;CP=&&&&";
                        byte[] plain = answer.getBytes(StandardCharsets.US_ASCII);
                        socket.getOutputStream()
                                .write(String.format("##%04d%s%04X\r\n", plain.length, answer, checkSum(plain))
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (EOFException e) {
                // hung up
            } catch (IOException e) {
                // reset
            }
        }

        /** From the text of annex A: high byte of the register with the byte, eight shifts. */
        private static int checkSum(byte[] data) {
            int crc = 0xFFFF;
            for (byte each : data) {
                crc = (crc >> 8) ^ Byte.toUnsignedInt(each);
                for (int shift = 0; shift < 8; shift++) {
                    int out = crc & 1;
                    crc >>= 1;
                    if (out == 1) {
                        crc ^= 0xA001;
                    }
                }
            }
            return crc;
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private static java.time.Instant at(int hour, int minute) {
        return LocalDateTime.of(2026, 11, 22, hour, minute)
                .atZone(DustStory.ZONE)
                .toInstant();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited twenty seconds").isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void packetsTellTheStory() throws Exception {
        DustMonitor milligrams = new DustMonitor("KW01", "123456", DustStory.CALM_DAY, 0.001);
        DustMonitor micrograms = new DustMonitor("KW02", "654321", DustStory.CONSTRUCTION_NOON, 1);
        try (Ear ear = new Ear();
                DustSender sender =
                        DustSender.start(ear.address(), List.of(milligrams, micrograms), SEED, at(11, 30), 600)) {
            await(() -> sender.stored() >= 40);
            for (Map<String, String> packet : ear.packets) {
                DustMonitor monitor = "KW01".equals(packet.get("MN")) ? milligrams : micrograms;
                assertThat(packet)
                        .containsEntry("ST", "39")
                        .containsEntry("CN", "2011")
                        .containsEntry("PW", monitor.password())
                        .containsEntry("Flag", "5")
                        .containsEntry("a34002-Flag", "N");
                String time = packet.getOrDefault("DataTime", "");
                int minute = Integer.parseInt(time.substring(10, 12));
                int hour = Integer.parseInt(time.substring(8, 10));
                double truth =
                        monitor.story().at(at(hour, minute), SEED, monitor.mn()).pm10();
                double told = Double.parseDouble(packet.getOrDefault("a34002-Rtd", "")) / monitor.perMicrogram();
                assertThat(told).isBetween(truth - 0.11, truth + 0.11);
            }
            assertThat(ear.connections).isEqualTo(2);
        }
    }

    @Test
    void whatTheLostLineMissedComesAfterwards() throws Exception {
        DustMonitor monitor = new DustMonitor("KW01", "123456", DustStory.LOST_LINK, 0.001);
        try (Ear ear = new Ear();
                DustSender sender = DustSender.start(ear.address(), List.of(monitor), SEED, at(8, 50), 3600)) {
            await(() -> sender.now().isAfter(at(10, 40)) && sender.unanswered() < 30 && sender.stored() > 100);
            List<String> times = new ArrayList<>();
            ear.packets.forEach(packet -> times.add(packet.getOrDefault("DataTime", "")));
            for (int minute = 8 * 60 + 50; minute < 10 * 60 + 35; minute++) {
                assertThat(times).contains(String.format(Locale.ROOT, "20261122%02d%02d00", minute / 60, minute % 60));
            }
            assertThat(ear.connections).isEqualTo(2);
        }
    }

    @Test
    void whatIsNotAnsweredIsSentAgain() throws Exception {
        DustMonitor monitor = new DustMonitor("KW01", "123456", DustStory.CALM_DAY, 0.001);
        try (Ear ear = new Ear()) {
            ear.silent = true;
            try (DustSender sender = DustSender.start(ear.address(), List.of(monitor), SEED, at(12, 0), 1)) {
                await(() -> ear.packets.size() >= 2);
                assertThat(ear.packets.get(1)).isEqualTo(ear.packets.get(0));
                assertThat(sender.stored()).isZero();
                ear.silent = false;
                await(() -> sender.stored() >= 1);
                assertThat(sender.unanswered()).isZero();
            }
        }
    }

    @Test
    void whatWasMeasuredIsAllAnsweredOnceNothingMoreIs() throws Exception {
        DustMonitor monitor = new DustMonitor("KW01", "123456", DustStory.CALM_DAY, 0.001);
        try (Ear ear = new Ear();
                DustSender sender = DustSender.start(ear.address(), List.of(monitor), SEED, at(12, 0), 600)) {
            await(() -> sender.stored() >= 20);
            sender.measureNoMore();
            long measured = sender.measured();
            await(() -> sender.unanswered() == 0);
            assertThat(sender.measured()).isEqualTo(measured);
            assertThat(sender.stored()).isEqualTo(measured);
        }
    }

    @Test
    void manyMonitorsShareOneThread() throws Exception {
        List<DustMonitor> monitors = new ArrayList<>();
        for (int number = 100; number < 160; number++) {
            monitors.add(new DustMonitor("KW" + number, "123456", DustStory.CALM_DAY, 0.001));
        }
        try (Ear ear = new Ear();
                DustSender sender = DustSender.start(ear.address(), monitors, SEED, at(12, 0), 300)) {
            await(() -> sender.stored() >= 600);
            assertThat(ear.packets.stream().map(packet -> packet.get("MN")).distinct())
                    .hasSize(60);
        }
    }
}
