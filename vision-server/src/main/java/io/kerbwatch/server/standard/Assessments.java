package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * What months come to. Until a month is issued it is computed each time it is asked for; what it is issued with is written
 * down, line by line, and never changed: who does not agree appeals, and what is decided stands beside the line.
 */
final class Assessments {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Events events;
    private final Audit audit;

    Assessments(Database database, InstantSource clock, Ids ids, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.events = events;
        this.audit = audit;
    }

    /** That a month was issued. */
    record Issue(String month, Instant issuedAt, String issuedByName) {}

    /**
     * A month as the caller may see it.
     *
     * @param issue null while it is computed
     */
    record Book(
            YearMonth month,
            @Nullable Issue issue,
            List<Evidence.Place> places,
            List<Evidence.Team> teams,
            List<Point> points) {
        Book {
            places = List.copyOf(places);
            teams = List.copyOf(teams);
            points = List.copyOf(points);
        }
    }

    /**
     * What a place, team, contract or clause comes to.
     *
     * @param id null for what stands under no contract, and for clauses
     * @param name of it; of a clause the codes of its standard and its own
     * @param detail the village of a place, what a clause asks for
     * @param score 0 to 100; null for clauses
     * @param points that were taken
     * @param breaches that took them, those beyond a clause's most included
     * @param annulled breaches that do not count after an appeal
     */
    record Row(
            @Nullable UUID id,
            String name,
            String detail,
            String detailEn,
            String contractName,
            int places,
            @Nullable Double score,
            double points,
            int breaches,
            int annulled,
            int checksDue,
            int checksMade) {}

    /** Which points are wanted; empty parts do not filter. */
    record Filter(
            Optional<UUID> site,
            Optional<UUID> team,
            Optional<UUID> contract,
            Optional<String> standard,
            Optional<String> clause) {}

    /** Months that were issued, newest first. */
    List<Issue> issued() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select month, issued_at, issued_by_name from assessment order by month desc")
                .map((rows, context) -> issue(rows))
                .list());
    }

    /** A month as it stands: as it was issued, or as it would be. */
    Book book(Caller caller, YearMonth month) {
        return database.transaction(tx -> {
            Optional<Issue> issue = find(tx, month);
            return issue.isPresent() ? kept(tx, caller, month, issue.get()) : computed(tx, caller, month);
        });
    }

    private Book computed(Tx tx, Caller caller, YearMonth month) {
        Instant now = clock.instant();
        return new Book(
                month,
                null,
                Evidence.places(tx, caller, month, now),
                Evidence.teams(tx, caller, month, now),
                Scores.counted(Evidence.points(tx, caller, month, now)));
    }

    private static Book kept(Tx tx, Caller caller, YearMonth month, Issue issue) {
        List<Evidence.Place> places = tx.handle()
                .createQuery("select * from assessment_place where month = :month and (:all or site = any(:sites))"
                        + " order by name")
                .bind("month", month.atDay(1))
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> new Evidence.Place(
                        rows.getObject("site", UUID.class),
                        rows.getString("name"),
                        rows.getString("village"),
                        rows.getString("space"),
                        Rows.id(rows, "contract"),
                        rows.getString("contract_name"),
                        rows.getInt("checks_due"),
                        rows.getInt("checks_made")))
                .list();
        List<Evidence.Team> teams = tx
                .handle()
                .createQuery("select * from assessment_team where month = :month order by name")
                .bind("month", month.atDay(1))
                .map((rows, context) -> new Evidence.Team(
                        rows.getObject("team", UUID.class), rows.getString("name"), Rows.ids(rows, "sites")))
                .list()
                .stream()
                .map(team -> new Evidence.Team(
                        team.id(),
                        team.name(),
                        team.sites().stream().filter(caller::sees).toList()))
                .filter(team -> !team.sites().isEmpty())
                .toList();
        List<Point> points = tx.handle()
                .createQuery("select l.*, p.name as site_name, c.standard, c.code, c.what, c.what_en, c.most,"
                        + " a.id as appeal, a.at as appeal_at, a.by_name, a.reason, d.at as decided_at,"
                        + " d.by_name as decided_by, d.upheld, d.reason as opinion from assessment_line l"
                        + " join assessment_place p on p.month = l.month and p.site = l.site"
                        + " join clause c on c.id = l.clause left join appeal a on a.line = l.id"
                        + " left join appeal_decision d on d.appeal = a.id"
                        + " where l.month = :month and (:all or l.site = any(:sites))")
                .bind("month", month.atDay(1))
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .map((rows, context) -> {
                    Appeal appeal = rows.getObject("appeal") == null
                            ? null
                            : Appeals.read(rows, rows.getObject("id", UUID.class));
                    return Evidence.point(
                            rows,
                            appeal != null
                                    && appeal.decision() != null
                                    && appeal.decision().upheld(),
                            appeal);
                })
                .list();
        return new Book(month, issue, places, teams, Scores.counted(points));
    }

    /**
     * Issues a month that is over.
     *
     * @throws Problem.Raised 403, 409 {@code month-not-over}, {@code month-issued} or {@code nothing-to-assess}
     */
    Issue issue(Caller caller, YearMonth month) {
        Standards.everywhere(caller);
        return database.transaction(tx -> {
            // One at a time, and no check of the month comes in between.
            tx.handle().execute("lock table assessment in share row exclusive mode");
            Instant now = clock.instant();
            if (!Month.of(now, Month.ZONE).isAfter(month)) {
                throw Problem.conflict("month-not-over", "Not over yet", month + " goes on; issue it when it is over.")
                        .raised();
            }
            if (find(tx, month).isPresent()) {
                throw alreadyIssued(month).raised();
            }
            Book book = computed(tx, Caller.SYSTEM, month);
            if (book.places().isEmpty()) {
                throw Problem.conflict(
                                "nothing-to-assess",
                                "Nothing to assess",
                                "In " + month + " no place was held against any standard.")
                        .raised();
            }
            tx.handle()
                    .createUpdate("insert into assessment (month, issued_at, issued_by, issued_by_name)"
                            + " values (:month, :now, :by, :name)")
                    .bind("month", month.atDay(1))
                    .bind("now", now)
                    .bind("by", caller.id())
                    .bind("name", caller.name())
                    .execute();
            keep(tx, book);
            audit.note(
                    tx,
                    caller,
                    "assessment.issue",
                    month,
                    Map.of(
                            "places",
                            book.places().size(),
                            "lines",
                            book.points().size()));
            events.publish(tx, "assessment.changed", null, Map.of("month", month.toString()));
            return find(tx, month).orElseThrow();
        });
    }

    private void keep(Tx tx, Book book) {
        batch(
                tx,
                "insert into assessment_place (month, site, name, village, space, contract, contract_name, checks_due,"
                        + " checks_made) values (:month, :site, :name, :village, :space, :contract, :contractName, :due,"
                        + " :made)",
                book,
                book.places(),
                (batch, place) -> batch.bind("site", place.site())
                        .bind("name", place.name())
                        .bind("village", place.village())
                        .bind("space", place.space())
                        .bind("contract", place.contract())
                        .bind("contractName", place.contractName())
                        .bind("due", place.checksDue())
                        .bind("made", place.checksMade()));
        batch(
                tx,
                "insert into assessment_team (month, team, name, sites) values (:month, :team, :name, :places)",
                book,
                book.teams(),
                (batch, team) -> batch.bind("team", team.id())
                        .bind("name", team.name())
                        .bind("places", team.sites().toArray(UUID[]::new)));
        batch(
                tx,
                "insert into assessment_line (id, month, site, clause, team, team_name, evidence, evidence_id, order_id,"
                        + " kind, at, points) values (:id, :month, :site, :clause, :team, :teamName, :evidence,"
                        + " :evidenceId, :order, :kind, :at, :points)",
                book,
                book.points(),
                (batch, point) -> batch.bind("id", ids.next())
                        .bind("site", point.site())
                        .bind("clause", point.clause())
                        .bind("team", point.team())
                        .bind("teamName", point.teamName())
                        .bind("evidence", point.evidence())
                        .bind("evidenceId", point.evidenceId())
                        .bind("order", point.order())
                        .bind("kind", point.kind())
                        .bind("at", point.at())
                        .bind("points", point.points()));
    }

    /** Binds what a row of a batch is made of. */
    private interface Binding<T> {
        Object bind(PreparedBatch batch, T row);
    }

    private static <T> void batch(Tx tx, String sql, Book book, List<T> rows, Binding<T> binding) {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedBatch batch = tx.handle().prepareBatch(sql)) {
            for (T row : rows) {
                Object unused = binding.bind(batch.bind("month", book.month().atDay(1)), row);
                batch.add();
            }
            batch.execute();
        }
    }

    /**
     * That nothing of a month has been issued yet, for the rest of the transaction.
     *
     * @throws Problem.Raised 409 {@code month-issued}
     */
    static void mustBeOpen(Tx tx, YearMonth month) {
        tx.handle().execute("lock table assessment in row exclusive mode");
        if (find(tx, month).isPresent()) {
            throw alreadyIssued(month).raised();
        }
    }

    private static Problem alreadyIssued(YearMonth month) {
        return Problem.conflict(
                "month-issued",
                "Issued already",
                "The assessment of " + month + " was issued; what stands in it is changed by appeals alone.");
    }

    /** What places, teams, contracts or clauses come to, the lowest score first. */
    static List<Row> rows(Book book, String by) {
        List<UUID> all = book.places().stream().map(Evidence.Place::site).toList();
        List<Row> rows = new ArrayList<>();
        switch (by) {
            case "team" ->
                book.teams()
                        .forEach(team -> rows.add(row(
                                book,
                                team.id(),
                                new Name(team.name(), "", "", ""),
                                team.sites().stream().filter(all::contains).toList(),
                                point -> team.id().equals(point.team()))));
            case "contract" -> {
                Map<Optional<UUID>, List<Evidence.Place>> under = new LinkedHashMap<>();
                book.places().forEach(place -> under.computeIfAbsent(
                                Optional.ofNullable(place.contract()), contract -> new ArrayList<>())
                        .add(place));
                under.forEach((contract, places) -> {
                    List<UUID> sites = places.stream().map(Evidence.Place::site).toList();
                    rows.add(row(
                            book,
                            contract.orElse(null),
                            new Name(
                                    places.get(0).contractName(),
                                    "",
                                    "",
                                    places.get(0).contractName()),
                            sites,
                            point -> sites.contains(point.site())));
                });
            }
            case "clause" -> {
                Map<String, List<Point>> of = new LinkedHashMap<>();
                book.points().forEach(point -> of.computeIfAbsent(
                                point.standard() + " " + point.code(), clause -> new ArrayList<>())
                        .add(point));
                of.forEach((clause, points) -> {
                    Point last = points.get(points.size() - 1);
                    Row row = row(
                            book,
                            null,
                            new Name(clause, last.what(), last.whatEn(), ""),
                            points.stream().map(Point::site).distinct().toList(),
                            points::contains);
                    rows.add(new Row(
                            null,
                            row.name(),
                            row.detail(),
                            row.detailEn(),
                            "",
                            row.places(),
                            null,
                            row.points(),
                            row.breaches(),
                            row.annulled(),
                            0,
                            0));
                });
            }
            default ->
                book.places()
                        .forEach(place -> rows.add(row(
                                book,
                                place.site(),
                                new Name(place.name(), place.village(), place.village(), place.contractName()),
                                List.of(place.site()),
                                point -> place.site().equals(point.site()))));
        }
        rows.sort(Comparator.comparingDouble((Row row) -> Objects.requireNonNullElse(row.score(), -row.points()))
                .thenComparing(Row::name));
        return rows;
    }

    private record Name(String name, String detail, String detailEn, String contract) {}

    private static Row row(Book book, @Nullable UUID id, Name name, List<UUID> places, Predicate<Point> theirs) {
        List<Point> points = book.points().stream().filter(theirs).toList();
        return new Row(
                id,
                name.name(),
                name.detail(),
                name.detailEn(),
                name.contract(),
                places.size(),
                Scores.of(places, points, point -> true),
                points.stream().mapToDouble(Point::counted).sum(),
                (int) points.stream().filter(point -> !point.annulled()).count(),
                (int) points.stream().filter(Point::annulled).count(),
                book.places().stream()
                        .filter(place -> places.contains(place.site()))
                        .mapToInt(Evidence.Place::checksDue)
                        .sum(),
                book.places().stream()
                        .filter(place -> places.contains(place.site()))
                        .mapToInt(Evidence.Place::checksMade)
                        .sum());
    }

    /** The points behind a row, newest first. */
    static List<Point> points(Book book, Filter filter) {
        Map<UUID, Optional<UUID>> contracts = new LinkedHashMap<>();
        book.places().forEach(place -> contracts.put(place.site(), Optional.ofNullable(place.contract())));
        return book.points().stream()
                .filter(point -> filter.site().map(point.site()::equals).orElse(true))
                .filter(point ->
                        filter.team().map(team -> team.equals(point.team())).orElse(true))
                .filter(point -> filter.contract()
                        .map(contract -> contracts
                                .getOrDefault(point.site(), Optional.empty())
                                .equals(Optional.of(contract)))
                        .orElse(true))
                .filter(point -> filter.standard().map(point.standard()::equals).orElse(true))
                .filter(point -> filter.clause().map(point.code()::equals).orElse(true))
                .sorted(Comparator.comparing(Point::at).reversed())
                .toList();
    }

    private static Optional<Issue> find(Tx tx, YearMonth month) {
        return tx.handle()
                .createQuery("select month, issued_at, issued_by_name from assessment where month = :month")
                .bind("month", month.atDay(1))
                .map((rows, context) -> issue(rows))
                .findFirst();
    }

    private static Issue issue(ResultSet rows) throws SQLException {
        return new Issue(
                Month.of(rows.getDate("month").toLocalDate()).toString(),
                rows.getTimestamp("issued_at").toInstant(),
                rows.getString("issued_by_name"));
    }
}
