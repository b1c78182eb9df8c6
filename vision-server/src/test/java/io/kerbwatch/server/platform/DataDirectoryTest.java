package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @Test
    void oneServerAtATime(@TempDir Path folder) throws IOException {
        try (DataDirectory first = DataDirectory.take(folder)) {
            first.note("http://127.0.0.1:1");
            assertThat(DataDirectory.taken(folder)).isTrue();
            assertThat(DataDirectory.address(folder)).contains("http://127.0.0.1:1");
            assertThatThrownBy(() -> DataDirectory.take(folder))
                    .isInstanceOf(DataDirectory.Unusable.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining("--data");
        }
        assertThat(DataDirectory.taken(folder)).isFalse();
        DataDirectory.take(folder).close();
    }

    @Test
    void saysThatTheDiskIsFullOrThatItIsNoDirectory(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> DataDirectory.take(folder, Long.MAX_VALUE))
                .isInstanceOf(DataDirectory.Unusable.class)
                .hasMessageContaining("make room");
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.take(file)).isInstanceOf(DataDirectory.Unusable.class);
    }
}
