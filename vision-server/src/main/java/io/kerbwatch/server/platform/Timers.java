package io.kerbwatch.server.platform;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.FailureHandler;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Timers that are rows: set in the transaction of what they wait for, kept over restarts and jumps of the clock, fired
 * once over several servers. What fires has to look for itself whether there is something to do: a timer is never taken back.
 */
public final class Timers implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

    private final Database database;
    private final InstantSource clock;
    private final Map<String, OneTimeTask<Void>> tasks = new ConcurrentHashMap<>();
    private @Nullable Scheduler scheduler;
    private @Nullable ScheduledExecutorService looking;

    public Timers(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    /** Says what a kind of timer does; before {@link #start}. It is given what it was set with. */
    public void define(String kind, Consumer<String> action) {
        tasks.put(
                kind,
                Tasks.oneTime(kind)
                        .onFailure(new FailureHandler.OnFailureRetryLater<>(AGAIN_AFTER))
                        .execute((instance, context) -> action.accept(subject(instance.getId()))));
    }

    /**
     * Sets a timer in a transaction.
     *
     * @param subject what the action is given; has no '#'
     * @param mark together with kind and subject never used before
     */
    public void set(Tx tx, String kind, String subject, String mark, Instant at) {
        OneTimeTask<Void> task = tasks.get(kind);
        if (task == null) {
            throw new IllegalStateException("no timer of the kind " + kind + " was defined");
        }
        SchedulerClient.Builder.create(within(tx.handle().getConnection()), new ArrayList<>(tasks.values()))
                .build()
                .scheduleIfNotExists(task.instance(subject + '#' + mark), at);
    }

    public void start() {
        List<Task<?>> all = new ArrayList<>(tasks.values());
        Scheduler starting = Scheduler.create(database.dataSource(), all)
                .clock(clock::instant)
                .pollingInterval(LOOK_EVERY)
                .threads(3)
                .shutdownMaxWait(Duration.ofSeconds(5))
                .build();
        starting.start();
        scheduler = starting;
        // The scheduler waits by the clock: were that set back by an hour, it would not look for an hour.
        ScheduledExecutorService ticker = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "timers");
            thread.setDaemon(true);
            return thread;
        });
        var unused = ticker.scheduleWithFixedDelay(
                starting::triggerCheckForDueExecutions,
                LOOK_EVERY.toMillis(),
                LOOK_EVERY.toMillis(),
                TimeUnit.MILLISECONDS);
        looking = ticker;
    }

    @Override
    public void close() {
        if (looking != null) {
            looking.shutdownNow();
        }
        if (scheduler != null) {
            scheduler.stop();
        }
    }

    private static String subject(String instance) {
        return instance.substring(0, instance.indexOf('#'));
    }

    /** A data source that lends the transaction's connection and never gives it up. */
    private static DataSource within(Connection connection) {
        Connection lent = (Connection) Proxy.newProxyInstance(
                Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        return lent;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}
