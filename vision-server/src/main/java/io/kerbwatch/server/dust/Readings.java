package io.kerbwatch.server.dust;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.dust.hj212.ConcentrationUnit;
import io.kerbwatch.server.dust.hj212.DataKind;
import io.kerbwatch.server.dust.hj212.DustListener;
import io.kerbwatch.server.dust.hj212.Factor;
import io.kerbwatch.server.dust.hj212.Identity;
import io.kerbwatch.server.dust.hj212.Reading;
import io.kerbwatch.server.dust.hj212.Refused;
import io.kerbwatch.server.dust.hj212.Report;
import io.kerbwatch.server.dust.hj212.Timing;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Tx;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what monitors tell. A report is kept once, by device, kind and time: one that comes again changes nothing, so a
 * line that was lost may be sent once more as often as it likes.
 */
final class Readings implements DustListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    /** How long a monitor that was looked up is believed to be what it was. */
    private static final Duration KNOWN_FOR = Duration.ofSeconds(30);
    /** A fault that was not seen again for so long is over. */
    static final Duration LATELY = Duration.ofMinutes(10);

    /** Packets of one MN kept for review within an hour: enough to see what is wrong with it. */
    private static final int REFUSED_AN_HOUR = 20;

    private static final int MOST_KNOWN = 10_000;
    /** Reports in one transaction, about. */
    private static final int MOST_AT_ONCE = 256;

    private final Database database;
    private final InstantSource clock;
    private final Devices devices;
    private final WorkerExecutor workers;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final Map<UUID, Senders> senders = new ConcurrentHashMap<>();
    private final Map<UUID, Fault> faults = new ConcurrentHashMap<>();

    /** Reports of one line that wait to be stored. */
    private record Waiting(List<Report> reports, Promise<Void> stored) {}

    /** A monitor as it was looked up; {@code registered} is null where nobody registered it. */
    private record Known(Devices.@Nullable Registered registered, Instant at) {}

    private record Fault(Instant at, String words) {}

    Readings(Vertx vertx, Database database, InstantSource clock, Devices devices) {
        this.database = database;
        this.clock = clock;
        this.devices = devices;
        this.workers = vertx.createSharedWorkerExecutor("dust", 2);
    }

    /** A report as it is kept. */
    record Row(
            UUID device,
            String kind,
            Instant at,
            Instant received,
            Map<Factor, Double> values,
            Map<String, String> doubts) {}

    @Override
    public Future<Identity> identify(String mn, String password) {
        Known fresh = known.get(mn);
        if (fresh != null && Duration.between(fresh.at, clock.instant()).abs().compareTo(KNOWN_FOR) < 0) {
            return Future.succeededFuture(identity(fresh, password));
        }
        return workers.executeBlocking(
                () -> {
                    Known looked = new Known(
                            database.transaction(tx -> devices.registered(tx, "hj212", mn))
                                    .orElse(null),
                            clock.instant());
                    if (known.size() >= MOST_KNOWN) {
                        known.clear(); // anybody can make MNs up
                    }
                    known.put(mn, looked);
                    return identity(looked, password);
                },
                false);
    }

    private static Identity identity(Known known, String password) {
        Devices.Registered registered = known.registered;
        if (registered == null) {
            return new Identity.Unregistered();
        }
        if (!registered.password().test(password)) {
            return new Identity.WrongPassword();
        }
        ConcentrationUnit unit =
                switch (Optional.ofNullable(registered.device().setup().unit()).orElse("mg")) {
                    case "ug" -> ConcentrationUnit.MICROGRAMS;
                    case "ng" -> ConcentrationUnit.NANOGRAMS;
                    default -> ConcentrationUnit.MILLIGRAMS;
                };
        return new Identity.Known(new io.kerbwatch.server.dust.hj212.Device(ZoneId.of(registered.timeZone()), unit));
    }

    @Override
    public Future<Void> store(List<Report> reports) {
        Waiting one = new Waiting(reports, Promise.promise());
        waiting.add(one);
        // Whoever comes first takes what others have brought meanwhile: what a thousand monitors send in the same
        // second
        // is a few transactions, not a thousand.
        workers.executeBlocking(
                        () -> {
                            storeWaiting();
                            return true;
                        },
                        false)
                .onFailure(one.stored::tryFail);
        return one.stored.future();
    }

    private void storeWaiting() {
        List<Waiting> batch = new ArrayList<>();
        int reports = 0;
        while (reports < MOST_AT_ONCE) {
            Waiting next = waiting.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            reports += next.reports.size();
        }
        if (batch.isEmpty()) {
            return; // somebody else took it
        }
        try {
            List<Report> all =
                    batch.stream().flatMap(one -> one.reports.stream()).toList();
            database.inTransaction(tx -> keep(tx, all));
        } catch (RuntimeException e) {
            storeAlone(batch, e);
            return;
        }
        batch.forEach(one -> one.stored.complete());
    }

    /** One that cannot be stored is not the others' trouble; a second one means that it is not the report. */
    private void storeAlone(List<Waiting> batch, RuntimeException together) {
        int failed = batch.size() == 1 ? 2 : 0;
        RuntimeException last = together;
        for (Waiting one : batch) {
            if (failed < 2) {
                try {
                    database.inTransaction(tx -> keep(tx, one.reports));
                    one.stored.complete();
                    continue;
                } catch (RuntimeException e) {
                    failed++;
                    last = e;
                }
            }
            one.stored.fail(last);
        }
    }

    private void keep(Tx tx, List<Report> reports) {
        List<Row> rows = new ArrayList<>();
        Set<UUID> heard = new TreeSet<>();
        for (Report report : reports) {
            Known of = known.get(report.mn());
            Device device = of == null || of.registered == null
                    ? devices.registered(tx, "hj212", report.mn())
                            .map(Devices.Registered::device)
                            .orElse(null)
                    : of.registered.device();
            if (device == null) {
                continue; // removed since it was identified: nobody wants its word any more
            }
            heard.add(device.id());
            if (report.timing() == Timing.FUTURE) {
                long ahead = Duration.between(report.received(), report.time()).toMinutes();
                faults.put(
                        device.id(),
                        new Fault(report.received(), "its clock is ahead by " + ahead + " min; nothing of it is used"));
                review(tx, report.received(), code(report.timing()), report.mn(), report.text(), report.from());
                continue;
            }
            if (senders.computeIfAbsent(device.id(), id -> new Senders()).several(report)) {
                faults.put(
                        device.id(),
                        new Fault(
                                report.received(),
                                "reports come over several lines in turn: two monitors have one MN"));
            }
            rows.addAll(rows(device, report));
        }
        keepRows(tx, rows);
        Instant now = clock.instant();
        heard.forEach(id -> devices.heard(tx, id, now));
    }

    /** What was lately wrong with how a monitor reports; empty if nothing was. */
    String fault(UUID device, Instant now) {
        Fault fault = faults.get(device);
        return fault == null || Duration.between(fault.at, now).abs().compareTo(LATELY) > 0 ? "" : fault.words;
    }

    /** A mean of several minutes holds for each of them. */
    private static List<Row> rows(Device device, Report report) {
        Row first = row(device.id(), report);
        int minutes = report.kind() == DataKind.MINUTE ? device.setup().meanOf() : 1;
        return IntStream.range(0, minutes)
                .mapToObj(i -> new Row(
                        first.device,
                        first.kind,
                        first.at.plus(Duration.ofMinutes(i)),
                        first.received,
                        first.values,
                        first.doubts))
                .toList();
    }

    private static Row row(UUID device, Report report) {
        Map<Factor, Double> values = new LinkedHashMap<>();
        Map<String, String> doubts = new LinkedHashMap<>();
        for (Reading reading : report.readings()) {
            if (reading.usable()) {
                values.put(reading.factor(), reading.value().getAsDouble());
            } else {
                doubts.put(code(reading.factor()), code(reading.quality()));
            }
        }
        return new Row(device, kind(report.kind()), report.time(), report.received(), values, doubts);
    }

    static String code(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String kind(DataKind kind) {
        return code(kind);
    }

    /** Keeps reports of devices; those that are there already stay as they were. */
    static void keepRows(Tx tx, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        // One statement for all of them, so that the sums by minute and hour are brought up to date once.
        tx.handle()
                .createUpdate("insert into dust_reading (device, kind, at, received_at, pm25, pm10, tsp, temperature,"
                        + " humidity, pressure, wind_speed, wind_direction, noise, doubts)"
                        + " select device, kind, at, received, pm25, pm10, tsp, temperature, humidity, pressure,"
                        + " wind_speed, wind_direction, noise, doubts"
                        + " from json_to_recordset(cast(:rows as json)) as r (device uuid, kind text, at timestamptz,"
                        + " received timestamptz, pm25 real, pm10 real, tsp real, temperature real, humidity real,"
                        + " pressure real, wind_speed real, wind_direction real, noise real, doubts text)"
                        + " order by device, kind, at on conflict do nothing")
                .bind("rows", Json.text(rows.stream().map(Readings::columns).toList()))
                .execute();
    }

    private static Map<String, Object> columns(Row row) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("device", row.device);
        columns.put("kind", row.kind);
        columns.put("at", row.at);
        columns.put("received", row.received);
        row.values.forEach((factor, value) -> columns.put(factor.name().toLowerCase(Locale.ROOT), value));
        if (!row.doubts.isEmpty()) {
            columns.put("doubts", Json.text(row.doubts));
        }
        return columns;
    }

    /** Why numbers of a report cannot be relied on, by factor, as they were kept. */
    static Map<String, String> doubts(String kept) {
        return Json.read(kept, new TypeReference<>() {});
    }

    @Override
    public Future<Void> review(List<Refused> refused) {
        return workers.executeBlocking(
                () -> {
                    database.inTransaction(tx -> refused.forEach(one -> review(tx, one)));
                    return null;
                },
                false);
    }

    private static void review(Tx tx, Refused refused) {
        review(tx, refused.received(), code(refused.reason()), refused.mn(), refused.text(), refused.from());
    }

    private static void review(Tx tx, Instant received, String reason, String mn, String text, String from) {
        tx.handle()
                .createUpdate("insert into dust_refused (received_at, reason, mn, text, sender)"
                        + " select :at, :reason, :mn, :text, :from where (select count(*) from dust_refused"
                        + " where mn = :mn and received_at > :hourAgo) < :most")
                .bind("at", received)
                .bind("reason", reason)
                .bind("mn", mn)
                .bind("text", text.replace("\0", "\ufffd"))
                .bind("from", from)
                .bind("hourAgo", received.minus(Duration.ofHours(1)))
                .bind("most", REFUSED_AN_HOUR)
                .execute();
    }

    @Override
    public void close() {
        try {
            workers.close().await(5, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("reports of monitors were still being stored after 5 s");
        }
    }
}
