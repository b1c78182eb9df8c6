package io.kerbwatch.server.flow;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keeps when each public toilet is to be cleaned. */
final class FlowRules {
    private final Database database;
    private final InstantSource clock;
    private final Sites sites;
    private final Events events;
    private final Audit audit;

    FlowRules(Database database, InstantSource clock, Sites sites, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.sites = sites;
        this.events = events;
        this.audit = audit;
    }

    /** A rule in the words of the API: times as HH:MM. */
    record Written(String opens, String closes, List<WrittenStep> visitors, int longestMinutes, boolean enabled) {
        static Written of(FlowRule rule) {
            return new Written(
                    rule.opens().toString(),
                    rule.closes().toString(),
                    rule.steps().stream()
                            .map(step -> new WrittenStep(step.from().toString(), step.visitors()))
                            .toList(),
                    rule.longest(),
                    rule.enabled());
        }

        FlowRule rule() {
            return new FlowRule(
                    time("/opens", opens),
                    time("/closes", closes),
                    visitors.stream()
                            .map(step -> new FlowRule.Step(time("/visitors", step.from), step.visitors))
                            .toList(),
                    longestMinutes,
                    enabled);
        }

        private static LocalTime time(String pointer, String text) {
            try {
                return LocalTime.parse(text);
            } catch (DateTimeException e) {
                throw Problem.invalid(pointer, "'" + text + "' is no time of the day; write one like 06:30.")
                        .raised();
            }
        }
    }

    /** From a time of the day on, so many visitors are enough. */
    record WrittenStep(String from, int visitors) {}

    /** A rule with its version; 0 where nobody has written one and ours holds. */
    record Versioned(UUID site, int version, Written rule) {}

    FlowRule of(Tx tx, UUID site) {
        return written(tx, site).map(Versioned::rule).map(Written::rule).orElse(FlowRule.USUAL);
    }

    Versioned get(Caller caller, UUID site) {
        return database.transaction(tx -> {
            toilet(tx, caller, site);
            return written(tx, site).orElse(new Versioned(site, 0, Written.of(FlowRule.USUAL)));
        });
    }

    /**
     * Writes a rule.
     *
     * @param version that was read
     * @throws Problem.Raised 400, 404 or 412
     */
    Versioned put(Caller caller, UUID site, int version, Written rule) {
        FlowRule checked = rule.rule();
        return database.transaction(tx -> {
            toilet(tx, caller, site);
            if (written(tx, site).map(Versioned::version).orElse(0) != version) {
                throw Request.stale().raised();
            }
            tx.handle()
                    .createUpdate("insert into flow_rule (site, rule, version, changed_at)"
                            + " values (:site, :rule, :version, :now) on conflict (site)"
                            + " do update set rule = :rule, version = :version, changed_at = :now")
                    .bind("site", site)
                    .bind("rule", Json.text(Written.of(checked)))
                    .bind("version", version + 1)
                    .bind("now", clock.instant())
                    .execute();
            audit.note(tx, caller, "flow-rule.change", site, Map.of("rule", Json.tree(rule)));
            events.publish(tx, "flow-rule.changed", site, Map.of("site", site));
            return new Versioned(site, version + 1, Written.of(checked));
        });
    }

    /**
     * A public toilet that the caller may see.
     *
     * @throws Problem.Raised 404, or 409 {@code no-toilet} for another kind of site
     */
    Site toilet(Tx tx, Caller caller, UUID id) {
        Site site = sites.lock(tx, id).filter(found -> caller.sees(id)).orElseThrow(() -> Problem.notFound("site", id)
                .raised());
        if (!site.kind().equals("public-toilet")) {
            throw Problem.conflict("no-toilet", "No public toilet", "'" + site.name() + "' is a " + site.kind() + ".")
                    .raised();
        }
        return site;
    }

    private static Optional<Versioned> written(Tx tx, UUID site) {
        return tx.handle()
                .createQuery("select version, rule from flow_rule where site = :site")
                .bind("site", site)
                .map((rows, context) ->
                        new Versioned(site, rows.getInt("version"), Json.read(rows.getString("rule"), Written.class)))
                .findFirst();
    }
}
