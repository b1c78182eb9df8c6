package io.kerbwatch.server.order;

import io.kerbwatch.server.camera.Watching;
import io.kerbwatch.server.crew.Choice;
import io.kerbwatch.server.crew.CrewMember;
import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.dispatch.Endpoint;
import io.kerbwatch.server.dispatch.Endpoints;
import io.kerbwatch.server.dispatch.Message;
import io.kerbwatch.server.dispatch.MessageType;
import io.kerbwatch.server.dispatch.Outbox;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Timers;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.watch.Verification;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one way in which an order changes: by the table, with a row of history, the messages that tell it, the timers that
 * it needs and the question to the cameras, all in the transaction of whoever calls. The caller holds the order's lock.
 */
final class OrderBook {
    static final String CLOCK = "order-clock";
    static final String REVIEW = "order-review";
    static final String SEND = "order-send";
    static final String RESUME = "order-resume";
    /** The mark of an order that somebody has escalated. */
    static final String BY_HAND = "by-hand";
    /** The class of orders that a dirty place makes. */
    static final String REFUSE = DeadlineRules.REFUSE;

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyyMMdd");

    private final InstantSource clock;
    private final Ids ids;
    private final Settings settings;
    private final DeadlineRules rules;
    private final Sites sites;
    private final Incidents incidents;
    private final Endpoints endpoints;
    private final Outbox outbox;
    private final Events events;
    private final Timers timers;
    private final Watching watching;
    private final OrderWords words;
    private final OrderStore store;
    private final Sending sending;
    private final Closures closures;
    private final Anchors anchors;
    private final String node;

    OrderBook(
            InstantSource clock,
            Ids ids,
            Settings settings,
            DeadlineRules rules,
            Sites sites,
            Incidents incidents,
            Endpoints endpoints,
            Outbox outbox,
            Events events,
            Timers timers,
            Watching watching,
            OrderWords words,
            OrderStore store,
            Sending sending,
            Closures closures,
            Anchors anchors,
            String node) {
        this.clock = clock;
        this.ids = ids;
        this.settings = settings;
        this.rules = rules;
        this.sites = sites;
        this.incidents = incidents;
        this.endpoints = endpoints;
        this.outbox = outbox;
        this.events = events;
        this.timers = timers;
        this.watching = watching;
        this.words = words;
        this.store = store;
        this.sending = sending;
        this.closures = closures;
        this.anchors = anchors;
        this.node = node;
    }

    /**
     * What a new order is about.
     *
     * @param kind its class
     */
    record Opening(Site site, String kind, String source, String note, Optional<UUID> snapshot) {
        Opening(Site site, String source, String note, Optional<UUID> snapshot) {
            this(site, REFUSE, source, note, snapshot);
        }
    }

    /** The class of the order that an incident of a kind takes first. */
    static String classFor(String kind) {
        return switch (kind) {
            case "visitors", "cleaning-overdue" -> DeadlineRules.TOILET;
            case "pm25", "pm10", "tsp" -> DeadlineRules.SWEEPING;
            default -> REFUSE;
        };
    }

    /**
     * Files an order for a new incident; the caller holds the site's lock.
     *
     * @param incident made for the id of the new order
     */
    Order file(Tx tx, Opening opening, Move move, Function<UUID, Incident> incident) {
        return opened(tx, opening, move, order -> {
            Incident made = incident.apply(order);
            incidents.insert(tx, made);
            return Optional.of(made);
        });
    }

    /** Files an order for an incident that was in review. */
    Order fileFor(Tx tx, Opening opening, Move move, UUID incident) {
        return opened(tx, opening, move, order -> {
            incidents.assign(tx, incident, order);
            return incidents.find(tx, incident);
        });
    }

    /** Files an order for further work that an incident takes. */
    Order fileFurther(Tx tx, Opening opening, Move move, UUID incident) {
        return opened(tx, opening, move, order -> {
            incidents.addOrder(tx, incident, order);
            return Optional.empty();
        });
    }

    /** Files an order that has no incident: no camera can see whether it is done. */
    Order fileAlone(Tx tx, Opening opening, Move move) {
        return opened(tx, opening, move, order -> Optional.empty());
    }

    private Order opened(Tx tx, Opening opening, Move move, Function<UUID, Optional<Incident>> incident) {
        Instant at = clock.instant();
        Site site = opening.site();
        LocalDate day = LocalDate.ofInstant(at, site.zone());
        boolean webhook = !site.dispatchMode().equals("crews");
        UUID endpoint = webhook ? site.dispatchEndpoint() : null;
        String reports = endpoint == null
                ? "steps"
                : endpoints.find(tx, endpoint).map(Endpoint::reports).orElse("steps");
        Order order = new Order(
                ids.next(),
                "%s-%04d".formatted(DAY.format(day), store.nextNumber(tx, day)),
                site.id(),
                opening.kind(),
                site.dispatchMode(),
                endpoint,
                reports,
                opening.source(),
                opening.note(),
                rules.of(tx, opening.kind(), site.id()),
                at,
                State.FILED,
                1,
                0,
                0,
                0,
                null,
                null,
                List.of(),
                at,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                false,
                null,
                null,
                List.of(),
                0,
                opening.snapshot().orElse(null),
                null,
                0,
                0);
        store.insert(tx, order);
        Optional<Incident> opened = incident.apply(order.id());
        By role = move.roles().stream().sorted().findFirst().orElse(By.SYSTEM);
        Order filed = written(tx, null, order, move.event().code(), move, role, at);
        opened.ifPresent(made -> tellIncident(tx, filed, made, MessageType.INCIDENT_OPENED));
        Order told = told(tx, filed, MessageType.ORDER_FILED, at);
        return Sending.crewsTurn(told) ? send(tx, told, Optional.empty(), false) : told;
    }

    /** Makes a move of the table. */
    Order move(Tx tx, Order order, Move move) {
        Instant at = clock.instant();
        OrderRules.Moved moved = OrderRules.apply(order, move, at);
        Order after = written(tx, order, moved.order(), move.event().code(), move, moved.role(), at);
        if ((after.round() > order.round() || !OrderRules.mayRest(after)) && Suspensions.lapse(tx, after, move, at)) {
            events.publish(tx, "suspension.changed", after.site(), Map.of("order", after.id()));
        }
        if (after.round() > order.round() && nothingOpen(tx, order)) {
            // People, or a camera that a judge does not agree with, say that there is work left.
            incidents.reopenAll(tx, order.id());
        }
        if (after.state() == State.CLOSED || after.state() == State.SELF_CLEARED) {
            clearIncidents(tx, after, at);
        }
        if (after.state() == State.CLOSED) {
            closures.closed(tx, after, at);
        }
        if (after.state() == State.CANCELLED) {
            withdrawWhatNoCameraSees(tx, after, at);
            timers.set(
                    tx,
                    REVIEW,
                    order.id().toString(),
                    Integer.toString(after.moves()),
                    at.plus(settings.get(Settings.ORDERS_REVIEW_AFTER_CANCEL)));
        }
        boolean newRound = after.round() > order.round();
        Order told = told(
                tx,
                after,
                newRound
                        ? MessageType.ORDER_FILED
                        : after.state().ended() ? MessageType.ORDER_CLOSED : MessageType.ORDER_CHANGED,
                at);
        if (told.state() == State.VERIFYING) {
            ask(tx, told);
        }
        return told.state() == State.FILED ? handOn(tx, order, move.event(), told) : told;
    }

    /** Where an order goes that nobody has any more. */
    private Order handOn(Tx tx, Order before, OrderEvent event, Order filed) {
        Receiver receiver = before.receiver();
        boolean crewHadIt = receiver != null && receiver.kind().equals("crew");
        boolean given = event == OrderEvent.DECLINE || event == OrderEvent.NOT_ACCEPTED;
        Optional<UUID> same = Optional.ofNullable(receiver)
                .filter(had -> !given && had.kind().equals("crew"))
                .flatMap(Sending::memberId);
        if (filed.dispatchMode().equals("webhook-then-crews") && (given || crewHadIt)) {
            return takeOver(tx, filed, same);
        }
        return Sending.crewsTurn(filed) ? send(tx, filed, same, false) : filed;
    }

    /** A minute has passed, and its endpoint has not taken it. */
    Order notTaken(Tx tx, Order order) {
        UUID endpoint = order.dispatchEndpoint();
        if (endpoint != null) {
            endpoints.degrade(tx, endpoint, "the crews had to take over an order that it did not take within a minute");
        }
        return takeOver(tx, order, Optional.empty());
    }

    /** The crews have an order that its endpoint did not take; the endpoint is told, too. */
    private Order takeOver(Tx tx, Order order, Optional<UUID> before) {
        Order theirs = order.escalated().contains(Deadlines.CREWS_TAKE_OVER)
                ? order
                : noteAndTell(
                        tx,
                        marked(order, Deadlines.CREWS_TAKE_OVER),
                        "crews-take-over",
                        Move.by(By.TIMER, OrderEvent.FILE, "its endpoint has not taken it"));
        return send(tx, theirs, before, false);
    }

    /** Looks once more for someone to send. */
    void sendAgain(Tx tx, Order order) {
        var unused = send(tx, order, Optional.empty(), true);
    }

    private Order send(Tx tx, Order order, Optional<UUID> before, boolean again) {
        if (!sending.anyCrew(tx)) {
            lookAgainLater(tx, order);
            return order;
        }
        Choice choice = sending.choose(tx, sites.known(tx, order.site()), order, before, again);
        String summary = Sending.summary(choice);
        Optional<CrewMember> chosen = choice.chosen();
        Order after;
        if (chosen.isPresent()) {
            Receiver receiver = new Receiver(
                    "crew", chosen.get().id().toString(), chosen.get().name());
            after = move(
                    tx, order, Move.by(By.SYSTEM, OrderEvent.DISPATCH, summary).to(receiver));
        } else if (order.escalated().contains(Deadlines.NOBODY_TO_SEND)) {
            lookAgainLater(tx, order);
            after = order;
        } else {
            lookAgainLater(tx, order);
            after = noteAndTell(
                    tx,
                    marked(order, Deadlines.NOBODY_TO_SEND),
                    "nobody-to-send",
                    Move.by(By.SYSTEM, OrderEvent.FILE, summary));
        }
        sending.remember(tx, after, choice);
        return after;
    }

    /** Lets a suspended order go on by itself. */
    void resumeAt(Tx tx, Order order, Instant until) {
        String pause = order.id() + "." + pauseBegan(order).toEpochMilli();
        timers.set(tx, RESUME, pause, Long.toString(until.toEpochMilli()), until);
    }

    /** The end of a suspension has come, if it is still the same one. */
    void resume(Tx tx, Order order, long pause) {
        if (order.state() == State.SUSPENDED && pauseBegan(order).toEpochMilli() == pause) {
            var unused = move(tx, order, Move.by(By.TIMER, OrderEvent.RESUME, "it was suspended until now"));
        }
    }

    private static Instant pauseBegan(Order order) {
        return order.pauses().get(order.pauses().size() - 1).from();
    }

    private void lookAgainLater(Tx tx, Order order) {
        Instant then = clock.instant().plus(Sending.LOOK_AGAIN_AFTER);
        timers.set(tx, SEND, order.id().toString(), Long.toString(then.toEpochMilli()), then);
    }

    private static Order marked(Order order, String mark) {
        if (order.escalated().contains(mark)) {
            return order;
        }
        List<String> marks = new ArrayList<>(order.escalated());
        marks.add(mark);
        return order.with(draft -> draft.escalated = marks);
    }

    /** Writes something into the history that moves nothing. */
    Order note(Tx tx, Order order, String event, Move by) {
        By role = by.roles().stream().sorted().findFirst().orElse(By.SYSTEM);
        Order noted = written(tx, order, order, event, by, role, clock.instant());
        return saved(tx, noted);
    }

    /** As {@link #note}, and tells the receiver. */
    Order noteAndTell(Tx tx, Order order, String event, Move by) {
        By role = by.roles().stream().sorted().findFirst().orElse(By.SYSTEM);
        Instant at = clock.instant();
        return told(tx, written(tx, order, order, event, by, role, at), MessageType.ORDER_CHANGED, at);
    }

    /** Writes down which clock came how far and who is told of it, and tells the receiver and the desk. */
    Order escalate(Tx tx, Order order, String what, List<DeadlineRule.Tell> tell) {
        return escalate(tx, order, what, tell, Move.by(By.TIMER, OrderEvent.FILE, what));
    }

    /** As a clock does, by someone's own hand, in their words. */
    Order escalateByHand(Tx tx, Order order, DeadlineRule.Tell tell, Move by) {
        return escalate(tx, order, BY_HAND, List.of(tell), by);
    }

    private Order escalate(Tx tx, Order order, String what, List<DeadlineRule.Tell> tell, Move by) {
        List<String> told = tell.stream().map(DeadlineRule.Tell::code).toList();
        List<String> names =
                tell.stream().map(one -> sending.named(tx, order, one)).toList();
        String reason = names.isEmpty() ? by.reason() : by.reason() + ", told: " + String.join(", ", names);
        Order escalated = noteAndTell(tx, marked(order, what), "escalated", by.because(reason));
        events.publish(
                tx,
                "order.escalated",
                order.site(),
                Map.of("order", order.id(), "number", order.number(), "what", what, "tell", told));
        return escalated;
    }

    /** The clock that runs out next. */
    Optional<Deadlines.Due> next(Tx tx, Order order) {
        return Deadlines.next(order, judged(tx, order), clocks(tx, order));
    }

    /** Its clocks, on the calendars at its site. */
    Clocks clocks(Tx tx, Order order) {
        return new Clocks(rules.calendars(), sites.known(tx, order.site()).zone());
    }

    /** Sets the timer of what runs out next once more: it may have changed with a calendar or with the machine's clock. */
    void wind(Tx tx, Order order, String mark) {
        next(tx, order)
                .ifPresent(due -> timers.set(
                        tx,
                        CLOCK,
                        order.id().toString(),
                        order.moves() + "." + order.sequence() + "." + due.what() + "."
                                + due.at().toEpochMilli() + mark,
                        due.at()));
    }

    /** Whether a camera, or a device, can be asked about the places of an order. */
    boolean judged(Tx tx, Order order) {
        return incidents.ofOrder(tx, order.id()).stream()
                        .anyMatch(incident -> incident.device() != null && counts(incident))
                || !zones(tx, order).isEmpty();
    }

    /** Puts the question whether the places of an order are clean, once this is committed. */
    void ask(Tx tx, Order order) {
        question(tx, order).ifPresent(question -> tx.afterCommit(() -> watching.verify(question)));
    }

    /** Asks once more, with a time of its own: a place that was found clean while people are to look at it. */
    Order askAgain(Tx tx, Order order) {
        Order asked = saved(tx, order.with(draft -> draft.question++));
        ask(tx, asked);
        return asked;
    }

    void tellIncident(Tx tx, Order order, Incident incident, MessageType type) {
        Site site = sites.known(tx, incident.site());
        long sequence = incidents.nextSequence(tx, incident.id());
        outbox.tell(
                tx,
                Message.about(
                        type,
                        clock.instant(),
                        site.id(),
                        new Message.IncidentPart(incident.id(), sequence),
                        words.incidentMessage(site, order, incident, sequence)));
        events.publish(tx, "incident.changed", site.id(), Map.of("incident", incident.id(), "order", order.id()));
    }

    private Optional<Verification> question(Tx tx, Order order) {
        Instant done = order.doneAt();
        Map<String, Set<String>> zones = zones(tx, order);
        if (done == null || zones.isEmpty()) {
            return Optional.empty();
        }
        Instant from = order.state() == State.VERIFYING ? done : clock.instant();
        return Optional.of(new Verification(
                QuestionId.of(order).toString(),
                zones,
                done,
                clocks(tx, order).due(order, from, order.rule().verify(), 100).orElse(from)));
    }

    private Map<String, Set<String>> zones(Tx tx, Order order) {
        Map<String, Set<String>> zones = new HashMap<>();
        for (Incident incident : incidents.ofOrder(tx, order.id())) {
            UUID camera = incident.camera();
            UUID zone = incident.zone();
            if (counts(incident) && camera != null && zone != null) {
                zones.computeIfAbsent(camera.toString(), id -> new HashSet<>()).add(zone.toString());
            }
        }
        return zones;
    }

    /** Whether an incident is still taken for one. */
    static boolean counts(Incident incident) {
        return !incident.state().equals("rejected") && !incident.state().equals("withdrawn");
    }

    private boolean nothingOpen(Tx tx, Order order) {
        return incidents.ofOrder(tx, order.id()).stream().noneMatch(Incident::open);
    }

    /** What people reported ends with its order; what a camera sees is looked at again by people. */
    private void withdrawWhatNoCameraSees(Tx tx, Order order, Instant at) {
        incidents.ofOrder(tx, order.id()).stream()
                .filter(incident -> incident.open() && incident.subject() == null)
                .forEach(incident -> incidents.end(tx, incident.id(), "withdrawn", at));
    }

    private void clearIncidents(Tx tx, Order order, Instant at) {
        for (Incident incident : incidents.ofOrder(tx, order.id())) {
            if (incident.open() && !othersAtWork(tx, order, incident)) {
                incidents.clear(tx, incident.id(), at, order.afterSnapshot());
                tellIncident(
                        tx, order, incidents.find(tx, incident.id()).orElse(incident), MessageType.INCIDENT_CLEARED);
            }
        }
    }

    /** Whether another order for the same incident has not ended. */
    private boolean othersAtWork(Tx tx, Order order, Incident incident) {
        List<UUID> others = new ArrayList<>(incidents.furtherOrders(tx, incident.id()));
        if (incident.order() != null) {
            others.add(incident.order());
        }
        return others.stream().filter(id -> !id.equals(order.id())).anyMatch(id -> store.find(tx, id)
                .filter(other -> !other.state().ended())
                .isPresent());
    }

    private Order written(Tx tx, @Nullable Order before, Order order, String event, Move move, By role, Instant at) {
        Order counted = order.with(draft -> draft.moves++);
        State from = before == null ? null : before.state();
        Clocks clocks = clocks(tx, order);
        byte[] hash = store.history(
                tx,
                order.id(),
                new OrderStore.Line(
                        counted.moves(),
                        at,
                        node,
                        event,
                        from == null ? null : from.code(),
                        order.state().code(),
                        move.actor(),
                        move.actorName(),
                        role.code(),
                        move.reason(),
                        order.round(),
                        move.idempotencyKey().orElse(null),
                        move.snapshot().orElse(null),
                        order.receiver(),
                        move.said().opinion().orElse(null),
                        before == null || before.state() == order.state() ? null : stood(tx, before, clocks, at),
                        before == null
                                ? List.of()
                                : Deadlines.of(before, clocks).overdue(before, at),
                        move.said().attachments(),
                        move.said().expectedRound().orElse(null)));
        tx.afterCommit(() -> anchors.moved(order.id(), counted.moves(), hash));
        return counted;
    }

    /** Seconds that an order stood where it stood, without pauses. */
    private @Nullable Double stood(Tx tx, Order before, Clocks clocks, Instant at) {
        return store.entered(tx, before.id())
                .map(since -> clocks.used(before, since, at).toMillis() / 1000.0)
                .orElse(null);
    }

    private Order told(Tx tx, Order order, MessageType type, Instant at) {
        Order next = order.with(draft -> draft.sequence++);
        Site site = sites.known(tx, order.site());
        outbox.tell(
                tx,
                new Message(
                        type,
                        at,
                        Optional.of(site.id()),
                        Optional.of(new Message.OrderPart(next.id(), next.round(), next.sequence())),
                        Optional.empty(),
                        Optional.ofNullable(next.dispatchEndpoint()),
                        type == MessageType.ORDER_FILED,
                        words.orderMessage(site, next, incidents.ofOrder(tx, next.id()))));
        return saved(tx, next);
    }

    private Order saved(Tx tx, Order order) {
        store.save(tx, order);
        events.publish(
                tx,
                "order.changed",
                order.site(),
                Map.of(
                        "order", order.id(),
                        "number", order.number(),
                        "state", order.state().code(),
                        "round", order.round()));
        wind(tx, order, "");
        return order;
    }
}
