package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The measured server's orders, in its database. Copies of an order are whole ones, with incidents, moves, messages,
 * deliveries and attempts, each so many hours older than the one before; only their hash chains are the first one's.
 */
final class StoredOrders implements AutoCloseable {
    /** New key of a copied row. */
    private static final String ID = "md5(%s::text || k)::uuid";

    /** What the database does with each deed by itself, where triggers are on. */
    private static final String TALLIED = "insert into tally_change (what, at, site, village, class, team, n)"
            + " select what, at, site, village, class, coalesce(team, '00000000-0000-0000-0000-000000000000'), 1"
            + " from order_deed";

    private static final List<String> COPIES = List.of(
            "insert into orders select c.* from orders o cross join generate_series(1, ?) k,"
                    + " jsonb_populate_record(o, jsonb_build_object('id', " + ID.formatted("o.id")
                    + ", 'number', to_char(o.created_at - k * interval '6 hours', 'YYYYMMDD') || '-' || k || '-'"
                    + " || right(o.number, 5), 'created_at', o.created_at - k * interval '6 hours',"
                    + " 'filed_at', o.filed_at - k * interval '6 hours',"
                    + " 'ended_at', o.ended_at - k * interval '6 hours')) c where o.ended_at is not null",
            "insert into order_move select c.* from order_move m join orders o on o.id = m.order_id"
                    + " cross join generate_series(1, ?) k, jsonb_populate_record(m, jsonb_build_object('order_id', "
                    + ID.formatted("m.order_id")
                    + ", 'at', m.at - k * interval '6 hours')) c where o.ended_at is not null",
            "insert into order_deed select c.* from order_deed d join orders o on o.id = d.order_id"
                    + " cross join generate_series(1, ?) k, jsonb_populate_record(d, jsonb_build_object('order_id', "
                    + ID.formatted("d.order_id")
                    + ", 'at', d.at - k * interval '6 hours')) c where o.ended_at is not null",
            "insert into incident select c.* from incident i join orders o on o.id = i.order_id"
                    + " cross join generate_series(1, ?) k, jsonb_populate_record(i, jsonb_build_object('id', "
                    + ID.formatted("i.id") + ", 'order_id', " + ID.formatted("i.order_id")
                    + ", 'opened_at', i.opened_at - k * interval '6 hours')) c"
                    + " where o.ended_at is not null and i.state not in ('open', 'review')",
            "insert into message select c.* from message m join orders o on o.id = m.order_id"
                    + " cross join generate_series(1, ?) k, jsonb_populate_record(m, jsonb_build_object('id', "
                    + ID.formatted("m.id") + ", 'order_id', " + ID.formatted("m.order_id")
                    + ")) c where o.ended_at is not null",
            "insert into delivery select c.* from delivery d join message m on m.id = d.message"
                    + " join orders o on o.id = m.order_id cross join generate_series(1, ?) k,"
                    + " jsonb_populate_record(d, jsonb_build_object('id', " + ID.formatted("d.id") + ", 'message', "
                    + ID.formatted("d.message") + ", 'subject', " + ID.formatted("d.subject")
                    + ", 'created_at', d.created_at - k * interval '6 hours')) c where o.ended_at is not null",
            "insert into attempt select c.* from attempt a join delivery d on d.id = a.delivery"
                    + " join message m on m.id = d.message join orders o on o.id = m.order_id"
                    + " cross join generate_series(1, ?) k, jsonb_populate_record(a, jsonb_build_object('delivery', "
                    + ID.formatted("a.delivery") + ")) c where o.ended_at is not null");

    private final Connection connection;

    /** An order and its site, to be asked for. */
    record Some(String order, String number, String site) {}

    private StoredOrders(Connection connection) {
        this.connection = connection;
    }

    static StoredOrders in(Path data) throws IOException, SQLException {
        EmbeddedPostgres.Address address = EmbeddedPostgres.running(data)
                .orElseThrow(() -> new IOException("the benchmark's server has no PostgreSQL in " + data));
        return new StoredOrders(DriverManager.getConnection(address.url(), address.user(), address.password()));
    }

    /** What decides whether a commit survives a loss of power. */
    Map<String, String> durability() throws SQLException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String name : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("show " + name)) {
                rows.next();
                settings.put(name, rows.getString(1));
            }
        }
        return settings;
    }

    int count() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from orders")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Copies what has ended until there are so many, and has PostgreSQL look at its tables as it would by itself. */
    void grow(int wanted) throws SQLException {
        int there = count();
        if (there == 0) {
            throw new SQLException("no order was filed, so none can be copied");
        }
        int copies = (wanted - there + there - 1) / there;
        if (copies > 0) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("analyze");
                statement.execute("set session_replication_role = replica");
            }
            connection.setAutoCommit(false);
            // What is copied is what was there before, so orders, by which it is chosen, come last.
            for (String copy : COPIES.subList(1, COPIES.size())) {
                copy(copy, copies);
            }
            copy(COPIES.get(0), copies);
            try (Statement statement = connection.createStatement()) {
                statement.execute("delete from tally_change");
                statement.execute("delete from tally");
                statement.execute(TALLIED);
            }
            connection.commit();
            connection.setAutoCommit(true);
            awaitSums();
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
        }
    }

    /** The server adds up what is new once a minute; a count is as exact before, and slower. */
    private void awaitSums() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int second = 0; second < 180; second++) {
                try (ResultSet rows = statement.executeQuery("select not exists (select 1 from tally_change)")) {
                    if (rows.next() && rows.getBoolean(1)) {
                        return;
                    }
                }
                Thread.sleep(1000);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(String statement, int copies) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            prepared.setInt(1, copies);
            prepared.executeUpdate();
        }
    }

    /** Orders of all ages. */
    List<Some> some() throws SQLException {
        List<Some> some = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select id, number, site from orders order by md5(id::text) limit 500")) {
            while (rows.next()) {
                some.add(new Some(rows.getString(1), rows.getString(2), rows.getString(3)));
            }
        }
        return some;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
