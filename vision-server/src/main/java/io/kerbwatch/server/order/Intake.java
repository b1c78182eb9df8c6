package io.kerbwatch.server.order;

import io.kerbwatch.server.camera.ZoneListener;
import io.kerbwatch.server.dispatch.MessageType;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.detect.Box;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a camera became sure of becomes incidents and orders. Everything here takes the site's lock first, so that at one
 * site things happen one after the other; then the order's.
 */
public final class Intake implements ZoneListener {
    private static final Set<State> AT_WORK = Set.of(State.ARRIVED, State.VERIFYING, State.HUMAN_CHECK);

    private static final Duration BUDGET_SPAN = Duration.ofHours(1);

    private final InstantSource clock;
    private final Ids ids;
    private final Settings settings;
    private final Sites sites;
    private final Incidents incidents;
    private final Events events;
    private final OrderBook book;
    private final OrderStore store;
    private final Recurrence recurrence;

    Intake(
            InstantSource clock,
            Ids ids,
            Settings settings,
            Sites sites,
            Incidents incidents,
            Events events,
            OrderBook book,
            OrderStore store,
            Recurrence recurrence) {
        this.clock = clock;
        this.ids = ids;
        this.settings = settings;
        this.sites = sites;
        this.incidents = incidents;
        this.events = events;
        this.book = book;
        this.store = store;
        this.recurrence = recurrence;
    }

    /**
     * Something that a camera is now sure of.
     *
     * @param at when it became so, by the camera's pictures
     * @param places in fractions of the picture
     */
    public record Sighting(
            UUID site,
            UUID camera,
            String cameraName,
            UUID zone,
            String zoneName,
            String kind,
            Instant at,
            List<Box> places,
            double score,
            UUID snapshot) {}

    /** What became of a sighting, in a word, and the incident that it belongs to. */
    public record Outcome(String what, Optional<UUID> incident) {}

    /** A place is dirty. */
    public Outcome confirmed(Tx tx, Sighting sighting) {
        Optional<Site> site = sites.lock(tx, sighting.site());
        if (site.isEmpty()) {
            return new Outcome("site removed", Optional.empty());
        }
        Optional<Incident> open = incidents.openAt(tx, sighting.zone(), sighting.kind());
        if (open.isPresent()) {
            incidents.confirmAgain(tx, open.get().id(), sighting.at(), sighting.places(), sighting.score());
            return new Outcome("open already", open.map(Incident::id));
        }
        if (falseAlarmBefore(tx, sighting)) {
            return toReview(tx, sighting, "a false alarm was here before");
        }
        Optional<Incident> last = incidents.lastAt(tx, sighting.zone(), sighting.kind());
        Optional<Order> lastOrder = last.map(Incident::order).flatMap(id -> store.lock(tx, id));
        if (lastOrder.isPresent() && AT_WORK.contains(lastOrder.get().state())) {
            Incident again = last.get();
            incidents.confirmAgain(tx, again.id(), sighting.at(), sighting.places(), sighting.score());
            book.note(tx, lastOrder.get(), "incident-confirmed-again", camera(sighting));
            changed(tx, again);
            return new Outcome("confirmed again", Optional.of(again.id()));
        }
        Optional<Order> joinable = store.lockJoinable(
                tx, sighting.site(), OrderBook.REFUSE, site.get().dispatchMode());
        if (joinable.isPresent() && last.isPresent() && justCleared(last.get(), joinable.get())) {
            Incident again = last.get();
            incidents.confirmAgain(tx, again.id(), sighting.at(), sighting.places(), sighting.score());
            Order order = book.noteAndTell(tx, joinable.get(), "incident-confirmed-again", camera(sighting));
            book.tellIncident(tx, order, incidents.find(tx, again.id()).orElse(again), MessageType.INCIDENT_OPENED);
            return new Outcome("confirmed again", Optional.of(again.id()));
        }
        if (joinable.isPresent()) {
            Incident incident =
                    incident(sighting, "open", Optional.of(joinable.get().id()), "");
            incidents.insert(tx, incident);
            Order order = book.noteAndTell(tx, joinable.get(), "incident-joined", camera(sighting));
            book.tellIncident(tx, order, incident, MessageType.INCIDENT_OPENED);
            recurrence.look(tx, site.get(), incident);
            return new Outcome("joined", Optional.of(incident.id()));
        }
        if (lastOrder.isPresent() && justEnded(lastOrder.get())) {
            Incident again = last.get();
            incidents.confirmAgain(tx, again.id(), sighting.at(), sighting.places(), sighting.score());
            Order order = book.move(
                    tx,
                    lastOrder.get().with(draft -> draft.beforeSnapshot = sighting.snapshot()),
                    Move.by(By.CAMERA, OrderEvent.REOPEN, "the same place is dirty again")
                            .showing(Optional.of(sighting.snapshot())));
            book.tellIncident(tx, order, incidents.find(tx, again.id()).orElse(again), MessageType.INCIDENT_OPENED);
            return new Outcome("reopened", Optional.of(again.id()));
        }
        Optional<String> storm = storm(tx, sighting);
        if (storm.isPresent()) {
            return toReview(tx, sighting, storm.get());
        }
        Incident[] made = new Incident[1];
        book.file(
                tx,
                new OrderBook.Opening(site.get(), "camera", "", Optional.of(sighting.snapshot())),
                Move.by(By.SYSTEM, OrderEvent.FILE, "confirmed by " + sighting.cameraName())
                        .showing(Optional.of(sighting.snapshot())),
                order -> {
                    Incident incident = incident(sighting, "open", Optional.of(order), "");
                    made[0] = incident;
                    return incident;
                });
        recurrence.look(tx, site.get(), made[0]);
        return new Outcome("filed", Optional.of(made[0].id()));
    }

    /** A place is clean. */
    public Outcome cleared(Tx tx, Sighting sighting) {
        sites.lock(tx, sighting.site());
        Optional<Incident> found = incidents.openAt(tx, sighting.zone(), sighting.kind());
        if (found.isEmpty()) {
            return new Outcome("nothing open", Optional.empty());
        }
        Incident incident = found.get();
        Optional<Order> locked = Optional.ofNullable(incident.order()).flatMap(id -> store.lock(tx, id));
        incidents.clear(tx, incident.id(), sighting.at(), sighting.snapshot());
        Incident now = incidents.find(tx, incident.id()).orElse(incident);
        if (locked.isEmpty()) {
            changed(tx, now);
            return new Outcome("cleared", Optional.of(incident.id()));
        }
        Order order = book.note(
                tx, locked.get(), "incident-cleared", camera(sighting).showing(Optional.of(sighting.snapshot())));
        book.tellIncident(tx, order, now, MessageType.INCIDENT_CLEARED);
        if (!anyOpen(tx, order)) {
            allCleared(tx, order, sighting);
        }
        return new Outcome("cleared", Optional.of(incident.id()));
    }

    /** Ends what is open in zones that go away; an order with nothing left has nothing to do. */
    @Override
    public void removing(Tx tx, Caller caller, List<UUID> zones) {
        for (Incident seen : incidents.openIn(tx, zones)) {
            sites.lock(tx, seen.site());
            Optional<Order> locked = Optional.ofNullable(seen.order()).flatMap(id -> store.lock(tx, id));
            incidents.end(tx, seen.id(), "withdrawn", clock.instant());
            changed(tx, seen);
            locked.filter(order -> !order.state().ended()).ifPresent(order -> {
                Move withdraw = Move.by(By.SYSTEM, OrderEvent.WITHDRAW, "its zone was removed by " + caller.name());
                Order noted = book.note(tx, order, "incident-withdrawn", withdraw);
                boolean toPeople = noted.state() == State.VERIFYING;
                if (toPeople || (noted.state() != State.HUMAN_CHECK && !anyOpen(tx, noted))) {
                    book.move(tx, noted, withdraw);
                }
            });
        }
    }

    /** What is still dirty half an hour after its order was cancelled goes to people. */
    void reviewCancelled(Tx tx, UUID orderId) {
        store.lock(tx, orderId)
                .filter(order -> order.state() == State.CANCELLED)
                .ifPresent(order -> {
                    for (Incident incident : incidents.ofOrder(tx, orderId)) {
                        if (incident.open()) {
                            incidents.review(tx, incident.id(), "still dirty after its order was cancelled");
                            changed(tx, incident);
                        }
                    }
                });
    }

    private void allCleared(Tx tx, Order order, Sighting sighting) {
        switch (order.state()) {
            case FILED, DISPATCHED, ACCEPTED, RETURNED, SUSPENDED ->
                book.move(
                        tx,
                        order,
                        Move.by(By.CAMERA, OrderEvent.SELF_CLEAR, "all its places were seen clean")
                                .showing(Optional.of(sighting.snapshot())));
            case ARRIVED -> {
                Instant finishBy = Deadlines.of(order, book.clocks(tx, order)).finishBy();
                if (finishBy != null && !clock.instant().isBefore(finishBy)) {
                    book.move(
                            tx, order, Move.by(By.CAMERA, OrderEvent.DONE_NOT_REPORTED, "clean, and its time is over"));
                }
            }
            case HUMAN_CHECK -> book.askAgain(tx, order);
            default -> {
                // VERIFYING has its question; what has ended needs nothing
            }
        }
    }

    private boolean anyOpen(Tx tx, Order order) {
        return incidents.ofOrder(tx, order.id()).stream().anyMatch(Incident::open);
    }

    /** The order was opened again for another place of the site, and this one is dirty again as well. */
    private boolean justCleared(Incident incident, Order order) {
        Instant cleared = incident.clearedAt();
        return order.id().equals(incident.order())
                && cleared != null
                && Duration.between(cleared, clock.instant()).compareTo(settings.get(Settings.ORDERS_REOPEN_WITHIN))
                        <= 0;
    }

    private boolean justEnded(Order order) {
        Instant ended = order.endedAt();
        return (order.state() == State.CLOSED || order.state() == State.SELF_CLEARED)
                && ended != null
                && Duration.between(ended, clock.instant()).compareTo(settings.get(Settings.ORDERS_REOPEN_WITHIN)) <= 0;
    }

    private Outcome toReview(Tx tx, Sighting sighting, String why) {
        Incident incident = incident(sighting, "review", Optional.empty(), why);
        incidents.insert(tx, incident);
        changed(tx, incident);
        return new Outcome("to review", Optional.of(incident.id()));
    }

    /**
     * Why another order would be one too many: a camera that was turned or a detector that went wrong must not send
     * everybody everywhere. People decide instead, so nothing goes unseen. Sites that file in the same moment may pass by
     * one or two more than the budget.
     */
    private Optional<String> storm(Tx tx, Sighting sighting) {
        Instant since = clock.instant().minus(BUDGET_SPAN);
        int ofCamera = store.filedByCamera(tx, sighting.camera(), since);
        if (ofCamera >= settings.get(Settings.ORDERS_PER_CAMERA)) {
            return Optional.of("this camera has filed " + ofCamera + " orders within the hour");
        }
        int ofAll = store.filedByCameras(tx, since);
        if (ofAll >= Math.max(settings.get(Settings.ORDERS_PER_HOUR), sites.count(tx))) {
            return Optional.of("all cameras have filed " + ofAll + " orders within the hour");
        }
        return Optional.empty();
    }

    private boolean falseAlarmBefore(Tx tx, Sighting sighting) {
        Instant since = clock.instant().minus(settings.get(Settings.ORDERS_FALSE_ALARM_FOR));
        return incidents.falseAlarms(tx, sighting.zone(), sighting.kind(), since).stream()
                .anyMatch(old -> sighting.places().stream().anyMatch(place -> samePlace(old, place)));
    }

    /** As the judge has it. */
    private static boolean samePlace(Box a, Box b) {
        return a.iou(b) >= 0.3 || a.coverOfSmaller(b) >= 0.5;
    }

    private Incident incident(Sighting sighting, String state, Optional<UUID> order, String note) {
        return new Incident(
                ids.next(),
                sighting.site(),
                sighting.camera(),
                sighting.cameraName(),
                sighting.zone(),
                sighting.zoneName(),
                sighting.kind(),
                "camera",
                state,
                order.orElse(null),
                sighting.at(),
                sighting.at(),
                null,
                null,
                1,
                sighting.places(),
                sighting.score(),
                sighting.snapshot(),
                null,
                note,
                null,
                null);
    }

    private static Move camera(Sighting sighting) {
        return Move.by(By.CAMERA, OrderEvent.FILE, sighting.kind() + " at " + sighting.zoneName())
                .showing(Optional.of(sighting.snapshot()));
    }

    private void changed(Tx tx, Incident incident) {
        events.publish(tx, "incident.changed", incident.site(), Map.of("incident", incident.id()));
    }
}
