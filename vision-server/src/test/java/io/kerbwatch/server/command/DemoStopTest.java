package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo that is told to stop takes everything with it that it started. */
class DemoStopTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void leavesNoProcessBehind(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("demo");
        Path said = folder.resolve("said");
        Process demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "demo",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            await().atMost(LONG)
                    .until(() -> !demo.isAlive() || Files.readString(said).contains("the server listens"));
            assertThat(demo.isAlive()).as(Files.readString(said)).isTrue();
            assertThat(others(data)).as("PostgreSQL runs").isPositive();
            demo.toHandle().destroy();
            assertThat(demo.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
            await().atMost(LONG).until(() -> others(data) == 0);
        } finally {
            demo.destroyForcibly();
        }
    }

    /** Processes that work on that directory. */
    private static long others(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data + "/postgres"))
                .count();
    }
}
