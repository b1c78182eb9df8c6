package io.kerbwatch.server.flow;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.order.Checks;
import io.kerbwatch.server.order.Intake;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Doors;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Visitors of public toilets: what counters tell, the rules over it, and the ways to both. */
public final class Flow implements AutoCloseable {
    private final Database database;
    private final InstantSource clock;
    private final Settings settings;
    private final Devices devices;
    private final Checks checks;
    private final Doors doors;
    private final PublicUrl base;
    private final FlowRules rules;
    private final FlowWatch watch;
    private final Proofs proofs;
    private final Entrances entrances;

    public Flow(
            Database database,
            InstantSource clock,
            Settings settings,
            Sites sites,
            Devices devices,
            Intake intake,
            Checks checks,
            Doors doors,
            PublicUrl base,
            Events events,
            Audit audit,
            Counting counting) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.devices = devices;
        this.checks = checks;
        this.doors = doors;
        this.base = base;
        this.rules = new FlowRules(database, clock, sites, events, audit);
        this.watch = new FlowWatch(database, clock, sites, devices, rules, intake, checks);
        this.proofs = new Proofs(database, clock, devices);
        this.entrances = new Entrances(database, clock, settings, sites, devices, counting, proofs);
    }

    /** A stream to be tried. */
    record Probe(String url) {}

    /** Reports of a counter. */
    record Batch(List<Counts.Told> counts) {}

    /**
     * An hour of a facility.
     *
     * @param hour its begin
     */
    public record Hour(Instant hour, long entered, long went) {}

    /**
     * How a facility fares.
     *
     * @param present who went in and has not come out since it opened; not under 0, and null while a counter is silent,
     *     or a camera sees nothing
     * @param today visitors since midnight there
     * @param cleanings believed ones since midnight there
     * @param visitorsPerCleaning of today; null before the first
     * @param peak the busiest hour of today; null before the first visitor
     * @param sinceCleaning visitors since {@code cleanedAt}
     * @param enough visitors at which it is cleaned, at this time of the day
     * @param cleanedAt the last cleaning, or when it opened, if that was later
     * @param hours the last 24, oldest first; an hour without a visitor is left out
     * @param counters with how they fare: what is silent or faulty counts nobody
     */
    record Facility(
            UUID site,
            @Nullable Long present,
            long today,
            int cleanings,
            @Nullable Double visitorsPerCleaning,
            @Nullable Hour peak,
            long sinceCleaning,
            int enough,
            Instant cleanedAt,
            List<Hour> hours,
            List<Device> counters) {}

    /** What stands on the door of a place, and the page that it leads a phone to. */
    record Door(UUID site, String code, String path) {}

    /** What a facility's visitors are counted by. */
    static List<Device> counters(Tx tx, Devices devices) {
        return Stream.of(Device.PEOPLE_COUNTER, Device.ENTRANCE_CAMERA)
                .flatMap(kind -> devices.all(tx, kind).stream())
                // The eldest first, whatever its kind: incidents of a facility are the first one's, and stay so.
                .sorted(Comparator.comparing(Device::createdAt).thenComparing(Device::id))
                .toList();
    }

    /** Looks at all facilities; called every few seconds. */
    public void look() {
        entrances.look();
        watch.look();
    }

    /**
     * Visitors hour by hour, of all facilities that the caller may see together.
     *
     * @param from full hour
     * @param until exclusive
     */
    public List<Hour> hours(Tx tx, Caller caller, Instant from, Instant until) {
        return tx.handle()
                .createQuery("select v.hour, sum(v.entered) as entered, sum(v.went) as went from visit_hour v"
                        + " join device d on d.id = v.device where v.hour >= :from and v.hour < :until"
                        + " and (:all or d.site = any(:sites)) group by v.hour order by v.hour")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) ->
                        new Hour(rows.getTimestamp("hour").toInstant(), rows.getLong("entered"), rows.getLong("went")))
                .list();
    }

    /** What one counter counted in an hour. */
    public record Counted(UUID device, String kind, String name, UUID site, String siteName, long entered) {}

    /**
     * Which counters make the visitors of an hour, those with the most first.
     *
     * @param hour full hour
     * @param until where the hour is looked at before it was over, the minute that is not counted any more
     */
    public List<Counted> counted(Tx tx, Caller caller, Instant hour, Instant until) {
        boolean over = !until.isBefore(hour.plus(1, ChronoUnit.HOURS));
        return tx.handle()
                .createQuery("select d.id, d.kind, d.name, d.site, s.name as site_name, v.entered from device d"
                        + " join site s on s.id = d.site cross join lateral (select sum(entered) as entered from "
                        + (over
                                ? "visit_hour where device = d.id and hour = :hour"
                                : "visit_minute where device = d.id and minute >= :hour and minute < :until")
                        + ") v where d.kind in ('people-counter', 'entrance-camera') and v.entered > 0"
                        + " and (:all or d.site = any(:sites)) order by v.entered desc, s.name, d.name")
                .bind("hour", hour)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Counted(
                        rows.getObject("id", UUID.class),
                        rows.getString("kind"),
                        rows.getString("name"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        rows.getLong("entered")))
                .list();
    }

    /** Deletes what is older than it is to be kept; hours are kept. */
    public void prune() {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            tx.handle()
                    .createUpdate("delete from visit where received_at < :before")
                    .bind("before", now.minus(settings.get(Settings.RETENTION_READINGS)))
                    .execute();
            tx.handle()
                    .createUpdate("delete from visit_minute where minute < :before")
                    .bind("before", now.minus(settings.get(Settings.RETENTION_MINUTES)))
                    .execute();
            proofs.prune(tx);
        });
    }

    public void mount(Operations operations) {
        operations
                .on("reportCounts", request -> {
                    List<Counts.Told> told = request.body(Batch.class).counts();
                    return Reply.json(database.transaction(tx -> keep(tx, request.caller(), told)));
                })
                .on(
                        "probeEntrance",
                        request -> Reply.json(
                                entrances.probe(request.body(Probe.class).url()).shown()))
                .on(
                        "getDevicePicture",
                        request -> Reply.of("image/jpeg", entrances.picture(request.caller(), request.id("deviceId"))))
                .on(
                        "listProofs",
                        request -> Reply.json(Map.of("items", proofs.list(request.caller(), request.id("deviceId")))))
                .on("getProof", request -> Reply.of(
                                "image/jpeg",
                                proofs.picture(request.caller(), request.id("deviceId"), request.time("hour")))
                        .with("cache-control", "private, no-store"))
                .on("getFlow", request -> Reply.json(facility(request.caller(), request.id("siteId"))))
                .on("getFlowRule", request -> {
                    FlowRules.Versioned rule = rules.get(request.caller(), request.id("siteId"));
                    return Reply.json(rule).version(rule.version());
                })
                .on("putFlowRule", request -> {
                    FlowRules.Versioned rule = rules.put(
                            request.caller(),
                            request.id("siteId"),
                            request.ifMatch(),
                            request.body(FlowRules.Written.class));
                    return Reply.json(rule).version(rule.version());
                })
                .on("getDoorPicture", request -> {
                    UUID site = request.id("siteId");
                    database.inTransaction(tx -> rules.toilet(tx, request.caller(), site));
                    return Reply.of("image/svg+xml", DoorSign.svg(base + path(site, doors.code(site))));
                })
                .on("getDoor", request -> {
                    UUID site = request.id("siteId");
                    database.inTransaction(tx -> rules.toilet(tx, request.caller(), site));
                    String code = doors.code(site);
                    return Reply.json(new Door(site, code, path(site, code)));
                });
    }

    /** Ends counting; what was counted until now is kept. */
    @Override
    public void close() {
        entrances.close();
    }

    private static String path(UUID site, String code) {
        return "/crew#door=" + site + "." + code;
    }

    private Counts.Outcome keep(Tx tx, Caller caller, List<Counts.Told> told) {
        Device counter = devices.reporting(tx, caller, Device.PEOPLE_COUNTER);
        Instant now = clock.instant();
        Counts.Outcome outcome = Counts.keep(tx, counter, told, now);
        devices.heard(tx, counter.id(), now);
        devices.judged(tx, counter, fault(tx, counter, outcome, told.size(), now));
        return outcome;
    }

    private static String fault(Tx tx, Device counter, Counts.Outcome outcome, int told, Instant now) {
        if (outcome.doubted() > 0) {
            return outcome.doubted() + " of its last " + told + " reports cannot be, and count for nothing";
        }
        Optional<Duration> behind = Counts.behind(tx, counter, now);
        return behind.map(late -> "its clock is behind by " + Math.round(late.toSeconds() / 60.0)
                        + " min; what it counts is kept under the times that it tells")
                .orElse("");
    }

    private Facility facility(Caller caller, UUID id) {
        return database.transaction(tx -> {
            Site site = rules.toilet(tx, caller, id);
            List<Device> counters = counters(tx, devices).stream()
                    .filter(device -> device.site().equals(id))
                    .toList();
            FlowRule rule = rules.of(tx, id);
            ZonedDateTime now = clock.instant().atZone(site.zone());
            Instant midnight = LocalDate.from(now).atStartOfDay(site.zone()).toInstant();
            Instant cleaned = watch.since(tx, site, rule, now);
            UUID[] ids = counters.stream().map(Device::id).toArray(UUID[]::new);
            List<Hour> hours = hours(tx, ids, now.toInstant().minus(Duration.ofHours(24)));
            Hour sum = sum(tx, ids, midnight);
            Hour inside = sum(tx, ids, rule.opened(now));
            boolean known = !counters.isEmpty() && counters.stream().allMatch(Flow::counts);
            int cleanings = checks.times(tx, id, DeadlineRules.TOILET, midnight);
            return new Facility(
                    id,
                    known ? Math.max(0, inside.entered() - inside.went()) : null,
                    sum.entered(),
                    cleanings,
                    cleanings == 0 ? null : (double) sum.entered() / cleanings,
                    hours.stream()
                            .filter(hour -> !hour.hour().isBefore(midnight) && hour.entered() > 0)
                            .reduce((a, b) -> b.entered() > a.entered() ? b : a)
                            .orElse(null),
                    FlowWatch.visitors(tx, counters, cleaned),
                    rule.visitors(now.toLocalTime()),
                    cleaned,
                    hours,
                    counters);
        });
    }

    /** Whether what a counter has not told of has not happened either. A camera that has shown nothing yet says nothing. */
    private static boolean counts(Device counter) {
        return counter.health().equals("ok")
                || (counter.health().equals("waiting") && !counter.kind().equals(Device.ENTRANCE_CAMERA));
    }

    private static List<Hour> hours(Tx tx, UUID[] counters, Instant since) {
        return tx.handle()
                .createQuery("select hour, sum(entered) as entered, sum(went) as went from visit_hour"
                        + " where device = any(:counters) and hour > :since group by hour order by hour")
                .bind("counters", counters)
                .bind("since", since)
                .map((rows, context) ->
                        new Hour(rows.getTimestamp("hour").toInstant(), rows.getLong("entered"), rows.getLong("went")))
                .list();
    }

    private static Hour sum(Tx tx, UUID[] counters, Instant since) {
        return tx.handle()
                .createQuery("select coalesce(sum(entered), 0) as entered, coalesce(sum(went), 0) as went"
                        + " from visit_minute where device = any(:counters) and minute >= :since")
                .bind("counters", counters)
                .bind("since", since)
                .map((rows, context) -> new Hour(since, rows.getLong("entered"), rows.getLong("went")))
                .one();
    }
}
