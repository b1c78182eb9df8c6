package io.kerbwatch.server.platform;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads columns that JDBC has no plain way for. */
public final class Rows {
    private Rows() {}

    public static @Nullable Instant instant(ResultSet rows, String column) throws SQLException {
        Timestamp stamp = rows.getTimestamp(column);
        return stamp == null ? null : stamp.toInstant();
    }

    public static @Nullable UUID id(ResultSet rows, String column) throws SQLException {
        return rows.getObject(column, UUID.class);
    }

    public static @Nullable Double number(ResultSet rows, String column) throws SQLException {
        double value = rows.getDouble(column);
        return rows.wasNull() ? null : value;
    }

    public static List<String> texts(ResultSet rows, String column) throws SQLException {
        return Arrays.asList((String[]) rows.getArray(column).getArray());
    }

    public static List<UUID> ids(ResultSet rows, String column) throws SQLException {
        return Arrays.asList((UUID[]) rows.getArray(column).getArray());
    }
}
