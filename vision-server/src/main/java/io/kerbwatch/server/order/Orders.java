package io.kerbwatch.server.order;

import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.crew.Crews;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.dispatch.DeliveryListener;
import io.kerbwatch.server.dispatch.Dispatch;
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
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Sheet;
import io.kerbwatch.server.platform.Timers;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Doors;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.server.snapshot.Snapshots;
import io.kerbwatch.server.standard.Standards;
import io.kerbwatch.server.tally.Tallies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The parts of this feature put together, and its routes. */
public final class Orders implements DeliveryListener {
    /** How long a crew member still sees what is done. */
    private static final Duration SHOWN_AFTER_END = Duration.ofHours(12);
    /** Orders in a table, at most. */
    private static final int EXPORTED = 10_000;

    private final Database database;
    /** Between a move and its anchor may lie a minute, and the clocks of several servers differ. */
    private static final Duration ANCHOR_MARGIN = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Anchors anchors;
    private final Standards standards;
    private final Sites sites;
    private final Incidents incidents;
    private final Photos photos;
    private final OrderStore store = new OrderStore();
    private final OrderWords words;
    private final Sending sending;
    private final Open311 open311;
    private final Closures closures;
    private final Suspensions suspensions;
    private final Intake intake;
    private final Checks checks;
    private final Desk desk;
    private final Clockwork clockwork;

    public Orders(
            Database database,
            InstantSource clock,
            Ids ids,
            Settings settings,
            DeadlineRules rules,
            Standards standards,
            Sites sites,
            Incidents incidents,
            Snapshots snapshots,
            Photos photos,
            Dispatch dispatch,
            Crews crews,
            Events events,
            Timers timers,
            Watching watching,
            Tallies tallies,
            Doors doors,
            PublicUrl base,
            Anchors anchors,
            String node) {
        this.database = database;
        this.clock = clock;
        this.anchors = anchors;
        this.standards = standards;
        this.sites = sites;
        this.incidents = incidents;
        this.photos = photos;
        this.words = new OrderWords(rules.calendars(), snapshots, base);
        this.sending = new Sending(clock, crews, store);
        this.open311 = new Open311(database, clock, sites, incidents, snapshots, base, rules.calendars(), store);
        this.closures = new Closures(database, clock, ids, settings, events, RandomGenerator.getDefault(), tallies);
        OrderBook book = new OrderBook(
                clock,
                ids,
                settings,
                rules,
                sites,
                incidents,
                dispatch.endpoints(),
                dispatch.outbox(),
                events,
                timers,
                watching,
                words,
                store,
                sending,
                closures,
                anchors,
                node);
        CheckIns checkIns = new CheckIns(clock, doors);
        Recurrence recurrence = new Recurrence(incidents, book, store);
        this.intake = new Intake(clock, ids, settings, sites, incidents, events, book, store, recurrence);
        this.checks = new Checks(database, book, store, checkIns);
        this.desk = new Desk(
                database,
                clock,
                ids,
                sites,
                incidents,
                dispatch.endpoints(),
                dispatch.outbox(),
                crews,
                photos,
                book,
                store,
                recurrence,
                sending,
                checkIns);
        this.clockwork = new Clockwork(database, clock, incidents, book, store);
        timers.define(OrderBook.CLOCK, id -> clockwork.due(UUID.fromString(id)));
        this.suspensions = new Suspensions(database, clock, ids, events, desk, book, store);
        timers.define(OrderBook.RESUME, clockwork::resume);
        timers.define(OrderBook.SEND, id -> clockwork.lookAgain(UUID.fromString(id)));
        timers.define(
                OrderBook.REVIEW, id -> database.inTransaction(tx -> intake.reviewCancelled(tx, UUID.fromString(id))));
    }

    public Intake intake() {
        return intake;
    }

    public Checks checks() {
        return checks;
    }

    /** Sets the timers of open orders once more; called after a start. */
    public void wind() {
        clockwork.windAll();
    }

    /** Has anchored what a server that was killed could not anchor any more; called after a start. */
    public void anchor() throws IOException {
        Instant since =
                anchors.lastWritten().map(last -> last.minus(ANCHOR_MARGIN)).orElse(Instant.EPOCH);
        database.inTransaction(tx -> store.heads(tx, since, anchors::moved));
    }

    @Override
    public void taken(Tx tx, UUID endpoint, UUID order, int round) {
        desk.taken(tx, endpoint, order, round);
    }

    public void mount(Operations operations) {
        operations
                .on("listOrders", this::list)
                .on("listCrewOrders", this::crewOrders)
                .on("listOpen311Services", request -> open311.services())
                .on("listOpen311Requests", open311::requests)
                .on(
                        "getOpen311Request",
                        request -> open311.request(
                                request,
                                request.path().getOrDefault("requestId", "").replaceFirst("\\.json$", "")))
                .on("askSuspension", request -> {
                    Suspensions.Asked asked = suspensions.ask(
                            request.caller(),
                            request.id("orderId"),
                            request.body(Suspensions.New.class),
                            request.header("idempotency-key"));
                    return Reply.json(201, asked);
                })
                .on(
                        "listSuspensions",
                        request -> Reply.json(Map.of(
                                "items",
                                suspensions.list(request.caller(), request.flag("open", true), request.limit()))))
                .on(
                        "decideSuspension",
                        request -> Reply.json(suspensions.decide(
                                request.caller(),
                                request.id("requestId"),
                                request.body(Suspensions.Decision.class),
                                request.header("idempotency-key"))))
                .on(
                        "listClosureChecks",
                        request -> Reply.json(Map.of(
                                "items", closures.list(request.caller(), request.flag("open", true), request.limit()))))
                .on(
                        "answerClosureCheck",
                        request -> Reply.json(closures.answer(
                                request.caller(), request.id("checkId"), request.body(Closures.Answer.class))))
                .on(
                        "getClosures",
                        request -> Reply.json(closures.figures(
                                request.caller(), clock.instant().minus(Duration.ofDays(request.number("days", 1))))))
                .on("addPhoto", request -> {
                    Photo photo = desk.photo(
                            request.caller(),
                            request.id("orderId"),
                            request.body(Photos.Sent.class),
                            request.header("idempotency-key"));
                    return Reply.created("/api/v1/photos/" + photo.id(), photo);
                })
                .on(
                        "getPhoto",
                        request -> Reply.of("image/jpeg", photos.picture(request.caller(), request.id("photoId"))))
                .on("getOrder", request -> Reply.json(detail(request, request.id("orderId"))))
                .on(
                        "checkIn",
                        request -> Reply.json(desk.checkIn(
                                request.caller(),
                                request.id("orderId"),
                                request.body(CheckIns.Shown.class),
                                request.header("idempotency-key"))))
                .on("fileOrder", request -> {
                    Desk.Filed filed = desk.file(
                            request.caller(), request.body(Desk.NewOrder.class), request.header("idempotency-key"));
                    Map<String, Object> shown = detail(request, filed.order().id());
                    return filed.joined()
                            ? Reply.json(shown)
                            : Reply.created("/api/v1/orders/" + filed.order().id(), shown);
                })
                .on(
                        "fileMany",
                        request -> Reply.json(Map.of(
                                "items",
                                desk.fileMany(
                                        request.caller(),
                                        request.body(Desk.MassOrder.class),
                                        request.header("idempotency-key")))))
                .on("moveOrder", request -> {
                    Order moved = desk.move(
                            request.caller(),
                            request.id("orderId"),
                            request.body(Desk.Wanted.class),
                            request.header("idempotency-key"));
                    return Reply.json(detail(request, moved.id()));
                })
                .on(
                        "giveVerdict",
                        request -> Reply.json(desk.verdict(
                                request.caller(), request.id("incidentId"), request.body(Desk.Verdict.class))));
    }

    private Reply list(Request request) {
        boolean download = request.query("format").orElse("").equals("csv");
        boolean table = download || request.header("accept").orElse("").startsWith("text/csv");
        int limit = table && request.query("limit").isEmpty() ? EXPORTED : request.limit();
        OrderStore.Filter filter = new OrderStore.Filter(
                request.query("state"),
                request.query("open").map(Boolean::parseBoolean),
                request.queryId("site"),
                request.query("q"));
        return database.transaction(tx -> {
            List<Order> orders =
                    store.list(tx, request.caller(), filter, Page.before(request.query("cursor")), limit + 1);
            Page<Order> page = Page.of(orders, limit, Order::id);
            Map<UUID, Site> places =
                    sites.known(tx, page.items().stream().map(Order::site).collect(Collectors.toSet()));
            if (table) {
                String csv = OrderTable.csv(page.items(), site -> Objects.requireNonNull(places.get(site))
                        .name());
                return Reply.of(
                                "text/csv; charset=utf-8",
                                download ? Sheet.saved(csv) : csv.getBytes(StandardCharsets.UTF_8))
                        .with("content-disposition", "attachment; filename=\"orders.csv\"");
            }
            Map<UUID, List<Incident>> found =
                    incidents.ofOrders(tx, page.items().stream().map(Order::id).toList());
            Instant now = clock.instant();
            Map<String, Object> body = new LinkedHashMap<>();
            body.put(
                    "items",
                    page.items().stream()
                            .map(order -> words.shown(
                                    Objects.requireNonNull(places.get(order.site())),
                                    order,
                                    found.getOrDefault(order.id(), List.of()),
                                    now))
                            .toList());
            body.put("next", page.next());
            return Reply.json(body);
        });
    }

    private Reply crewOrders(Request request) {
        UUID member = request.caller().member().orElseThrow(() -> Problem.forbidden(
                        "This is for the phone of a crew member; sign in with a link from the desk.")
                .raised());
        return database.transaction(tx -> {
            Instant now = clock.instant();
            List<Map<String, Object>> items = new ArrayList<>();
            for (Order order : store.ofMember(tx, member, now.minus(SHOWN_AFTER_END))) {
                List<Incident> all = incidents.ofOrder(tx, order.id());
                items.add(words.forCrew(
                        sites.known(tx, order.site()),
                        order,
                        all,
                        guides(tx, order, all),
                        possible(order, Set.of(By.CREW), request.caller().id()).stream()
                                // What waits for a team is nobody's to decline.
                                .filter(event -> order.receiver() == null
                                        || order.receiver().kind().equals("crew")
                                        || !event.equals(OrderEvent.DECLINE.code()))
                                .toList()));
            }
            return Reply.json(Map.of("now", now, "items", items));
        });
    }

    /** What the standards that held when an order was made say to it. */
    private List<Standards.Guide> guides(Tx tx, Order order, List<Incident> all) {
        Set<String> kinds = all.stream().map(Incident::kind).collect(Collectors.toSet());
        kinds.add(order.kind());
        return standards.guides(tx, order.site(), kinds, order.createdAt());
    }

    private static List<String> possible(Order order, Set<By> parts, String actor) {
        return TransitionTable.possible(order, actor).stream()
                .filter(row -> parts.stream().anyMatch(row.by()::contains))
                .map(row -> row.event().code())
                .distinct()
                .toList();
    }

    private Map<String, Object> detail(Request request, UUID id) {
        return database.transaction(tx -> {
            Order order = store.find(tx, id)
                    .filter(found -> request.caller().sees(found.site()))
                    .orElseThrow(() -> Problem.notFound("order", id).raised());
            List<Incident> all = incidents.ofOrder(tx, id);
            Map<String, Object> shown = words.shown(sites.known(tx, order.site()), order, all, clock.instant());
            shown.put("clauses", guides(tx, order, all));
            List<String> possible = new ArrayList<>(
                    possible(order, parts(request, order), request.caller().id()));
            if (!order.state().ended() && request.caller().scopes().contains(Scope.ORDERS_WRITE)) {
                possible.add(Desk.ESCALATE);
            }
            shown.put("possible", possible);
            shown.put("assignments", sending.of(tx, id));
            shown.put("photos", photos.of(tx, id));
            shown.put("rule", order.rule());
            shown.put("history", store.history(tx, id));
            return shown;
        });
    }

    private static Set<By> parts(Request request, Order order) {
        Optional<UUID> endpoint = request.caller().endpoint();
        return endpoint.isEmpty()
                ? OrderRules.parts(request.caller().role())
                : OrderRules.receiverPart(order, endpoint).map(Set::of).orElse(Set.of());
    }
}
