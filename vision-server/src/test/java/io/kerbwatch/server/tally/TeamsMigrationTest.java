package io.kerbwatch.server.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Orders that an older version left behind count for the villages and teams that they were of. */
class TeamsMigrationTest {
    private static final String ID = "00000000-0000-0000-000%d-00000000000%d";
    private static final String SITE = ID.formatted(1, 1);
    private static final String TEAM = ID.formatted(2, 1);
    private static final String MEMBER = ID.formatted(3, 1);
    private static final String CITY = ID.formatted(4, 1);

    @Test
    void whatHappenedBeforeIsCountedAsIfItHappenedNow() throws SQLException {
        EmbeddedPostgres.Address address = TestPostgres.database();
        Flyway.configure()
                .dataSource(address.url(), address.user(), address.password())
                .target("24")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            for (String loose : TalliesTest.LOOSE) {
                statement.execute(loose);
            }
            statement.execute("insert into site (id, village) values ('" + SITE + "', 'Baishi')");
            statement.execute("insert into team (id, name) values ('" + TEAM + "', 'north')");
            statement.execute("insert into crew_member (id, team) values ('" + MEMBER + "', '" + TEAM + "')");
            statement.execute("insert into endpoint (id, name) values ('" + CITY + "', 'city')");
            statement.execute("insert into incident (id, site, kind, opened_at) values ('" + ID.formatted(5, 1) + "', '"
                    + SITE + "', 'overflow', '2026-03-01T10:00:00Z')");
            // Worked by a member in its first round, and by the city in its second, in which the way was long.
            order(statement, 1, 2, "endpoint", CITY, "2026-03-01T12:30:00Z", 1500);
            move(statement, 1, 1, 1, "10:00", "file", null, "filed", null, null);
            move(statement, 1, 2, 1, "10:01", "dispatch", "filed", "dispatched", "crew", MEMBER);
            move(statement, 1, 3, 1, "10:05", "arrive", "dispatched", "arrived", "crew", MEMBER);
            move(statement, 1, 4, 1, "10:06", "suspend", "arrived", "suspended", "crew", MEMBER);
            move(statement, 1, 5, 1, "10:07", "resume", "suspended", "arrived", "crew", MEMBER);
            move(statement, 1, 7, 2, "12:05", "fail", "human-check", "filed", null, null);
            move(statement, 1, 8, 2, "12:30", "arrive", "accepted", "arrived", "endpoint", CITY);
            move(statement, 1, 9, 2, "12:50", "seen-clean", "verifying", "closed", "endpoint", CITY);
            // Nobody has it.
            order(statement, 2, 1, null, null, null, null);
            move(statement, 2, 1, 1, "11:00", "file", null, "filed", null, null);
        }
        try (Database database = Database.open(address, 2)) {
            List<String> shares = database
                    .transaction(tx -> new Tallies(database)
                            .shares(
                                    tx,
                                    Caller.SYSTEM,
                                    Instant.parse("2026-03-01T10:00:00Z"),
                                    Instant.parse("2026-03-01T14:00:00Z")))
                    .stream()
                    .map(one -> one.n() + " " + one.what() + " " + one.village() + " " + one.orderClass() + " "
                            + one.team())
                    .toList();
            assertThat(shares)
                    .containsExactlyInAnyOrder(
                            "1 incident Baishi overflow ",
                            "1 filed Baishi refuse north",
                            "1 filed Baishi refuse ",
                            "1 arrived-in-time Baishi refuse north",
                            "1 filed-again Baishi refuse city",
                            "1 arrived-late Baishi refuse city",
                            "1 closed-by-camera Baishi refuse city");
        }
    }

    private static void order(
            Statement statement,
            int n,
            int round,
            @Nullable String kind,
            @Nullable String receiver,
            @Nullable String arrived,
            @Nullable Integer seconds)
            throws SQLException {
        statement.execute("insert into orders (id, site, class, round, receiver_kind, receiver_id, arrived_at,"
                + " filed_to_arrived) values ('" + ID.formatted(6, n) + "', '" + SITE + "', 'refuse', " + round + ", "
                + quoted(kind) + ", " + quoted(receiver) + ", " + quoted(arrived) + ", " + seconds + ")");
    }

    private static void move(
            Statement statement,
            int order,
            int number,
            int round,
            String at,
            String event,
            @Nullable String from,
            String to,
            @Nullable String kind,
            @Nullable String receiver)
            throws SQLException {
        statement.execute("insert into order_move (order_id, number, at, node, event, from_state, to_state, actor,"
                + " actor_name, role, reason, round, receiver_kind, receiver_id) values ('" + ID.formatted(6, order)
                + "', " + number + ", '2026-03-01T" + at + ":00Z', '', '" + event + "', " + quoted(from) + ", '" + to
                + "', '', '', 'camera', '', " + round + ", " + quoted(kind) + ", " + quoted(receiver) + ")");
    }

    private static String quoted(@Nullable String text) {
        return text == null ? "null" : "'" + text + "'";
    }
}
