package io.kerbwatch.server.dust;

import com.ghgande.j2mod.modbus.ModbusException;
import com.ghgande.j2mod.modbus.ModbusSlaveException;
import com.ghgande.j2mod.modbus.facade.ModbusTCPMaster;
import com.ghgande.j2mod.modbus.procimg.InputRegister;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads monitors that speak Modbus TCP, each in its own rhythm, and never two of them on one thread's patience. */
final class ModbusReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModbusReader.class);
    private static final int PORT = 502;
    private static final int TIMEOUT_MILLIS = 3_000;
    private static final int AT_ONCE = 4;

    private final Database database;
    private final InstantSource clock;
    private final AddressPolicy allowed;
    private final Devices devices;
    private final Sink sink;
    private final WorkerExecutor workers;
    private final Map<UUID, Instant> due = new ConcurrentHashMap<>();
    private final Set<UUID> reading = ConcurrentHashMap.newKeySet();
    private final Set<UUID> missed = ConcurrentHashMap.newKeySet();
    private final Map<UUID, String> faults = new ConcurrentHashMap<>();

    /** Keeps what a monitor says. */
    interface Sink {
        void keep(Tx tx, Device device, List<Dust.Told> told);
    }

    ModbusReader(Vertx vertx, Database database, InstantSource clock, Settings settings, Devices devices, Sink sink) {
        this.database = database;
        this.clock = clock;
        this.allowed = settings.get(Settings.DEVICES_ALLOW);
        this.devices = devices;
        this.sink = sink;
        this.workers = vertx.createSharedWorkerExecutor("kerbwatch-modbus", AT_ONCE, 1, TimeUnit.MINUTES);
    }

    /** Begins to read whose time has come; returns at once. */
    void look() {
        Instant now = clock.instant();
        for (Device device : database.transaction(tx -> devices.all(tx, Device.DUST_MONITOR))) {
            Device.Modbus modbus = device.setup().modbus();
            if (modbus == null) {
                continue;
            }
            Instant next = now.plusSeconds(Objects.requireNonNullElse(modbus.everySeconds(), 60));
            Instant wait = due.getOrDefault(device.id(), Instant.MIN);
            // One that is further away than the rhythm is of a clock that was set back since.
            boolean early = now.isBefore(wait) && !wait.isAfter(next);
            if (early || !reading.add(device.id())) {
                continue;
            }
            due.put(device.id(), next);
            workers.executeBlocking(
                            () -> {
                                read(device, modbus);
                                return true;
                            },
                            false)
                    .onComplete(done -> {
                        reading.remove(device.id());
                        if (done.failed() && missed.add(device.id())) {
                            LOG.warn(
                                    "modbus: {} at {} cannot be read ({}); it is tried again in its rhythm",
                                    device.name(),
                                    modbus.host(),
                                    done.cause().getMessage());
                        }
                    });
        }
    }

    private void read(Device device, Device.Modbus modbus) throws IOException {
        Map<String, Double> values;
        String fault = "";
        try {
            values = values(modbus);
        } catch (ModbusSlaveException e) {
            // It is there, and says that it does not have what is asked for: what is registered is wrong.
            values = Map.of();
            fault = "it answers with Modbus exception " + e.getType() + "; compare the registers with its manual";
        }
        Instant now = clock.instant();
        Map<String, Double> read = values;
        String wrong = fault;
        database.inTransaction(tx -> {
            Optional<Device> there = devices.find(tx, device.id());
            if (there.isEmpty()) {
                return;
            }
            if (wrong.isEmpty()) {
                sink.keep(tx, there.get(), List.of(told(now, read)));
            } else {
                // It is there, so it is not silent; that it is well is for the look over all that is known of it to
                // say.
                devices.heard(tx, device.id(), now);
                devices.judged(tx, there.get(), wrong);
            }
            faults.put(device.id(), wrong);
        });
        missed.remove(device.id());
    }

    /** What was wrong when a monitor was read last, empty if nothing was; nothing if it has not been read yet. */
    Optional<String> fault(UUID device) {
        return Optional.ofNullable(faults.get(device));
    }

    private static Dust.Told told(Instant at, Map<String, Double> values) {
        return new Dust.Told(
                at,
                false,
                values.get("pm25"),
                values.get("pm10"),
                values.get("tsp"),
                values.get("temperature"),
                values.get("humidity"),
                values.get("pressure"),
                values.get("windSpeed"),
                values.get("windDirection"),
                values.get("noise"));
    }

    private Map<String, Double> values(Device.Modbus modbus) throws IOException, ModbusSlaveException {
        String address;
        try {
            address = allowed.check(modbus.host()).get(0).getHostAddress();
        } catch (AddressPolicy.Refused e) {
            throw new IOException(e.getMessage(), e);
        }
        int port = Objects.requireNonNullElse(modbus.port(), PORT);
        int unit = Objects.requireNonNullElse(modbus.unit(), 1);
        ModbusTCPMaster master = new ModbusTCPMaster(address, port, TIMEOUT_MILLIS, false);
        try {
            master.connect();
            // One try: the next is a minute away, and whoever waits for an answer keeps others from theirs.
            master.setRetries(0);
            Map<String, Double> values = new HashMap<>();
            for (Device.Register register : modbus.registers()) {
                int words = words(register.type());
                InputRegister[] read = "input".equals(register.table())
                        ? master.readInputRegisters(unit, register.address(), words)
                        : master.readMultipleRegisters(unit, register.address(), words);
                double value = value(register.type(), read) * Objects.requireNonNullElse(register.scale(), 1.0);
                values.put(register.factor(), value);
            }
            return values;
        } catch (ModbusSlaveException e) {
            throw e;
        } catch (ModbusException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // What the library's connect() declares.
            throw new IOException(e.getMessage(), e);
        } finally {
            master.disconnect();
        }
    }

    private static int words(@Nullable String type) {
        return type == null || type.endsWith("16") ? 1 : 2;
    }

    /** What registers say; a type of two words has the higher one first unless it is swapped. */
    static double value(@Nullable String type, InputRegister[] read) {
        String plain = Objects.requireNonNullElse(type, "uint16");
        if (words(type) == 1) {
            int word = read[0].getValue() & 0xffff;
            return plain.equals("int16") ? (short) word : word;
        }
        boolean swapped = plain.endsWith("-swapped");
        int high = read[swapped ? 1 : 0].getValue() & 0xffff;
        int low = read[swapped ? 0 : 1].getValue() & 0xffff;
        int both = high << 16 | low;
        return plain.startsWith("float32")
                ? Float.intBitsToFloat(both)
                : plain.startsWith("int32") ? both : Integer.toUnsignedLong(both);
    }

    @Override
    public void close() {
        workers.close();
    }
}
