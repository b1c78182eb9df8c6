package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What happens while PostgreSQL is away, and after it came back. */
class DatabaseAwayTest {
    @Test
    void nothingIsTakenWhileItIsAwayAndEverythingGoesOnAfterwards() throws Exception {
        Path data = Files.createTempDirectory(Files.createDirectories(Path.of("target", "tmp")), "pg");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data.toAbsolutePath());
                TestServer kerbwatch = TestServer.start(settings -> settings.with(
                                Settings.DATABASE_URL, postgres.address().url())
                        .with(Settings.DATABASE_PASSWORD, postgres.address().password()))) {
            UUID camera = kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8");
            Finding finding = finding(kerbwatch, camera);

            postgres.stop();
            assertThatThrownBy(() -> kerbwatch.accept(finding)).isInstanceOf(RuntimeException.class);
            assertThat(kerbwatch.api.get("/api/v1/orders").problem(503)).isEqualTo("database-unavailable");
            assertThat(kerbwatch.api.get("/health/ready").status()).isEqualTo(503);
            assertThat(kerbwatch.api.get("/health/live").status()).isEqualTo(200);
            postgres.restart();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> kerbwatch.api.get("/health/ready").status() == 200);
            kerbwatch.accept(finding); // as the watch does until it is taken
            assertThat(kerbwatch.orders()).hasSize(1);
        }
    }

    @Test
    void oursIsStartedAgainWhenItDies() throws Exception {
        Settings settings =
                TestServer.settings(each -> each.with(Settings.DATABASE_URL, "").with(Settings.DATABASE_PASSWORD, ""));
        try (TestServer kerbwatch = TestServer.over(settings)) {
            UUID camera = kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8");
            kerbwatch.accept(finding(kerbwatch, camera));
            Path file = settings.data().resolve("postgres").resolve("cluster").resolve("postmaster.pid");
            long postmaster = Long.parseLong(Files.readAllLines(file).get(0).trim());
            ProcessHandle.of(postmaster).orElseThrow().destroyForcibly();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .ignoreExceptions()
                    .until(() -> kerbwatch.api.get("/health/ready").status() == 200
                            && kerbwatch.orders().size() == 1);
        }
    }

    private static Finding finding(TestServer kerbwatch, UUID camera) {
        return Finding.of(
                camera.toString(),
                camera.toString(),
                Kind.LITTER,
                Finding.Type.CONFIRMED,
                kerbwatch.clock.instant(),
                List.of(new Box(0.1, 0.1, 0.2, 0.2)),
                0.9);
    }
}
