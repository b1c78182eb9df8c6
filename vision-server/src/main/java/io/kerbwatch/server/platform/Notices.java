package io.kerbwatch.server.platform;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes who waits for rows, by PostgreSQL's NOTIFY. A notice is a hint and may be missed while the connection is away,
 * so every listener is woken every few seconds besides.
 */
public final class Notices implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final Duration AT_LEAST_EVERY = Duration.ofSeconds(2);

    private final Database database;
    private final Map<String, Runnable> listeners = new ConcurrentHashMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable Connection listening;

    public Notices(Database database) {
        this.database = database;
        this.thread = new Thread(this::listen, "kerbwatch-notices");
        thread.setDaemon(true);
    }

    /** Calls the listener at each notice of the topic, and now and then without one. It must not block. */
    public Notices on(String topic, Runnable listener) {
        listeners.put(topic, listener);
        return this;
    }

    public void start() {
        thread.start();
    }

    /** Sends a notice; it leaves when the transaction commits. */
    public static void send(Tx tx, String topic) {
        tx.handle().execute("select pg_notify('kerbwatch', ?)", topic);
    }

    @Override
    public void close() {
        closing.countDown();
        Connection open = listening;
        if (open != null) {
            try {
                open.abort(Runnable::run); // it waits for notices and would not hear
            } catch (SQLException e) {
                LOG.debug("the connection was closed already", e);
            }
        }
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        while (closing.getCount() > 0) {
            try (Connection connection = database.connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("listen kerbwatch");
                listening = connection;
                PGConnection postgres = connection.unwrap(PGConnection.class);
                wakeAll();
                while (closing.getCount() > 0) {
                    PGNotification[] notices = postgres.getNotifications((int) AT_LEAST_EVERY.toMillis());
                    if (notices == null || notices.length == 0) {
                        wakeAll();
                    } else {
                        for (PGNotification notice : notices) {
                            Runnable listener = listeners.get(notice.getParameter());
                            if (listener != null) {
                                wake(listener);
                            }
                        }
                    }
                }
            } catch (SQLException e) {
                if (closing.getCount() > 0) {
                    LOG.warn("the database does not answer; trying again: {}", e.getMessage());
                    pause();
                }
            }
        }
    }

    private void wakeAll() {
        listeners.values().forEach(Notices::wake);
    }

    private static void wake(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("a listener failed; it is woken again", e);
        }
    }

    private void pause() {
        try {
            boolean closed = closing.await(500, TimeUnit.MILLISECONDS);
            LOG.debug("waited to connect again, closed={}", closed);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
