package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.Api;
import io.kerbwatch.server.command.Ran;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Kills the server, again and again, while orders are worked, and looks at what is left. */
class KillTest {
    private static final int CYCLES = FaultScale.of(5, 50);
    private static final int ORDERS = FaultScale.of(20, 200);

    @Test
    void whateverMomentItIsKilledNothingIsLostAndNothingIsTwice() throws Exception {
        long seed = 7;
        Random random = new Random(seed);
        Recording recording = new Recording("kill");
        // A database of its own, so that its postmaster is left behind as well.
        Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "tmp")), "kill")
                .toAbsolutePath();
        Map<String, String> settings = settings(data);
        try (Dispatching dispatching = new Dispatching("dispatch", recording, seed);
                Dispatching listening = new Dispatching("listener", recording, seed + 1)) {
            Village village;
            try (ServerProcess first = ServerProcess.start(recording, List.of(), settings, Map.of())) {
                village = Village.found(first.ready().api(), ORDERS, dispatching, listening);
            }
            dispatching.works(village.reportToken(), Duration.ofMillis(50));
            int told = 0;
            for (int cycle = 0; cycle < CYCLES; cycle++) {
                try (ServerProcess server = ServerProcess.start(recording, List.of(), settings, Map.of())) {
                    if (random.nextInt(6) == 0) {
                        Thread.sleep(random.nextInt(4000)); // in the middle of its start, if it is not faster
                    } else {
                        assertThat(server.readyWithin(Duration.ofSeconds(90)))
                                .as("%s", recording)
                                .isTrue();
                        int until = (cycle + 1) * ORDERS / CYCLES;
                        long end = System.nanoTime()
                                + Duration.ofMillis(random.nextInt(1500)).toNanos();
                        tellAgain(server, recording, village);
                        while (System.nanoTime() < end) {
                            if (told < until) {
                                server.tell(told, village.cameras().get(told++));
                            }
                            Thread.sleep(random.nextInt(40));
                        }
                    }
                    server.kill();
                }
            }
            try (ServerProcess last = ServerProcess.start(recording, List.of(), settings, Map.of())) {
                Api api = last.ready().api();
                for (int i = told; i < ORDERS; i++) {
                    last.tell(i, village.cameras().get(i));
                }
                tellAgain(last, recording, village);
                village.awaitAllClosed(api, ORDERS, Duration.ofMinutes(3));
                assertThat(new HistoryChecker(recording, Village.ordersWithHistory(api), Village.all(api, "incidents"))
                                .breaches())
                        .as("%s", recording)
                        .isEmpty();
                assertThat(recording.taken).hasSize(ORDERS);
            }
            Ran verified = Ran.of("verify-history", "--data", data.toString());
            assertThat(verified.code()).as(verified.toString()).isZero();
            System.out.printf(
                    "%d kills, %d orders, %d deliveries, %d reports; see %s%n",
                    CYCLES, ORDERS, recording.deliveries.size(), recording.reports.size(), recording);
        }
    }

    /** What was told and not heard, as a camera does after each start. */
    private static void tellAgain(ServerProcess server, Recording recording, Village village) {
        new TreeMap<>(recording.told).forEach((number, camera) -> {
            if (!recording.taken.contains(number)) {
                server.tell(number, camera);
            }
        });
        assertThat(village.cameras()).isNotEmpty();
    }

    static Map<String, String> settings(Path data) throws Exception {
        Map<String, String> settings = new TreeMap<>();
        settings.put("data", data.toString());
        settings.put("server.listen", "127.0.0.1:" + freePort());
        settings.put("dispatch.allow", "loopback");
        settings.put("dispatch.fast-timeout", "1s");
        settings.put("cameras.allow", "private");
        settings.put("orders.per-hour", "100000");
        return settings;
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
