package io.kerbwatch.server.fault;

import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two servers on one database, of which one stands still for a while and goes on as if nothing had been. */
class TwoServersTest {
    private static final int ORDERS = FaultScale.of(20, 60);
    private static final Duration FROZEN = Duration.ofSeconds(FaultScale.of(12, 30));

    @Test
    void oneThatIsFrozenAndGoesOnMakesNothingTwice() throws Exception {
        long seed = 13;
        Random random = new Random(seed);
        EmbeddedPostgres.Address database = TestPostgres.database();
        Path key = Fault.data("two-key").resolve("master.key");
        try (Fault fault = new Fault("two-servers", ORDERS, seed);
                ServerProcess one = fault.start(ServerProcess.Plan.with(settings(database, key)));
                ServerProcess two = startAfter(one, fault, settings(database, key))) {
            fault.found(one, Duration.ofMillis(700));
            two.ready();
            for (int i = 0; i < ORDERS / 3; i++) {
                fault.tellNext(one, two); // the same finding twice, as two servers that watch one camera have it
                Thread.sleep(random.nextInt(100));
            }
            Thread.sleep(random.nextInt(500));
            one.signal("STOP");
            long end = System.nanoTime() + FROZEN.toNanos();
            while (System.nanoTime() < end) {
                if (fault.told() < 2 * ORDERS / 3) {
                    fault.tellNext(two);
                }
                Thread.sleep(random.nextInt(500));
            }
            one.signal("CONT");
            while (fault.told() < ORDERS) {
                fault.tellNext(one, two);
                Thread.sleep(random.nextInt(100));
            }
            fault.checkOn(two, Duration.ofMinutes(3));
        }
    }

    /** The second one finds the key and the tables that the first one has made. */
    private static ServerProcess startAfter(ServerProcess first, Fault fault, Map<String, String> settings) {
        first.ready();
        return fault.start(ServerProcess.Plan.with(settings));
    }

    private static Map<String, String> settings(EmbeddedPostgres.Address database, Path key) {
        Map<String, String> settings = Fault.settings(Fault.data("two"));
        settings.put("database.url", database.url());
        settings.put("database.user", database.user());
        settings.put("database.password", database.password());
        settings.put("security.key-file", key.toString());
        // Clocks that run out while orders are worked: their timers are to fire once.
        settings.put("orders.arrive-within", "2s");
        settings.put("orders.finish-within", "4s");
        return settings;
    }
}
