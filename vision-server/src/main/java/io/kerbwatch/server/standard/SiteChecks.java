package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.photo.Photo;
import io.kerbwatch.server.photo.Photos;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Page;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps what people saw at places. A check is never changed: who was wrong makes another, and the assessment has appeals. */
final class SiteChecks {
    /** Clocks of phones and servers differ by so much. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);
    /** So long somebody without a signal may take to send it. */
    private static final Duration LATE = Duration.ofDays(7);

    private static final Duration PHOTOS_WITHIN = Duration.ofDays(1);
    private static final int PHOTOS = 20;
    private static final Map<String, Duration> RHYTHM = Map.of(
            "day", Duration.ofDays(1),
            "week", Duration.ofDays(7),
            "month", Duration.ofDays(31),
            "quarter", Duration.ofDays(92),
            "year", Duration.ofDays(366));

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Sites sites;
    private final Photos photos;
    private final StandardStore standards;
    private final Events events;
    private final Audit audit;

    SiteChecks(
            Database database,
            InstantSource clock,
            Ids ids,
            Sites sites,
            Photos photos,
            StandardStore standards,
            Events events,
            Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.sites = sites;
        this.photos = photos;
        this.standards = standards;
        this.events = events;
        this.audit = audit;
    }

    /** A check as it is reported. */
    record New(
            UUID site,
            @Nullable Instant at,
            @Nullable String note,
            @Nullable UUID order,
            List<NewItem> items) {}

    /** A clause that was looked at, as it is reported. */
    record NewItem(UUID clause, String outcome, @Nullable String note) {}

    /** Which checks are wanted; empty parts do not filter. */
    record Filter(Optional<UUID> site, Optional<UUID> clause) {}

    /**
     * A clause that is to be looked at at a place.
     *
     * @param lastAt when it was last seen met or broken; null if never
     * @param dueSince when its time came
     */
    record Due(
            UUID site,
            String siteName,
            UUID clause,
            String standard,
            String code,
            String what,
            String whatEn,
            String every,
            @Nullable Instant lastAt,
            Instant dueSince) {
        /**
         * What is due, as far as it was asked for.
         *
         * @param more whether there is more of it
         */
        record Part(List<Due> items, boolean more) {}
    }

    /**
     * Keeps a check.
     *
     * @throws Problem.Raised 400 for clauses that do not hold there or times that cannot be, 404, or 409
     *     {@code month-issued} if its month has been assessed already
     */
    SiteCheck add(Caller caller, New wanted) {
        return database.transaction(tx -> {
            Site site = sites.lock(tx, wanted.site())
                    .filter(found -> caller.sees(wanted.site()))
                    .orElseThrow(() -> Problem.notFound("site", wanted.site()).raised());
            Instant now = clock.instant();
            Instant at = Objects.requireNonNullElse(wanted.at(), now);
            if (at.isAfter(now.plus(CLOCKS_DIFFER)) || at.isBefore(now.minus(LATE))) {
                throw Problem.invalid(
                                "/at", "It is " + now + " here; a check is reported afterwards, within seven days.")
                        .raised();
            }
            Assessments.mustBeOpen(tx, Month.of(at, site.zone()));
            theirs(tx, wanted.order(), site);
            Map<UUID, Clause> held = standards.spaceOf(tx, site.id(), at).stream()
                    .flatMap(space -> standards.held(tx, space, at).stream())
                    .collect(Collectors.toMap(Clause::id, Function.identity()));
            Set<UUID> once = new HashSet<>();
            List<Problem.FieldError> errors = new ArrayList<>();
            for (int i = 0; i < wanted.items().size(); i++) {
                UUID clause = wanted.items().get(i).clause();
                if (!held.containsKey(clause)) {
                    errors.add(new Problem.FieldError(
                            "/items/" + i + "/clause",
                            "No such clause holds at '" + site.name() + "'; read /api/v1/sites/" + site.id()
                                    + "/clauses anew."));
                } else if (!once.add(clause)) {
                    errors.add(new Problem.FieldError("/items/" + i + "/clause", "This clause stands there twice."));
                }
            }
            Standards.refuse(errors);
            UUID id = ids.next();
            tx.handle()
                    .createUpdate("insert into site_check (id, site, at, received_at, checker, checker_name, note,"
                            + " order_id) values (:id, :site, :at, :now, :by, :name, :note, :order)")
                    .bind("id", id)
                    .bind("site", site.id())
                    .bind("at", at)
                    .bind("now", now)
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .bind("note", Written.text(wanted.note()))
                    .bind("order", wanted.order())
                    .execute();
            wanted.items().forEach(item -> tx.handle()
                    .createUpdate("insert into site_check_item (site_check, clause, outcome, note)"
                            + " values (:check, :clause, :outcome, :note)")
                    .bind("check", id)
                    .bind("clause", item.clause())
                    .bind("outcome", item.outcome())
                    .bind("note", Written.text(item.note()))
                    .execute());
            audit.note(tx, caller, "site-check.add", id, Map.of("site", site.id()));
            events.publish(tx, "site-check.changed", site.id(), Map.of("check", id));
            return find(tx, id).orElseThrow();
        });
    }

    private static void theirs(Tx tx, @Nullable UUID order, Site site) {
        if (order != null) {
            boolean there = tx.handle()
                    .createQuery("select exists (select 1 from orders where id = :id and site = :site)")
                    .bind("id", order)
                    .bind("site", site.id())
                    .mapTo(Boolean.class)
                    .one();
            if (!there) {
                throw Problem.invalid("/order", "There is no such order at '" + site.name() + "'.")
                        .raised();
            }
        }
    }

    /**
     * Adds a photo to a check of one's own, within a day.
     *
     * @throws Problem.Raised 403 for a check of somebody else, 404, 409 {@code check-ended} when it is too late or has all
     *     the photos that it may have, or as {@link Photos#keep}
     */
    Photo photo(Caller caller, UUID id, Photos.Sent sent) {
        return database.transaction(tx -> {
            SiteCheck check = seen(tx, caller, id);
            String checker = tx.handle()
                    .createQuery("select checker from site_check where id = :id for update")
                    .bind("id", id)
                    .mapTo(String.class)
                    .one();
            if (!checker.equals(caller.id())) {
                throw Problem.forbidden("Only " + check.checkerName() + ", who made this check, adds photos to it.")
                        .raised();
            }
            List<Photo> before = photos.ofChecks(tx, List.of(id)).getOrDefault(id, List.of());
            if (check.receivedAt().plus(PHOTOS_WITHIN).isBefore(clock.instant()) || before.size() >= PHOTOS) {
                throw Problem.conflict(
                                "check-ended",
                                "Check ended",
                                "A check takes " + PHOTOS + " photos, within a day; make another one.")
                        .raised();
            }
            Site site = sites.known(tx, check.site());
            Photo photo = photos.keep(
                    tx,
                    caller,
                    Photos.Subject.ofCheck(
                            id,
                            site.id(),
                            sent.metersTo(site.latitude(), site.longitude()),
                            check.at().minus(Duration.ofHours(1))),
                    sent);
            events.publish(tx, "site-check.changed", site.id(), Map.of("check", id));
            return photo;
        });
    }

    SiteCheck get(Caller caller, UUID id) {
        return database.transaction(tx -> seen(tx, caller, id));
    }

    /** Newest first. */
    List<SiteCheck> list(Caller caller, Filter filter, UUID before, int limit) {
        return database.transaction(tx -> whole(
                tx,
                tx.handle()
                        .createQuery(SELECT + "where (:all or k.site = any(:sites))"
                                + " and (cast(:site as uuid) is null or k.site = :site)"
                                + " and (cast(:clause as uuid) is null or exists (select 1 from site_check_item i"
                                + " where i.site_check = k.id and i.clause = :clause))"
                                + " and k.id < :before order by k.id desc limit :limit")
                        .bind("all", caller.sites().isEmpty())
                        .bind("sites", caller.siteArray())
                        .bind("site", filter.site().orElse(null))
                        .bind("clause", filter.clause().orElse(null))
                        .bind("before", before)
                        .bind("limit", limit)
                        .map((rows, context) -> head(rows))
                        .list()));
    }

    /** What is to be looked at, the longest due first. What was never looked at is due since its clause or site began. */
    Due.Part due(Caller caller, int limit) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Map<String, Duration> rhythm = RHYTHM;
            List<Due> all = tx.handle()
                    .createQuery("select s.id as site, s.name, c.id as clause, c.standard, c.code, c.what, c.what_en,"
                            + " c.every, greatest(c.held_from, s.created_at) as begun, (select max(k.at) from"
                            + " site_check k join site_check_item i on i.site_check = k.id join clause o"
                            + " on o.id = i.clause where k.site = s.id and o.standard = c.standard and o.code = c.code"
                            + " and i.outcome <> 'not-seen') as last"
                            + " from site s join clause c on c.space = space_of(s.id, s.kind, :now)"
                            + " where s.removed_at is null and c.held_until is null and c.every is not null"
                            + " and (:all or s.id = any(:sites))")
                    .bind("now", now)
                    .bind("all", caller.sites().isEmpty())
                    .bind("sites", caller.siteArray())
                    .map((rows, context) -> {
                        String every = rows.getString("every");
                        Instant last = Rows.instant(rows, "last");
                        Instant begun = rows.getTimestamp("begun").toInstant();
                        return new Due(
                                rows.getObject("site", UUID.class),
                                rows.getString("name"),
                                rows.getObject("clause", UUID.class),
                                rows.getString("standard"),
                                rows.getString("code"),
                                rows.getString("what"),
                                rows.getString("what_en"),
                                every,
                                last,
                                last == null ? begun : last.plus(rhythm.getOrDefault(every, Duration.ZERO)));
                    })
                    .list();
            List<Due> over = all.stream()
                    .filter(due -> !due.dueSince().isAfter(now))
                    .sorted(Comparator.comparing(Due::dueSince)
                            .thenComparing(Due::siteName)
                            .thenComparing(Due::standard)
                            .thenComparing(Due::code))
                    .toList();
            return new Due.Part(over.stream().limit(limit).toList(), over.size() > limit);
        });
    }

    private SiteCheck seen(Tx tx, Caller caller, UUID id) {
        return find(tx, id).filter(check -> caller.sees(check.site())).orElseThrow(() -> Problem.notFound("check", id)
                .raised());
    }

    private Optional<SiteCheck> find(Tx tx, UUID id) {
        return whole(
                        tx,
                        tx.handle()
                                .createQuery(SELECT + "where k.id = :id")
                                .bind("id", id)
                                .map((rows, context) -> head(rows))
                                .list())
                .stream()
                .findFirst();
    }

    private static final String SELECT =
            "select k.*, s.name as site_name from site_check k join site s on s.id = k.site ";

    private static SiteCheck head(ResultSet rows) throws SQLException {
        return new SiteCheck(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                rows.getString("site_name"),
                rows.getTimestamp("at").toInstant(),
                rows.getTimestamp("received_at").toInstant(),
                rows.getString("checker_name"),
                rows.getString("note"),
                Rows.id(rows, "order_id"),
                List.of(),
                List.of());
    }

    /** With what belongs to them. */
    private List<SiteCheck> whole(Tx tx, List<SiteCheck> heads) {
        List<UUID> some = heads.stream().map(SiteCheck::id).toList();
        Map<UUID, List<SiteCheck.Item>> items = new HashMap<>();
        tx.handle()
                .createQuery("select i.site_check, i.outcome, i.note, c.id, c.standard, c.code, c.what, c.what_en,"
                        + " c.points from site_check_item i join clause c on c.id = i.clause"
                        + " where i.site_check = any(:checks) order by c.standard, c.position, c.code")
                .bind("checks", some.toArray(UUID[]::new))
                .map((rows, context) -> Map.entry(
                        rows.getObject("site_check", UUID.class),
                        new SiteCheck.Item(
                                rows.getObject("id", UUID.class),
                                rows.getString("standard"),
                                rows.getString("code"),
                                rows.getString("what"),
                                rows.getString("what_en"),
                                rows.getDouble("points"),
                                rows.getString("outcome"),
                                rows.getString("note"))))
                .forEach(each -> items.computeIfAbsent(each.getKey(), check -> new ArrayList<>())
                        .add(each.getValue()));
        Map<UUID, List<Photo>> pictures = photos.ofChecks(tx, some);
        return heads.stream()
                .map(head -> new SiteCheck(
                        head.id(),
                        head.site(),
                        head.siteName(),
                        head.at(),
                        head.receivedAt(),
                        head.checkerName(),
                        head.note(),
                        head.order(),
                        items.getOrDefault(head.id(), List.of()),
                        pictures.getOrDefault(head.id(), List.of())))
                .toList();
    }

    /** Cuts a list into pages. */
    static Page<SiteCheck> page(List<SiteCheck> rows, int limit) {
        return Page.of(rows, limit, SiteCheck::id);
    }
}
