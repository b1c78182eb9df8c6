package io.kerbwatch.server.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One real PostgreSQL for all tests of a run, with a database of its own for each that asks. */
public final class TestPostgres {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static @Nullable EmbeddedPostgres postgres;

    private TestPostgres() {}

    /** An empty database. */
    public static synchronized EmbeddedPostgres.Address database() {
        EmbeddedPostgres running = running();
        String name = "test_" + NUMBER.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(
                        running.address().url(),
                        running.address().user(),
                        running.address().password());
                Statement statement = connection.createStatement()) {
            statement.execute("drop database if exists " + name + " with (force)");
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return running.address(name);
    }

    private static EmbeddedPostgres running() {
        EmbeddedPostgres running = postgres;
        if (running == null) {
            try {
                // Kept over runs under target, which is what makes a run of one test class bearable.
                Path data = Path.of("target", "test-postgres").toAbsolutePath();
                Files.createDirectories(data);
                EmbeddedPostgres started = EmbeddedPostgres.start(data);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        started.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                running = started;
                postgres = started;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return running;
    }
}
