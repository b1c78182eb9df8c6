package io.kerbwatch.server.order;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.kerbwatch.server.crew.CrewMember;
import io.kerbwatch.server.crew.Crews;
import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.dispatch.Endpoint;
import io.kerbwatch.server.dispatch.Endpoints;
import io.kerbwatch.server.dispatch.MessageType;
import io.kerbwatch.server.dispatch.Outbox;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.photo.Photo;
import io.kerbwatch.server.photo.Photos;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What people and other systems do to orders. */
final class Desk {
    private static final Set<OrderEvent> REPORTS =
            Set.of(OrderEvent.ACCEPT, OrderEvent.DECLINE, OrderEvent.ARRIVE, OrderEvent.DONE, OrderEvent.RETURN);
    /** Why even a supervisor does not send somebody. */
    private static final Set<String> HARD = Set.of("lacks-skill", "paper-expired", "other-places");

    private static final Set<OrderEvent> NEED_A_REASON =
            Set.of(OrderEvent.RETURN, OrderEvent.CANCEL, OrderEvent.FAIL, OrderEvent.SUSPEND);
    /** What people may ask for like a move although it moves nothing. */
    static final String ESCALATE = "escalate";

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Sites sites;
    private final Incidents incidents;
    private final Endpoints endpoints;
    private final Outbox outbox;
    private final Crews crews;
    private final Photos photos;
    private final OrderBook book;
    private final OrderStore store;
    private final Recurrence recurrence;
    private final Sending sending;
    private final CheckIns checkIns;

    Desk(
            Database database,
            InstantSource clock,
            Ids ids,
            Sites sites,
            Incidents incidents,
            Endpoints endpoints,
            Outbox outbox,
            Crews crews,
            Photos photos,
            OrderBook book,
            OrderStore store,
            Recurrence recurrence,
            Sending sending,
            CheckIns checkIns) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.sites = sites;
        this.incidents = incidents;
        this.endpoints = endpoints;
        this.outbox = outbox;
        this.crews = crews;
        this.photos = photos;
        this.book = book;
        this.store = store;
        this.recurrence = recurrence;
        this.sending = sending;
        this.checkIns = checkIns;
    }

    /** Someone who gets an order. */
    record NewReceiver(String kind, String id, @Nullable String name) {}

    /**
     * A move that is asked for.
     *
     * @param round which the caller believes the order to be in; another one is refused
     * @param opinion what they want to say beside the reason
     * @param photos of the order, that belong to it
     * @param until when a suspended order goes on by itself; null for when a supervisor says so
     * @param tell who is told of an escalation; null for a supervisor
     */
    record Wanted(
            String event,
            @Nullable String reason,
            @Nullable Integer round,
            @Nullable NewReceiver receiver,
            @Nullable UUID into,
            @Nullable String opinion,
            @Nullable List<UUID> photos,
            @Nullable Instant until,
            DeadlineRule.@Nullable Tell tell) {
        Move.Said said() {
            return new Move.Said(
                    Optional.ofNullable(opinion).filter(words -> !words.isBlank()),
                    Objects.requireNonNullElse(photos, List.of()),
                    Optional.ofNullable(round));
        }
    }

    /**
     * An order by hand.
     *
     * @param kind of refuse; null for work of another class
     * @param orderClass refuse if null
     */
    record NewOrder(
            UUID site,
            @Nullable String kind,
            @JsonProperty("class") @Nullable String orderClass,
            @Nullable String note) {}

    /**
     * What someone thinks of an incident.
     *
     * @param reason why, as one of the contract's codes; a false or an unsure one has one
     */
    record Verdict(
            String verdict,
            @Nullable String reason,
            @Nullable String note) {
        /** For the order's history: the reason's code, then what was added to it. */
        String words() {
            return Stream.of(reason, note)
                    .filter(said -> said != null && !said.isBlank())
                    .collect(Collectors.joining(": "));
        }
    }

    /** Orders by hand at many places: the same work at each of them. */
    record MassOrder(
            List<UUID> sites,
            @Nullable String kind,
            @JsonProperty("class") @Nullable String orderClass,
            String note) {}

    /**
     * What became of a mass order at one place.
     *
     * @param order null if none could be filed
     * @param problem why; null if one was filed or joined
     */
    record FiledAt(
            UUID site,
            @Nullable UUID order,
            @Nullable String number,
            boolean joined,
            @Nullable String problem) {}

    /** An order by hand, and whether it was there already. */
    record Filed(Order order, boolean joined) {}

    /**
     * Makes a move.
     *
     * @throws Problem.Raised 404, 409 {@code transition-not-allowed}, {@code not-the-receiver}, {@code not-qualified},
     *     {@code other-round} or, of an escalation, {@code order-ended}
     */
    Order move(Caller caller, UUID id, Wanted wanted, Optional<String> key) {
        if (wanted.event().equals(ESCALATE)) {
            return escalate(caller, id, wanted, key);
        }
        OrderEvent event = OrderEvent.of(wanted.event());
        String reason = wanted.reason() == null ? "" : wanted.reason();
        if (reason.isBlank() && NEED_A_REASON.contains(event)) {
            throw withoutReason(event.code()).raised();
        }
        if (!REPORTS.contains(event) && !caller.scopes().contains(Scope.ORDERS_WRITE)) {
            throw withoutRight(event.code()).raised();
        }
        return database.transaction(tx -> {
            UUID into = wanted.into();
            if (event == OrderEvent.MERGE) {
                return merge(tx, caller, id, into, reason, key, wanted.said());
            }
            Order order = lock(tx, caller, id);
            mustBeInRound(order, wanted);
            mustBeOf(tx, order, wanted.said().attachments());
            Move move = Move.of(caller, roles(caller), event, reason).keyed(key).saying(wanted.said());
            if (caller.endpoint().isPresent()) {
                return report(tx, caller, order, move, caller.endpoint().get());
            }
            if (caller.member().isPresent()) {
                Optional<CrewMember> taking =
                        takes(tx, order, event, caller.member().get());
                if (taking.isPresent()) {
                    return send(tx, caller, order, move.to(receiver(taking.get())));
                }
                mustHave(caller, order, caller.member().get());
            }
            if (event == OrderEvent.DISPATCH || event == OrderEvent.REASSIGN) {
                return send(tx, caller, order, move.to(receiver(tx, caller, order, wanted.receiver())));
            }
            Order moved = book.move(tx, order, move);
            Instant until = wanted.until();
            if (event == OrderEvent.SUSPEND && until != null) {
                book.resumeAt(tx, moved, until);
            }
            return moved;
        });
    }

    /** Tells those above of an open order, in the caller's words; nothing moves. */
    private Order escalate(Caller caller, UUID id, Wanted wanted, Optional<String> key) {
        String reason = wanted.reason() == null ? "" : wanted.reason();
        if (!caller.scopes().contains(Scope.ORDERS_WRITE)) {
            throw withoutRight(ESCALATE).raised();
        }
        if (reason.isBlank()) {
            throw withoutReason(ESCALATE).raised();
        }
        return database.transaction(tx -> {
            Order order = lock(tx, caller, id);
            mustBeInRound(order, wanted);
            mustBeOf(tx, order, wanted.said().attachments());
            if (order.state().ended()) {
                throw Problem.conflict(
                                "order-ended",
                                "Order ended",
                                "Order " + order.number() + " is "
                                        + order.state().code() + "; there is nothing left to escalate.")
                        .with("state", order.state().code())
                        .with("round", order.round())
                        .raised();
            }
            return book.escalateByHand(
                    tx,
                    order,
                    Objects.requireNonNullElse(wanted.tell(), DeadlineRule.Tell.SUPERVISOR),
                    Move.of(caller, roles(caller), OrderEvent.FILE, reason)
                            .keyed(key)
                            .saying(wanted.said()));
        });
    }

    private static Problem withoutReason(String event) {
        return Problem.invalid("/reason", "Say why: '" + event + "' needs a reason.");
    }

    private static Problem withoutRight(String event) {
        return Problem.forbidden("'" + event + "' needs the scope orders:write.");
    }

    private static void mustBeInRound(Order order, Wanted wanted) {
        Integer round = wanted.round();
        if (round != null && round != order.round()) {
            throw Problem.conflict(
                            "other-round",
                            "Another round",
                            "Order " + order.number() + " is in round " + order.round() + ", not " + round
                                    + "; this was about work that has been judged already.")
                    .with("state", order.state().code())
                    .with("round", order.round())
                    .raised();
        }
    }

    /** Of a team that was sent whoever says first that they go has the order. */
    private Optional<CrewMember> takes(Tx tx, Order order, OrderEvent event, UUID member) {
        Receiver receiver = order.receiver();
        return crews.find(tx, member)
                .filter(one -> (event == OrderEvent.ACCEPT || event == OrderEvent.ARRIVE)
                        && order.state() == State.DISPATCHED
                        && receiver != null
                        && receiver.kind().equals("team")
                        && receiver.id().equals(String.valueOf(one.team())));
    }

    private static Receiver receiver(CrewMember member) {
        return new Receiver("crew", member.id().toString(), member.name());
    }

    /** Sends whom a person chose, and keeps beside the order that it was a person. */
    private Order send(Tx tx, Caller caller, Order order, Move move) {
        Optional<CrewMember> member = move.receiver()
                .filter(receiver -> receiver.kind().equals("crew"))
                .flatMap(Sending::memberId)
                .flatMap(id -> crews.find(tx, id));
        if (member.isEmpty()) {
            return book.move(tx, order, move);
        }
        Crews.ByHand chosen = sending.byHand(tx, sites.known(tx, order.site()), order, member.get());
        mustBeQualified(order, move, member.get(), chosen.objections());
        Order sent = book.move(tx, order, move);
        sending.remember(
                tx,
                sent,
                chosen.choice(),
                (REPORTS.contains(move.event()) ? "taken by " : "chosen by ") + caller.name());
        return sent;
    }

    /** What nobody overlooks is hard; the rest a supervisor overlooks who says why. */
    private static void mustBeQualified(Order order, Move move, CrewMember member, List<String> objections) {
        boolean hard = objections.stream().anyMatch(HARD::contains);
        boolean excused = REPORTS.contains(move.event()) // who says that they go knows best
                || (move.roles().contains(By.SUPERVISOR) && !move.reason().isBlank());
        if (hard || (!objections.isEmpty() && !excused)) {
            String why = objections.stream().map(one -> words(one, order)).collect(Collectors.joining(", "));
            throw Problem.conflict(
                            "not-qualified",
                            "Not qualified",
                            "'" + member.name() + "' " + why + "."
                                    + (hard ? "" : " A supervisor who gives a 'reason' may send them all the same."))
                    .with("state", order.state().code())
                    .with("round", order.round())
                    .raised();
        }
    }

    private static String words(String objection, Order order) {
        return switch (objection) {
            case "lacks-skill" -> "does not have the skill '" + order.kind() + "'";
            case "paper-expired" -> "has a paper for '" + order.kind() + "' that does not hold any more";
            case "other-places" -> "does not work at this place";
            case "off-shift" -> "is off duty";
            case "full" -> "has as many orders as they can";
            default -> "is " + objection;
        };
    }

    /** What an endpoint reports: that an attempt to tell it has begun proves that it may know, answer or not. */
    private Order report(Tx tx, Caller caller, Order order, Move move, UUID endpoint) {
        if (OrderRules.receiverPart(order, Optional.of(endpoint)).isPresent()) {
            return book.move(tx, order, move);
        }
        boolean told = endpoint.equals(order.dispatchEndpoint())
                && order.state() == State.FILED
                && REPORTS.contains(move.event())
                && outbox.attemptBegun(tx, endpoint, order.id(), order.round());
        if (told) {
            Order dispatched = book.move(
                    tx,
                    order,
                    Move.of(caller, Set.of(By.ENDPOINT), OrderEvent.DISPATCH, "it reports before its answer came")
                            .to(endpointReceiver(tx, endpoint)));
            return book.move(tx, dispatched, move);
        }
        if (order.state().ended() && endpoint.equals(order.dispatchEndpoint())) {
            return book.move(tx, order, move); // refused by the table, which says what there is
        }
        throw notTheReceiver(caller, order).raised();
    }

    /**
     * Keeps a photo of the work, with what does not fit noted in the history.
     *
     * @throws Problem.Raised 404, 409 {@code not-the-receiver} or {@code order-ended}, or as {@link Photos#keep}
     */
    Photo photo(Caller caller, UUID id, Photos.Sent sent, Optional<String> key) {
        return database.transaction(tx -> {
            Order order = lockFor(tx, caller, id);
            if (order.state().ended()) {
                throw Problem.conflict(
                                "order-ended", "Order ended", "Order " + order.number() + " takes no more photos.")
                        .raised();
            }
            Site site = sites.known(tx, order.site());
            Photo photo = photos.keep(
                    tx,
                    caller,
                    Photos.Subject.ofOrder(
                            id,
                            order.round(),
                            site.id(),
                            sent.metersTo(site.latitude(), site.longitude()),
                            Objects.requireNonNullElse(order.dispatchedAt(), order.filedAt())),
                    sent);
            String said = photo.findings().isEmpty() ? "" : "does not fit: " + String.join(", ", photo.findings());
            var unused = book.noteAndTell(
                    tx,
                    order,
                    "photo",
                    Move.of(caller, roles(caller), OrderEvent.FILE, said)
                            .keyed(key)
                            .saying(new Move.Said(Optional.empty(), List.of(photo.id()), Optional.empty())));
            return photo;
        });
    }

    /** In which parts a caller moves orders. */
    static Set<By> roles(Caller caller) {
        if (caller.endpoint().isPresent()) {
            return Set.of(By.ENDPOINT);
        }
        return caller.member().isPresent() ? Set.of(By.CREW) : OrderRules.parts(caller.role());
    }

    private void mustBeOf(Tx tx, Order order, List<UUID> attachments) {
        if (!attachments.isEmpty()) {
            List<UUID> own = photos.of(tx, order.id()).stream().map(Photo::id).toList();
            if (!own.containsAll(attachments)) {
                throw Problem.invalid("/photos", "Not all of these are photos of order " + order.number() + ".")
                        .raised();
            }
        }
    }

    /** Whoever has an order reports of it, and nobody else. */
    private static void mustHave(Caller caller, Order order, UUID member) {
        Receiver receiver = order.receiver();
        boolean theirs = receiver != null
                && receiver.kind().equals("crew")
                && receiver.id().equals(member.toString());
        if (!theirs) {
            throw notTheReceiver(caller, order).raised();
        }
    }

    /** A 2xx of the dispatch endpoint: it has the order, if nobody else has it and the round is still the same. */
    void taken(Tx tx, UUID endpoint, UUID id, int round) {
        store.lock(tx, id)
                .filter(order -> order.state() == State.FILED
                        && order.round() == round
                        && endpoint.equals(order.dispatchEndpoint()))
                .ifPresent(order -> book.move(
                        tx,
                        order,
                        Move.by(By.ENDPOINT, OrderEvent.DISPATCH, "it answered that it has the order")
                                .to(endpointReceiver(tx, endpoint))));
    }

    /** Files at one place after the other; what cannot be done at one of them stops none of the others. */
    List<FiledAt> fileMany(Caller caller, MassOrder wanted, Optional<String> key) {
        return wanted.sites().stream()
                .distinct()
                .map(site -> {
                    try {
                        Filed filed = file(
                                caller, new NewOrder(site, wanted.kind(), wanted.orderClass(), wanted.note()), key);
                        Order order = filed.order();
                        return new FiledAt(site, order.id(), order.number(), filed.joined(), null);
                    } catch (Problem.Raised e) {
                        if (e.problem().status() == 400) {
                            throw e; // wrong everywhere
                        }
                        return new FiledAt(site, null, null, false, e.problem().detail());
                    }
                })
                .toList();
    }

    Filed file(Caller caller, NewOrder wanted, Optional<String> key) {
        Move move = Move.of(caller, Set.of(By.OPERATOR), OrderEvent.FILE, wanted.note() == null ? "" : wanted.note())
                .keyed(key);
        String orderClass = Objects.requireNonNullElse(wanted.orderClass(), OrderBook.REFUSE);
        String kind = wanted.kind();
        if (orderClass.equals(OrderBook.REFUSE) == (kind == null)) {
            throw Problem.invalid(
                            "/kind",
                            kind == null
                                    ? "Say what kind of refuse it is: overflow or litter."
                                    : "An order of the class " + orderClass
                                            + " is not about refuse; leave the kind out.")
                    .raised();
        }
        return database.transaction(tx -> {
            Site site = sites.lock(tx, wanted.site())
                    .filter(found -> caller.sees(found.id()))
                    .orElseThrow(() -> Problem.notFound("site", wanted.site()).raised());
            Optional<Order> joinable = store.lockJoinable(tx, site.id(), orderClass, site.dispatchMode());
            if (kind == null) {
                return joinable.map(order -> new Filed(book.noteAndTell(tx, order, "asked-for-again", move), true))
                        .orElseGet(() -> new Filed(
                                book.fileAlone(
                                        tx,
                                        new OrderBook.Opening(
                                                site, orderClass, "operator", move.reason(), Optional.empty()),
                                        move),
                                false));
            }
            if (joinable.isPresent()) {
                Incident incident = byHand(site, wanted, kind, joinable.get().id());
                incidents.insert(tx, incident);
                Order joined = book.noteAndTell(tx, joinable.get(), "incident-joined", move);
                book.tellIncident(tx, joined, incident, MessageType.INCIDENT_OPENED);
                return new Filed(joined, true);
            }
            return new Filed(
                    book.file(
                            tx,
                            new OrderBook.Opening(site, "operator", move.reason(), Optional.empty()),
                            move,
                            order -> byHand(site, wanted, kind, order)),
                    false);
        });
    }

    /**
     * Keeps that whoever has an order stands at the door of its place.
     *
     * @throws Problem.Raised 400 for the code of another door, 403 for who is no crew member, 404, 409 {@code
     *     not-the-receiver}
     */
    CheckIns.CheckIn checkIn(Caller caller, UUID id, CheckIns.Shown shown, Optional<String> key) {
        UUID member = caller.member().orElseThrow(() -> Problem.forbidden(
                        "This is for the phone of a crew member; sign in with a link from the desk.")
                .raised());
        return database.transaction(tx -> {
            Order order = lockFor(tx, caller, id);
            CheckIns.CheckIn kept = checkIns.keep(tx, order, sites.known(tx, order.site()), member, shown);
            Double metres = kept.metres();
            String words = kept.doubt() != null
                    ? kept.doubt()
                    : Math.round(Objects.requireNonNullElse(metres, 0.0)) + " m from the door";
            book.noteAndTell(
                    tx,
                    order,
                    "checked-in",
                    Move.of(caller, Set.of(By.CREW), OrderEvent.ARRIVE, words).keyed(key));
            return kept;
        });
    }

    /**
     * A verdict. It is always written down, since it teaches the detector. While the incident is open or in review it also
     * moves orders: a false one ends the incident, and its order when nothing is left; a true one in review is worked.
     *
     * @throws Problem.Raised 400 if a false or an unsure one says no reason, or {@code other} without a note
     */
    Incident verdict(Caller caller, UUID id, Verdict verdict) {
        boolean real = verdict.verdict().equals("true");
        boolean told = verdict.note() != null && !verdict.note().isBlank();
        if (real == (verdict.reason() != null) || ("other".equals(verdict.reason()) && !told)) {
            throw Problem.invalid(
                            "/reason",
                            real
                                    ? "a true verdict has no reason"
                                    : "a " + verdict.verdict() + " verdict needs a reason, and the reason other a note")
                    .raised();
        }
        return database.transaction(tx -> {
            Incident seen = incidents.get(caller, id);
            Site site = sites.lock(tx, seen.site())
                    .orElseThrow(() -> Problem.notFound("incident", id).raised());
            Optional<Order> order = Optional.ofNullable(seen.order()).flatMap(orderId -> store.lock(tx, orderId));
            Incident incident = incidents.find(tx, id).orElseThrow();
            incidents.judge(
                    tx,
                    id,
                    verdict.verdict(),
                    verdict.reason(),
                    Objects.requireNonNullElse(verdict.note(), ""),
                    caller.id(),
                    clock.instant());
            boolean review = incident.state().equals("review");
            if (verdict.verdict().equals("false") && (incident.open() || review)) {
                falseAlarm(tx, caller, incident, order, verdict.words());
            } else if (verdict.verdict().equals("true") && review) {
                real(tx, caller, site, incident, verdict.words());
                recurrence.look(tx, site, incident);
            }
            return incidents.find(tx, id).orElseThrow();
        });
    }

    private void falseAlarm(Tx tx, Caller caller, Incident incident, Optional<Order> order, String note) {
        incidents.end(tx, incident.id(), "rejected", clock.instant());
        order.filter(found -> !found.state().ended()).ifPresent(found -> {
            Move reject = Move.of(caller, OrderRules.parts(caller.role()), OrderEvent.REJECT, note);
            Order noted = book.note(tx, found, "incident-false", reject);
            boolean left = incidents.ofOrder(tx, found.id()).stream()
                    .anyMatch(other ->
                            !other.state().equals("rejected") && !other.state().equals("withdrawn"));
            if (!left
                    && TransitionTable.find(noted, OrderEvent.REJECT, reject.roles(), caller.id())
                            .isPresent()) {
                book.move(tx, noted, reject);
            }
        });
    }

    private void real(Tx tx, Caller caller, Site site, Incident incident, String note) {
        Move move = Move.of(caller, Set.of(By.OPERATOR), OrderEvent.FILE, note);
        String kind = OrderBook.classFor(incident.kind());
        Optional<Order> joinable = store.lockJoinable(tx, site.id(), kind, site.dispatchMode());
        if (joinable.isPresent()) {
            incidents.assign(tx, incident.id(), joinable.get().id());
            book.noteAndTell(tx, joinable.get(), "incident-joined", move);
            return;
        }
        book.fileFor(
                tx,
                new OrderBook.Opening(
                        site, kind, incident.source(), note, Optional.ofNullable(incident.openedSnapshot())),
                move,
                incident.id());
    }

    private Order merge(
            Tx tx, Caller caller, UUID id, @Nullable UUID into, String reason, Optional<String> key, Move.Said said) {
        if (into == null || into.equals(id)) {
            throw Problem.invalid("/into", "Name the order that this one goes into.")
                    .raised();
        }
        // Always in the same order, or two merges could wait for each other.
        boolean idFirst = id.compareTo(into) < 0;
        Order first = lock(tx, caller, idFirst ? id : into);
        Order second = lock(tx, caller, idFirst ? into : id);
        Order from = idFirst ? first : second;
        Order target = idFirst ? second : first;
        if (target.state().ended()
                || !target.site().equals(from.site())
                || !target.kind().equals(from.kind())) {
            throw Problem.conflict(
                            "cannot-merge",
                            "Cannot merge",
                            "Order " + target.number() + " has ended, belongs to another site or is of another class.")
                    .raised();
        }
        Order merged = book.move(
                tx,
                from,
                Move.of(caller, OrderRules.parts(caller.role()), OrderEvent.MERGE, reason)
                        .into(into)
                        .keyed(key)
                        .saying(said));
        incidents.move(tx, id, into);
        book.noteAndTell(
                tx, target, "merged-in", Move.of(caller, OrderRules.parts(caller.role()), OrderEvent.MERGE, reason));
        return merged;
    }

    /**
     * Locks an order for something that whoever has it may do, or who may move any.
     *
     * @throws Problem.Raised 404, 403, 409 {@code not-the-receiver}
     */
    Order lockFor(Tx tx, Caller caller, UUID id) {
        Order order = lock(tx, caller, id);
        if (caller.member().isPresent()) {
            mustHave(caller, order, caller.member().get());
        } else if (caller.endpoint().isPresent()) {
            if (OrderRules.receiverPart(order, caller.endpoint()).isEmpty()) {
                throw notTheReceiver(caller, order).raised();
            }
        } else if (!caller.scopes().contains(Scope.ORDERS_WRITE)) {
            throw Problem.forbidden("This is for who has the order, or needs the scope orders:write.")
                    .raised();
        }
        return order;
    }

    private static Problem notTheReceiver(Caller caller, Order order) {
        return Problem.conflict(
                        "not-the-receiver",
                        "Not the receiver",
                        "Order " + order.number() + " is not, or no longer, with " + caller.name() + ".")
                .with("state", order.state().code())
                .with("round", order.round());
    }

    private Order lock(Tx tx, Caller caller, UUID id) {
        return store.lock(tx, id)
                .filter(order -> caller.sees(order.site()))
                .orElseThrow(() -> Problem.notFound("order", id).raised());
    }

    private Receiver receiver(Tx tx, Caller caller, Order order, @Nullable NewReceiver wanted) {
        if (wanted == null) {
            throw Problem.invalid("/receiver", "Say who gets the order.").raised();
        }
        if (wanted.kind().equals("endpoint")) {
            UUID id = uuid(wanted.id())
                    .filter(one -> one.equals(order.dispatchEndpoint())
                            || endpoints
                                    .find(tx, one)
                                    .filter(found -> Endpoints.theirs(caller, found))
                                    .isPresent())
                    .orElseThrow(() -> Problem.invalid("/receiver/id", "There is no such endpoint.")
                            .raised());
            return endpointReceiver(tx, id);
        }
        Optional<UUID> id = uuid(wanted.id());
        if (wanted.kind().equals("crew") && id.isPresent()) {
            return crews.find(tx, caller, id.get()).map(Desk::receiver).orElseThrow(() -> Problem.invalid(
                            "/receiver/id", "There is no crew member " + wanted.id() + ".")
                    .raised());
        }
        if (wanted.kind().equals("team") && id.isPresent()) {
            return crews.team(tx, caller, id.get())
                    .map(team -> new Receiver("team", team.id().toString(), team.name()))
                    .orElseThrow(() -> Problem.invalid(
                                    "/receiver/id", "There is no team " + wanted.id() + " with somebody in it.")
                            .raised());
        }
        // Somebody who is called so, and is no member.
        return new Receiver(wanted.kind(), wanted.id(), wanted.name() == null ? wanted.id() : wanted.name());
    }

    private static Optional<UUID> uuid(String text) {
        try {
            return text.length() == 36 ? Optional.of(UUID.fromString(text)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private Receiver endpointReceiver(Tx tx, UUID endpoint) {
        return endpoints
                .find(tx, endpoint)
                .filter(Endpoint::takesOrders)
                .map(found -> new Receiver("endpoint", endpoint.toString(), found.name()))
                .orElseThrow(() -> Problem.invalid(
                                "/receiver/id", "There is no endpoint " + endpoint + " that takes orders.")
                        .raised());
    }

    private Incident byHand(Site site, NewOrder wanted, String kind, UUID order) {
        var now = clock.instant();
        return new Incident(
                ids.next(),
                site.id(),
                null,
                "",
                null,
                "",
                null,
                "",
                null,
                kind,
                "operator",
                "open",
                order,
                now,
                now,
                null,
                null,
                1,
                List.of(),
                1,
                null,
                null,
                wanted.note() == null ? "" : wanted.note(),
                null,
                null);
    }
}
