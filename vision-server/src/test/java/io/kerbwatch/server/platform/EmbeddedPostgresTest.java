package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    @Test
    void isDurableTakesOverWhatAKilledServerLeftAndSurvivesAStop(@TempDir Path data) throws Exception {
        reachableByOthers(data);
        EmbeddedPostgres first = EmbeddedPostgres.start(data);
        long left = first.process().orElseThrow().pid();
        try (Connection connection = connect(first.address(), first.address().password());
                var statement = connection.createStatement()) {
            statement.execute("create schema apart; create table apart.kept (what text)");
            statement.execute("insert into apart.kept values ('yes')");
            assertThat(setting(connection, "fsync")).isEqualTo("on");
            assertThat(setting(connection, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(connection, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(setting(connection, "data_checksums")).isEqualTo("on");
        }
        assertThatThrownBy(() -> connect(first.address(), "wrong")).isInstanceOf(SQLException.class);
        assertThat(ProcessHandle.of(left).orElseThrow().info().user().orElse(""))
                .isNotEqualTo("root");

        // Nobody stopped the first one, as when its server was killed.
        try (EmbeddedPostgres second = EmbeddedPostgres.start(data)) {
            assertThat(second.process().orElseThrow().pid()).isNotEqualTo(left);
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> ProcessHandle.of(left)
                    .isEmpty());
            assertThat(EmbeddedPostgres.running(data)).contains(second.address());
            try (Database database = Database.open(second.address(), 4)) {
                assertThat(rows(database)).isEqualTo(1);

                second.stop();
                assertThat(database.answers()).isFalse();
                assertThatThrownBy(() -> rows(database))
                        .satisfies(e -> assertThat(Database.away(e)).isTrue());
                second.restart();

                Awaitility.await().atMost(Duration.ofSeconds(20)).until(database::answers);
                assertThat(rows(database)).isEqualTo(1);
            }

            // A postmaster that dies without a word leaves its files behind; the next start recovers them.
            ProcessHandle postmaster = second.process().orElseThrow();
            postmaster.destroyForcibly();
            second.restart();
            try (Database database = Database.open(second.address(), 4)) {
                assertThat(rows(database)).isEqualTo(1);
            }
        }
        assertThat(EmbeddedPostgres.running(data)).isEmpty();
    }

    @Test
    void startsInAFolderThatOnlyItsOwnerCanReach(@TempDir Path data) throws Exception {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));

        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
                Connection connection =
                        connect(postgres.address(), postgres.address().password())) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }

    @Test
    void refusesDataOfAnotherMajorVersion(@TempDir Path data) throws IOException {
        Path cluster = Files.createDirectories(data.resolve("postgres").resolve("cluster"));
        Files.writeString(cluster.resolve("PG_VERSION"), "12\n");

        assertThatThrownBy(() -> EmbeddedPostgres.start(data))
                .hasMessageContaining("written by PostgreSQL 12")
                .hasMessageContaining("18");
    }

    /** As the data directory of a service is; the folders that JUnit makes are for one user alone. */
    private static void reachableByOthers(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
    }

    private static long rows(Database database) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select count(*) from apart.kept")
                .mapTo(Long.class)
                .one());
    }

    private static Connection connect(EmbeddedPostgres.Address address, String password) throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), password);
    }

    private static String setting(Connection connection, String name) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("show " + name)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
