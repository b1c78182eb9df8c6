package io.kerbwatch.server.flow;

import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.order.CheckIns;
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
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when a public toilet is to be cleaned: enough visitors since the last cleaning, or too long since it. A cleaning is
 * believed when whoever did it checked in at the door; otherwise people look.
 */
final class FlowWatch {
    static final String VISITORS = "visitors";
    static final String OVERDUE = "cleaning-overdue";

    private static final Logger LOG = LoggerFactory.getLogger(FlowWatch.class);
    /** What is still due and has no order, because somebody ended it, is asked for again after that. */
    private static final Duration AGAIN_AFTER = Duration.ofHours(1);

    private static final Duration LONGEST_STEP_BACK = Duration.ofHours(2);

    private final Database database;
    private final InstantSource clock;
    private final Sites sites;
    private final Devices devices;
    private final FlowRules rules;
    private final Intake intake;
    private final Checks checks;

    FlowWatch(
            Database database,
            InstantSource clock,
            Sites sites,
            Devices devices,
            FlowRules rules,
            Intake intake,
            Checks checks) {
        this.database = database;
        this.clock = clock;
        this.sites = sites;
        this.devices = devices;
        this.rules = rules;
        this.intake = intake;
        this.checks = checks;
    }

    void look() {
        Map<UUID, List<Device>> facilities = new LinkedHashMap<>();
        database.transaction(tx -> Flow.counters(tx, devices)).forEach(device -> facilities
                .computeIfAbsent(device.site(), site -> new ArrayList<>())
                .add(device));
        facilities.forEach((site, counters) -> {
            try {
                database.inTransaction(tx -> sites.lock(tx, site).ifPresent(found -> look(tx, found, counters)));
            } catch (RuntimeException e) {
                LOG.error("the visitors of site {} cannot be looked at; it is tried again", site, e);
            }
        });
        database.inTransaction(this::verify);
    }

    private void look(Tx tx, Site site, List<Device> counters) {
        FlowRule rule = rules.of(tx, site.id());
        ZonedDateTime now = clock.instant().atZone(site.zone());
        if (!rule.enabled()) {
            // Nobody asks any more, so nothing is due; what is open would stay so for ever.
            for (String kind : List.of(VISITORS, OVERDUE)) {
                due(tx, site, counters.get(0), kind, false, 0, "its rule was switched off");
            }
            return;
        }
        Instant cleaned = since(tx, site, rule, now);
        boolean open = rule.isOpen(now.toLocalTime());
        long visitors = visitors(tx, counters, cleaned);
        int enough = rule.visitors(now.toLocalTime());
        due(
                tx,
                site,
                counters.get(0),
                VISITORS,
                visitors >= enough,
                (double) visitors,
                visitors + " visitors since the last cleaning; " + enough + " are enough");
        long minutes = Duration.between(cleaned, now.toInstant()).toMinutes();
        due(
                tx,
                site,
                counters.get(0),
                OVERDUE,
                open && minutes >= rule.longest(),
                minutes * 60.0,
                minutes + " min since the last cleaning; " + rule.longest() + " at most");
    }

    /** From when on visitors count: the last cleaning, or when it opened, if that was later or there was none. */
    Instant since(Tx tx, Site site, FlowRule rule, ZonedDateTime now) {
        Instant opened = rule.opened(now);
        return checks.worked(tx, site.id(), DeadlineRules.TOILET)
                .filter(done -> done.isAfter(opened))
                .orElse(opened);
    }

    /** Who came since then. Nothing ends it: what lies ahead came before the clock was set back. */
    static long visitors(Tx tx, List<Device> counters, Instant from) {
        // Whole minutes from their sums; the first, which began before the cleaning ended, report by report.
        Instant minute = from.truncatedTo(ChronoUnit.MINUTES).plus(Duration.ofMinutes(1));
        return tx.handle()
                .createQuery("select (select coalesce(sum(entered), 0) from visit_minute where device = any(:counters)"
                        + " and minute >= :minute)"
                        + " + (select coalesce(sum(entered), 0) from visit where device = any(:counters)"
                        + " and at > :from and at < :minute)")
                .bind("counters", counters.stream().map(Device::id).toArray(UUID[]::new))
                .bind("from", from)
                .bind("minute", minute)
                .mapTo(Long.class)
                .one();
    }

    private void due(Tx tx, Site site, Device counter, String kind, boolean due, double value, String words) {
        Told told = told(tx, site.id(), kind);
        Instant now = clock.instant();
        // It was due, and nothing happened since but that the clock went back.
        boolean setBack = told.at != null && told.at.isAfter(now) && !told.at.isAfter(now.plus(LONGEST_STEP_BACK));
        boolean again = told.at == null || !now.isBefore(told.at.plus(AGAIN_AFTER)) || told.at.isAfter(now);
        Intake.Sighting sighting = Intake.Sighting.measured(
                site.id(), counter.id(), counter.name(), kind, List.of(DeadlineRules.TOILET), now, value, words);
        if (due && (!told.due || again)) {
            Intake.Outcome outcome = intake.confirmed(tx, sighting);
            LOG.info("toilet site=\"{}\" {} outcome=\"{}\"", site.name(), words, outcome.what());
            tell(tx, site.id(), kind, true, now);
        } else if (!due && told.due && !setBack) {
            var unused = intake.cleared(tx, sighting);
            tell(tx, site.id(), kind, false, now);
        }
    }

    private record Told(boolean due, @Nullable Instant at) {}

    private static Told told(Tx tx, UUID site, String kind) {
        return tx.handle()
                .createQuery("select due, told_at from flow_watch where site = :site and kind = :kind")
                .bind("site", site)
                .bind("kind", kind)
                .map((rows, context) -> new Told(rows.getBoolean("due"), Rows.instant(rows, "told_at")))
                .findFirst()
                .orElse(new Told(false, null));
    }

    private static void tell(Tx tx, UUID site, String kind, boolean due, Instant now) {
        tx.handle()
                .createUpdate("insert into flow_watch (site, kind, due, told_at) values (:site, :kind, :due, :now)"
                        + " on conflict (site, kind) do update set due = :due, told_at = :now")
                .bind("site", site)
                .bind("kind", kind)
                .bind("due", due)
                .bind("now", now)
                .execute();
    }

    private void verify(Tx tx) {
        Set<UUID> answered = new HashSet<>();
        for (Checks.Asked asked : checks.asked(tx, Set.of(VISITORS, OVERDUE))) {
            if (!answered.add(asked.order())) {
                continue;
            }
            Optional<CheckIns.CheckIn> shown = checks.checkIn(tx, asked.order());
            boolean proved = shown.filter(one -> one.doubt() == null).isPresent();
            String words = shown.map(one -> one.doubt() == null
                            ? "checked in at the door, "
                                    + Math.round(
                                            Optional.ofNullable(one.metres()).orElse(0.0)) + " m from it"
                            : "the check-in at the door proves nothing: " + one.doubt())
                    .orElse("nobody checked in at the door");
            checks.answered(
                    tx,
                    asked.order(),
                    asked.question(),
                    proved ? Verification.Outcome.CLEAN : Verification.Outcome.CANNOT_TELL,
                    words);
        }
    }
}
