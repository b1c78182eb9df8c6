package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.photo.Photo;
import io.kerbwatch.server.photo.Photos;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Page;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Sheet;
import io.kerbwatch.server.site.Sites;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts of this feature put together, and its routes. */
public final class StandardRoutes {
    /** Rows of a table that comes in: more than any city has clauses. */
    private static final int MOST_ROWS = 5_001;
    /** Points of a page; a table has them all. */
    private static final int MOST_POINTS = 500;

    private final Database database;
    private final Standards standards;
    private final Incidents incidents;
    private final SiteChecks checks;
    private final Contracts contracts;
    private final Assessments assessments;
    private final Appeals appeals;

    public StandardRoutes(
            Database database,
            InstantSource clock,
            Ids ids,
            Sites sites,
            Photos photos,
            Incidents incidents,
            Standards standards,
            Events events,
            Audit audit) {
        this.database = database;
        this.standards = standards;
        this.incidents = incidents;
        this.checks = new SiteChecks(database, clock, ids, sites, photos, standards.store(), events, audit);
        this.contracts = new Contracts(database, clock, ids, sites, events, audit);
        this.assessments = new Assessments(database, clock, ids, events, audit);
        this.appeals = new Appeals(database, clock, ids, events, audit);
    }

    private record SpaceText(String name, @Nullable String nameEn) {}

    private record Given(@Nullable String space) {}

    private record Table(String file, @Nullable Boolean dryRun) {}

    private record Wish(String month) {}

    private record Complaint(UUID line, String reason) {}

    private record Verdict(boolean upheld, String reason) {}

    public void mount(Operations operations) {
        operations
                .on("listSpaces", request -> items(standards.spaces()))
                .on("putSpace", request -> {
                    SpaceText text = request.body(SpaceText.class);
                    Space space = standards.putSpace(
                            request.caller(),
                            request.path().getOrDefault("spaceCode", ""),
                            request.ifMatch(),
                            text.name(),
                            Written.text(text.nameEn()));
                    return Reply.json(space).version(space.version());
                })
                .on("removeSpace", request -> {
                    standards.removeSpace(request.caller(), request.path().getOrDefault("spaceCode", ""));
                    return Reply.nothing();
                })
                .on("getSiteSpace", request -> Reply.json(standards.spaceOf(request.caller(), request.id("siteId"))))
                .on(
                        "putSiteSpace",
                        request -> Reply.json(standards.giveSpace(
                                request.caller(),
                                request.id("siteId"),
                                request.body(Given.class).space())))
                .on("listSiteClauses", request -> items(standards.at(request.caller(), request.id("siteId"))))
                .on("listIncidentClauses", this::ofIncident)
                .on("listStandards", this::list)
                .on("getStandard", request -> shown(standards.get(code(request))))
                .on(
                        "putStandard",
                        request -> shown(standards.put(
                                request.caller(), code(request), request.ifMatch(), request.body(Written.class))))
                .on("removeStandard", request -> {
                    standards.remove(request.caller(), code(request));
                    return Reply.nothing();
                })
                .on("importStandards", this::take);
        mountChecks(operations);
        mountAssessments(operations);
    }

    private void mountChecks(Operations operations) {
        operations
                .on("listChecks", request -> {
                    int limit = request.limit();
                    Page<SiteCheck> page = SiteChecks.page(
                            checks.list(
                                    request.caller(),
                                    new SiteChecks.Filter(request.queryId("site"), request.queryId("clause")),
                                    Page.before(request.query("cursor")),
                                    limit + 1),
                            limit);
                    return Reply.json(page);
                })
                .on("addCheck", request -> {
                    SiteCheck check = checks.add(request.caller(), request.body(SiteChecks.New.class));
                    return Reply.created("/api/v1/checks/" + check.id(), check);
                })
                .on("getCheck", request -> Reply.json(checks.get(request.caller(), request.id("checkId"))))
                .on("addCheckPhoto", request -> {
                    Photo photo =
                            checks.photo(request.caller(), request.id("checkId"), request.body(Photos.Sent.class));
                    return Reply.created("/api/v1/photos/" + photo.id(), photo);
                })
                .on("listDueChecks", request -> Reply.json(checks.due(request.caller(), request.limit())))
                .on("listContracts", request -> items(contracts.list(request.caller())))
                .on("createContract", request -> {
                    KeepingContract contract = contracts.create(request.caller(), request.body(Contracts.Wanted.class));
                    return Reply.created("/api/v1/contracts/" + contract.id(), contract)
                            .version(contract.version());
                })
                .on("readContract", request -> shown(contracts.get(request.caller(), request.id("contractId"))))
                .on(
                        "changeContract",
                        request -> shown(contracts.change(
                                request.caller(),
                                request.id("contractId"),
                                request.ifMatch(),
                                request.body(Contracts.Wanted.class))))
                .on("removeContract", request -> {
                    contracts.remove(request.caller(), request.id("contractId"));
                    return Reply.nothing();
                });
    }

    private void mountAssessments(Operations operations) {
        operations
                .on("listAssessments", request -> items(assessments.issued()))
                .on("issueAssessment", request -> {
                    YearMonth month =
                            Month.parse("/month", request.body(Wish.class).month());
                    return Reply.created("/api/v1/assessments/" + month, assessments.issue(request.caller(), month));
                })
                .on("getAssessment", this::assessment)
                .on("listPoints", this::points)
                .on(
                        "listAppeals",
                        request -> items(appeals.list(request.caller(), request.flag("open", true), request.limit())))
                .on("addAppeal", request -> {
                    Complaint complaint = request.body(Complaint.class);
                    return Reply.json(201, appeals.add(request.caller(), complaint.line(), complaint.reason()));
                })
                .on("decideAppeal", request -> {
                    Verdict verdict = request.body(Verdict.class);
                    return Reply.json(appeals.decide(
                            request.caller(), request.id("appealId"), verdict.upheld(), verdict.reason()));
                });
    }

    private static Reply items(List<?> items) {
        return Reply.json(Map.of("items", items));
    }

    private static Reply shown(Standard standard) {
        return Reply.json(standard).version(standard.version());
    }

    private static Reply shown(KeepingContract contract) {
        return Reply.json(contract).version(contract.version());
    }

    private static String code(Request request) {
        return request.path().getOrDefault("standardCode", "");
    }

    private static boolean english(Request request) {
        return request.query("language").orElse("zh").equals("en");
    }

    /** The format that a table is wanted in; none for JSON. */
    private static Optional<String> table(Request request) {
        return request.query("format").filter(format -> !format.equals("json"));
    }

    private Reply list(Request request) {
        return table(request)
                .map(format -> Sheet.reply(standards.table(english(request)), format, "standards"))
                .orElseGet(() -> items(standards.list()));
    }

    private Reply take(Request request) {
        Table table = request.body(Table.class);
        byte[] file;
        try {
            file = Base64.getDecoder().decode(table.file());
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("/file", "This is no Base64.").raised();
        }
        return Reply.json(
                standards.take(request.caller(), Sheet.read(file, MOST_ROWS), Boolean.TRUE.equals(table.dryRun())));
    }

    private Reply ofIncident(Request request) {
        Incident incident = incidents.get(request.caller(), request.id("incidentId"));
        return items(database.transaction(
                tx -> standards.guides(tx, incident.site(), List.of(incident.kind()), incident.openedAt())));
    }

    private static YearMonth month(Request request) {
        return Month.parse("month", request.path().getOrDefault("month", ""));
    }

    private Reply assessment(Request request) {
        String by = request.query("by").orElse("place");
        Assessments.Book book = assessments.book(request.caller(), month(request));
        List<Assessments.Row> rows = Assessments.rows(book, by);
        return table(request)
                .map(format -> Sheet.reply(
                        AssessmentTable.rows(rows, english(request)), format, "assessment-" + book.month() + "-" + by))
                .orElseGet(() -> Reply.json(told(book, Map.of("by", by, "items", rows))));
    }

    private Reply points(Request request) {
        Assessments.Book book = assessments.book(request.caller(), month(request));
        List<Point> points = Assessments.points(
                book,
                new Assessments.Filter(
                        request.queryId("site"),
                        request.queryId("team"),
                        request.queryId("contract"),
                        request.query("standard"),
                        request.query("clause")));
        return table(request)
                .map(format ->
                        Sheet.reply(AssessmentTable.points(points, english(request)), format, "points-" + book.month()))
                .orElseGet(() -> Reply.json(told(
                        book,
                        Map.of(
                                "items",
                                points.stream().limit(MOST_POINTS).toList(),
                                "more",
                                points.size() > MOST_POINTS))));
    }

    /** Which month it is and whether it has been issued, with what is asked for. */
    private static Map<String, Object> told(Assessments.Book book, Map<String, Object> more) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("month", book.month().toString());
        Assessments.Issue issue = book.issue();
        told.put("issuedAt", issue == null ? null : issue.issuedAt());
        told.put("issuedByName", issue == null ? null : issue.issuedByName());
        told.putAll(more);
        return told;
    }
}
