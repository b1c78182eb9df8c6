package io.kerbwatch.server.fault;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Sets the clock of a whole server, with its PostgreSQL, an hour forward and an hour back while orders are worked; by
 * Debian's {@code faketime}, whose library the property names.
 */
@EnabledIfSystemProperty(named = "kerbwatch.test.faketime", matches = ".+")
class ClockSteppedTest {
    private static final int ORDERS = FaultScale.of(16, 60);
    private static final List<String> STEPS = List.of("+3600", "+0", "-3600", "+0");

    @Test
    void nothingIsLostOrTwiceWhenTheClockIsSetAnHourForwardAndBack() throws Exception {
        long seed = 19;
        Random random = new Random(seed);
        Path data = Fault.data("clock");
        Path clock = Fault.data("clock-file").resolve("offset");
        set(clock, "+0");
        Map<String, String> settings = Fault.settings(data);
        // An hour that never was is not to be held against anybody who works.
        settings.put("orders.accept-within", "2h");
        settings.put("orders.arrive-within", "3h");
        settings.put("orders.finish-within", "4h");
        settings.put("orders.verify-within", "2h");
        ServerProcess.Plan plan = ServerProcess.Plan.with(settings)
                .environment(Map.of(
                        "LD_PRELOAD", System.getProperty("kerbwatch.test.faketime", ""),
                        "FAKETIME_TIMESTAMP_FILE", clock.toString(),
                        "FAKETIME_CACHE_DURATION", "1",
                        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
                        "DONT_FAKE_MONOTONIC", "1"));
        try (Fault fault = new Fault("clock", ORDERS, seed);
                ServerProcess server = fault.start(plan)) {
            fault.found(server, Duration.ofMillis(400));
            for (int step = 0; step < STEPS.size(); step++) {
                while (fault.told() < (step + 1) * ORDERS / (STEPS.size() + 1)) {
                    fault.tellNext(server);
                    Thread.sleep(random.nextInt(200));
                }
                set(clock, STEPS.get(step));
                fault.recording().note("clock", STEPS.get(step));
                Thread.sleep(1500);
            }
            fault.checkOn(server, Duration.ofMinutes(2));
        }
    }

    /** In one go, as it is read all the time. */
    private static void set(Path clock, String offset) throws Exception {
        Path next = clock.resolveSibling("next");
        Files.writeString(next, offset + "\n");
        Files.move(next, clock, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
