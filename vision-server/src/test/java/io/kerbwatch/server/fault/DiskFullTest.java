package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Fills the disk under a working server: a small file system in memory that its processes alone see. */
class DiskFullTest {
    private static final int ORDERS = FaultScale.of(15, 60);
    private static final Duration FULL = Duration.ofSeconds(FaultScale.of(10, 60));
    /** {@code $0} is the folder, the rest is the command. */
    private static final String MOUNT = "mount -t tmpfs -o size=800m kerbwatch-full \"$0\" && exec \"$@\"";

    @Test
    void whatIsNotTakenIsSaidAndWhatIsTakenIsNotLost() throws Exception {
        long seed = 17;
        Random random = new Random(seed);
        Path data = Fault.data("full");
        Assumptions.assumeTrue(canMount(data), "skipped: no file system can be mounted here");
        ServerProcess.Plan plan = ServerProcess.Plan.with(Fault.settings(data))
                .runBy("unshare", "-m", "sh", "-c", MOUNT, data.toString());
        try (Fault fault = new Fault("disk-full", ORDERS, seed);
                ServerProcess server = fault.start(plan)) {
            fault.found(server, Duration.ofMillis(300));
            for (int i = 0; i < ORDERS / 3; i++) {
                fault.tellNext(server);
                Thread.sleep(random.nextInt(100));
            }
            // The server's own name for its data, as it alone has that file system.
            Path seen = Path.of("/proc", Long.toString(server.pid()), "root" + data);
            Path filler = seen.resolve("filler");
            fill(filler);
            long end = System.nanoTime() + FULL.toNanos();
            while (System.nanoTime() < end) {
                if (fault.told() < 2 * ORDERS / 3) {
                    fault.tellNext(server);
                }
                fill(filler); // what was made free meanwhile
                Thread.sleep(300);
            }
            assertThat(fault.recording().failed())
                    .as("findings that were not taken for want of room")
                    .isPositive();
            Files.delete(filler);
            fault.checkOn(server, Duration.ofMinutes(2));
        }
        assertThat(data).as("nothing was mounted outside").isEmptyDirectory();
    }

    private static boolean canMount(Path folder) throws IOException, InterruptedException {
        Process tried = new ProcessBuilder("unshare", "-m", "sh", "-c", MOUNT, folder.toString(), "true").start();
        return tried.waitFor() == 0;
    }

    private static void fill(Path filler) {
        byte[] block = new byte[1 << 20];
        int size = block.length;
        while (size > 0) {
            try (OutputStream out =
                    Files.newOutputStream(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                out.write(block, 0, size);
            } catch (IOException e) {
                size /= 2; // until not a byte has room
            }
        }
    }
}
