package io.kerbwatch.server.dust;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the rules from when on there is too much dust. */
final class DustRules {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Sites sites;
    private final Events events;
    private final Audit audit;

    DustRules(Database database, InstantSource clock, Ids ids, Sites sites, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.sites = sites;
        this.events = events;
        this.audit = audit;
    }

    /** A rule as someone wants it; what is null takes its default, or stays as it is. The site cannot be changed. */
    record Wanted(
            @Nullable UUID site,
            @Nullable String name,
            @Nullable String factor,
            @Nullable Integer minutes,
            @Nullable Boolean aboveBackground,
            @Nullable Double raiseAt,
            @Nullable Double clearAt,
            @Nullable Integer allowed,
            @Nullable List<String> classes,
            @Nullable String basis,
            @Nullable Boolean enabled) {}

    /**
     * Makes a rule.
     *
     * @throws Problem.Raised 400, 403 for who may not see all it holds for, 404 without the site, 409 {@code name-taken}
     */
    DustRule create(Caller caller, Wanted wanted) {
        UUID site = wanted.site();
        double raiseAt = Objects.requireNonNull(wanted.raiseAt());
        DustRule rule = new DustRule(
                ids.next(),
                site,
                Objects.requireNonNull(wanted.name()),
                Objects.requireNonNull(wanted.factor()),
                Objects.requireNonNullElse(wanted.minutes(), 15),
                Objects.requireNonNullElse(wanted.aboveBackground(), false),
                raiseAt,
                // Three quarters: near enough to be reached, far enough not to flap.
                Objects.requireNonNullElse(wanted.clearAt(), raiseAt * 0.75),
                Objects.requireNonNullElse(wanted.allowed(), 0),
                Objects.requireNonNullElse(wanted.classes(), List.of(DeadlineRules.SWEEPING, DeadlineRules.SPRINKLING)),
                Objects.requireNonNullElse(wanted.basis(), ""),
                Objects.requireNonNullElse(wanted.enabled(), true),
                1,
                clock.instant());
        check(rule);
        return database.transaction(tx -> {
            mayWrite(tx, caller, site);
            int made = write(
                    tx,
                    "insert into dust_rule (id, site, name, factor, minutes, above_background, raise_at, clear_at,"
                            + " allowed, classes, basis, enabled, version, created_at) values (:id, :site, :name,"
                            + " :factor, :minutes, :above, :raiseAt, :clearAt, :allowed, :classes, :basis, :enabled,"
                            + " :version, :created) on conflict do nothing",
                    rule);
            if (made == 0) {
                throw nameTaken(rule.name()).raised();
            }
            tell(tx, caller, "dust-rule.create", rule);
            return rule;
        });
    }

    /** Changes a rule; an alarm that stands is judged by it from the next look on. */
    DustRule change(Caller caller, UUID id, int version, Wanted wanted) {
        return database.transaction(tx -> {
            DustRule old = seen(tx, caller, id);
            mayWrite(tx, caller, old.site());
            DustRule rule = new DustRule(
                    id,
                    old.site(),
                    Objects.requireNonNullElse(wanted.name(), old.name()),
                    Objects.requireNonNullElse(wanted.factor(), old.factor()),
                    Objects.requireNonNullElse(wanted.minutes(), old.minutes()),
                    Objects.requireNonNullElse(wanted.aboveBackground(), old.aboveBackground()),
                    Objects.requireNonNullElse(wanted.raiseAt(), old.raiseAt()),
                    Objects.requireNonNullElse(wanted.clearAt(), old.clearAt()),
                    Objects.requireNonNullElse(wanted.allowed(), old.allowed()),
                    Objects.requireNonNullElse(wanted.classes(), old.classes()),
                    Objects.requireNonNullElse(wanted.basis(), old.basis()),
                    Objects.requireNonNullElse(wanted.enabled(), old.enabled()),
                    version + 1,
                    old.createdAt());
            check(rule);
            boolean taken = tx.handle()
                    .createQuery("select exists (select 1 from dust_rule where name = :name and id <> :id"
                            + " and removed_at is null)")
                    .bind("name", rule.name())
                    .bind("id", id)
                    .mapTo(Boolean.class)
                    .one();
            if (taken) {
                throw nameTaken(rule.name()).raised();
            }
            int changed = write(
                    tx,
                    "update dust_rule set name = :name, factor = :factor, minutes = :minutes,"
                            + " above_background = :above, raise_at = :raiseAt, clear_at = :clearAt,"
                            + " allowed = :allowed, classes = :classes, basis = :basis, enabled = :enabled,"
                            + " version = :version where id = :id and version = :version - 1 and removed_at is null"
                            + " and (site is null or site = :site) and created_at = :created",
                    rule);
            if (changed == 0) {
                throw Request.stale().raised();
            }
            tell(tx, caller, "dust-rule.change", rule);
            return rule;
        });
    }

    /** Takes a rule away; alarms that it raised end with the next look. */
    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            DustRule rule = seen(tx, caller, id);
            mayWrite(tx, caller, rule.site());
            tx.handle()
                    .createUpdate("update dust_rule set removed_at = :now where id = :id")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            tell(tx, caller, "dust-rule.remove", rule);
        });
    }

    /** All that the caller may see: those for every road, and those of their sites. */
    List<DustRule> list(Caller caller) {
        return database.transaction(this::all).stream()
                .filter(rule -> rule.site() == null || caller.sees(rule.site()))
                .toList();
    }

    DustRule get(Caller caller, UUID id) {
        return database.transaction(tx -> seen(tx, caller, id));
    }

    List<DustRule> all(Tx tx) {
        return tx.handle()
                .createQuery("select * from dust_rule where removed_at is null order by name")
                .map((rows, context) -> read(rows))
                .list();
    }

    private DustRule seen(Tx tx, Caller caller, UUID id) {
        return tx.handle()
                .createQuery("select * from dust_rule where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst()
                .filter(rule -> rule.site() == null || caller.sees(rule.site()))
                .orElseThrow(() -> Problem.notFound("dust rule", id).raised());
    }

    private void mayWrite(Tx tx, Caller caller, @Nullable UUID site) {
        if (site == null) {
            if (!caller.sites().isEmpty()) {
                throw Problem.forbidden("This holds for every road and you see some of them; write a rule for a site.")
                        .raised();
            }
            return;
        }
        boolean road = sites.find(tx, site)
                .filter(found -> caller.sees(site))
                .orElseThrow(() -> Problem.notFound("site", site).raised())
                .kind()
                .equals("road");
        if (!road) {
            throw Problem.invalid("/site", "Dust is measured at sites of the kind road.")
                    .raised();
        }
    }

    private static void check(DustRule rule) {
        if (rule.clearAt() > rule.raiseAt()) {
            throw Problem.invalid("/clearAt", "An alarm cannot end above where it began (" + rule.raiseAt() + ").")
                    .raised();
        }
        if (new HashSet<>(rule.classes()).size() < rule.classes().size()) {
            throw Problem.invalid("/classes", "Name each class once.").raised();
        }
    }

    private static Problem nameTaken(String name) {
        return Problem.conflict("name-taken", "Name taken", "There is a dust rule called '" + name + "' already.");
    }

    private void tell(Tx tx, Caller caller, String action, DustRule rule) {
        audit.note(tx, caller, action, rule.id(), Map.of("name", rule.name(), "limit", rule.words()));
        events.publish(tx, "dust-rule.changed", rule.site(), Map.of("rule", rule.id()));
    }

    private static int write(Tx tx, String sql, DustRule rule) {
        return tx.handle()
                .createUpdate(sql)
                .bind("id", rule.id())
                .bind("site", rule.site())
                .bind("name", rule.name())
                .bind("factor", rule.factor())
                .bind("minutes", rule.minutes())
                .bind("above", rule.aboveBackground())
                .bind("raiseAt", rule.raiseAt())
                .bind("clearAt", rule.clearAt())
                .bind("allowed", rule.allowed())
                .bind("classes", rule.classes().toArray(String[]::new))
                .bind("basis", rule.basis())
                .bind("enabled", rule.enabled())
                .bind("version", rule.version())
                .bind("created", rule.createdAt())
                .execute();
    }

    private static DustRule read(ResultSet rows) throws SQLException {
        return new DustRule(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                rows.getString("name"),
                rows.getString("factor"),
                rows.getInt("minutes"),
                rows.getBoolean("above_background"),
                rows.getDouble("raise_at"),
                rows.getDouble("clear_at"),
                rows.getInt("allowed"),
                Rows.texts(rows, "classes"),
                rows.getString("basis"),
                rows.getBoolean("enabled"),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }
}
