package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MasterKeyTest {
    private static final byte[] TEXT = "rtsp://admin:geheim@10.0.0.8/1".getBytes(StandardCharsets.UTF_8);

    @Test
    void readsItsOwnTextAfterARestartAndNobodyElses(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("keys").resolve("master.key");
        byte[] sealed = MasterKey.open(file).encrypt("camera-url", TEXT);

        MasterKey again = MasterKey.open(file);
        MasterKey other = MasterKey.open(folder.resolve("other.key"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("geheim");
        assertThat(again.decrypt("camera-url", sealed)).isEqualTo(TEXT);
        assertThatThrownBy(() -> again.decrypt("webhook-secret", sealed)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> other.decrypt("camera-url", sealed)).hasMessageContaining("another master key");
        sealed[20] ^= 1;
        assertThatThrownBy(() -> again.decrypt("camera-url", sealed)).isInstanceOf(IllegalArgumentException.class);
        assertThat(again.encrypt("camera-url", TEXT)).isNotEqualTo(again.encrypt("camera-url", TEXT));
        assertThat(again.fingerprint("camera", "a"))
                .isEqualTo(MasterKey.open(file).fingerprint("camera", "a"));
        assertThat(again.fingerprint("camera", "a")).isNotEqualTo(other.fingerprint("camera", "a"));
    }

    @Test
    void refusesAKeyThatOthersCanReadOrThatIsDamaged(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("master.key");
        MasterKey.open(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> MasterKey.open(file)).hasMessageContaining("chmod 600");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "abc");
        assertThatThrownBy(() -> MasterKey.open(file)).hasMessageContaining("damaged");
    }
}
