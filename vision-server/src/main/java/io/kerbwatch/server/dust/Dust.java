package io.kerbwatch.server.dust;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.dust.hj212.Factor;
import io.kerbwatch.server.dust.hj212.Hj212Receiver;
import io.kerbwatch.server.dust.hj212.Limits;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.order.Checks;
import io.kerbwatch.server.order.Intake;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.HostPort;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dust over roads: what monitors tell, the rules over it, and the ways to both. */
public final class Dust implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dust.class);
    private static final Duration AHEAD = Duration.ofMinutes(5);
    /** A list of readings is cut here: a day of minutes. */
    private static final int MOST_READINGS = 1440;

    private static final Duration REFUSED_KEPT = Duration.ofDays(30);

    private final Database database;
    private final InstantSource clock;
    private final Settings settings;
    private final Devices devices;
    private final Audit audit;
    private final Events events;
    private final DustRules rules;
    private final Readings readings;
    private final DustWatch watch;
    private final ModbusReader modbus;
    private @Nullable Hj212Receiver receiver;

    public Dust(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Ids ids,
            Settings settings,
            Sites sites,
            Devices devices,
            Intake intake,
            Checks checks,
            Events events,
            Audit audit) {
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.devices = devices;
        this.audit = audit;
        this.events = events;
        this.rules = new DustRules(database, clock, ids, sites, events, audit);
        this.readings = new Readings(vertx, database, clock, devices);
        this.modbus = new ModbusReader(vertx, database, clock, settings, devices, this::keep);
        this.watch = new DustWatch(database, clock, sites, devices, rules, readings, modbus, intake, checks);
    }

    /**
     * One report of a monitor over HTTP or MQTT.
     *
     * @param at of the moment, or the begin of the minute that it is a mean of
     * @param mean whether it is the mean of a minute
     */
    record Told(
            Instant at,
            @Nullable Boolean mean,
            @Nullable Double pm25,
            @Nullable Double pm10,
            @Nullable Double tsp,
            @Nullable Double temperature,
            @Nullable Double humidity,
            @Nullable Double pressure,
            @Nullable Double windSpeed,
            @Nullable Double windDirection,
            @Nullable Double noise) {
        private @Nullable Double of(Factor factor) {
            return switch (factor) {
                case PM25 -> pm25;
                case PM10 -> pm10;
                case TSP -> tsp;
                case TEMPERATURE -> temperature;
                case HUMIDITY -> humidity;
                case PRESSURE -> pressure;
                case WIND_SPEED -> windSpeed;
                case WIND_DIRECTION -> windDirection;
                case NOISE -> noise;
            };
        }
    }

    /** Reports of a monitor, oldest first or not. */
    record Batch(List<Told> readings) {}

    /** A minute or an hour of one factor. */
    record Sum(Instant at, double mean, double least, double most, int count) {}

    /** Whether it rains, and until when that holds. */
    record Rain(boolean raining, @Nullable Instant until) {}

    /**
     * Begins to listen for monitors, where that is set.
     *
     * @throws IOException if the port cannot be had
     */
    public void listen(Vertx vertx) throws IOException {
        Optional<HostPort> at = settings.get(Settings.DUST_LISTEN);
        if (at.isEmpty()) {
            return;
        }
        try {
            Limits limits = Limits.DEFAULT.withConnections(
                    settings.get(Settings.DUST_CONNECTIONS), settings.get(Settings.DUST_CONNECTIONS_PER_ADDRESS));
            receiver = Hj212Receiver.start(vertx, at.get().host(), at.get().port(), limits, clock, readings)
                    .await(10, TimeUnit.SECONDS);
        } catch (TimeoutException | RuntimeException e) {
            throw new IOException("cannot listen for monitors on " + at.get() + "; set dust.listen", e);
        }
        LOG.info("listening for dust monitors (HJ 212) port={}", port().orElse(0));
    }

    /** The port for monitors, if there is one. */
    public Optional<Integer> port() {
        return Optional.ofNullable(receiver).map(Hj212Receiver::port);
    }

    /** Looks at all monitors; called once a minute, or more often. */
    public void look() {
        modbus.look();
        watch.look();
    }

    /** The mean of all monitors in one hour, µg/m³. */
    public record Hour(Instant hour, String factor, double mean) {}

    /**
     * Dust hour by hour: the mean over monitors of their means, background left out.
     *
     * @param from full hour
     * @param until exclusive
     */
    public List<Hour> hours(Tx tx, Caller caller, Instant from, Instant until) {
        return tx.handle()
                .createQuery("select h.hour, h.factor, avg(h.total / h.n) as mean from dust_hour h"
                        + " join device d on d.id = h.device where h.hour >= :from and h.hour < :until"
                        + " and (:all or d.site = any(:sites)) and d.settings not like '%\"background\":true%'"
                        + " group by h.hour, h.factor order by h.factor, h.hour")
                .bind("from", from)
                .bind("until", until)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Hour(
                        rows.getTimestamp("hour").toInstant(), rows.getString("factor"), rows.getDouble("mean")))
                .list();
    }

    /** The mean of one monitor in an hour, µg/m³. */
    public record Measured(UUID device, String name, UUID site, String siteName, double mean) {}

    /**
     * Which monitors make the mean of an hour, the dustiest first, background left out.
     *
     * @param factor pm25, pm10 or tsp
     * @param hour full hour
     * @param until where the hour is looked at before it was over, the minute that is not counted any more
     */
    public List<Measured> measured(Tx tx, Caller caller, String factor, Instant hour, Instant until) {
        boolean over = !until.isBefore(hour.plus(1, ChronoUnit.HOURS));
        return tx.handle()
                .createQuery("select d.id, d.name, d.site, s.name as site_name, h.mean from device d"
                        + " join site s on s.id = d.site cross join lateral (select sum(total) / sum(n) as mean from "
                        + (over
                                ? "dust_hour where device = d.id and factor = :factor and hour = :hour"
                                : "dust_minute where device = d.id and factor = :factor and minute >= :hour"
                                        + " and minute < :until")
                        + ") h where d.kind = 'dust-monitor' and h.mean is not null"
                        + " and (:all or d.site = any(:sites)) and d.settings not like '%\"background\":true%'"
                        + " order by h.mean desc, s.name, d.name")
                .bind("hour", hour)
                .bind("until", until)
                .bind("factor", factor)
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Measured(
                        rows.getObject("id", UUID.class),
                        rows.getString("name"),
                        rows.getObject("site", UUID.class),
                        rows.getString("site_name"),
                        rows.getDouble("mean")))
                .list();
    }

    /** Deletes what is older than it is to be kept. */
    public void prune() {
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            tx.handle()
                    .createUpdate("delete from dust_reading where received_at < :before")
                    .bind("before", now.minus(settings.get(Settings.RETENTION_READINGS)))
                    .execute();
            tx.handle()
                    .createUpdate("delete from dust_minute where minute < :before")
                    .bind("before", now.minus(settings.get(Settings.RETENTION_MINUTES)))
                    .execute();
            tx.handle()
                    .createUpdate("delete from dust_refused where received_at < :before")
                    .bind("before", now.minus(REFUSED_KEPT))
                    .execute();
        });
    }

    public void mount(Operations operations) {
        operations
                .on("reportReadings", request -> {
                    List<Told> told = request.body(Batch.class).readings();
                    database.inTransaction(tx -> keep(tx, request.caller(), told));
                    return Reply.json(Map.of("kept", told.size()));
                })
                .on(
                        "listReadings",
                        request -> Reply.json(Map.of(
                                "items",
                                sums(
                                        devices.get(request.caller(), request.id("deviceId")),
                                        request.query("factor").orElse("pm10"),
                                        request.query("by").orElse("minute"),
                                        request.time("from"),
                                        request.time("to")))))
                .on(
                        "listDustStandings",
                        request -> Reply.json(Map.of(
                                "items",
                                database.transaction(tx -> watch.standings(
                                        tx,
                                        devices.get(request.caller(), request.id("deviceId"))
                                                .id())))))
                .on("listDustRules", request -> Reply.json(Map.of("items", rules.list(request.caller()))))
                .on("listDustPresets", request -> Reply.json(Map.of("items", Preset.ALL)))
                .on("createDustRule", request -> {
                    DustRule rule = rules.create(request.caller(), request.body(DustRules.Wanted.class));
                    return Reply.created("/api/v1/dust/rules/" + rule.id(), rule)
                            .version(rule.version());
                })
                .on("getDustRule", request -> reply(rules.get(request.caller(), request.id("ruleId"))))
                .on(
                        "changeDustRule",
                        request -> reply(rules.change(
                                request.caller(),
                                request.id("ruleId"),
                                request.ifMatch(),
                                request.body(DustRules.Wanted.class))))
                .on("removeDustRule", request -> {
                    rules.remove(request.caller(), request.id("ruleId"));
                    return Reply.nothing();
                })
                .on("getRain", request -> Reply.json(database.transaction(this::rain)))
                .on("sayRain", request -> {
                    Rain rain = request.body(Rain.class);
                    return Reply.json(database.transaction(tx -> say(tx, request.caller(), rain)));
                })
                .on("listRefusedPackets", request -> Reply.json(Map.of("items", refused(request.limit()))));
    }

    private static Reply reply(DustRule rule) {
        return Reply.json(rule).version(rule.version());
    }

    private void keep(Tx tx, Caller caller, List<Told> told) {
        keep(tx, devices.reporting(tx, caller, Device.DUST_MONITOR), told);
    }

    private void keep(Tx tx, Device device, List<Told> told) {
        Instant now = clock.instant();
        List<Readings.Row> rows = new ArrayList<>();
        for (int i = 0; i < told.size(); i++) {
            Told one = told.get(i);
            if (one.at().isAfter(now.plus(AHEAD))) {
                throw Problem.invalid(
                                "/readings/" + i + "/at",
                                "It is " + now + " here; the monitor's clock or zone is wrong, and nothing of this was"
                                        + " kept.")
                        .raised();
            }
            Map<Factor, Double> values = new LinkedHashMap<>();
            Map<String, String> doubts = new LinkedHashMap<>();
            for (Factor factor : Factor.values()) {
                Double value = one.of(factor);
                if (value != null && factor.isPlausible(value)) {
                    values.put(factor, value);
                } else if (value != null) {
                    doubts.put(factor.name().toLowerCase(Locale.ROOT), "out-of-range");
                }
            }
            rows.add(new Readings.Row(
                    device.id(),
                    Boolean.TRUE.equals(one.mean()) ? "minute" : "real-time",
                    one.at(),
                    now,
                    values,
                    doubts));
        }
        Readings.keepRows(tx, rows);
        devices.heard(tx, device.id(), now);
    }

    private List<Sum> sums(Device device, String factor, String by, Optional<Instant> from, Optional<Instant> to) {
        boolean hours = by.equals("hour");
        Instant until = to.orElseGet(clock::instant);
        Instant since = from.orElseGet(() -> until.minus(Duration.ofHours(hours ? 24 * 30 : 24)));
        String table = hours ? "dust_hour" : "dust_minute";
        String time = hours ? "hour" : "minute";
        return database.transaction(tx -> tx.handle()
                .createQuery("select " + time + " as at, total / n as mean, least, most, n from " + table
                        + " where device = :device and factor = :factor and " + time + " >= :since and " + time
                        + " < :until order by 1 limit :most")
                .bind("device", device.id())
                .bind("factor", factor)
                .bind("since", since)
                .bind("until", until)
                .bind("most", MOST_READINGS)
                .map((rows, context) -> new Sum(
                        rows.getTimestamp("at").toInstant(),
                        rows.getDouble("mean"),
                        rows.getDouble("least"),
                        rows.getDouble("most"),
                        rows.getInt("n")))
                .list());
    }

    private Rain rain(Tx tx) {
        return tx.handle()
                .createQuery("select until from dust_rain where until > :now")
                .bind("now", clock.instant())
                .map((rows, context) -> new Rain(true, Rows.instant(rows, "until")))
                .findFirst()
                .orElse(new Rain(false, null));
    }

    private Rain say(Tx tx, Caller caller, Rain rain) {
        Instant now = clock.instant();
        Instant until = rain.raining() ? Optional.ofNullable(rain.until()).orElse(now.plus(Duration.ofHours(1))) : now;
        tx.handle()
                .createUpdate("insert into dust_rain (until, said_by, said_at) values (:until, :by, :now)"
                        + " on conflict (one) do update set until = :until, said_by = :by, said_at = :now")
                .bind("until", until)
                .bind("by", caller.name())
                .bind("now", now)
                .execute();
        audit.note(tx, caller, "dust.rain", "rain", Map.of("raining", rain.raining(), "until", until.toString()));
        events.publish(tx, "rain.changed", null, Map.of("raining", rain.raining()));
        return rain(tx);
    }

    /** A packet that was not taken. */
    record Kept(long id, Instant receivedAt, String reason, String mn, String text, String sender) {}

    private List<Kept> refused(int limit) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from dust_refused order by id desc limit :limit")
                .bind("limit", limit)
                .map((rows, context) -> new Kept(
                        rows.getLong("id"),
                        rows.getTimestamp("received_at").toInstant(),
                        rows.getString("reason"),
                        rows.getString("mn"),
                        rows.getString("text"),
                        rows.getString("sender")))
                .list());
    }

    @Override
    public void close() {
        Hj212Receiver listening = receiver;
        if (listening != null) {
            try {
                listening.close().await(5, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                LOG.warn("the receiver of dust monitors did not stop within 5 s");
            }
        }
        modbus.close();
        readings.close();
    }
}
