package io.kerbwatch.server.event;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The log that server-sent events are read from. Rows get their numbers as the last step of a transaction, under one
 * lock, so that numbers rise in the order of commits and a reader that has seen one number has seen all before it.
 */
public final class Events {
    static final String TOPIC = "event";
    private static final Duration KEPT = Duration.ofDays(2);
    /** Any number that nobody else locks. */
    private static final long LOCK = 0x6b657262L;

    private final Database database;
    private final InstantSource clock;

    public Events(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    record Entry(long id, String type, @Nullable UUID site, String data) {}

    /**
     * Tells something when the transaction commits.
     *
     * @param type as in {@code order.changed}
     * @param site that it is about; null if everyone may see it
     * @param data what a page needs to know what to read anew
     */
    public void publish(Tx tx, String type, @Nullable UUID site, Object data) {
        Instant at = clock.instant();
        String json = Json.text(data);
        tx.beforeCommit(() -> {
            tx.handle().execute("select pg_advisory_xact_lock(?)", LOCK);
            tx.handle()
                    .createUpdate("insert into event (at, type, site, data) values (:at, :type, :site, :data)")
                    .bind("at", at)
                    .bind("type", type)
                    .bind("site", site)
                    .bind("data", json)
                    .execute();
            Notices.send(tx, TOPIC);
        });
    }

    List<Entry> after(long id, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select id, type, site, data from event where id > :id order by id limit :limit")
                .bind("id", id)
                .bind("limit", limit)
                .map((rows, context) -> new Entry(
                        rows.getLong("id"),
                        rows.getString("type"),
                        rows.getObject("site", UUID.class),
                        rows.getString("data")))
                .list());
    }

    /** Number of the newest entry; 0 if there has been none. */
    public long newest() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select coalesce(max(id), 0) from event")
                .mapTo(Long.class)
                .one());
    }

    /** Number of the oldest entry that is kept; 0 if there is none. */
    long oldest() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select coalesce(min(id), 0) from event")
                .mapTo(Long.class)
                .one());
    }

    /** Deletes what no page asks for any more. */
    public void prune() {
        database.inTransaction(tx -> tx.handle()
                .createUpdate("delete from event where at < :before")
                .bind("before", clock.instant().minus(KEPT))
                .execute());
    }
}
