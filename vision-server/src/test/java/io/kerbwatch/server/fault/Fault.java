package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.Api;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** A village with its dispatch system, to which something is done while each of its stations gets dirty once. */
final class Fault implements AutoCloseable {
    private final Recording recording;
    private final int orders;
    private final Dispatching dispatching;
    private final Dispatching listening;
    private Village village = new Village(List.of(), new UUID(0, 0), new UUID(0, 0), "");
    private int next;

    Fault(String name, int orders, long seed) {
        this.recording = new Recording(name);
        this.orders = orders;
        this.dispatching = new Dispatching("dispatch", recording, seed);
        this.listening = new Dispatching("listener", recording, seed + 1);
    }

    Recording recording() {
        return recording;
    }

    ServerProcess start(ServerProcess.Plan plan) {
        return ServerProcess.start(recording, plan);
    }

    /** Registers the village, and lets its dispatch system begin to work. */
    void found(ServerProcess server, Duration eachStepTakes) {
        village = Village.found(server.ready().api(), orders, dispatching, listening);
        dispatching.works(village.reportToken(), eachStepTakes);
    }

    /** One more station gets dirty, unless all have been; each of these servers hears of it. */
    void tellNext(ServerProcess... servers) {
        if (next < orders) {
            int number = next++;
            for (ServerProcess server : servers) {
                server.tell(number, village.cameras().get(number));
            }
        }
    }

    /** What was told and not heard, as a camera tells it again until it is. */
    void tellAgain(ServerProcess server) {
        new TreeMap<>(recording.told).forEach((number, camera) -> {
            if (!recording.taken.contains(number)) {
                server.tell(number, camera);
            }
        });
    }

    int told() {
        return next;
    }

    /** Lets everything come to its end on this server, and holds all of it against the rules. */
    void checkOn(ServerProcess server, Duration within) throws InterruptedException {
        Api api = server.ready().api();
        while (next < orders) {
            tellNext(server);
        }
        long end = System.nanoTime() + within.toNanos();
        while (recording.taken.size() < orders && System.nanoTime() < end) {
            tellAgain(server);
            Thread.sleep(1000);
        }
        village.awaitAllClosed(api, orders, within);
        assertThat(new HistoryChecker(recording, Village.ordersWithHistory(api), Village.all(api, "incidents"))
                        .breaches())
                .as("%s", recording)
                .isEmpty();
        assertThat(recording.taken).hasSize(orders);
        System.out.printf(
                "%d orders, %d deliveries, %d reports; %s%n",
                orders, recording.deliveries.size(), recording.reports.size(), recording);
    }

    @Override
    public void close() {
        dispatching.close();
        listening.close();
    }

    /** A new data directory. */
    static Path data(String name) {
        try {
            return Files.createTempDirectory(Files.createDirectories(Path.of("target", "tmp")), name)
                    .toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a server on a port that it keeps over restarts. */
    static Map<String, String> settings(Path data) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("data", data.toString());
        settings.put("server.listen", "127.0.0.1:" + freePort());
        settings.put("dispatch.allow", "loopback");
        settings.put("dispatch.fast-timeout", "1s");
        settings.put("cameras.allow", "private");
        settings.put("orders.per-hour", "100000");
        return settings;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
