package io.kerbwatch.server.platform;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The PostgreSQL that everything is kept in. A transaction belongs to the thread that began it: what is called within
 * it joins it, so that one service method is one transaction whoever calls it.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int ATTEMPTS = 5;

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final EmbeddedPostgres.Address address;

    @SuppressWarnings("ThreadLocalUsage") // one a database: a test has several
    private final ThreadLocal<@Nullable Tx> current = new ThreadLocal<>();

    private Database(HikariDataSource pool, EmbeddedPostgres.Address address) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool).installPlugin(new PostgresPlugin());
        this.address = address;
    }

    /**
     * Connects and brings the tables up to date.
     *
     * @throws SQLException if the database cannot be reached, with a message that says which
     */
    public static Database open(EmbeddedPostgres.Address address, int connections) throws SQLException {
        try (Connection probe = DriverManager.getConnection(address.url(), address.user(), address.password())) {
            probe.isValid(5);
        } catch (SQLException e) {
            throw new SQLException(
                    "the database " + address + " cannot be used: " + e.getMessage()
                            + "; check that PostgreSQL runs there and that database.user and database.password hold",
                    e.getSQLState(),
                    e);
        }
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(address.url());
        config.setUsername(address.user());
        config.setPassword(address.password());
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(Math.min(4, connections));
        config.setConnectionTimeout(5_000);
        config.setValidationTimeout(2_000);
        config.setInitializationFailTimeout(10_000);
        config.setPoolName("kerbwatch");
        // A request that hangs on a lock would hold its connection for ever; nothing here takes that long.
        // Nor does anything think for long within a transaction: a server that stands still in one, frozen or cut off,
        // would keep its locks from all others, so PostgreSQL ends its transaction sooner than they give up.
        config.setConnectionInitSql("set lock_timeout = '20s'; set idle_in_transaction_session_timeout = '10s'");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("ApplicationName", "kerbwatch");
        HikariDataSource pool = new HikariDataSource(config);
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations("classpath:db/migration")
                    .load()
                    .migrate();
            return new Database(pool, address);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }

    /**
     * Runs work in the transaction of this thread, or in a new one. A new one is tried again when PostgreSQL broke a
     * deadlock, so the work must do nothing outside the database but through {@link Tx#afterCommit}.
     */
    public <T> T transaction(Function<Tx, T> work) {
        Tx joined = current.get();
        if (joined != null) {
            return work.apply(joined);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return begin(work);
            } catch (JdbiException e) {
                if (attempt == ATTEMPTS || !worthRepeating(e)) {
                    throw e;
                }
            }
        }
    }

    /** As {@link #transaction(Function)}, with no answer. */
    public void inTransaction(Consumer<Tx> work) {
        transaction(tx -> {
            work.accept(tx);
            return UUID.class; // any value but null
        });
    }

    /** Whether the database answers now. */
    public boolean answers() {
        try (Connection connection = pool.getConnection()) {
            return connection.isValid(2);
        } catch (SQLException e) {
            return false;
        }
    }

    /** For libraries that bring their own SQL; they see committed rows only. */
    public DataSource dataSource() {
        return pool;
    }

    /** A connection outside the pool, for listening. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }

    @Override
    public void close() {
        pool.close();
    }

    private <T> T begin(Function<Tx, T> work) {
        Tx[] begun = new Tx[1];
        T answer = jdbi.inTransaction(handle -> {
            Tx tx = new Tx(handle);
            begun[0] = tx;
            current.set(tx);
            try {
                T result = work.apply(tx);
                tx.finish();
                return result;
            } finally {
                current.remove();
            }
        });
        for (Runnable step : begun[0].committed()) {
            try {
                step.run();
            } catch (RuntimeException e) {
                LOG.error("a step after a commit failed; what it was for is in the database and will be taken up", e);
            }
        }
        return answer;
    }

    private static boolean worthRepeating(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                return state.equals("40P01") || state.equals("40001");
            }
        }
        return false;
    }

    /** Whether an error means that there is no room left on a disk, the database's or ours. */
    public static boolean full(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            boolean database = cause instanceof SQLException sql && "53100".equals(sql.getSQLState());
            boolean file = cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("No space left on device");
            if (database || file) {
                return true;
            }
        }
        return false;
    }

    /** What the pool says to whoever goes on with a connection that broke; a library may have swallowed why it did. */
    private static boolean lost(SQLException error) {
        return error.getSQLState() == null && "Connection is closed".equals(error.getMessage());
    }

    /** Whether an error means that the database is away or too busy just now, not that the request was wrong. */
    public static boolean away(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = String.valueOf(sql.getSQLState());
                if (state.startsWith("08")
                        || state.startsWith("57P")
                        || state.equals("53300")
                        || state.equals("25P03") // it stood still within a transaction
                        || state.equals("55P03") // somebody else kept a lock for too long
                        || worthRepeating(sql) // and was repeated often enough
                        || lost(sql)
                        || cause instanceof java.sql.SQLTransientConnectionException) {
                    return true;
                }
            }
        }
        return false;
    }
}
