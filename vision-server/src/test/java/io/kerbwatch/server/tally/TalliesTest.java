package io.kerbwatch.server.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.TestPostgres;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Sums against counting row by row, over random moves, spans and moments of adding up. */
class TalliesTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
    private static final long SPAN_SECONDS = 5 * 86_400;
    private static final List<List<String>> KINDS = List.of(
            List.of("dispatch", "filed", "dispatched"),
            List.of("arrive", "accepted", "arrived"),
            List.of("seen-clean", "verifying", "closed"),
            List.of("pass", "human-check", "closed"),
            List.of("done", "accepted", "closed"),
            List.of("self-clear", "filed", "self-cleared"),
            List.of("fail", "human-check", "filed"),
            List.of("note", "filed", "filed"));

    private final UUID[] sites = {new UUID(1, 1), new UUID(1, 2), new UUID(1, 3)};
    private int moves;

    @Test
    void aCountIsExactWheneverItIsAskedFor() throws SQLException {
        Random random = new Random(1);
        try (Database database = opened()) {
            Tallies tallies = new Tallies(database);
            for (int round = 0; round < 30; round++) {
                move(database, random, 40);
                if (random.nextInt(3) == 0) {
                    tallies.fold();
                }
                for (int ask = 0; ask < 10; ask++) {
                    Instant from = at(random);
                    Instant until = ask == 0 ? from.plusSeconds(random.nextInt(7200)) : at(random);
                    Caller caller = ask % 2 == 0 ? Caller.SYSTEM : limited(sites[0], sites[2]);
                    Map<String, Long> counts = database.transaction(tx -> tallies.counts(tx, caller, from, until));
                    assertThat(counts)
                            .as("%s to %s in round %d", from, until, round)
                            .isEqualTo(counted(database, caller, from, until));
                }
            }
        }
    }

    @Test
    void whatIsAddedUpTwiceAtOnceCountsOnce() throws Exception {
        Random random = new Random(2);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Database database = opened()) {
            Tallies tallies = new Tallies(database);
            for (int round = 0; round < 10; round++) {
                move(database, random, 200);
                List<Future<?>> folding = List.of(
                        threads.submit(tallies::fold), threads.submit(tallies::fold), threads.submit(tallies::fold));
                for (Future<?> one : folding) {
                    one.get();
                }
            }
            Map<String, Long> counts = database.transaction(
                    tx -> tallies.counts(tx, Caller.SYSTEM, BEGIN, BEGIN.plusSeconds(SPAN_SECONDS)));
            assertThat(counts).isEqualTo(counted(database, Caller.SYSTEM, BEGIN, BEGIN.plusSeconds(SPAN_SECONDS)));
        } finally {
            threads.shutdownNow();
        }
    }

    /** A database whose orders and moves may be made up. */
    private Database opened() throws SQLException {
        Database database = Database.open(TestPostgres.database(), 6);
        database.inTransaction(tx -> {
            tx.handle().execute("alter table order_move drop constraint order_move_order_id_fkey");
            tx.handle().execute("alter table orders drop constraint orders_site_fkey");
            tx.handle()
                    .createQuery("select attname from pg_attribute where attrelid = 'orders'::regclass and attnotnull"
                            + " and attnum > 0 and attname <> 'id'")
                    .mapTo(String.class)
                    .list()
                    .forEach(column ->
                            tx.handle().execute("alter table orders alter column " + column + " drop not null"));
            for (UUID site : sites) {
                for (String kind : new String[] {"refuse", "root-cause"}) {
                    tx.handle()
                            .createUpdate(
                                    "insert into orders (id, site, class) values (gen_random_uuid(), :site, :kind)")
                            .bind("site", site)
                            .bind("kind", kind)
                            .execute();
                }
            }
        });
        return database;
    }

    private void move(Database database, Random random, int times) {
        database.inTransaction(tx -> {
            List<UUID> orders = tx.handle()
                    .createQuery("select id from orders order by site, class")
                    .mapTo(UUID.class)
                    .list();
            for (int i = 0; i < times; i++) {
                List<String> kind = KINDS.get(random.nextInt(KINDS.size()));
                tx.handle()
                        .createUpdate("insert into order_move (order_id, number, at, node, event, from_state, to_state,"
                                + " actor, actor_name, role, reason, round) values (:order, :number, :at, '', :event,"
                                + " :from, :to, '', '', '', '', 1)")
                        .bind("order", orders.get(random.nextInt(orders.size())))
                        .bind("number", ++moves)
                        .bind("at", at(random))
                        .bind("event", kind.get(0))
                        .bind("from", kind.get(1))
                        .bind("to", kind.get(2))
                        .execute();
            }
        });
    }

    /** Often on the hour, where sums begin and end. */
    private static Instant at(Random random) {
        long seconds = random.nextLong(SPAN_SECONDS);
        return BEGIN.plusSeconds(random.nextInt(4) == 0 ? seconds / 3600 * 3600 : seconds);
    }

    private static Map<String, Long> counted(Database database, Caller caller, Instant from, Instant until) {
        Map<String, Long> counts = new HashMap<>();
        database.inTransaction(tx -> tx.handle()
                .createQuery("select m.event, m.to_state, count(*) as n from order_move m"
                        + " join orders o on o.id = m.order_id where m.at >= :from and m.at < :until"
                        + " and m.from_state <> m.to_state and (:all or o.site = any(:sites)) group by 1, 2")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> {
                    String to = rows.getString("to_state");
                    String event = rows.getString("event");
                    String what =
                            switch (to) {
                                case "closed" ->
                                    event.equals("seen-clean")
                                            ? "closed-by-camera"
                                            : event.equals("pass") ? "closed-by-human" : "closed-by-report";
                                case "filed" -> "filed-again";
                                case "dispatched" -> "";
                                default -> to;
                            };
                    if (!what.isEmpty()) {
                        counts.merge(what, rows.getLong("n"), Long::sum);
                    }
                    return what;
                })
                .list());
        return counts;
    }

    private static Caller limited(UUID... sites) {
        Caller all = Caller.SYSTEM;
        return new Caller(
                all.id(),
                all.name(),
                all.role(),
                all.scopes(),
                Set.of(sites),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
