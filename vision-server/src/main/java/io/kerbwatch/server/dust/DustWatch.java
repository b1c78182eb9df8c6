package io.kerbwatch.server.dust;

import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.order.Checks;
import io.kerbwatch.server.order.Intake;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what monitors measured against the rules, once a minute: raises alarms, ends them, and says of orders that are being
 * verified whether the dust has gone. What it does not know (too few minutes, a stuck or broken monitor, no background)
 * raises nothing, ends nothing and verifies nothing.
 */
final class DustWatch {
    static final Set<String> FACTORS = Set.of("pm25", "pm10", "tsp");

    private static final Logger LOG = LoggerFactory.getLogger(DustWatch.class);
    /** A minute is looked at this long after its end: packets are on their way for some seconds. */
    private static final Duration GRACE = Duration.ofSeconds(30);
    /** Of the minutes of a window, so many have to be there. */
    private static final double COVERAGE = 0.75;

    private static final int STUCK_MINUTES = 60;
    /** A mean over minutes may well be the same a few times. */
    private static final int STUCK_MEANS = 12;
    /** Water freezes on the road before the air does. */
    private static final double SPRINKLE_FROM_DEGREES = 4;

    private static final Duration WEATHER_HOLDS = Duration.ofMinutes(30);
    private static final Duration LONGEST_STEP_BACK = Duration.ofHours(2);
    /** Before an order's time is over, so that the answer is ours and not the clock's. */
    private static final Duration ANSWER_BEFORE = Duration.ofSeconds(60);

    private final Database database;
    private final InstantSource clock;
    private final Sites sites;
    private final Devices devices;
    private final DustRules rules;
    private final Readings readings;
    private final ModbusReader modbus;
    private final Intake intake;
    private final Checks checks;

    DustWatch(
            Database database,
            InstantSource clock,
            Sites sites,
            Devices devices,
            DustRules rules,
            Readings readings,
            ModbusReader modbus,
            Intake intake,
            Checks checks) {
        this.database = database;
        this.clock = clock;
        this.sites = sites;
        this.devices = devices;
        this.rules = rules;
        this.readings = readings;
        this.modbus = modbus;
        this.intake = intake;
        this.checks = checks;
    }

    /**
     * How a rule stands at a monitor.
     *
     * @param state low, high (over the limit now) or unknown
     * @param alarm whether an alarm stands
     * @param reason why it is unknown, or is held back; empty if there is nothing to say
     * @param value µg/m³, or how much above the background; null if unknown
     * @param at end of the window
     * @param since when the state began
     * @param exceeded windows over the limit on that day
     * @param countedAt end of the last window that was counted as over the limit
     */
    record Standing(
            UUID rule,
            UUID device,
            String state,
            boolean alarm,
            String reason,
            @Nullable Double value,
            Instant at,
            Instant since,
            LocalDate day,
            int exceeded,
            @Nullable Instant countedAt) {}

    /** Looks at every monitor, and then at the orders that wait for the dust to go. */
    void look() {
        Instant end = clock.instant().minus(GRACE).truncatedTo(ChronoUnit.MINUTES);
        for (Device device : database.transaction(tx -> devices.all(tx, Device.DUST_MONITOR))) {
            try {
                database.inTransaction(tx -> {
                    if (mine(tx, device.id())) {
                        look(tx, device, end);
                    }
                });
            } catch (RuntimeException e) {
                // One monitor's trouble is not the others'.
                LOG.error("monitor \"{}\" cannot be looked at; it is tried again", device.name(), e);
            }
        }
        database.inTransaction(tx -> verify(tx, end));
    }

    /** Whether no other server looks at it now. */
    private static boolean mine(Tx tx, UUID device) {
        return tx.handle()
                .createQuery("select id from device where id = :id and removed_at is null"
                        + " for no key update skip locked")
                .bind("id", device)
                .mapTo(UUID.class)
                .findFirst()
                .isPresent();
    }

    private void look(Tx tx, Device device, Instant end) {
        Map<UUID, Standing> before = new LinkedHashMap<>();
        standings(tx, device.id()).forEach(one -> before.put(one.rule(), one));
        if (!before.isEmpty()
                && before.values().stream().allMatch(one -> one.at().equals(end))) {
            return; // this minute has been looked at
        }
        Site site = sites.known(tx, device.site());
        String fault = fault(tx, device, end);
        devices.judged(tx, device, fault);
        List<DustRule> all = device.background()
                ? List.of()
                : rules.all(tx).stream()
                        .filter(rule -> rule.enabled()
                                && (rule.site() == null || rule.site().equals(site.id())))
                        .toList();
        List<Standing> after = new ArrayList<>();
        List<DustRule> raised = new ArrayList<>();
        Set<String> ended = new LinkedHashSet<>();
        for (DustRule rule : all) {
            Standing old = before.remove(rule.id());
            boolean back = old != null && setBack(old.at(), end);
            Standing now = judged(
                    rule,
                    site,
                    device,
                    old,
                    back
                            ? Mean.unknown("the clock was set back; minutes are looked at again after " + old.at())
                            : mean(tx, rule, device, site, fault, end),
                    back ? old.at() : end);
            save(tx, now);
            after.add(now);
            if (now.alarm() && end.equals(now.countedAt())) {
                raised.add(rule);
            }
            if (old != null && old.alarm() && !now.alarm()) {
                ended.add(rule.factor());
            }
        }
        // What is left is of rules that do not hold any more.
        for (Standing left : before.values()) {
            forget(tx, left.rule(), device.id());
            if (left.alarm()) {
                ended.addAll(FACTORS);
            }
        }
        for (String factor : FACTORS) {
            List<DustRule> over =
                    raised.stream().filter(rule -> rule.factor().equals(factor)).toList();
            List<Standing> asking = after.stream()
                    .filter(one -> all.stream()
                            .anyMatch(rule -> rule.id().equals(one.rule())
                                    && rule.factor().equals(factor)))
                    .toList();
            if (!over.isEmpty()) {
                raise(tx, device, site, factor, over, after, end);
            } else if (ended.contains(factor) && asking.stream().noneMatch(Standing::alarm)) {
                end(tx, device, site, factor, asking, end);
            }
        }
    }

    private void raise(
            Tx tx, Device device, Site site, String factor, List<DustRule> over, List<Standing> all, Instant end) {
        Set<String> classes = new LinkedHashSet<>();
        for (String kind : List.of(DeadlineRules.SWEEPING, DeadlineRules.SPRINKLING)) {
            if (over.stream().anyMatch(rule -> rule.classes().contains(kind))) {
                classes.add(kind);
            }
        }
        DustRule rule = over.get(0);
        Standing standing = standing(all, rule);
        double value = Optional.ofNullable(standing.value()).orElse(0.0);
        String words = words(rule, value);
        if (classes.contains(DeadlineRules.SPRINKLING)) {
            Optional<String> hindrance = noSprinkling(tx, site.id());
            if (hindrance.isPresent()) {
                classes.remove(DeadlineRules.SPRINKLING);
                words += "; no sprinkling: " + hindrance.get();
            }
        }
        if (classes.isEmpty()) {
            save(tx, held(standing, words));
            return;
        }
        Intake.Outcome outcome = intake.confirmed(
                tx,
                Intake.Sighting.measured(
                        site.id(), device.id(), device.name(), factor, List.copyOf(classes), end, value, words));
        LOG.info("dust device=\"{}\" {} outcome=\"{}\"", device.name(), words, outcome.what());
    }

    private void end(Tx tx, Device device, Site site, String factor, List<Standing> asking, Instant end) {
        String words = asking.stream()
                .map(Standing::value)
                .filter(Objects::nonNull)
                .findFirst()
                .map(value -> factor + " " + Math.round(value) + " ug/m3, the alarm is over")
                .orElse("no rule asks for " + factor + " any more");
        Intake.Outcome outcome = intake.cleared(
                tx, Intake.Sighting.measured(site.id(), device.id(), device.name(), factor, List.of(), end, 0, words));
        LOG.info("dust device=\"{}\" {} outcome=\"{}\"", device.name(), words, outcome.what());
    }

    /**
     * Whether the clock went back over minutes that were looked at before: what is known of them now is of two different
     * times. A step that is longer corrects a clock that was wrong altogether.
     */
    private static boolean setBack(Instant looked, Instant end) {
        return looked.isAfter(end) && !looked.isAfter(end.plus(LONGEST_STEP_BACK));
    }

    private static Standing judged(
            DustRule rule, Site site, Device device, @Nullable Standing old, Mean mean, Instant end) {
        LocalDate day = LocalDate.ofInstant(end, site.zone());
        Standing today = old != null && old.day().equals(day) ? old : null;
        int exceeded = today == null ? 0 : today.exceeded();
        Instant counted = today == null ? null : today.countedAt();
        if (counted != null && counted.isAfter(end)) {
            counted = null; // the clock was set back
        }
        boolean alarm = old != null && old.alarm();
        String state;
        if (mean.value.isEmpty()) {
            state = "unknown";
        } else {
            double value = mean.value.getAsDouble();
            boolean over = value > rule.raiseAt();
            state = over ? "high" : "low";
            if (over && (counted == null || !end.isBefore(counted.plus(Duration.ofMinutes(rule.minutes()))))) {
                exceeded++;
                counted = end;
            }
            alarm = over ? alarm || exceeded > rule.allowed() : alarm && value >= rule.clearAt();
        }
        return new Standing(
                rule.id(),
                device.id(),
                state,
                alarm,
                mean.reason,
                mean.value.isPresent() ? mean.value.getAsDouble() : null,
                end,
                old != null && old.state().equals(state) ? old.since() : end,
                day,
                exceeded,
                counted);
    }

    /** A mean over a window, or why there is none. */
    private record Mean(OptionalDouble value, String reason) {
        static Mean unknown(String reason) {
            return new Mean(OptionalDouble.empty(), reason);
        }
    }

    private Mean mean(Tx tx, DustRule rule, Device device, Site site, String fault, Instant end) {
        if (!fault.isEmpty()) {
            return Mean.unknown(fault);
        }
        OptionalDouble own = mean(tx, device.id(), rule.factor(), rule.minutes(), told(tx, device, rule.factor(), end));
        if (own.isEmpty()) {
            return Mean.unknown("fewer than " + Math.round(COVERAGE * 100) + " % of the last " + rule.minutes()
                    + " minutes have a reading"
                    + (device.setup().mn() != null && device.setup().minutes() == null
                            ? "; if it sends means of 5 or 10 minutes, say so in its setup"
                            : ""));
        }
        if (!rule.aboveBackground()) {
            return new Mean(own, "");
        }
        List<Device> background = devices.all(tx, Device.DUST_MONITOR).stream()
                .filter(other -> other.background() && other.health().equals("ok"))
                .toList();
        List<Device> here = background.stream()
                .filter(other -> other.site().equals(site.id()))
                .toList();
        OptionalDouble there = (here.isEmpty() ? background : here)
                .stream()
                        .map(other -> mean(
                                tx, other.id(), rule.factor(), rule.minutes(), told(tx, other, rule.factor(), end)))
                        .filter(OptionalDouble::isPresent)
                        .mapToDouble(OptionalDouble::getAsDouble)
                        .average();
        return there.isEmpty()
                ? Mean.unknown("no background monitor tells of " + rule.factor())
                : new Mean(OptionalDouble.of(own.getAsDouble() - there.getAsDouble()), "");
    }

    /** Where a window ends: with what was told last, for a mean of ten minutes comes when they are over. */
    private static Instant told(Tx tx, Device device, String factor, Instant end) {
        int minutes = device.setup().meanOf();
        if (minutes == 1) {
            return end;
        }
        Instant earliest = end.minus(Duration.ofMinutes(minutes));
        return tx.handle()
                .createQuery("select max(minute) as newest from dust_minute where device = :device and factor = :factor"
                        + " and minute >= :earliest and minute < :end")
                .bind("device", device.id())
                .bind("factor", factor)
                .bind("earliest", earliest)
                .bind("end", end)
                .map((rows, context) -> Optional.ofNullable(Rows.instant(rows, "newest")))
                .one()
                .map(newest -> newest.plus(Duration.ofMinutes(1)))
                .orElse(earliest);
    }

    /** The mean of the minutes' means before an instant; empty if too few of them are there. */
    private static OptionalDouble mean(Tx tx, UUID device, String factor, int minutes, Instant end) {
        return tx.handle()
                .createQuery("select count(*) as minutes, avg(total / n) as mean from dust_minute"
                        + " where device = :device and factor = :factor and minute >= :from and minute < :end")
                .bind("device", device)
                .bind("factor", factor)
                .bind("from", end.minus(Duration.ofMinutes(minutes)))
                .bind("end", end)
                .map((rows, context) -> rows.getInt("minutes") >= COVERAGE * minutes
                        ? OptionalDouble.of(rows.getDouble("mean"))
                        : OptionalDouble.empty())
                .one();
    }

    /** What keeps a monitor from being believed; empty if nothing does. */
    private String fault(Tx tx, Device device, Instant end) {
        if (device.health().equals("silent")) {
            return device.healthReason();
        }
        String reporting = readings.fault(device.id(), clock.instant());
        if (!reporting.isEmpty()) {
            return reporting;
        }
        if (device.setup().modbus() != null) {
            // Until it is read again after a restart, what was said of it before holds.
            String read =
                    modbus.fault(device.id()).orElse(device.health().equals("faulty") ? device.healthReason() : "");
            if (!read.isEmpty()) {
                return read;
            }
        }
        int same = Math.max(STUCK_MINUTES, STUCK_MEANS * device.setup().meanOf());
        Optional<String> stuck = tx.handle()
                .createQuery("select factor, min(least) as value from dust_minute where device = :device"
                        + " and factor = any(:factors) and minute >= :from and minute < :end group by factor"
                        + " having count(*) >= :minutes and min(least) = max(most)")
                .bind("device", device.id())
                .bind("factors", FACTORS.toArray(String[]::new))
                .bind("from", end.minus(Duration.ofMinutes(same + same / 2)))
                .bind("end", end)
                .bind("minutes", same)
                .map((rows, context) -> rows.getString("factor") + " is stuck at "
                        + String.format(Locale.ROOT, "%.1f", rows.getDouble("value")))
                .findFirst();
        return stuck.or(() -> doubt(tx, device, end)).orElse("");
    }

    /** What the monitor itself says of its newest report. */
    private static Optional<String> doubt(Tx tx, Device device, Instant end) {
        return tx.handle()
                .createQuery(
                        "select doubts from dust_reading where device = :device and kind in ('real-time', 'minute')"
                                + " and at >= :from order by at desc limit 1")
                .bind("device", device.id())
                .bind("from", end.minus(Duration.ofMinutes(9L + device.setup().meanOf())))
                .map((rows, context) -> Optional.ofNullable(rows.getString("doubts")))
                .findFirst()
                .flatMap(doubts -> doubts)
                .flatMap(DustWatch::dustIn);
    }

    private static Optional<String> dustIn(String doubts) {
        return Readings.doubts(doubts).entrySet().stream()
                .filter(one -> FACTORS.contains(one.getKey()))
                .map(one -> one.getKey() + " is marked as " + one.getValue())
                .findFirst();
    }

    /** Why no road is to be sprinkled now; empty if it may be. */
    private Optional<String> noSprinkling(Tx tx, UUID site) {
        Instant now = clock.instant();
        Optional<String> rain = tx.handle()
                .createQuery("select said_by from dust_rain where until > :now")
                .bind("now", now)
                .mapTo(String.class)
                .findFirst();
        if (rain.isPresent()) {
            return Optional.of("it rains, says " + rain.get());
        }
        Double degrees = tx.handle()
                .createQuery("select min(temperature) as degrees from (select distinct on (r.device) r.temperature"
                        + " from dust_reading r join device d on d.id = r.device where d.removed_at is null"
                        + " and r.temperature is not null and r.at > :since and r.at <= :now"
                        + " and (d.site = :site or not exists (select 1 from dust_reading o join device e"
                        + " on e.id = o.device where e.site = :site and o.temperature is not null"
                        + " and o.at > :since and o.at <= :now))"
                        + " order by r.device, r.at desc) latest")
                .bind("site", site)
                .bind("since", now.minus(WEATHER_HOLDS))
                .bind("now", now)
                .map((rows, context) -> Rows.number(rows, "degrees"))
                .findFirst()
                .orElse(null);
        if (degrees == null) {
            return Optional.of("nobody knows how cold it is");
        }
        return degrees < SPRINKLE_FROM_DEGREES
                ? Optional.of(String.format(Locale.ROOT, "%.1f degrees", degrees))
                : Optional.empty();
    }

    /** Answers for orders whose work was reported as done: the readings have to stay low for a whole window after it. */
    private void verify(Tx tx, Instant end) {
        Map<UUID, List<Checks.Asked>> orders = new LinkedHashMap<>();
        checks.asked(tx, FACTORS).forEach(one -> orders.computeIfAbsent(one.order(), id -> new ArrayList<>())
                .add(one));
        orders.forEach((order, asked) -> {
            Checks.Asked one = asked.get(0);
            List<String> words = new ArrayList<>();
            boolean low = true;
            boolean known = true;
            for (Checks.Asked each : asked) {
                Optional<Device> device = devices.find(tx, each.device());
                List<DustRule> asking = device.map(found -> rules.all(tx).stream()
                                .filter(rule -> rule.enabled()
                                        && rule.factor().equals(each.incident())
                                        && (rule.site() == null || rule.site().equals(found.site())))
                                .toList())
                        .orElse(List.of());
                if (asking.isEmpty()) {
                    known = false;
                }
                for (DustRule rule : asking) {
                    Device found = device.orElseThrow();
                    Instant from = told(tx, found, rule.factor(), end).minus(Duration.ofMinutes(rule.minutes()));
                    Mean mean = from.isBefore(each.done())
                            ? Mean.unknown("the window since it was done is not over")
                            : mean(tx, rule, found, sites.known(tx, found.site()), fault(tx, found, end), end);
                    known &= mean.value.isPresent();
                    low &= mean.value.isPresent() && mean.value.getAsDouble() < rule.clearAt();
                    words.add(found.name() + ": "
                            + (mean.value.isPresent() ? words(rule, mean.value.getAsDouble()) : mean.reason));
                }
            }
            boolean late =
                    one.until() != null && !clock.instant().isBefore(one.until().minus(ANSWER_BEFORE));
            String reason = String.join("; ", words);
            if (known && low) {
                checks.answered(tx, order, one.question(), Verification.Outcome.CLEAN, reason);
            } else if (known && late) {
                checks.answered(tx, order, one.question(), Verification.Outcome.DIRTY, reason);
            }
        });
    }

    private static String words(DustRule rule, double value) {
        return rule.factor() + " " + Math.round(value) + " ug/m3 " + (rule.aboveBackground() ? "above background " : "")
                + "over " + rule.minutes() + " min; raised over " + Math.round(rule.raiseAt()) + ", cleared under "
                + Math.round(rule.clearAt()) + " (" + rule.name() + ")";
    }

    private static Standing standing(List<Standing> all, DustRule rule) {
        return all.stream()
                .filter(one -> one.rule().equals(rule.id()))
                .findFirst()
                .orElseThrow();
    }

    private static Standing held(Standing one, String why) {
        return new Standing(
                one.rule(),
                one.device(),
                one.state(),
                one.alarm(),
                "held back: " + why,
                one.value(),
                one.at(),
                one.since(),
                one.day(),
                one.exceeded(),
                one.countedAt());
    }

    /** How the rules stand at a monitor. */
    List<Standing> standings(Tx tx, UUID device) {
        return tx.handle()
                .createQuery("select * from dust_watch where device = :device order by rule")
                .bind("device", device)
                .map((rows, context) -> new Standing(
                        rows.getObject("rule", UUID.class),
                        rows.getObject("device", UUID.class),
                        rows.getString("state"),
                        rows.getBoolean("alarm"),
                        rows.getString("reason"),
                        Rows.number(rows, "value"),
                        rows.getTimestamp("at").toInstant(),
                        rows.getTimestamp("since").toInstant(),
                        rows.getObject("day", LocalDate.class),
                        rows.getInt("exceeded"),
                        Rows.instant(rows, "counted_at")))
                .list();
    }

    private static void save(Tx tx, Standing one) {
        tx.handle()
                .createUpdate("insert into dust_watch (rule, device, state, alarm, reason, value, at, since, day,"
                        + " exceeded, counted_at) values (:rule, :device, :state, :alarm, :reason, :value, :at, :since,"
                        + " :day, :exceeded, :counted) on conflict (rule, device) do update set state = :state,"
                        + " alarm = :alarm, reason = :reason, value = :value, at = :at, since = :since, day = :day,"
                        + " exceeded = :exceeded, counted_at = :counted")
                .bind("rule", one.rule())
                .bind("device", one.device())
                .bind("state", one.state())
                .bind("alarm", one.alarm())
                .bind("reason", one.reason())
                .bind("value", one.value())
                .bind("at", one.at())
                .bind("since", one.since())
                .bind("day", one.day())
                .bind("exceeded", one.exceeded())
                .bind("counted", one.countedAt())
                .execute();
    }

    private static void forget(Tx tx, UUID rule, UUID device) {
        tx.handle()
                .createUpdate("delete from dust_watch where rule = :rule and device = :device")
                .bind("rule", rule)
                .bind("device", device)
                .execute();
    }
}
