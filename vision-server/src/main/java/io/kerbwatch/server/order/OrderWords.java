package io.kerbwatch.server.order;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.snapshot.Snapshots;
import io.kerbwatch.server.standard.Standards;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts orders into the words of the API and of messages. */
final class OrderWords {
    /** What was promised to the public. */
    private static final Duration PROMISE = Duration.ofMinutes(10);

    private final Calendars calendars;
    private final Snapshots snapshots;
    private final PublicUrl base;

    OrderWords(Calendars calendars, Snapshots snapshots, PublicUrl base) {
        this.calendars = calendars;
        this.snapshots = snapshots;
        this.base = base;
    }

    /** The order as the API shows it. */
    Map<String, Object> shown(Site site, Order order, List<Incident> incidents, Instant now) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", order.id());
        shown.put("number", order.number());
        shown.put("site", Map.of("id", site.id(), "name", site.name()));
        shown.put("class", order.kind());
        shown.put("source", order.source());
        shown.put("note", order.note());
        shown.put("dispatchMode", order.dispatchMode());
        shown.put("dispatchEndpoint", order.dispatchEndpoint());
        shown.put("state", order.state().code());
        shown.put("round", order.round());
        shown.put("reworks", order.reworks());
        shown.put("reopened", order.reopened());
        shown.put("declined", order.declined());
        shown.put("receiver", order.receiver());
        State from = order.suspendedFrom();
        shown.put("suspendedFrom", from == null ? null : from.code());
        shown.put("createdAt", order.createdAt());
        shown.put("filedAt", order.filedAt());
        shown.put("dispatchedAt", order.dispatchedAt());
        shown.put("acceptedAt", order.acceptedAt());
        shown.put("arrivedAt", order.arrivedAt());
        shown.put("doneAt", order.doneAt());
        shown.put("endedAt", order.endedAt());
        shown.put("doneReported", order.doneReported());
        shown.put("late", order.late());
        shown.put("closedBy", order.closedBy());
        shown.put("mergedInto", order.mergedInto());
        Deadlines deadlines = Deadlines.of(order, new Clocks(calendars, site.zone()));
        shown.put("deadlines", deadlines);
        shown.put("pauses", order.pauses());
        shown.put("overdue", deadlines.overdue(order, now));
        shown.put("escalated", order.escalated());
        shown.put("arrival", arrival(order));
        shown.put("incidents", incidents);
        shown.put("snapshots", pictures(order));
        shown.put("sequence", order.sequence());
        return shown;
    }

    /**
     * The order as the phone of whoever has it shows it. Links are those of this server, whatever it is called outside.
     *
     * @param guides what the standards say to it
     * @param possible events that they may report
     */
    Map<String, Object> forCrew(
            Site site, Order order, List<Incident> incidents, List<Standards.Guide> guides, List<String> possible) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", order.id());
        shown.put("number", order.number());
        shown.put("round", order.round());
        shown.put("class", order.kind());
        shown.put("note", order.note());
        shown.put("state", order.state().code());
        Map<String, Object> place = site(site);
        place.put("timeZone", site.timeZone());
        shown.put("site", place);
        shown.put(
                "incidents",
                incidents.stream()
                        .map(incident -> {
                            Map<String, Object> seen = new LinkedHashMap<>();
                            seen.put("kind", incident.kind());
                            seen.put("state", incident.state());
                            seen.put("camera", incident.cameraName());
                            seen.put("zone", incident.zoneName());
                            seen.put("picture", relative(incident.openedSnapshot()));
                            return seen;
                        })
                        .toList());
        shown.put("deadlines", Deadlines.of(order, new Clocks(calendars, site.zone())));
        shown.put("filedAt", order.filedAt());
        shown.put("dispatchedAt", order.dispatchedAt());
        shown.put("acceptedAt", order.acceptedAt());
        shown.put("arrivedAt", order.arrivedAt());
        shown.put("doneAt", order.doneAt());
        shown.put("endedAt", order.endedAt());
        shown.put("closedBy", order.closedBy());
        shown.put("clauses", guides);
        shown.put("possible", possible);
        return shown;
    }

    private @Nullable String relative(@Nullable UUID snapshot) {
        return snapshot == null ? null : snapshots.link(snapshot);
    }

    /** The data of {@code order.filed}, {@code order.changed} and {@code order.closed}. */
    Map<String, Object> orderMessage(Site site, Order order, List<Incident> incidents) {
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("id", order.id());
        about.put("number", order.number());
        about.put("round", order.round());
        about.put("state", order.state().code());
        about.put("class", order.kind());
        about.put("note", order.note());
        about.put("filedAt", order.filedAt());
        about.put("dispatchMode", order.dispatchMode());
        about.put("dispatchEndpoint", order.dispatchEndpoint());
        about.put("receiver", order.receiver());
        about.put("closedBy", order.closedBy());
        about.put("escalated", order.escalated());
        about.put("events", base + "/api/v1/orders/" + order.id() + "/events");
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("order", about);
        data.put("site", site(site));
        data.put("incidents", incidents.stream().map(this::incident).toList());
        data.put("deadlines", Deadlines.of(order, new Clocks(calendars, site.zone())));
        data.put("sequence", order.sequence());
        return data;
    }

    /** The data of {@code incident.opened} and {@code incident.cleared}. */
    Map<String, Object> incidentMessage(Site site, Order order, Incident incident, long sequence) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("incident", incident(incident));
        data.put("site", site(site));
        data.put("order", Map.of("id", order.id(), "number", order.number()));
        data.put("sequence", sequence);
        return data;
    }

    private static Map<String, Object> site(Site site) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", site.id());
        shown.put("name", site.name());
        shown.put("latitude", site.latitude());
        shown.put("longitude", site.longitude());
        return shown;
    }

    private Map<String, Object> incident(Incident incident) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", incident.id());
        shown.put("kind", incident.kind());
        shown.put("state", incident.state());
        shown.put("camera", named(incident.camera(), incident.cameraName()));
        shown.put("zone", named(incident.zone(), incident.zoneName()));
        shown.put("device", named(incident.device(), incident.deviceName()));
        shown.put("value", incident.value());
        shown.put("places", incident.places());
        shown.put("score", incident.score());
        shown.put("picture", link(incident.openedSnapshot()));
        shown.put("pictureCleared", link(incident.clearedSnapshot()));
        return shown;
    }

    private static @Nullable Map<String, Object> named(@Nullable UUID id, String name) {
        return id == null ? null : Map.of("id", id, "name", name);
    }

    private @Nullable String link(@Nullable UUID snapshot) {
        return snapshot == null ? null : base + snapshots.link(snapshot);
    }

    /** Seconds until someone stood there, beside the ten minutes; kept is null while nobody has said so. */
    private static Map<String, Object> arrival(Order order) {
        Double seconds = order.filedToArrived();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("promisedSeconds", PROMISE.toSeconds());
        shown.put("filedToArrivedSeconds", seconds);
        shown.put("dispatchedToArrivedSeconds", order.dispatchedToArrived());
        shown.put("kept", seconds == null ? null : seconds <= PROMISE.toSeconds());
        return shown;
    }

    private static Map<String, Object> pictures(Order order) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("before", path(order.beforeSnapshot()));
        shown.put("after", path(order.afterSnapshot()));
        return shown;
    }

    private static @Nullable String path(@Nullable UUID snapshot) {
        return snapshot == null ? null : "/api/v1/snapshots/" + snapshot;
    }
}
