package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps kinds of city space, their standards, and which kind each site is. */
public final class Standards {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Sites sites;
    private final Events events;
    private final Audit audit;
    private final StandardStore store = new StandardStore();

    public Standards(Database database, InstantSource clock, Ids ids, Sites sites, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.sites = sites;
        this.events = events;
        this.audit = audit;
    }

    /** What a clause says to who does the work, or looks at it; texts in Chinese, and in English where there are any. */
    public record Guide(
            UUID id,
            String standard,
            String code,
            String what,
            String whatEn,
            String limit,
            String limitEn,
            String guidance,
            String guidanceEn) {
        static Guide of(Clause clause) {
            return new Guide(
                    clause.id(),
                    clause.standard(),
                    clause.code(),
                    clause.what(),
                    clause.whatEn(),
                    clause.limit(),
                    clause.limitEn(),
                    clause.guidance(),
                    clause.guidanceEn());
        }
    }

    /**
     * What an import does or would do.
     *
     * @param begun clauses that are new or changed
     * @param ended clauses that are not there any more or changed
     */
    record Imported(int standards, int clauses, int begun, int ended, boolean dryRun) {}

    /** Writes the set that comes with the program, where there never was one; called at each start. */
    public void begin() {
        database.inTransaction(tx -> {
            tx.handle().execute("lock table space in share row exclusive mode");
            if (!store.begun(tx)) {
                Instant now = clock.instant();
                StarterSet starter = StarterSet.read();
                starter.spaces().forEach(space -> store.writeSpace(tx, space, now));
                starter.standards().forEach((code, written) -> write(tx, code, 0, written, now));
            }
        });
    }

    List<Space> spaces() {
        return database.transaction(store::spaces);
    }

    /**
     * Writes a kind of space.
     *
     * @param version that was read; 0 for a new one
     * @throws Problem.Raised 403 or 412
     */
    Space putSpace(Caller caller, String code, int version, String name, String nameEn) {
        everywhere(caller);
        return database.transaction(tx -> {
            if (!store.writeSpace(tx, new Space(code, name, nameEn, version + 1), clock.instant())) {
                throw Request.stale().raised();
            }
            tell(tx, caller, "space.change", code, Map.of("name", name));
            return store.space(tx, code).orElseThrow();
        });
    }

    /**
     * Takes a kind of space away.
     *
     * @throws Problem.Raised 403, 404, or 409 {@code space-in-use}
     */
    void removeSpace(Caller caller, String code) {
        everywhere(caller);
        database.inTransaction(tx -> {
            if (store.space(tx, code).isEmpty()) {
                throw Problem.notFound("kind of space", code).raised();
            }
            if (store.spaceInUse(tx, code)) {
                throw Problem.conflict(
                                "space-in-use",
                                "Still in use",
                                "Standards or sites are of the kind '" + code + "'; remove or move them first.")
                        .raised();
            }
            store.removeSpace(tx, code, clock.instant());
            tell(tx, caller, "space.remove", code, Map.of());
        });
    }

    /** Which kind of space a site is, and whether somebody said so or its own kind does. */
    record SpaceOfSite(UUID site, String space, boolean given) {}

    SpaceOfSite spaceOf(Caller caller, UUID site) {
        return database.transaction(tx -> spaceOf(tx, caller, site));
    }

    private SpaceOfSite spaceOf(Tx tx, Caller caller, UUID site) {
        String kind = sites.find(tx, site)
                .filter(found -> caller.sees(site))
                .orElseThrow(() -> Problem.notFound("site", site).raised())
                .kind();
        String space = store.spaceOf(tx, site, clock.instant()).orElse(kind);
        return new SpaceOfSite(site, space, !space.equals(kind));
    }

    /**
     * Says which kind of space a site is.
     *
     * @param space null for what the site's own kind says
     * @throws Problem.Raised 400, 404
     */
    SpaceOfSite giveSpace(Caller caller, UUID site, @Nullable String space) {
        return database.transaction(tx -> {
            String kind = sites.lock(tx, site)
                    .filter(found -> caller.sees(site))
                    .orElseThrow(() -> Problem.notFound("site", site).raised())
                    .kind();
            if (space != null) {
                known(tx, "/space", space);
            }
            store.giveSpace(tx, site, kind.equals(space) ? null : space, clock.instant());
            audit.note(tx, caller, "site.space", site, Map.of("space", space == null ? kind : space));
            events.publish(tx, "standard.changed", site, Map.of("site", site));
            return spaceOf(tx, caller, site);
        });
    }

    List<Standard> list() {
        return database.transaction(tx -> store.standards(tx, false));
    }

    Standard get(String code) {
        return database.transaction(tx -> find(tx, code))
                .orElseThrow(() -> Problem.notFound("standard", code).raised());
    }

    private Optional<Standard> find(Tx tx, String code) {
        return store.standards(tx, false).stream()
                .filter(standard -> standard.code().equals(code))
                .findFirst();
    }

    /**
     * Writes a standard whole. Clauses that say what they said before go on; others end, and hold no more for what happens
     * from now on.
     *
     * @param version that was read; 0 for a new one
     * @throws Problem.Raised 400 with each field that is wrong, 403 or 412
     */
    Standard put(Caller caller, String code, int version, Written written) {
        everywhere(caller);
        List<Problem.FieldError> errors = new ArrayList<>();
        written.check((field, what) -> errors.add(new Problem.FieldError(field, what)));
        refuse(errors);
        return database.transaction(tx -> {
            known(tx, "/space", written.space());
            Changes changes = write(tx, code, version, written, clock.instant());
            tell(
                    tx,
                    caller,
                    "standard.change",
                    code,
                    Map.of("name", written.name(), "begun", changes.begun(), "ended", changes.ended()));
            return find(tx, code).orElseThrow();
        });
    }

    /** Takes a standard away; its clauses hold until now. */
    void remove(Caller caller, String code) {
        everywhere(caller);
        database.inTransaction(tx -> {
            Standard standard = store.standards(tx, true).stream()
                    .filter(one -> one.code().equals(code))
                    .findFirst()
                    .orElseThrow(() -> Problem.notFound("standard", code).raised());
            Instant now = clock.instant();
            standard.clauses().forEach(clause -> store.end(tx, clause.id(), now));
            store.removeStandard(tx, code, now);
            tell(tx, caller, "standard.remove", code, Map.of("name", standard.name()));
        });
    }

    private record Changes(int begun, int ended) {}

    private Changes write(Tx tx, String code, int version, Written written, Instant now) {
        Map<String, Clause> before = store.standards(tx, true).stream()
                .filter(standard -> standard.code().equals(code))
                .flatMap(standard -> standard.clauses().stream())
                .collect(Collectors.toMap(Clause::code, Function.identity()));
        Standard standard = new Standard(
                code, written.space(), written.name(), Written.text(written.nameEn()), version + 1, List.of());
        if (!store.writeStandard(tx, standard, now)) {
            throw Request.stale().raised();
        }
        int begun = 0;
        for (int i = 0; i < written.clauses().size(); i++) {
            Written.WrittenClause wanted = written.clauses().get(i);
            Clause old = before.get(wanted.code());
            if (old != null && old.space().equals(written.space()) && wanted.says(old)) {
                before.remove(wanted.code());
                store.place(tx, old.id(), i);
            }
        }
        before.values().forEach(gone -> store.end(tx, gone.id(), now));
        Set<String> going = held(tx, code);
        for (int i = 0; i < written.clauses().size(); i++) {
            Written.WrittenClause wanted = written.clauses().get(i);
            if (!going.contains(wanted.code())) {
                store.begin(tx, clause(code, written.space(), wanted, now), i);
                begun++;
            }
        }
        return new Changes(begun, before.size());
    }

    private Set<String> held(Tx tx, String standard) {
        return store.standards(tx, false).stream()
                .filter(one -> one.code().equals(standard))
                .flatMap(one -> one.clauses().stream())
                .map(Clause::code)
                .collect(Collectors.toSet());
    }

    private Clause clause(String standard, String space, Written.WrittenClause wanted, Instant now) {
        return new Clause(
                ids.next(),
                standard,
                space,
                wanted.code(),
                wanted.what(),
                Written.text(wanted.whatEn()),
                Written.text(wanted.limit()),
                Written.text(wanted.limitEn()),
                wanted.method(),
                wanted.about(),
                wanted.withinMinutes(),
                wanted.every(),
                wanted.points(),
                wanted.most(),
                Written.text(wanted.guidance()),
                Written.text(wanted.guidanceEn()),
                now);
    }

    /** All standards as a table, that {@link #take} reads again. */
    List<List<Object>> table(boolean english) {
        return database.transaction(tx -> ClauseTable.rows(store.spaces(tx), store.standards(tx, false), english));
    }

    /**
     * Takes standards from a table: each that is in it becomes what the table says, all of them or none.
     *
     * @param dryRun only says what it would do
     * @throws Problem.Raised 400 with each row and column that is wrong, 403
     */
    Imported take(Caller caller, List<List<String>> rows, boolean dryRun) {
        everywhere(caller);
        List<Problem.FieldError> errors = new ArrayList<>();
        return database.transaction(tx -> {
            Map<String, Space> there = new LinkedHashMap<>();
            store.spaces(tx).forEach(space -> there.put(space.code(), space));
            ClauseTable table = ClauseTable.read(
                    rows, there.keySet(), (where, what) -> errors.add(new Problem.FieldError(where, what)));
            refuse(errors);
            tx.handle().savepoint("untouched");
            Instant now = clock.instant();
            table.spaces().forEach(space -> store.writeSpace(tx, space, now));
            Map<String, Standard> before = new HashMap<>();
            store.standards(tx, true).forEach(standard -> before.put(standard.code(), standard));
            int begun = 0;
            int ended = 0;
            int clauses = 0;
            for (Map.Entry<String, Written> one : table.standards().entrySet()) {
                Standard old = before.get(one.getKey());
                Changes changes = write(tx, one.getKey(), old == null ? 0 : old.version(), one.getValue(), now);
                begun += changes.begun();
                ended += changes.ended();
                clauses += one.getValue().clauses().size();
            }
            Imported done = new Imported(table.standards().size(), clauses, begun, ended, dryRun);
            if (dryRun) {
                tx.handle().rollbackToSavepoint("untouched");
                return done;
            }
            tell(
                    tx,
                    caller,
                    "standard.import",
                    "standards",
                    Map.of("standards", done.standards(), "begun", begun, "ended", ended));
            return done;
        });
    }

    /**
     * The clauses that something at a site refers to, as they held then.
     *
     * @param kinds of incidents, and the class of an order
     */
    public List<Guide> guides(Tx tx, UUID site, Collection<String> kinds, Instant at) {
        return store.spaceOf(tx, site, at).stream()
                .flatMap(space -> store.held(tx, space, at).stream())
                .filter(clause -> clause.kinds().stream().anyMatch(kinds::contains))
                .map(Guide::of)
                .toList();
    }

    /** Clauses that hold now at a site, for whoever checks it. */
    List<Clause> at(Caller caller, UUID site) {
        return database.transaction(
                tx -> store.held(tx, spaceOf(tx, caller, site).space(), clock.instant()));
    }

    StandardStore store() {
        return store;
    }

    private void known(Tx tx, String pointer, String space) {
        List<Space> spaces = store.spaces(tx);
        if (spaces.stream().noneMatch(one -> one.code().equals(space))) {
            throw Problem.invalid(
                            pointer,
                            "There is no kind of space '" + space + "'; there are "
                                    + new TreeSet<>(
                                            spaces.stream().map(Space::code).toList())
                                    + ".")
                    .raised();
        }
    }

    private void tell(Tx tx, Caller caller, String action, String subject, Map<String, ?> detail) {
        audit.note(tx, caller, action, subject, detail);
        events.publish(tx, "standard.changed", null, Map.of("standard", subject));
    }

    /** Standards hold for every site of a kind. */
    static void everywhere(Caller caller) {
        if (!caller.sites().isEmpty()) {
            throw Problem.forbidden("This holds for all places and you see some of them.")
                    .raised();
        }
    }

    static void refuse(List<Problem.FieldError> errors) {
        if (!errors.isEmpty()) {
            Problem.FieldError first = errors.get(0);
            throw Problem.invalid(first.pointer(), first.detail())
                    .withErrors(errors.subList(0, Math.min(errors.size(), 100)))
                    .raised();
        }
    }
}
