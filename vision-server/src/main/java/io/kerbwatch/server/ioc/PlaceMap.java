package io.kerbwatch.server.ioc;

import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The places of a part of the map with their open orders, now or at any moment of the past. Places that would cover each
 * other at a zoom are one mark that sums what is open there, so a map of thousands stays light.
 */
public final class PlaceMap {
    /** A zoom from which on every place has a mark of its own. */
    private static final int ALL_ALONE = 17;
    /** Pixels of a square that has one mark, where the whole world is 512 pixels wide at zoom 0. */
    private static final double SQUARE = 64;

    /** In squares, how far apart marks are at least that are next to each other. */
    private static final double NEAR = 0.8;

    private static final double WORLD = 512;
    /** Where the Mercator projection of web maps ends. */
    private static final double LAST_LATITUDE = 85.0511;

    private final Database database;
    private final InstantSource clock;

    private final Fresh<Set<UUID>, List<Place>> fresh;

    public PlaceMap(Database database, InstantSource clock, Events events) {
        this.database = database;
        this.clock = clock;
        this.fresh = new Fresh<>(events, clock);
    }

    /**
     * What a site was like at a moment.
     *
     * @param spot where it is on the map of the whole world
     * @param open orders that had not ended
     * @param late open orders at which nobody had arrived ten minutes after they were filed
     * @param asking open orders that waited for a decision
     * @param working open orders at which somebody had arrived
     * @param resting open orders that were suspended
     */
    private record Place(
            UUID id,
            String name,
            String kind,
            String village,
            Datum.@Nullable Point point,
            @Nullable Spot spot,
            int open,
            int late,
            int asking,
            int working,
            int resting) {}

    /** The site that a mark stands for alone. */
    record Alone(UUID id, String name, String kind, String village) {}

    /**
     * One mark.
     *
     * @param latitude the mean of its places', by the datum that was asked for
     * @param state the worst there: late, asking, waiting, working, resting or clear
     * @param square what to ask for the orders of more places than one by; null for one place
     * @param site null for more places than one
     */
    record Mark(
            double latitude,
            double longitude,
            int places,
            int open,
            int late,
            String state,
            @Nullable String square,
            @Nullable Alone site) {}

    /**
     * A part of the map.
     *
     * @param unplaced how many sites have no coordinates, and so no mark on any part
     */
    record Part(Instant at, String datum, List<Mark> items, int unplaced) {}

    private record Bounds(double west, double south, double east, double north) {
        static final Bounds ALL = new Bounds(-180, -90, 180, 90);

        static Bounds of(String text) {
            double[] edges = Arrays.stream(text.split(",", -1))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
            if (edges.length != 4 || edges[0] > edges[2] || edges[1] > edges[3]) {
                throw Problem.invalid(
                                "bbox",
                                "Write west,south,east,north in degrees, the smaller longitude and latitude first, as in"
                                        + " 113.9,22.5,114.1,22.6.")
                        .raised();
            }
            return new Bounds(edges[0], edges[1], edges[2], edges[3]);
        }

        boolean holds(Datum.Point point) {
            return point.longitude() >= west
                    && point.longitude() <= east
                    && point.latitude() >= south
                    && point.latitude() <= north;
        }
    }

    /** A square of the map at a zoom; or one place alone. */
    private record Square(long x, long y, @Nullable UUID alone) {
        String name() {
            return x + "," + y;
        }
    }

    /** Where something is on a map, from its upper left corner. */
    private record Spot(double x, double y) {
        /** On the map of the whole world, which is 1 wide. */
        static Spot of(Datum.Point point) {
            double latitude = Math.toRadians(Math.max(-LAST_LATITUDE, Math.min(LAST_LATITUDE, point.latitude())));
            double down = (1 - Math.log(Math.tan(latitude) + 1 / Math.cos(latitude)) / Math.PI) / 2;
            return new Spot((point.longitude() + 180) / 360, down);
        }

        /** The mean of places, on a map that is so wide. */
        static Spot middle(List<Place> places, double wide) {
            double x = 0;
            double y = 0;
            for (Place place : places) {
                Spot spot = Optional.ofNullable(place.spot()).orElseThrow();
                x += spot.x;
                y += spot.y;
            }
            return new Spot(x / places.size() * wide, y / places.size() * wide);
        }
    }

    public void mount(Operations operations) {
        operations
                .on("getMap", request -> Reply.json(part(request)))
                .on("listMarkOrders", request -> Reply.json(orders(request)));
    }

    private Part part(Request request) {
        Datum datum = Datum.asked(request);
        Optional<Instant> past = request.time("at");
        Instant at = past.orElseGet(clock::instant);
        List<Place> places = places(request.caller(), past, at);
        int unplaced =
                (int) places.stream().filter(place -> place.point() == null).count();
        List<Mark> marks = new ArrayList<>();
        squares(request, datum, places).forEach((square, members) -> marks.add(mark(square, members, datum)));
        return new Part(at, datum == Datum.GCJ02 ? "gcj02" : "wgs84", marks, unplaced);
    }

    /** The open orders that a mark of several places sums. */
    private Wall.BehindList orders(Request request) {
        Caller caller = request.caller();
        Optional<Instant> past = request.time("at");
        Instant at = past.orElseGet(clock::instant);
        String asked = request.query("square").orElse("");
        Set<UUID> sites = squares(request, Datum.asked(request), places(caller, past, at)).entrySet().stream()
                .filter(one ->
                        one.getKey().alone() == null && one.getKey().name().equals(asked))
                .flatMap(one -> one.getValue().stream().map(Place::id))
                .collect(Collectors.toSet());
        return Wall.BehindList.of(database.transaction(tx -> OpenOrder.at(tx, caller, at)).stream()
                .filter(order -> sites.contains(order.site()))
                .map(Wall.Behind::of)
                .toList());
    }

    private List<Place> places(Caller caller, Optional<Instant> past, Instant at) {
        Supplier<List<Place>> read = () -> database.transaction(tx -> places(tx, caller, at));
        return past.isPresent() ? read.get() : fresh.get(caller.sites(), read);
    }

    /** The places of the part that a request asks for, by what has one mark together. */
    private static Map<Square, List<Place>> squares(Request request, Datum datum, List<Place> places) {
        int zoom = Math.toIntExact(request.number("zoom", ALL_ALONE));
        double wide = WORLD * Math.pow(2, zoom) / SQUARE;
        Bounds bounds = request.query("bbox").map(Bounds::of).orElse(Bounds.ALL);
        Map<Square, List<Place>> all = new LinkedHashMap<>();
        for (Place place : places) {
            Spot spot = place.spot();
            if (spot != null) {
                Square square = zoom >= ALL_ALONE
                        ? new Square(0, 0, place.id())
                        : new Square((long) Math.floor(spot.x() * wide), (long) Math.floor(spot.y() * wide), null);
                all.computeIfAbsent(square, one -> new ArrayList<>()).add(place);
            }
        }
        // By all places and not by what is seen of the map, or marks would jump while it is moved.
        Map<Square, List<Place>> squares = zoom >= ALL_ALONE ? all : apart(all, wide);
        squares.values()
                .forEach(members -> members.removeIf(place -> !bounds.holds(
                        datum.of(Optional.ofNullable(place.point()).orElseThrow()))));
        squares.values().removeIf(List::isEmpty);
        return squares;
    }

    /** Puts squares together whose marks would cover each other: from the one with the most places on, it takes its neighbours. */
    private static Map<Square, List<Place>> apart(Map<Square, List<Place>> all, double wide) {
        List<Map.Entry<Square, List<Place>>> largest = new ArrayList<>(all.entrySet());
        largest.sort(Comparator.comparingInt(
                        (Map.Entry<Square, List<Place>> one) -> -one.getValue().size())
                .thenComparingLong(one -> one.getKey().x())
                .thenComparingLong(one -> one.getKey().y()));
        Map<Square, List<Place>> marks = new LinkedHashMap<>();
        Set<Square> taken = new HashSet<>();
        for (Map.Entry<Square, List<Place>> one : largest) {
            Square square = one.getKey();
            if (!taken.add(square)) {
                continue;
            }
            List<Place> members = new ArrayList<>(one.getValue());
            Spot middle = Spot.middle(members, wide);
            for (long x = square.x() - 1; x <= square.x() + 1; x++) {
                for (long y = square.y() - 1; y <= square.y() + 1; y++) {
                    Square other = new Square(x, y, null);
                    List<Place> theirs = all.get(other);
                    if (theirs != null && !taken.contains(other)) {
                        Spot spot = Spot.middle(theirs, wide);
                        if (Math.hypot(spot.x() - middle.x(), spot.y() - middle.y()) < NEAR) {
                            taken.add(other);
                            members.addAll(theirs);
                        }
                    }
                }
            }
            marks.put(square, members);
        }
        return marks;
    }

    private static Mark mark(Square square, List<Place> members, Datum datum) {
        double latitude = 0;
        double longitude = 0;
        int open = 0;
        int late = 0;
        int asking = 0;
        int working = 0;
        int resting = 0;
        for (Place place : members) {
            Datum.Point point = datum.of(Optional.ofNullable(place.point()).orElseThrow());
            latitude += point.latitude() / members.size();
            longitude += point.longitude() / members.size();
            open += place.open();
            late += place.late();
            asking += place.asking();
            working += place.working();
            resting += place.resting();
        }
        String state = late > 0
                ? "late"
                : asking > 0
                        ? "asking"
                        : open > working + resting
                                ? "waiting"
                                : working > 0 ? "working" : resting > 0 ? "resting" : "clear";
        Place first = members.get(0);
        Alone alone = members.size() == 1 ? new Alone(first.id(), first.name(), first.kind(), first.village()) : null;
        return new Mark(
                latitude, longitude, members.size(), open, late, state, alone == null ? square.name() : null, alone);
    }

    /** From the moves of orders, which say for any moment what was open then; what is open now is found the same way. */
    private static List<Place> places(Tx tx, Caller caller, Instant at) {
        return tx.handle()
                .createQuery("select s.id, s.name, s.kind, s.village, s.latitude, s.longitude, count(o.site) as open,"
                        + " count(*) filter (where o.late) as late,"
                        + " count(*) filter (where o.asking) as asking,"
                        + " count(*) filter (where o.state in ('arrived', 'verifying')) as working,"
                        + " count(*) filter (where o.state = 'suspended') as resting"
                        + " from site s left join ("
                        + "select o.site, m.to_state as state, " + OpenOrder.LATE + " as late, " + OpenOrder.ASKING
                        + " as asking"
                        + " from orders o cross join lateral (select to_state, round from order_move"
                        + " where order_id = o.id and at <= :at order by number desc limit 1) m"
                        + " cross join lateral (select min(at) as at from order_move"
                        + " where order_id = o.id and round = m.round) began"
                        + " where o.created_at <= :at and (o.ended_at is null or o.ended_at > :at)"
                        + " and m.to_state not in ('closed', 'self-cleared', 'rejected', 'merged', 'cancelled')) o"
                        + " on o.site = s.id where s.created_at <= :at and (s.removed_at is null or s.removed_at > :at)"
                        + " and (:all or s.id = any(:sites)) group by s.id order by s.name, s.id")
                .bind("at", at)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> {
                    Double latitude = Rows.number(rows, "latitude");
                    Double longitude = Rows.number(rows, "longitude");
                    Datum.Point point =
                            latitude == null || longitude == null ? null : new Datum.Point(latitude, longitude);
                    return new Place(
                            rows.getObject("id", UUID.class),
                            rows.getString("name"),
                            rows.getString("kind"),
                            rows.getString("village"),
                            point,
                            point == null ? null : Spot.of(point),
                            rows.getInt("open"),
                            rows.getInt("late"),
                            rows.getInt("asking"),
                            rows.getInt("working"),
                            rows.getInt("resting"));
                })
                .list();
    }
}
