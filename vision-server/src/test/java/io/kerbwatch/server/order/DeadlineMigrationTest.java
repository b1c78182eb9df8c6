package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.calendar.Pause;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Orders that were filed while pauses were a sum come out with their intervals and the same deadlines. */
class DeadlineMigrationTest {
    private static final UUID TWICE = new UUID(0, 1);
    private static final UUID NOW = new UUID(0, 2);
    private static final UUID UNSAID = new UUID(0, 3);

    @Test
    void sumsBecomeTheIntervalsThatTheHistoryTells() throws Exception {
        EmbeddedPostgres.Address address = TestPostgres.database();
        Flyway.configure()
                .dataSource(address.url(), address.user(), address.password())
                .locations("classpath:db/migration")
                .target("4")
                .load()
                .migrate();
        try (Connection connection = DriverManager.getConnection(address.url(), address.user(), address.password());
                Statement sql = connection.createStatement()) {
            sql.execute("insert into site (id, name, kind, time_zone, dispatch_mode, version, created_at) values"
                    + " ('00000000-0000-0000-0000-000000000009', 'a', 'refuse-station', 'UTC', 'crews', 1, now())");
            order(sql, TWICE, "filed", 900_000, "null");
            order(sql, NOW, "suspended", 0, "'2026-11-23T02:03:00Z'");
            order(sql, UNSAID, "filed", 60_000, "null");
            line(sql, TWICE, 1, "file", null, "filed", "02:00:00");
            line(sql, TWICE, 2, "suspend", "filed", "suspended", "02:01:00.123456");
            line(sql, TWICE, 3, "incident-cleared", "suspended", "suspended", "02:02:00");
            line(sql, TWICE, 4, "resume", "suspended", "filed", "02:11:00.123456");
            line(sql, TWICE, 5, "suspend", "filed", "suspended", "02:20:00");
            line(sql, TWICE, 6, "resume", "suspended", "filed", "02:25:00");
            line(sql, NOW, 1, "file", null, "filed", "02:00:00");
            line(sql, NOW, 2, "suspend", "filed", "suspended", "02:03:00");
        }

        try (Database database = Database.open(address, 2)) {
            database.inTransaction(tx -> {
                OrderStore store = new OrderStore();
                Order twice = store.find(tx, TWICE).orElseThrow();
                assertThat(twice.pauses())
                        .containsExactly(
                                new Pause(at("02:01:00.123456"), at("02:11:00.123456")),
                                new Pause(at("02:20:00"), at("02:25:00")));
                Clocks clocks = new Clocks(Calendars.shipped(), ZoneOffset.UTC);
                assertThat(Deadlines.of(twice, clocks).finishBy())
                        .as("30 min and the 15 min of the sum")
                        .isEqualTo(at("02:45:00"));
                assertThat(twice.rule().accept().seconds())
                        .as("1500 ms, rounded up")
                        .isEqualTo(2);
                assertThat(twice.rule().ladder()).isEmpty();
                Order now = store.find(tx, NOW).orElseThrow();
                assertThat(now.pauses()).containsExactly(new Pause(at("02:03:00"), null));
                assertThat(Deadlines.of(now, clocks).finishBy()).isNull();
                Order unsaid = store.find(tx, UNSAID).orElseThrow();
                assertThat(unsaid.pauses()).containsExactly(new Pause(at("02:00:00"), at("02:01:00")));
                assertThat(store.history(tx, TWICE)).hasSize(6);
            });
        }
    }

    private static void order(Statement sql, UUID id, String state, long paused, String suspended) throws Exception {
        sql.execute("insert into orders (id, number, site, class, dispatch_mode, reports, source, note, state, round,"
                + " reworks, reopened, declined, suspended_from, suspended_at, paused_millis, paused_before_dispatch,"
                + " accept_millis, arrive_millis, finish_millis, verify_millis, created_at, filed_at, done_reported,"
                + " late, escalated, question, sequence, moves) values ('" + id + "', '" + id
                + "', '00000000-0000-0000-0000-000000000009', 'refuse', 'crews', 'steps', 'camera', '', '" + state
                + "', 1, 0, 0, 0, " + (state.equals("suspended") ? "'filed'" : "null") + ", " + suspended + ", "
                + paused + ", 0, 1500, 600000, 1800000, 300000, '2026-11-23T02:00:00Z', '2026-11-23T02:00:00Z', false,"
                + " false, '{}', 0, 1, 6)");
    }

    private static void line(
            Statement sql, UUID order, int number, String event, @Nullable String from, String to, String at)
            throws Exception {
        sql.execute(
                "insert into order_move (order_id, number, at, node, event, from_state, to_state, actor, actor_name,"
                        + " role, reason, round) values ('" + order + "', " + number + ", '2026-11-23T" + at
                        + "Z', '', '"
                        + event + "', " + (from == null ? "null" : "'" + from + "'") + ", '" + to
                        + "', '', '', 'supervisor', '', 1)");
    }

    private static Instant at(String time) {
        return Instant.parse("2026-11-23T" + time + "Z");
    }
}
