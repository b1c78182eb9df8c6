package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoArgumentsTest {
    @Test
    void aDirectoryOfSomebodyElseIsNotEmptied(@TempDir Path folder) throws Exception {
        Path kept = Files.writeString(
                Files.createDirectories(folder.resolve("photos")).resolve("wedding.txt"), "dear");

        Ran ran = Ran.of("demo", "--once", "--json", "--port", "0", "--data", folder);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .contains(folder + " holds files that are not a demo's")
                .contains("--data");
        assertThat(Files.readString(kept)).isEqualTo("dear");
        try (Stream<Path> inside = Files.walk(folder)) {
            assertThat(inside).containsExactlyInAnyOrderElementsOf(List.of(folder, kept.getParent(), kept));
        }
    }

    @Test
    void aFileIsNoDirectory(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "dear");

        Ran ran = Ran.of("demo", "--once", "--data", file);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains(file + " is a file");
        assertThat(Files.readString(file)).isEqualTo("dear");
    }

    @Test
    void badUsageIsTold() {
        assertThat(Ran.of("demo", "--within", "soon").code()).isEqualTo(2);
        assertThat(Ran.of("demo", "--no-such-flag").code()).isEqualTo(2);
    }
}
