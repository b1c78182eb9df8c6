package io.kerbwatch.server.order;

import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.tally.Tallies;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Looks once more at a share of the closures: people who did not do the work say whether the place was clean. A check is a
 * record of its own, comes after the order was closed and moves nothing; one that disagrees is counted as a false closure.
 */
final class Closures {
    /** What another server has just closed counts, too. */
    private static final Duration CLOCKS_APART = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Settings settings;
    private final Events events;
    private final RandomGenerator chance;
    private final Tallies tallies;

    Closures(
            Database database,
            InstantSource clock,
            Ids ids,
            Settings settings,
            Events events,
            RandomGenerator chance,
            Tallies tallies) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.settings = settings;
        this.events = events;
        this.chance = chance;
        this.tallies = tallies;
    }

    /**
     * A closure that is looked at once more.
     *
     * @param closedBy camera, device, human, or report where nobody looked
     * @param agrees whether the place was clean; null until somebody has said so
     */
    record Check(
            UUID id,
            UUID order,
            String number,
            int round,
            UUID site,
            String siteName,
            String closedBy,
            Instant closedAt,
            @Nullable UUID before,
            @Nullable UUID after,
            @Nullable Boolean agrees,
            @Nullable String opinion,
            @Nullable String decidedBy,
            @Nullable Instant decidedAt) {}

    /** What somebody says of a closure. */
    record Answer(boolean agrees, @Nullable String opinion) {}

    /**
     * What closures rest on, and what the checks of them came to.
     *
     * @param selfCleared clean before anybody was there; in none of the other figures
     * @param disagreed false closures
     */
    record Figures(
            Instant since,
            int closed,
            int byCamera,
            int byDevice,
            int byHuman,
            int byReport,
            int selfCleared,
            int sampled,
            int checked,
            int disagreed) {}

    /** An order was closed: by chance it is to be looked at once more. */
    void closed(Tx tx, Order order, Instant at) {
        if (chance.nextInt(100) >= settings.get(Settings.ORDERS_CHECK_PERCENT)) {
            return;
        }
        Receiver receiver = order.receiver();
        tx.handle()
                .createUpdate("insert into closure_check (id, order_id, round, closed_at, closed_by, receiver,"
                        + " before_snapshot, after_snapshot)"
                        + " values (:id, :order, :round, :at, :by, :receiver, :before, :after)"
                        + " on conflict (order_id, round) do nothing")
                .bind("id", ids.next())
                .bind("order", order.id())
                .bind("round", order.round())
                .bind("at", at)
                .bind("by", order.closedBy() == null ? "report" : order.closedBy())
                .bind("receiver", receiver == null ? null : receiver.id())
                .bind("before", order.beforeSnapshot())
                .bind("after", order.afterSnapshot())
                .execute();
        changed(tx, order.site());
    }

    /** Those to be looked at, the oldest first; or all, the newest first. */
    List<Check> list(Caller caller, boolean open, int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery(SELECT + " where (:all or o.site = any(:sites)) and (not :open or c.decided_at is null)"
                        + (open ? " order by c.id" : " order by c.id desc") + " limit :limit")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("open", open)
                .bind("limit", limit)
                .map((rows, context) -> read(rows))
                .list());
    }

    /**
     * Keeps what somebody says of a closure.
     *
     * @throws Problem.Raised 404; 409 {@code decided-already}; 403 if they did the work themselves
     */
    Check answer(Caller caller, UUID id, Answer answer) {
        return database.transaction(tx -> {
            Check check = tx.handle()
                    .createQuery(SELECT + " where c.id = :id for update of c")
                    .bind("id", id)
                    .map((rows, context) -> read(rows))
                    .findFirst()
                    .filter(found -> caller.sees(found.site()))
                    .orElseThrow(() -> Problem.notFound("closure check", id).raised());
            String receiver = tx.handle()
                    .createQuery("select coalesce(receiver, '') from closure_check where id = :id")
                    .bind("id", id)
                    .mapTo(String.class)
                    .one();
            if (caller.id().equals("crew:" + receiver) || caller.id().equals(receiver)) {
                throw Problem.forbidden("Whoever did the work does not check it.")
                        .raised();
            }
            if (check.decidedAt() != null) {
                throw Problem.conflict(
                                "decided-already", "Decided already", check.decidedBy() + " has looked at it already.")
                        .raised();
            }
            tx.handle()
                    .createUpdate("update closure_check set agrees = :agrees, opinion = :opinion, decided_by = :by,"
                            + " decided_by_name = :name, decided_at = :at where id = :id")
                    .bind("agrees", answer.agrees())
                    .bind("opinion", answer.opinion())
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("at", clock.instant())
                    .bind("id", id)
                    .execute();
            changed(tx, check.site());
            return tx.handle()
                    .createQuery(SELECT + " where c.id = :id")
                    .bind("id", id)
                    .map((rows, context) -> read(rows))
                    .one();
        });
    }

    /** Of what was closed since an instant, even if it was opened again afterwards: that is where false closures show. */
    Figures figures(Caller caller, Instant since) {
        return database.transaction(tx -> {
            Map<String, Long> counts =
                    tallies.counts(tx, caller, since, clock.instant().plus(CLOCKS_APART));
            int camera = count(counts, "closed-by-camera");
            int device = count(counts, "closed-by-device");
            int human = count(counts, "closed-by-human");
            int report = count(counts, "closed-by-report");
            boolean all = caller.sites().isEmpty();
            return tx.handle()
                    .createQuery("select count(*) as sampled, count(c.decided_at) as checked,"
                            + " count(*) filter (where not c.agrees) as disagreed from closure_check c"
                            + (all ? "" : " join orders o on o.id = c.order_id")
                            + " where c.closed_at >= :since" + (all ? "" : " and o.site = any(:sites)"))
                    .bind("since", since)
                    .bind("sites", caller.siteArray())
                    .map((rows, context) -> new Figures(
                            since,
                            camera + device + human + report,
                            camera,
                            device,
                            human,
                            report,
                            count(counts, "self-cleared"),
                            rows.getInt("sampled"),
                            rows.getInt("checked"),
                            rows.getInt("disagreed")))
                    .one();
        });
    }

    private static int count(Map<String, Long> counts, String what) {
        return Math.toIntExact(counts.getOrDefault(what, 0L));
    }

    private static final String SELECT = "select c.*, o.number, o.site, s.name as site_name"
            + " from closure_check c join orders o on o.id = c.order_id join site s on s.id = o.site";

    private void changed(Tx tx, UUID site) {
        events.publish(tx, "check.changed", site, Map.of());
    }

    private static Check read(ResultSet rows) throws SQLException {
        return new Check(
                rows.getObject("id", UUID.class),
                rows.getObject("order_id", UUID.class),
                rows.getString("number"),
                rows.getInt("round"),
                rows.getObject("site", UUID.class),
                rows.getString("site_name"),
                rows.getString("closed_by"),
                rows.getTimestamp("closed_at").toInstant(),
                Rows.id(rows, "before_snapshot"),
                Rows.id(rows, "after_snapshot"),
                rows.getObject("agrees", Boolean.class),
                rows.getString("opinion"),
                rows.getString("decided_by_name"),
                Rows.instant(rows, "decided_at"));
    }
}
