package io.kerbwatch.server.ioc;

import io.kerbwatch.server.dust.Dust;
import io.kerbwatch.server.flow.Flow;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.tally.Tallies;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Curves of 24 hours, beside the same hours of the day before and of the week before. They come from sums by the hour that
 * the database keeps, so any past day is as quick as this one.
 */
public final class Curves {
    private static final int HOURS = 24;
    private static final List<String> FACTORS = List.of("pm25", "pm10", "tsp");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration WEEK = Duration.ofDays(7);

    private final Database database;
    private final InstantSource clock;
    private final Tallies tallies;
    private final Flow flow;
    private final Dust dust;

    public Curves(Database database, InstantSource clock, Tallies tallies, Flow flow, Dust dust) {
        this.database = database;
        this.clock = clock;
        this.tallies = tallies;
        this.flow = flow;
        this.dust = dust;
    }

    /**
     * One curve.
     *
     * @param name incidents, filed, arrived-in-time, arrived-late, closed, self-cleared, visitors, pm25, pm10 or tsp
     * @param now one value an hour, oldest first; of counts 0 where nothing happened, of dust null where nothing is known
     */
    record Curve(
            String name,
            List<@Nullable Double> now,
            List<@Nullable Double> yesterday,
            List<@Nullable Double> lastWeek) {}

    /**
     * Curves that end with the hour of an instant.
     *
     * @param from begin of the first hour
     * @param until end of the last, which may be in the future
     */
    record Day(Instant from, Instant until, List<Curve> curves) {}

    /**
     * What one hour of a curve is made of.
     *
     * @param kind incident, people-counter, entrance-camera or dust-monitor
     * @param id of the incident or device
     * @param name what the incident is, or the name of the device
     * @param value 1 for an incident, visitors who came in, or the mean in µg/m³
     * @param order that the incident belongs to; null for none, and for devices
     * @param at when the incident was opened, or begin of the hour
     */
    record Part(
            String kind,
            UUID id,
            String name,
            UUID site,
            String siteName,
            double value,
            @Nullable UUID order,
            @Nullable String number,
            Instant at) {}

    record PartList(List<Part> items, boolean more) {}

    public void mount(Operations operations) {
        operations
                .on("getCurves", request -> Reply.json(day(request.caller(), request.time("at"))))
                .on("listCurveParts", request -> Reply.json(parts(request)));
    }

    private PartList parts(Request request) {
        Caller caller = request.caller();
        String curve = request.query("curve").orElse("incidents");
        Instant hour = request.time("hour").orElseGet(clock::instant).truncatedTo(ChronoUnit.HOURS);
        Instant end = hour.plus(1, ChronoUnit.HOURS);
        Instant until =
                request.time("at").map(Curves::with).filter(end::isAfter).orElse(end);
        List<Part> parts = database.transaction(tx -> switch (curve) {
            case "incidents" -> incidents(tx, caller, hour, until, Wall.BEHIND + 1);
            case "visitors" ->
                flow.counted(tx, caller, hour, until).stream()
                        .map(one -> measured(
                                one.kind(),
                                one.device(),
                                one.name(),
                                one.site(),
                                one.siteName(),
                                (double) one.entered(),
                                hour))
                        .toList();
            default ->
                dust.measured(tx, caller, curve, hour, until).stream()
                        .map(one -> measured(
                                "dust-monitor", one.device(), one.name(), one.site(), one.siteName(), one.mean(), hour))
                        .toList();
        });
        return new PartList(parts.stream().limit(Wall.BEHIND).toList(), parts.size() > Wall.BEHIND);
    }

    private static Part measured(
            String kind, UUID device, String name, UUID site, String siteName, double value, Instant hour) {
        return new Part(kind, device, name, site, siteName, value, null, null, hour);
    }

    private static List<Part> incidents(Tx tx, Caller caller, Instant from, Instant until, int most) {
        return tx.handle()
                .createQuery("select i.id, i.kind, i.site, s.name as site_name, i.order_id, o.number, i.opened_at"
                        + " from incident i join site s on s.id = i.site left join orders o on o.id = i.order_id"
                        + " where i.opened_at >= :from and i.opened_at < :until and (:all or i.site = any(:sites))"
                        + " order by i.opened_at desc, i.id desc limit :most")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("most", most)
                .map((rows, context) -> new Part(
                        "incident",
                        rows.getObject("id", UUID.class),
                        rows.getString("kind"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        1,
                        Rows.id(rows, "order_id"),
                        rows.getString("number"),
                        rows.getTimestamp("opened_at").toInstant()))
                .list();
    }

    private Day day(Caller caller, Optional<Instant> past) {
        Instant at = past.orElseGet(clock::instant);
        Instant hour = at.truncatedTo(ChronoUnit.HOURS);
        Instant until = hour.plus(1, ChronoUnit.HOURS);
        Instant from = until.minus(Duration.ofHours(HOURS));
        return database.transaction(tx -> {
            Map<String, Double[]> now = curves(tx, caller, from, past.isPresent() ? hour : until);
            if (past.isPresent()) {
                begun(tx, caller, hour, at, now);
            }
            Map<String, Double[]> yesterday = curves(tx, caller, from.minus(DAY), until.minus(DAY));
            Map<String, Double[]> lastWeek = curves(tx, caller, from.minus(WEEK), until.minus(WEEK));
            List<Curve> curves = new ArrayList<>();
            now.forEach((name, values) ->
                    curves.add(new Curve(name, list(values), list(yesterday.get(name)), list(lastWeek.get(name)))));
            return new Day(from, until, curves);
        });
    }

    /** Of the hour that a past moment lies in only what had happened by then. */
    private void begun(Tx tx, Caller caller, Instant hour, Instant at, Map<String, Double[]> curves) {
        int last = HOURS - 1;
        Instant until = with(at);
        tallies.counts(tx, caller, hour, until)
                .forEach((what, n) -> Happened.shown(what).ifPresent(name -> add(curves, name, last, (double) n)));
        add(curves, "incidents", last, (double)
                incidents(tx, caller, hour, until, Integer.MAX_VALUE).size());
        add(curves, "visitors", last, (double) flow.counted(tx, caller, hour, until).stream()
                .mapToLong(Flow.Counted::entered)
                .sum());
        for (String factor : FACTORS) {
            dust.measured(tx, caller, factor, hour, until).stream()
                    .mapToDouble(Dust.Measured::mean)
                    .average()
                    .ifPresent(mean -> add(curves, factor, last, mean));
        }
    }

    /** The end, exclusive, of what there was by an instant; that instant is part of it, as exact as it is kept. */
    private static Instant with(Instant at) {
        return at.plus(1, ChronoUnit.MICROS);
    }

    private static List<@Nullable Double> list(Double @Nullable [] values) {
        List<@Nullable Double> list = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            list.add(values == null ? null : values[hour]);
        }
        return list;
    }

    private Map<String, Double[]> curves(Tx tx, Caller caller, Instant from, Instant until) {
        Map<String, Double[]> curves = new LinkedHashMap<>();
        for (String name : List.of(
                "incidents", "filed", "arrived-in-time", "arrived-late", "closed", "self-cleared", "visitors")) {
            Double[] zeros = new Double[HOURS];
            Arrays.fill(zeros, 0.0);
            curves.put(name, zeros);
        }
        for (String factor : FACTORS) {
            curves.put(factor, new Double[HOURS]);
        }
        for (Tallies.Hour hour : tallies.hours(tx, caller, from, until)) {
            String name = hour.what().equals("incident")
                    ? "incidents"
                    : Happened.shown(hour.what()).orElse("");
            add(curves, name, index(from, hour.hour()), (double) hour.n());
        }
        for (Flow.Hour hour : flow.hours(tx, caller, from, until)) {
            add(curves, "visitors", index(from, hour.hour()), (double) hour.entered());
        }
        for (Dust.Hour hour : dust.hours(tx, caller, from, until)) {
            add(curves, hour.factor(), index(from, hour.hour()), hour.mean());
        }
        return curves;
    }

    /** Adds to an hour of a curve; what has no curve is left out. */
    private static void add(Map<String, Double[]> curves, String name, int hour, double more) {
        Double[] values = curves.get(name);
        if (values != null) {
            values[hour] = more + (values[hour] == null ? 0 : values[hour]);
        }
    }

    private static int index(Instant from, Instant hour) {
        return Math.toIntExact(Duration.between(from, hour).toHours());
    }
}
