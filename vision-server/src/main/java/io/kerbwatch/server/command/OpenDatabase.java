package io.kerbwatch.server.command;

import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** The database of an installation for one command: that of the running server, or started for as long as it takes. */
final class OpenDatabase implements AutoCloseable {
    private static final int CONNECTIONS = 4;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Database database;
    private final Settings settings;

    private OpenDatabase(Settings settings) throws Failure {
        this.settings = settings;
        try {
            this.database = Database.open(address(), CONNECTIONS);
            parts.push(database);
        } catch (SQLException | IOException e) {
            close();
            throw new Failure(String.valueOf(e.getMessage()));
        }
    }

    /** As {@link #of}, but makes no new installation where there is none: what is asked for would not be in it. */
    static OpenDatabase existing(Settings settings) throws Failure {
        if (missing(settings)) {
            throw new Failure("there is no installation in " + settings.data() + "; name its directory with --data");
        }
        return of(settings);
    }

    /** Whether it would have to be made first. */
    static boolean missing(Settings settings) {
        return settings.get(Settings.DATABASE_URL).isEmpty()
                && !Files.exists(settings.data().resolve("postgres"));
    }

    static OpenDatabase of(Settings settings) throws Failure {
        return new OpenDatabase(settings);
    }

    Database database() {
        return database;
    }

    Accounts accounts() {
        InstantSource clock = InstantSource.system();
        return new Accounts(database, clock, new Ids(clock), new Audit(database, clock), settings);
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("the database did not stop well", e);
            }
        }
    }

    private EmbeddedPostgres.Address address() throws IOException {
        Optional<String> url = settings.get(Settings.DATABASE_URL);
        if (url.isPresent()) {
            return new EmbeddedPostgres.Address(
                    url.get(), settings.get(Settings.DATABASE_USER), settings.get(Settings.DATABASE_PASSWORD));
        }
        Path data = settings.data();
        if (DataDirectory.taken(data)) {
            Optional<EmbeddedPostgres.Address> running = EmbeddedPostgres.running(data);
            if (running.isPresent()) {
                return running.get();
            }
        }
        parts.push(DataDirectory.take(data));
        EmbeddedPostgres postgres = EmbeddedPostgres.start(data);
        parts.push(postgres);
        return postgres.address();
    }
}
