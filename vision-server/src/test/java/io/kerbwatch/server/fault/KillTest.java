package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.command.Ran;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Kills the server, again and again, while orders are worked, and looks at what is left. */
class KillTest {
    private static final int CYCLES = FaultScale.of(5, 50);
    private static final int ORDERS = FaultScale.of(20, 200);

    @Test
    void whateverMomentItIsKilledNothingIsLostAndNothingIsTwice() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        // A database of its own, so that its postmaster is left behind as well.
        Path data = Fault.data("kill");
        ServerProcess.Plan plan = ServerProcess.Plan.with(Fault.settings(data));
        try (Fault fault = new Fault("kill", ORDERS, seed)) {
            try (ServerProcess first = fault.start(plan)) {
                fault.found(first, Duration.ofMillis(50));
            }
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                try (ServerProcess server = fault.start(plan)) {
                    if (random.nextInt(6) == 0) {
                        Thread.sleep(random.nextInt(4000)); // in the middle of its start, if it is not faster
                    } else {
                        workUntilSomeMoment(fault, server, (cycle + 1) * ORDERS / CYCLES, random);
                    }
                    server.kill();
                }
            }
            try (ServerProcess last = fault.start(plan)) {
                fault.checkOn(last, Duration.ofMinutes(3));
            }
            Ran verified = Ran.of("verify-history", "--data", data.toString());
            assertThat(verified.code()).as(verified.toString()).isZero();
        }
    }

    private static void workUntilSomeMoment(Fault fault, ServerProcess server, int orders, Random random)
            throws InterruptedException {
        assertThat(server.readyWithin(Duration.ofSeconds(90)))
                .as("%s", fault.recording())
                .isTrue();
        fault.tellAgain(server);
        long end = System.nanoTime() + Duration.ofMillis(random.nextInt(1500)).toNanos();
        while (System.nanoTime() < end) {
            if (fault.told() < orders) {
                fault.tellNext(server);
            }
            Thread.sleep(random.nextInt(40));
        }
    }
}
