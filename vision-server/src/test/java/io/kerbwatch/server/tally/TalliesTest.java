package io.kerbwatch.server.tally;

import static org.assertj.core.api.Assertions.assertThat;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.TestPostgres;
import io.kerbwatch.server.platform.Tx;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Sums against counting row by row, over random moves, spans and moments of adding up; orders change hands meanwhile. */
class TalliesTest {
    private static final Instant BEGIN = Instant.parse("2026-03-01T00:00:00Z");
    private static final long SPAN_SECONDS = 5 * 86_400;
    private static final Instant END = BEGIN.plusSeconds(SPAN_SECONDS);

    /** What a move is, and what it counts as; empty for nothing. */
    private record Kind(String event, @Nullable String from, String to, String role, String counts) {}

    private static final List<Kind> KINDS = List.of(
            new Kind("file", null, "filed", "camera", "filed"),
            new Kind("dispatch", "filed", "dispatched", "system", ""),
            new Kind("arrive", "accepted", "arrived", "crew", "arrived"),
            new Kind("resume", "suspended", "arrived", "operator", ""),
            new Kind("seen-clean", "verifying", "closed", "camera", "closed-by-camera"),
            new Kind("seen-clean", "verifying", "closed", "device", "closed-by-device"),
            new Kind("pass", "human-check", "closed", "operator", "closed-by-human"),
            new Kind("done", "accepted", "closed", "crew", "closed-by-report"),
            new Kind("self-clear", "filed", "self-cleared", "camera", "self-cleared"),
            new Kind("fail", "human-check", "filed", "operator", "filed-again"),
            new Kind("note", "filed", "filed", "operator", ""));

    private final UUID[] sites = {new UUID(1, 1), new UUID(1, 2), new UUID(1, 3)};
    private final Map<UUID, Place> orders = new LinkedHashMap<>();
    private final Map<UUID, Integer> rounds = new HashMap<>();
    private final Map<UUID, Held> last = new HashMap<>();
    private final List<Happening> happened = new ArrayList<>();
    private boolean swapped;
    private final Map<UUID, Integer> numbers = new HashMap<>();

    /** Where an order is, and of which class. */
    private record Place(UUID site, String village, String kind) {}

    /** Something that counts, as this test keeps it. */
    private record Happening(UUID order, int round, String what, Instant at, String team) {
        boolean filed(UUID of, int in) {
            return order.equals(of) && round == in && what.startsWith("filed");
        }
    }

    /** Who had an order after its last move. */
    private record Held(int round, Holder holder) {}

    /** Who may have an order, and what for. */
    private record Holder(@Nullable String kind, @Nullable String id, String team) {
        /** Whether they change their team now and then. */
        boolean moves() {
            return "crew".equals(kind) && !team.isEmpty();
        }

        String otherTeam() {
            return team.equals("north") ? "south" : "north";
        }
    }

    private static final UUID CITY = new UUID(4, 1);
    private static final Map<UUID, String> TEAMS =
            new TreeMap<>(Map.of(new UUID(2, 1), "north", new UUID(2, 2), "south"));
    private static final List<Holder> HOLDERS = List.of(
            new Holder(null, null, ""),
            new Holder("crew", "Li", ""),
            new Holder("crew", new UUID(2, 1).toString(), "north"),
            new Holder("crew", new UUID(2, 2).toString(), "south"),
            new Holder("team", new UUID(2, 2).toString(), "south"),
            new Holder("endpoint", CITY.toString(), "city"));

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
                            .isEqualTo(counted(caller, from, until));
                    Instant hour = from.truncatedTo(ChronoUnit.HOURS);
                    List<Tallies.Share> shares = database.transaction(tx -> tallies.shares(tx, caller, hour, until));
                    assertThat(shares)
                            .as("%s to %s in round %d", hour, until, round)
                            .containsExactlyInAnyOrderElementsOf(shares(caller, hour, until));
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
                // Whoever counts meanwhile counts nothing twice.
                while (folding.stream().anyMatch(one -> !one.isDone())) {
                    assertThat(all(database, tallies)).isEqualTo(counted(Caller.SYSTEM, BEGIN, END));
                }
                for (Future<?> one : folding) {
                    one.get();
                }
            }
            assertThat(all(database, tallies)).isEqualTo(counted(Caller.SYSTEM, BEGIN, END));
        } finally {
            threads.shutdownNow();
        }
    }

    /** Lets rows that are made up say no more than they need to. */
    static final List<String> LOOSE = Stream.of("orders", "site", "crew_member", "team", "endpoint", "incident")
            .map(table -> """
                    do $$ declare name text; begin
                      for name in select attname from pg_attribute
                        where attrelid = '%1$s'::regclass and attnotnull and attnum > 0 and attname <> 'id'
                      loop execute format('alter table %1$s alter column %%I drop not null', name); end loop;
                    end $$
                    """.formatted(table))
            .toList();

    private static Map<String, Long> all(Database database, Tallies tallies) {
        return database.transaction(tx -> tallies.counts(tx, Caller.SYSTEM, BEGIN, END));
    }

    /** A database whose orders and moves may be made up. */
    private Database opened() throws SQLException {
        Database database = Database.open(TestPostgres.database(), 6);
        database.inTransaction(tx -> {
            LOOSE.forEach(loose -> tx.handle().execute(loose));
            for (int i = 0; i < sites.length; i++) {
                tx.handle().execute("insert into site (id, village) values (?, ?)", sites[i], village(sites[i]));
                for (String kind : new String[] {"refuse", "root-cause"}) {
                    UUID order = new UUID(3, orders.size());
                    tx.handle().execute("insert into orders (id, site, class) values (?, ?, ?)", order, sites[i], kind);
                    orders.put(order, new Place(sites[i], village(sites[i]), kind));
                }
            }
            TEAMS.forEach((team, name) -> {
                tx.handle().execute("insert into team (id, name) values (?, ?)", team, name);
                tx.handle().execute("insert into crew_member (id, team) values (?, ?)", team, team);
            });
            tx.handle().execute("insert into endpoint (id, name) values (?, 'city')", CITY);
        });
        return database;
    }

    private static String village(UUID site) {
        return site.getLeastSignificantBits() < 3 ? "Baishi" : "";
    }

    private void move(Database database, Random random, int times) {
        database.inTransaction(tx -> {
            List<UUID> all = List.copyOf(orders.keySet());
            for (int i = 0; i < times; i++) {
                UUID order = all.get(random.nextInt(all.size()));
                Kind kind = KINDS.get(random.nextInt(KINDS.size()));
                Instant at = at(random);
                int number = numbers.merge(order, 1, Integer::sum);
                int round = rounds.merge(order, kind.counts().equals("filed-again") ? 1 : 0, Integer::sum);
                Holder holder = HOLDERS.get(random.nextInt(HOLDERS.size()));
                if (random.nextInt(10) == 0) {
                    swapTeams(tx);
                }
                String team = teamOf(order, round, holder);
                tx.handle()
                        .createUpdate("insert into order_move (order_id, number, at, node, event, from_state, to_state,"
                                + " actor, actor_name, role, reason, round, receiver_kind, receiver_id)"
                                + " values (:order, :number, :at, '', :event, :from, :to, '', '', :role, '', :round,"
                                + " :kind, :id)")
                        .bind("order", order)
                        .bind("number", number)
                        .bind("at", at)
                        .bind("event", kind.event())
                        .bind("from", kind.from())
                        .bind("to", kind.to())
                        .bind("role", kind.role())
                        .bind("round", round)
                        .bind("kind", holder.kind())
                        .bind("id", holder.id())
                        .execute();
                boolean arrives = kind.event().equals("arrive");
                // As a new round does.
                tx.handle().execute("update orders set arrived_at = null where id = ?", order);
                int seconds = 300 + random.nextInt(600);
                tx.handle()
                        .createUpdate("update orders set state = :state, round = :round, moves = :number,"
                                + " receiver_kind = :kind, receiver_id = :id,"
                                + " arrived_at = case when :arrives then cast(:at as timestamptz) end,"
                                + " filed_to_arrived = case when :arrives then :seconds else filed_to_arrived end"
                                + " where id = :order")
                        .bind("state", kind.to())
                        .bind("round", round)
                        .bind("number", number)
                        .bind("kind", holder.kind())
                        .bind("id", holder.id())
                        .bind("arrives", arrives)
                        .bind("at", at)
                        .bind("seconds", seconds)
                        .bind("order", order)
                        .execute();
                happened.replaceAll(
                        one -> one.filed(order, round) ? new Happening(order, round, one.what(), one.at(), team) : one);
                String what = arrives ? seconds <= 600 ? "arrived-in-time" : "arrived-late" : kind.counts();
                if (!what.isEmpty()) {
                    boolean known = !arrives || happened.stream().anyMatch(one -> one.filed(order, round));
                    happened.add(new Happening(order, round, what, at, known ? team : ""));
                }
                last.put(order, new Held(round, holder));
            }
        });
    }

    /** Whoever has an order still is of the team that they were of when they got it. */
    private String teamOf(UUID order, int round, Holder holder) {
        Optional<Happening> filed = happened.stream()
                .filter(one -> one.filed(order, round))
                .reduce((one, next) -> next)
                .filter(one -> holder.id() != null && new Held(round, holder).equals(last.get(order)));
        return filed.map(Happening::team)
                .orElseGet(() -> swapped && holder.moves() ? holder.otherTeam() : holder.team());
    }

    private void swapTeams(Tx tx) {
        swapped = !swapped;
        List<UUID> ids = List.copyOf(TEAMS.keySet());
        tx.handle().execute("update crew_member set team = ? where id = ?", ids.get(swapped ? 1 : 0), ids.get(0));
        tx.handle().execute("update crew_member set team = ? where id = ?", ids.get(swapped ? 0 : 1), ids.get(1));
    }

    /** Often on the hour, where sums begin and end. */
    private static Instant at(Random random) {
        long seconds = random.nextLong(SPAN_SECONDS);
        return BEGIN.plusSeconds(random.nextInt(4) == 0 ? seconds / 3600 * 3600 : seconds);
    }

    private Map<String, Long> counted(Caller caller, Instant from, Instant until) {
        return within(caller, from, until)
                .filter(one -> one.at().isBefore(until))
                .collect(Collectors.groupingBy(Happening::what, Collectors.counting()));
    }

    private List<Tallies.Share> shares(Caller caller, Instant from, Instant until) {
        return within(caller, from, until)
                .map(one -> {
                    Place place = place(one);
                    return new Tallies.Share(one.what(), place.village(), place.kind(), one.team(), 1);
                })
                .collect(Collectors.groupingBy(one -> one, Collectors.counting()))
                .entrySet()
                .stream()
                .map(sum -> new Tallies.Share(
                        sum.getKey().what(),
                        sum.getKey().village(),
                        sum.getKey().orderClass(),
                        sum.getKey().team(),
                        sum.getValue()))
                .toList();
    }

    private Stream<Happening> within(Caller caller, Instant from, Instant until) {
        return happened.stream()
                .filter(one -> !one.at().isBefore(from) && !one.at().isAfter(until))
                .filter(one -> caller.sees(place(one).site()));
    }

    private Place place(Happening one) {
        return Objects.requireNonNull(orders.get(one.order()));
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
