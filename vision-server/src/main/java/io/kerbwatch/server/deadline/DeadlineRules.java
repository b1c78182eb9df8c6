package io.kerbwatch.server.deadline;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the rules. An order takes a copy of its own when it is filed, so that a change holds for new orders alone. */
public final class DeadlineRules {
    /** The class of orders that a dirty place makes. */
    public static final String REFUSE = "refuse";
    /** The class of orders that ask why one place is dirty so often. */
    public static final String ROOT_CAUSE = "root-cause";

    /** The class of orders that the visitors of a public toilet make. */
    public static final String TOILET = "toilet";
    /** The class of orders that dust over a road makes, for a sweeper. */
    public static final String SWEEPING = "sweeping";
    /** The class of orders that dust over a road makes, for a sprinkler. */
    public static final String SPRINKLING = "sprinkling";

    private static final List<String> STEPS = List.of("accept", "arrive", "finish", "verify");

    private final Database database;
    private final InstantSource clock;
    private final Sites sites;
    private final Calendars calendars;
    private final Events events;
    private final Audit audit;
    private final DeadlineStore store = new DeadlineStore();
    private final Map<String, DeadlineRule> defaults;

    public DeadlineRules(
            Database database,
            InstantSource clock,
            Settings settings,
            Sites sites,
            Calendars calendars,
            Events events,
            Audit audit) {
        this.database = database;
        this.clock = clock;
        this.sites = sites;
        this.calendars = calendars;
        this.events = events;
        this.audit = audit;
        this.defaults = DefaultRules.by(settings);
    }

    /**
     * A rule that somebody wrote.
     *
     * @param kind class of orders; "class" in the API
     * @param site null for every site
     */
    record Written(String kind, @Nullable UUID site, int version, DeadlineRule rule) {}

    /**
     * The rule for a new order: that of its site, or of its class, or the default.
     *
     * @throws IllegalArgumentException if there is no such class
     */
    public DeadlineRule of(Tx tx, String kind, UUID site) {
        DeadlineRule usual = defaults.get(kind);
        if (usual == null) {
            throw new IllegalArgumentException("there is no class of orders '" + kind + "'");
        }
        return store.find(tx, kind, site)
                .or(() -> store.find(tx, kind, null))
                .map(Written::rule)
                .orElse(usual);
    }

    /** By which calendars time is counted. */
    public Calendars calendars() {
        return calendars;
    }

    Map<String, DeadlineRule> defaults() {
        return defaults;
    }

    /** What was written, as far as the caller may see the sites. */
    List<Written> list(Caller caller) {
        return database.transaction(tx -> store.list(tx).stream()
                .filter(written -> seen(tx, caller, written.site()))
                .toList());
    }

    private boolean seen(Tx tx, Caller caller, @Nullable UUID site) {
        return site == null || (caller.sees(site) && sites.find(tx, site).isPresent());
    }

    /**
     * Writes a rule.
     *
     * @param site null for every site
     * @param version that was read; 0 where nothing was written yet
     * @throws Problem.Raised 400, 403, 404 or 412
     */
    Written put(Caller caller, String kind, @Nullable UUID site, int version, DeadlineRule rule) {
        mayWrite(caller, kind, site);
        check(rule);
        return database.transaction(tx -> {
            if (site != null && (!caller.sees(site) || sites.lock(tx, site).isEmpty())) {
                throw Problem.notFound("site", site).raised();
            }
            Written written = new Written(kind, site, version + 1, rule);
            if (!store.write(tx, written, clock.instant())) {
                throw Request.stale().raised();
            }
            tell(tx, caller, "deadline.change", kind, site, rule);
            return written;
        });
    }

    /**
     * Takes a site's rule away; what holds for the class holds there again.
     *
     * @throws Problem.Raised 404 if there is none
     */
    void remove(Caller caller, String kind, UUID site) {
        mayWrite(caller, kind, site);
        database.inTransaction(tx -> {
            if (!caller.sees(site) || !store.remove(tx, kind, site)) {
                throw Problem.notFound("rule for orders of the class " + kind + " at the site", site)
                        .raised();
            }
            tell(tx, caller, "deadline.remove", kind, site, null);
        });
    }

    private void mayWrite(Caller caller, String kind, @Nullable UUID site) {
        if (!defaults.containsKey(kind)) {
            throw Problem.of(
                            404,
                            "not-found",
                            "Not found",
                            "There is no class of orders '" + kind + "'; there are " + defaults.keySet() + ".")
                    .raised();
        }
        if (site == null && !caller.sites().isEmpty()) {
            throw Problem.forbidden("This holds for every site and you see some of them; write a rule for a site.")
                    .raised();
        }
    }

    private void tell(
            Tx tx, Caller caller, String action, String kind, @Nullable UUID site, @Nullable DeadlineRule rule) {
        String where = site == null ? "everywhere" : site.toString();
        audit.note(
                tx,
                caller,
                action,
                site == null ? kind : site,
                rule == null
                        ? Map.of("class", kind, "site", where)
                        : Map.of("class", kind, "site", where, "rule", Json.tree(rule)));
        events.publish(tx, "deadline.changed", site, Map.of("class", kind));
    }

    /** What the contract cannot say. */
    private void check(DeadlineRule rule) {
        List<Problem.FieldError> errors = new ArrayList<>();
        List<DeadlineRule.Limit> limits = rule.limits();
        for (int i = 0; i < limits.size(); i++) {
            String calendar = limits.get(i).calendar();
            if (calendars.find(calendar).isEmpty()) {
                errors.add(new Problem.FieldError(
                        "/" + STEPS.get(i) + "/calendar",
                        "There is no calendar '" + calendar + "'; there are "
                                + calendars.all().stream()
                                        .map(each -> each.name())
                                        .toList() + "."));
            }
        }
        Set<DeadlineRule.Rung> rungs = new HashSet<>();
        for (int i = 0; i < rule.ladder().size(); i++) {
            if (!rungs.add(rule.ladder().get(i))) {
                errors.add(new Problem.FieldError("/ladder/" + i, "This rung stands there twice."));
            }
        }
        Optional<Problem.FieldError> first = errors.stream().findFirst();
        if (first.isPresent()) {
            throw Problem.invalid(first.get().pointer(), first.get().detail())
                    .withErrors(errors)
                    .raised();
        }
    }
}
