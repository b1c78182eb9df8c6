package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Kills PostgreSQL under a working server: one of its processes, which makes it recover, or all of it at its head. */
class DatabaseKilledTest {
    private static final int TIMES = FaultScale.of(3, 20);
    private static final int ORDERS = FaultScale.of(15, 100);

    @Test
    void theServerGoesOnWhenPostgresqlIsBack() throws Exception {
        long seed = 11;
        Random random = new Random(seed);
        Path data = Fault.data("database");
        try (Fault fault = new Fault("database", ORDERS, seed);
                ServerProcess server = fault.start(ServerProcess.Plan.with(Fault.settings(data)))) {
            fault.found(server, Duration.ofMillis(200));
            for (int time = 0; time < TIMES; time++) {
                long end = System.nanoTime()
                        + Duration.ofMillis(1500 + random.nextInt(2000)).toNanos();
                while (System.nanoTime() < end) {
                    if (fault.told() < (time + 1) * ORDERS / TIMES) {
                        fault.tellNext(server);
                    }
                    Thread.sleep(random.nextInt(200));
                    fault.tellAgain(server);
                }
                kill(data, time % 2 == 0, random);
            }
            fault.checkOn(server, Duration.ofMinutes(3));
            assertThat(server.alive()).isTrue();
        }
    }

    private static void kill(Path data, boolean head, Random random) throws Exception {
        Path file = data.resolve("postgres").resolve("cluster").resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return; // it has not come back from the last time yet
        }
        ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0).trim())).ifPresent(postmaster -> {
            List<ProcessHandle> children = postmaster.children().toList();
            if (head || children.isEmpty()) {
                postmaster.destroyForcibly();
            } else {
                children.get(random.nextInt(children.size())).destroyForcibly();
            }
        });
    }
}
