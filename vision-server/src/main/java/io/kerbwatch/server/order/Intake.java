package io.kerbwatch.server.order;

import io.kerbwatch.server.camera.ZoneListener;
import io.kerbwatch.server.device.DeviceListener;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a camera, or a rule over a device's measurements, became sure of becomes incidents and orders. Everything here takes the site's lock first, so that at one
 * site things happen one after the other; then the order's.
 */
public final class Intake implements ZoneListener, DeviceListener {
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
     * Where something was seen: a zone in a camera's picture, or a device.
     *
     * @param camera that saw it; null for a device
     * @param zone in its picture; null for a device
     * @param device that told of it; null for a camera
     */
    public record Source(
            @Nullable UUID camera,
            String cameraName,
            @Nullable UUID zone,
            String zoneName,
            @Nullable UUID device,
            String deviceName) {
        /** A zone in a camera's picture. */
        public static Source zone(UUID camera, String cameraName, UUID zone, String zoneName) {
            return new Source(camera, cameraName, zone, zoneName, null, "");
        }

        /** A device. */
        public static Source device(UUID device, String name) {
            return new Source(null, "", null, "", device, name);
        }

        UUID subject() {
            return Objects.requireNonNull(zone == null ? device : zone);
        }

        By by() {
            return device == null ? By.CAMERA : By.DEVICE;
        }

        /** Whose doing an order or incident is, as records say it. */
        String code() {
            return by().code();
        }

        String name() {
            return device == null ? cameraName : deviceName;
        }

        private String place() {
            return device == null ? zoneName : deviceName;
        }
    }

    /**
     * Something that a camera, or the rule over what a device tells, is now sure of.
     *
     * @param classes of the orders that it takes; each is filed, or joined where one of the site's is open
     * @param at when it became so, by the source's own time
     * @param places in fractions of the picture; none of a device
     * @param score of the detector; 1 for a device
     * @param value measured; null for a camera
     * @param words what was measured against what, for people; empty for a camera
     * @param snapshot that it rests on; none of a device
     */
    public record Sighting(
            UUID site,
            Source source,
            String kind,
            List<String> classes,
            Instant at,
            List<Box> places,
            double score,
            @Nullable Double value,
            String words,
            Optional<UUID> snapshot) {
        public Sighting {
            classes = List.copyOf(classes);
            places = List.copyOf(places);
        }

        /** What a camera saw. */
        public static Sighting seen(
                UUID site, Source source, String kind, Instant at, List<Box> places, double score, UUID snapshot) {
            return new Sighting(
                    site, source, kind, List.of(OrderBook.REFUSE), at, places, score, null, "", Optional.of(snapshot));
        }

        /** What the rule over a device's measurements found. */
        public static Sighting measured(
                UUID site,
                UUID device,
                String deviceName,
                String kind,
                List<String> classes,
                Instant at,
                double value,
                String words) {
            return new Sighting(
                    site,
                    Source.device(device, deviceName),
                    kind,
                    classes,
                    at,
                    List.of(),
                    1,
                    value,
                    words,
                    Optional.empty());
        }

        private String why() {
            return words.isEmpty() ? "confirmed by " + source.name() : source.name() + ": " + words;
        }
    }

    /** What became of a sighting, in a word, and the incident that it belongs to. */
    public record Outcome(String what, Optional<UUID> incident) {}

    /** A place is dirty, or needs work. */
    public Outcome confirmed(Tx tx, Sighting sighting) {
        Optional<Site> site = sites.lock(tx, sighting.site());
        if (site.isEmpty()) {
            return new Outcome("site removed", Optional.empty());
        }
        Optional<Incident> open = incidents.openAt(tx, sighting.source().subject(), sighting.kind());
        if (open.isPresent()) {
            again(tx, open.get(), sighting);
            return new Outcome("open already", open.map(Incident::id));
        }
        if (falseAlarmBefore(tx, sighting)) {
            return toReview(tx, sighting, "a false alarm was here before");
        }
        Optional<Incident> last = incidents.lastAt(tx, sighting.source().subject(), sighting.kind());
        Optional<Order> lastOrder = last.map(Incident::order).flatMap(id -> store.lock(tx, id));
        if (lastOrder.isPresent() && AT_WORK.contains(lastOrder.get().state())) {
            Incident again = last.get();
            again(tx, again, sighting);
            book.note(tx, lastOrder.get(), "incident-confirmed-again", source(sighting));
            changed(tx, again);
            return new Outcome("confirmed again", Optional.of(again.id()));
        }
        Optional<Order> joinable = store.lockJoinable(
                tx, sighting.site(), sighting.classes().get(0), site.get().dispatchMode());
        if (joinable.isPresent() && last.isPresent() && justCleared(last.get(), joinable.get())) {
            Incident again = last.get();
            again(tx, again, sighting);
            Order order = book.noteAndTell(tx, joinable.get(), "incident-confirmed-again", source(sighting));
            book.tellIncident(tx, order, incidents.find(tx, again.id()).orElse(again), MessageType.INCIDENT_OPENED);
            return new Outcome("confirmed again", Optional.of(again.id()));
        }
        if (joinable.isPresent()) {
            Incident incident =
                    incident(sighting, "open", Optional.of(joinable.get().id()), "");
            incidents.insert(tx, incident);
            Order order = book.noteAndTell(tx, joinable.get(), "incident-joined", source(sighting));
            book.tellIncident(tx, order, incident, MessageType.INCIDENT_OPENED);
            further(tx, site.get(), incident, sighting);
            recurrence.look(tx, site.get(), incident);
            return new Outcome("joined", Optional.of(incident.id()));
        }
        if (lastOrder.isPresent() && justEnded(lastOrder.get())) {
            Incident again = last.get();
            again(tx, again, sighting);
            Order order = book.move(
                    tx,
                    lastOrder
                            .get()
                            .with(draft ->
                                    draft.beforeSnapshot = sighting.snapshot().orElse(draft.beforeSnapshot)),
                    Move.by(
                                    sighting.source().by(),
                                    OrderEvent.REOPEN,
                                    sighting.words().isEmpty() ? "the same place is dirty again" : sighting.why())
                            .showing(sighting.snapshot()));
            reopenFurther(tx, again, sighting);
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
                new OrderBook.Opening(
                        site.get(),
                        sighting.classes().get(0),
                        sighting.source().code(),
                        sighting.words(),
                        sighting.snapshot()),
                Move.by(By.SYSTEM, OrderEvent.FILE, sighting.why()).showing(sighting.snapshot()),
                order -> {
                    Incident incident = incident(sighting, "open", Optional.of(order), "");
                    made[0] = incident;
                    return incident;
                });
        further(tx, site.get(), made[0], sighting);
        recurrence.look(tx, site.get(), made[0]);
        return new Outcome("filed", Optional.of(made[0].id()));
    }

    /** A place is clean, or needs no work any more. */
    public Outcome cleared(Tx tx, Sighting sighting) {
        sites.lock(tx, sighting.site());
        Optional<Incident> found = incidents.openAt(tx, sighting.source().subject(), sighting.kind());
        if (found.isEmpty()) {
            return new Outcome("nothing open", Optional.empty());
        }
        Incident incident = found.get();
        List<Order> orders = ordersOf(tx, incident);
        incidents.clear(tx, incident.id(), sighting.at(), sighting.snapshot().orElse(null));
        Incident now = incidents.find(tx, incident.id()).orElse(incident);
        if (orders.isEmpty()) {
            changed(tx, now);
            return new Outcome("cleared", Optional.of(incident.id()));
        }
        boolean told = false;
        for (Order order : orders) {
            Order noted = book.note(tx, order, "incident-cleared", source(sighting));
            if (!told) {
                book.tellIncident(tx, noted, now, MessageType.INCIDENT_CLEARED);
                told = true;
            }
            if (!anyOpen(tx, noted)) {
                allCleared(tx, noted, sighting);
            }
        }
        return new Outcome("cleared", Optional.of(incident.id()));
    }

    /** All orders of an incident, the first first, for the rest of the transaction. */
    private List<Order> ordersOf(Tx tx, Incident incident) {
        List<Order> all = new ArrayList<>();
        Optional.ofNullable(incident.order()).flatMap(id -> store.lock(tx, id)).ifPresent(all::add);
        incidents.furtherOrders(tx, incident.id()).forEach(id -> store.lock(tx, id)
                .ifPresent(all::add));
        return all;
    }

    /** Other work that the same incident takes: an order of each class, or a place in the one that is open. */
    private void further(Tx tx, Site site, Incident incident, Sighting sighting) {
        for (String kind : sighting.classes().subList(1, sighting.classes().size())) {
            Optional<Order> joinable = store.lockJoinable(tx, site.id(), kind, site.dispatchMode());
            if (joinable.isPresent()) {
                incidents.addOrder(tx, incident.id(), joinable.get().id());
                book.noteAndTell(tx, joinable.get(), "incident-joined", source(sighting));
            } else {
                book.fileFurther(
                        tx,
                        new OrderBook.Opening(
                                site, kind, sighting.source().code(), sighting.words(), sighting.snapshot()),
                        Move.by(By.SYSTEM, OrderEvent.FILE, sighting.why()).showing(sighting.snapshot()),
                        incident.id());
            }
        }
    }

    private void reopenFurther(Tx tx, Incident incident, Sighting sighting) {
        for (UUID id : incidents.furtherOrders(tx, incident.id())) {
            store.lock(tx, id)
                    .filter(order -> justEnded(order) && sighting.classes().contains(order.kind()))
                    .ifPresent(order ->
                            book.move(tx, order, Move.by(sighting.source().by(), OrderEvent.REOPEN, sighting.why())));
        }
    }

    private void again(Tx tx, Incident incident, Sighting sighting) {
        incidents.confirmAgain(tx, incident.id(), sighting.at(), sighting.places(), sighting.score());
        Double value = sighting.value();
        if (value != null) {
            incidents.measured(tx, incident.id(), value);
        }
    }

    /** Ends what is open in zones that go away; an order with nothing left has nothing to do. */
    @Override
    public void removing(Tx tx, Caller caller, List<UUID> zones) {
        withdraw(tx, zones, "its zone was removed by " + caller.name());
    }

    /** Ends what is open because of a device that goes away. */
    @Override
    public void removing(Tx tx, Caller caller, UUID device) {
        withdraw(tx, List.of(device), "its device was removed by " + caller.name());
    }

    private void withdraw(Tx tx, List<UUID> subjects, String why) {
        for (Incident seen : incidents.openIn(tx, subjects)) {
            sites.lock(tx, seen.site());
            List<Order> orders = ordersOf(tx, seen);
            incidents.end(tx, seen.id(), "withdrawn", clock.instant());
            changed(tx, seen);
            orders.stream().filter(order -> !order.state().ended()).forEach(order -> {
                Move withdraw = Move.by(By.SYSTEM, OrderEvent.WITHDRAW, why);
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
                        Move.by(
                                        sighting.source().by(),
                                        OrderEvent.SELF_CLEAR,
                                        sighting.words().isEmpty()
                                                ? "all its places were seen clean"
                                                : sighting.words())
                                .showing(sighting.snapshot()));
            case ARRIVED -> {
                Instant finishBy = Deadlines.of(order, book.clocks(tx, order)).finishBy();
                if (finishBy != null && !clock.instant().isBefore(finishBy)) {
                    book.move(
                            tx,
                            order,
                            Move.by(
                                    sighting.source().by(),
                                    OrderEvent.DONE_NOT_REPORTED,
                                    "clean, and its time is over"));
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
        Source source = sighting.source();
        boolean camera = source.device() == null;
        int ofOne = camera
                ? store.filedByCamera(tx, Objects.requireNonNull(source.camera()), since)
                : store.filedByDevice(tx, source.subject(), since);
        if (ofOne >= settings.get(Settings.ORDERS_PER_CAMERA)) {
            return Optional.of("this " + source.code() + " has filed " + ofOne + " orders within the hour");
        }
        int ofAll = store.filedBy(tx, source.code(), since);
        if (ofAll >= Math.max(settings.get(Settings.ORDERS_PER_HOUR), sites.count(tx))) {
            return Optional.of("all " + source.code() + "s have filed " + ofAll + " orders within the hour");
        }
        return Optional.empty();
    }

    private boolean falseAlarmBefore(Tx tx, Sighting sighting) {
        Instant since = clock.instant().minus(settings.get(Settings.ORDERS_FALSE_ALARM_FOR));
        return incidents.falseAlarms(tx, sighting.source().subject(), sighting.kind(), since).stream()
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
                sighting.source().camera(),
                sighting.source().cameraName(),
                sighting.source().zone(),
                sighting.source().zoneName(),
                sighting.source().device(),
                sighting.source().deviceName(),
                sighting.value(),
                sighting.kind(),
                sighting.source().code(),
                state,
                order.orElse(null),
                sighting.at(),
                sighting.at(),
                null,
                null,
                1,
                sighting.places(),
                sighting.score(),
                sighting.snapshot().orElse(null),
                null,
                note,
                null,
                null);
    }

    private static Move source(Sighting sighting) {
        String where = sighting.source().place();
        return Move.by(
                        sighting.source().by(),
                        OrderEvent.FILE,
                        sighting.words().isEmpty() ? sighting.kind() + " at " + where : where + ": " + sighting.words())
                .showing(sighting.snapshot());
    }

    private void changed(Tx tx, Incident incident) {
        events.publish(tx, "incident.changed", incident.site(), Map.of("incident", incident.id()));
    }
}
