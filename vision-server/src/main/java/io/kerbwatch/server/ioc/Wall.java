package io.kerbwatch.server.ioc;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kerbwatch.server.crew.CrewMember;
import io.kerbwatch.server.crew.Crews;
import io.kerbwatch.server.crew.Position;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.tally.Tallies;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a control room shows beside its map and curves: how today goes, what is open, who does what, what waits for a
 * decision. The same for now and for any moment of the past.
 */
public final class Wall {
    /** Days begin and end by this clock; a district lies in one zone. */
    private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

    private static final int ORDERS = 60;
    private static final int PAIRS = 6;
    static final int BEHIND = 500;
    private static final List<String> WHAT =
            List.of("filed", "arrived-in-time", "arrived-late", "closed", "self-cleared");

    private final Database database;
    private final InstantSource clock;
    private final Tallies tallies;
    private final Crews crews;
    private final HealthHistory health;
    private final Fresh<Asked, byte[]> fresh;

    public Wall(
            Database database, InstantSource clock, Tallies tallies, Crews crews, HealthHistory health, Events events) {
        this.database = database;
        this.clock = clock;
        this.tallies = tallies;
        this.crews = crews;
        this.health = health;
        this.fresh = new Fresh<>(events, clock);
    }

    /** What answers differ by. */
    private record Asked(Set<UUID> sites, Datum datum) {}

    /**
     * How a part of the district fares.
     *
     * @param name of the village, class or team; empty for what has none, and for all together
     * @param filed since midnight; as are those that arrived and closed
     * @param selfCleared since midnight, cleared before anybody was there; no part of those that were closed
     * @param open at the moment
     * @param late of these, nobody arrived in time
     */
    record Figures(
            String name,
            int filed,
            int arrivedInTime,
            int arrivedLate,
            int closed,
            int selfCleared,
            int open,
            int late) {}

    /**
     * Someone of the crew.
     *
     * @param status off (not on duty), away, free, going, working, or waiting while an order of theirs is suspended
     * @param order what they are at; of several the one that has been begun
     * @param orders how many they have
     * @param since when they are at it; null if they are at nothing
     * @param position where their phone was last, by the datum that was asked for; positions are not kept, so null for the
     *     past
     */
    record Hand(
            UUID id,
            String name,
            String team,
            String vehicle,
            String status,
            @Nullable UUID order,
            @Nullable String number,
            @Nullable UUID site,
            @Nullable String siteName,
            int orders,
            @Nullable Instant since,
            @Nullable Position position) {}

    /** A place before and after it was cleaned. */
    record Pair(
            UUID order,
            String number,
            String siteName,
            @JsonProperty("class") String orderClass,
            UUID before,
            UUID after,
            Instant at) {}

    /**
     * All of it.
     *
     * @param from midnight, from which on figures count
     * @param live whether {@code at} is now
     * @param orders the most urgent ones; {@code total.open} says how many there are
     */
    record View(
            Instant at,
            Instant from,
            boolean live,
            Figures total,
            List<Figures> villages,
            List<Figures> classes,
            List<Figures> teams,
            List<OpenOrder> orders,
            List<Hand> crew,
            List<HealthHistory.Count> health,
            List<Decision> decisions,
            List<Pair> pairs) {}

    /** An order behind a figure. */
    record Behind(
            UUID id,
            String number,
            UUID site,
            String siteName,
            String village,
            @JsonProperty("class") String orderClass,
            String team,
            String what,
            Instant at) {
        static Behind of(OpenOrder order) {
            return new Behind(
                    order.id(),
                    order.number(),
                    order.site(),
                    order.siteName(),
                    order.village(),
                    order.orderClass(),
                    order.team(),
                    order.state(),
                    order.since());
        }

        static Behind of(Happened.Deed deed) {
            return new Behind(
                    deed.order(),
                    deed.number(),
                    deed.site(),
                    deed.siteName(),
                    deed.village(),
                    deed.orderClass(),
                    deed.team(),
                    deed.what(),
                    deed.at());
        }
    }

    record BehindList(List<Behind> items, boolean more) {
        /** Of so many as are shown, and one more if there is one. */
        static BehindList of(List<Behind> found) {
            return new BehindList(found.stream().limit(BEHIND).toList(), found.size() > BEHIND);
        }
    }

    record Devices(List<HealthHistory.Named> items, boolean more) {}

    public void mount(Operations operations) {
        operations
                .on("getWall", this::shown)
                .on("listBehind", request -> Reply.json(behind(request)))
                .on("listHealth", request -> Reply.json(devices(request)));
    }

    private Reply shown(Request request) {
        Caller caller = request.caller();
        Optional<Instant> past = request.time("at");
        Datum datum = Datum.asked(request);
        Supplier<byte[]> read = () -> Reply.json(view(caller, past, datum)).body();
        return Reply.of(
                "application/json", past.isPresent() ? read.get() : fresh.get(new Asked(caller.sites(), datum), read));
    }

    private View view(Caller caller, Optional<Instant> past, Datum datum) {
        Instant at = past.orElseGet(clock::instant);
        Instant from = midnight(at);
        boolean live = past.isEmpty();
        return database.transaction(tx -> {
            List<OpenOrder> open = OpenOrder.at(tx, caller, at);
            List<Tallies.Share> counts = tallies.shares(tx, caller, from, at);
            return new View(
                    at,
                    from,
                    live,
                    figures(counts, open, count -> "", order -> "").stream()
                            .findFirst()
                            .orElse(new Figures("", 0, 0, 0, 0, 0, 0, 0)),
                    figures(counts, open, Tallies.Share::village, OpenOrder::village),
                    figures(counts, open, Tallies.Share::orderClass, OpenOrder::orderClass),
                    figures(counts, open, Tallies.Share::team, OpenOrder::team),
                    open.stream().limit(ORDERS).toList(),
                    hands(tx, caller, at, live, open, datum),
                    health.at(tx, caller, at),
                    Decision.at(tx, caller, at, live, open),
                    pairs(tx, caller, at));
        });
    }

    private static Instant midnight(Instant at) {
        return LocalDate.ofInstant(at, ZONE).atStartOfDay(ZONE).toInstant();
    }

    private static List<Figures> figures(
            List<Tallies.Share> counts,
            List<OpenOrder> open,
            Function<Tallies.Share, String> ofCount,
            Function<OpenOrder, String> ofOrder) {
        Map<String, int[]> sums = new TreeMap<>();
        for (Tallies.Share count : counts) {
            Happened.shown(count.what())
                    .ifPresent(what ->
                            sums.computeIfAbsent(ofCount.apply(count), name -> new int[7])[WHAT.indexOf(what)] +=
                                    Math.toIntExact(count.n()));
        }
        for (OpenOrder order : open) {
            int[] sum = sums.computeIfAbsent(ofOrder.apply(order), name -> new int[7]);
            sum[5]++;
            sum[6] += order.late() ? 1 : 0;
        }
        List<Figures> figures = new ArrayList<>();
        sums.forEach(
                (name, sum) -> figures.add(new Figures(name, sum[0], sum[1], sum[2], sum[3], sum[4], sum[5], sum[6])));
        return figures;
    }

    private List<Hand> hands(Tx tx, Caller caller, Instant at, boolean live, List<OpenOrder> open, Datum datum) {
        Map<UUID, List<OpenOrder>> theirs = new HashMap<>();
        for (OpenOrder order : open) {
            UUID member = order.member();
            if (member != null && BUSY.containsKey(order.state())) {
                theirs.computeIfAbsent(member, one -> new ArrayList<>()).add(order);
            }
        }
        List<Hand> hands = new ArrayList<>();
        for (Crews.Rostered one : crews.roster(tx, caller, at)) {
            CrewMember member = one.member();
            if (member.createdAt().isAfter(at)) {
                continue;
            }
            List<OpenOrder> orders = theirs.getOrDefault(member.id(), List.of());
            OpenOrder begun = orders.stream()
                    .min(Comparator.comparing((OpenOrder order) -> -rank(order)).thenComparing(OpenOrder::since))
                    .orElse(null);
            String idle = !one.onShift() ? "off" : live && !member.available() ? "away" : "free";
            hands.add(new Hand(
                    member.id(),
                    member.name(),
                    one.team(),
                    member.vehicle(),
                    begun == null ? idle : BUSY.getOrDefault(begun.state(), idle),
                    begun == null ? null : begun.id(),
                    begun == null ? null : begun.number(),
                    begun == null ? null : begun.site(),
                    begun == null ? null : begun.siteName(),
                    orders.size(),
                    begun == null ? null : begun.since(),
                    live ? on(datum, member.position()) : null));
        }
        hands.sort(Comparator.comparingInt((Hand hand) -> STATUS.indexOf(hand.status()))
                .thenComparing(Hand::team)
                .thenComparing(Hand::name));
        return hands;
    }

    private static @Nullable Position on(Datum datum, @Nullable Position position) {
        if (position == null) {
            return null;
        }
        Datum.Point point = datum.of(new Datum.Point(position.latitude(), position.longitude()));
        return new Position(point.latitude(), point.longitude(), position.at());
    }

    /** The cameras or devices behind a count. */
    private Devices devices(Request request) {
        Caller caller = request.caller();
        Instant at = request.time("at").orElseGet(clock::instant);
        String kind = request.query("kind").orElse("");
        List<HealthHistory.Named> items = database.transaction(tx -> health.behind(tx, caller, at, kind, BEHIND + 1));
        return new Devices(items.stream().limit(BEHIND).toList(), items.size() > BEHIND);
    }

    /** What whoever has an order in a state does; in other states nothing is left for them to do. */
    private static final Map<String, String> BUSY =
            Map.of("arrived", "working", "accepted", "going", "dispatched", "going", "suspended", "waiting");

    private static final List<String> STATUS = List.of("working", "going", "waiting", "free", "away", "off");

    private static int rank(OpenOrder order) {
        return List.of("suspended", "dispatched", "accepted", "arrived").indexOf(order.state());
    }

    private static List<Pair> pairs(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("""
                        select o.id, o.number, s.name as site_name, o.class, o.before_snapshot, d.at,
                          coalesce(m.snapshot, o.after_snapshot) as after_snapshot
                        from order_deed d
                        join order_move m on m.order_id = d.order_id and m.number = d.number
                        join orders o on o.id = d.order_id
                        join site s on s.id = d.site
                        where d.what like 'closed-by-%' and d.at <= :at and o.before_snapshot is not null
                          and coalesce(m.snapshot, o.after_snapshot) is not null
                          and not exists (select 1 from order_move l where l.order_id = d.order_id
                            and l.number > d.number and l.at <= :at and l.to_state <> 'closed')
                          and (:all or d.site = any(:sites))
                        order by d.at desc limit :most
                        """)
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("most", PAIRS)
                .map((rows, context) -> new Pair(
                        rows.getObject("id", UUID.class),
                        rows.getString("number"),
                        rows.getString("site_name"),
                        rows.getString("class"),
                        rows.getObject("before_snapshot", UUID.class),
                        rows.getObject("after_snapshot", UUID.class),
                        rows.getTimestamp("at").toInstant()))
                .list();
    }

    /**
     * The orders behind a figure: what happened since midnight, or in one hour, or with {@code open} and {@code late} what
     * is so.
     */
    private BehindList behind(Request request) {
        Caller caller = request.caller();
        Instant at = request.time("at").orElseGet(clock::instant);
        Optional<Instant> hour = request.time("hour").map(one -> one.truncatedTo(ChronoUnit.HOURS));
        Optional<UUID> site = request.query("site").map(UUID::fromString);
        Happened.Filter filter = new Happened.Filter(
                request.query("what"), site, request.query("village"), request.query("class"), request.query("team"));
        String what = filter.what().orElse("");
        return BehindList.of(database.transaction(tx -> what.equals("open") || what.equals("late")
                ? OpenOrder.at(tx, caller, at).stream()
                        .filter(order -> order.late() || what.equals("open"))
                        .filter(order -> site.map(order.site()::equals).orElse(true))
                        .filter(order ->
                                filter.village().map(order.village()::equals).orElse(true))
                        .filter(order -> filter.orderClass()
                                .map(order.orderClass()::equals)
                                .orElse(true))
                        .filter(order -> filter.team().map(order.team()::equals).orElse(true))
                        .limit(BEHIND + 1L)
                        .map(Behind::of)
                        .toList()
                : Happened.behind(
                                tx,
                                caller,
                                hour.orElseGet(() -> midnight(at)),
                                hour.map(one -> one.plus(1, ChronoUnit.HOURS).minus(1, ChronoUnit.MICROS))
                                        .filter(end -> end.isBefore(at))
                                        .orElse(at),
                                filter,
                                BEHIND + 1)
                        .stream()
                        .map(Behind::of)
                        .toList()));
    }
}
