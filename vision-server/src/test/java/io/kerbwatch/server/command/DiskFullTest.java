package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the program on a disk that is full: a small file system in memory that its process alone sees. */
class DiskFullTest {
    /** {@code $0} is the folder, the rest is the command. */
    private static final String MOUNT = "mount -t tmpfs -o size=8m kerbwatch-full \"$0\" && exec \"$@\"";

    @Test
    void aServerDoesNotStartOnAFullDiskAndSaysWhatItNeeds(@TempDir Path folder) throws Exception {
        Ended mounted = onFullDisk(folder, "df", folder.toString());
        Assumptions.assumeTrue(
                mounted.code == 0,
                "skipped: no file system can be mounted here, even in a name space of our own: " + mounted.said);
        assertThat(mounted.said).contains("kerbwatch-full");

        Ended server = onFullDisk(
                folder,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.kerbwatch.server.command.Main",
                "serve",
                "--port",
                "0",
                "--data",
                folder.toString());

        assertThat(server.code).as(server.said).isEqualTo(1);
        assertThat(server.said)
                .contains("the disk of " + folder + " has 8 MiB left and 512 are needed to start")
                .contains("make room, or name another directory with --data")
                .doesNotContain("\tat ");
        assertThat(folder).as("nothing was mounted outside").isEmptyDirectory();
    }

    private record Ended(int code, String said) {}

    private static Ended onFullDisk(Path folder, String... command) throws IOException, InterruptedException {
        List<String> unshare = isRoot(folder) ? List.of("unshare", "-m") : List.of("unshare", "-r", "-m");
        List<String> whole = Stream.of(unshare, List.of("sh", "-c", MOUNT, folder.toString()), List.of(command))
                .flatMap(List::stream)
                .toList();
        Process process;
        try {
            process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Ended(-1, String.valueOf(e.getMessage()));
        }
        try {
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
            return new Ended(process.exitValue(), said.strip());
        } finally {
            process.destroyForcibly();
        }
    }

    private static boolean isRoot(Path ours) throws IOException {
        return Files.getOwner(ours).getName().equals("root");
    }
}
