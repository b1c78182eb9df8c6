package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Rows of a large district, written into the measured server's database, whose own triggers keep the sums. */
final class DistrictData implements AutoCloseable {
    private final Connection connection;

    private DistrictData(Connection connection) {
        this.connection = connection;
    }

    static DistrictData in(Path data) throws IOException, SQLException {
        EmbeddedPostgres.Address address = EmbeddedPostgres.running(data)
                .orElseThrow(() -> new IOException("the benchmark's server has no PostgreSQL in " + data));
        return new DistrictData(DriverManager.getConnection(address.url(), address.user(), address.password()));
    }

    /** So many places around one point, in fifty villages, a tenth of them toilets and a tenth roads. */
    void places(int count) throws SQLException {
        run(
                "insert into site (id, name, kind, village, latitude, longitude, time_zone, dispatch_mode, version,"
                        + " created_at) select gen_random_uuid(), 'place ' || i, case i % 10 when 0 then 'public-toilet'"
                        + " when 1 then 'road' else 'refuse-station' end, 'village ' || i % 50,"
                        + " 22.5 + 0.2 * random(), 113.9 + 0.3 * random(), 'Asia/Shanghai', 'crews', 1,"
                        + " now() - interval '1 day' from generate_series(1, ?) i",
                count);
    }

    /** So many readings of one day, spread over all monitors and its minutes. */
    void readings(int count, int daysAgo) throws SQLException {
        run(
                "insert into dust_reading (device, kind, at, received_at, pm25, pm10, tsp)"
                        + " select d.id, 'minute', date_trunc('minute', now()) - interval '" + daysAgo
                        + " days' - m * interval '1 minute',"
                        + " now(), 30 + 20 * random(), 60 + 40 * random(), 100 + 80 * random()"
                        + " from (select id, row_number() over (order by id) as n, count(*) over () as all from device"
                        + " where kind = 'dust-monitor') d cross join generate_series(1, 1440) m"
                        + " where (m - 1) * d.all + d.n <= ? on conflict do nothing",
                count);
    }

    void tidy() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("vacuum analyze");
        }
    }

    long stored() throws SQLException {
        try (Statement statement = connection.createStatement();
                var rows = statement.executeQuery("select count(*) from dust_reading where kind = 'real-time'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private void run(String sql, int count) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setInt(1, count);
            statement.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
