package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** Deliveries that an older version left behind. */
class DeliveryMigrationTest {
    @Test
    void theyAreNumberedAsIfTheyAlwaysHadBeen() throws SQLException {
        EmbeddedPostgres.Address database = TestPostgres.database();
        migrate(database, "4");
        try (Connection connection = DriverManager.getConnection(database.url(), database.user(), database.password());
                Statement statement = connection.createStatement()) {
            statement.execute("insert into endpoint (id, name, url, reports, events, sites, secrets, state, version,"
                    + " created_at) select ('00000000-0000-0000-0000-00000000000' || e)::uuid, 'e' || e,"
                    + " 'http://127.0.0.1/', 'steps', '{}', '{}', '', 'active', 1, now() from generate_series(1, 2) e");
            statement.execute("insert into message (id, type, at, order_id, round, sequence, body)"
                    + " select ('00000000-0000-0000-0001-00000000000' || m)::uuid,"
                    + " case m when 3 then 'camera.offline' else 'order.changed' end, now(),"
                    + " case m when 3 then null else 'aaaaaaaa-0000-0000-0000-000000000000'::uuid end, 1, m, ''"
                    + " from generate_series(1, 4) m");
            statement.execute("insert into delivery (id, message, endpoint, dispatching, state, created_at, base_at,"
                    + " due_at) select gen_random_uuid(), m.id, e.id, false, 'waiting', now(), now(), now()"
                    + " from message m, endpoint e");
            migrate(database, "7");
            List<String> rows = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("select e.name, m.type, d.fast, d.serial from delivery d"
                    + " join endpoint e on e.id = d.endpoint join message m on m.id = d.message"
                    + " order by e.name, m.id")) {
                while (found.next()) {
                    rows.add(found.getString(1) + " " + found.getString(2) + " " + found.getBoolean(3) + " "
                            + found.getString(4));
                }
            }
            assertThat(rows)
                    .containsExactly(
                            "e1 order.changed true 1",
                            "e1 order.changed true 2",
                            "e1 camera.offline false null",
                            "e1 order.changed true 3",
                            "e2 order.changed true 1",
                            "e2 order.changed true 2",
                            "e2 camera.offline false null",
                            "e2 order.changed true 3");
        }
    }

    private static void migrate(EmbeddedPostgres.Address database, String version) {
        Flyway.configure()
                .dataSource(database.url(), database.user(), database.password())
                .target(version)
                .load()
                .migrate();
    }
}
