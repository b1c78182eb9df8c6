package io.kerbwatch.server.dust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.ghgande.j2mod.modbus.procimg.SimpleInputRegister;
import com.ghgande.j2mod.modbus.procimg.SimpleProcessImage;
import com.ghgande.j2mod.modbus.procimg.SimpleRegister;
import com.ghgande.j2mod.modbus.slave.ModbusSlave;
import com.ghgande.j2mod.modbus.slave.ModbusSlaveFactory;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Monitors that are read over Modbus TCP, played by another project's server. */
class ModbusReaderTest {
    private final TestServer kerbwatch = TestServer.start(all -> all.with(Settings.DEVICES_ALLOW, "loopback"));
    private final SimpleProcessImage memory = new SimpleProcessImage(7);
    private int port;
    private UUID road = new UUID(0, 0);

    @BeforeEach
    void begin() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        int bits = Float.floatToIntBits(0.0625f);
        memory.addRegister(new SimpleRegister(84));
        memory.addRegister(new SimpleRegister(bits >>> 16));
        memory.addRegister(new SimpleRegister(bits & 0xffff));
        memory.addInputRegister(new SimpleInputRegister(0xffff - 24));
        memory.addInputRegister(new SimpleInputRegister(1));
        memory.addInputRegister(new SimpleInputRegister(0));
        serve();
        road = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"road\",\"kind\":\"road\"}")
                .expect(201));
    }

    private void serve() throws Exception {
        ModbusSlave slave = ModbusSlaveFactory.createTCPSlave(InetAddress.getLoopbackAddress(), port, 2, false);
        slave.addProcessImage(7, memory);
        slave.open();
    }

    @AfterEach
    void end() {
        ModbusSlaveFactory.close();
        kerbwatch.close();
    }

    @Test
    void registersOfAllTypesAreReadInTheMonitorsRhythm() {
        UUID device = device(
                "gate",
                "{\"factor\":\"pm10\",\"address\":0},"
                        + "{\"factor\":\"pm25\",\"address\":1,\"type\":\"float32\",\"scale\":1000},"
                        + "{\"factor\":\"temperature\",\"address\":0,\"table\":\"input\",\"type\":\"int16\",\"scale\":0.1},"
                        + "{\"factor\":\"tsp\",\"address\":1,\"table\":\"input\",\"type\":\"uint32-swapped\",\"scale\":90}");
        kerbwatch.lookAtDevices();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> sum(device, "pm10").path("count").asInt() == 1);
        assertThat(sum(device, "pm10").get("mean").asDouble()).isEqualTo(84);
        assertThat(sum(device, "pm25").get("mean").asDouble()).isEqualTo(62.5);
        assertThat(sum(device, "tsp").get("mean").asDouble()).isEqualTo(90);
        assertThat(health(device)).isEqualTo("ok");
        kerbwatch.lookAtDevices();
        kerbwatch.clock.advance(Duration.ofSeconds(61));
        kerbwatch.lookAtDevices();
        await().atMost(Duration.ofSeconds(20)).until(() -> count(device) == 2);
    }

    @Test
    void aMonitorThatIsAwayIsReadAgainWhenItIsBack() throws Exception {
        UUID device = device("gate", "{\"factor\":\"pm10\",\"address\":0}");
        ModbusSlaveFactory.close();
        kerbwatch.lookAtDevices();
        await().pollDelay(Duration.ofMillis(500)).until(() -> count(device) == 0);
        serve();
        kerbwatch.clock.advance(Duration.ofSeconds(61));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            kerbwatch.clock.advance(Duration.ofSeconds(61));
            kerbwatch.lookAtDevices();
            return count(device) > 0;
        });
    }

    @Test
    void registersThatAreNotThereMakeItFaulty() {
        UUID device = device("gate", "{\"factor\":\"pm10\",\"address\":500}");
        kerbwatch.lookAtDevices();
        await().atMost(Duration.ofSeconds(20)).until(() -> health(device).equals("faulty"));
        assertThat(reason(device)).contains("Modbus exception 2");
        assertThat(count(device)).isZero();
    }

    @Test
    void itStaysFaultyUntilItIsReadAndIsNeverSilentWhileItAnswers() throws Exception {
        UUID device = device("gate", "{\"factor\":\"pm10\",\"address\":3}");
        kerbwatch.lookAtDevices();
        await().atMost(Duration.ofSeconds(20)).until(() -> health(device).equals("faulty"));
        for (int minute = 0; minute < 15; minute++) {
            kerbwatch.clock.advance(Duration.ofSeconds(61));
            lookAndRead(device);
            kerbwatch.lookAtDevices();
            assertThat(health(device)).as("after %d min", minute).isEqualTo("faulty");
        }
        assertThat(reason(device)).contains("Modbus exception 2");
        memory.addRegister(new SimpleRegister(90));
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            kerbwatch.clock.advance(Duration.ofSeconds(61));
            kerbwatch.lookAtDevices();
            return health(device).equals("ok");
        });
        await().atMost(Duration.ofSeconds(20)).until(() -> count(device) > 0);
    }

    /** The time of the last answer moves with each. */
    private void lookAndRead(UUID device) {
        String before = heard(device);
        kerbwatch.lookAtDevices();
        await().atMost(Duration.ofSeconds(20)).until(() -> !heard(device).equals(before));
    }

    private String heard(UUID device) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device)
                .expect(200)
                .get("lastReportAt")
                .asText();
    }

    @Test
    void aGoodReadingDoesNotMakeAStuckMonitorWell() {
        UUID device = device("gate", "{\"factor\":\"pm10\",\"address\":0}");
        for (int minute = 0; minute < 62; minute++) {
            lookAndRead(device);
            kerbwatch.clock.advance(Duration.ofSeconds(60));
        }
        kerbwatch.clock.advance(Duration.ofSeconds(31));
        for (int minute = 0; minute < 3; minute++) {
            lookAndRead(device);
            assertThat(health(device)).isEqualTo("faulty");
            assertThat(reason(device)).isEqualTo("pm10 is stuck at 84.0");
            kerbwatch.clock.advance(Duration.ofSeconds(60));
        }
    }

    @Test
    void whatIsNoNumberIsNoValue() {
        for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            int bits = Float.floatToRawIntBits(odd);
            memory.addRegister(new SimpleRegister(bits >>> 16));
            memory.addRegister(new SimpleRegister(bits & 0xffff));
        }
        for (int address = 3; address < 9; address += 2) {
            UUID device = device(
                    "odd " + address,
                    "{\"factor\":\"pm10\",\"address\":" + address + ",\"type\":\"float32\"},"
                            + "{\"factor\":\"pm25\",\"address\":0}");
            kerbwatch.lookAtDevices();
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> !readings(device, "pm25").isEmpty());
            assertThat(readings(device, "pm10")).as("at %d", address).isEmpty();
            kerbwatch.lookAtDevices();
            assertThat(reason(device)).isEqualTo("pm10 is marked as out-of-range");
        }
    }

    @Test
    void whatDoesNotFitIsRefused() {
        String site = "\"site\":\"" + road + "\",\"kind\":\"dust-monitor\",\"name\":\"x\"";
        kerbwatch
                .api
                .post("/api/v1/devices", "{" + site + ",\"link\":\"modbus\"}")
                .expect(400);
        kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{" + site + ",\"link\":\"http\",\"setup\":{\"modbus\":{\"host\":\"10.0.0.1\",\"registers\":"
                                + "[{\"factor\":\"pm10\",\"address\":0}]}}}")
                .expect(400);
        kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{" + site + ",\"link\":\"modbus\",\"setup\":{\"modbus\":{\"host\":\"10.0.0.1\",\"registers\":"
                                + "[{\"factor\":\"pm10\",\"address\":0,\"scale\":-1}]}}}")
                .expect(400);
    }

    private UUID device(String name, String registers) {
        return UUID.fromString(kerbwatch
                .api
                .post(
                        "/api/v1/devices",
                        "{\"site\":\"%s\",\"kind\":\"dust-monitor\",\"link\":\"modbus\",\"name\":\"%s\",\"setup\":{\"modbus\":{\"host\":\"127.0.0.1\",\"port\":%d,\"unit\":7,\"registers\":[%s]}}}"
                                .formatted(road, name, port, registers))
                .expect(201)
                .at("/device/id")
                .asText());
    }

    private String health(UUID device) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device)
                .expect(200)
                .get("health")
                .asText();
    }

    private String reason(UUID device) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device)
                .expect(200)
                .get("healthReason")
                .asText();
    }

    private JsonNode sum(UUID device, String factor) {
        return readings(device, factor).path(0);
    }

    private int count(UUID device) {
        int count = 0;
        for (JsonNode sum : readings(device, "pm10")) {
            count += sum.get("count").asInt();
        }
        return count;
    }

    private JsonNode readings(UUID device, String factor) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device + "/readings?factor=" + factor
                        + "&from=2020-01-01T00:00:00Z&to=2100-01-01T00:00:00Z")
                .expect(200)
                .get("items");
    }
}
