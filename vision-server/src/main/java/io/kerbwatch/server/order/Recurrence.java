package io.kerbwatch.server.order;

import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Asks why one place is dirty again and again: the third incident of a zone within a day of its site files an order to
 * find the cause (more bins, other collection times), once a day. Incidents that are in review or were false do not count.
 */
final class Recurrence {
    private static final int TIMES = 3;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");

    private final Incidents incidents;
    private final OrderBook book;
    private final OrderStore store;

    Recurrence(Incidents incidents, OrderBook book, OrderStore store) {
        this.incidents = incidents;
        this.book = book;
        this.store = store;
    }

    /** Looks at the day of an incident that has just got its order; the caller holds the site's lock. */
    void look(Tx tx, Site site, Incident incident) {
        UUID zone = incident.zone();
        if (zone == null) {
            return;
        }
        LocalDate day = LocalDate.ofInstant(incident.openedAt(), site.zone());
        if (store.rootCauseFiled(tx, zone, day)) {
            return;
        }
        List<Incident> all = incidents.workedAt(
                tx,
                zone,
                day.atStartOfDay(site.zone()).toInstant(),
                day.plusDays(1).atStartOfDay(site.zone()).toInstant());
        if (all.size() < TIMES) {
            return;
        }
        Order order = book.fileAlone(
                tx,
                new OrderBook.Opening(
                        site,
                        DeadlineRules.ROOT_CAUSE,
                        "recurrence",
                        note(incident, all, day, site.zone()),
                        Optional.ofNullable(incident.openedSnapshot())),
                Move.by(By.SYSTEM, OrderEvent.FILE, "dirty " + all.size() + " times within a day: " + place(incident))
                        .showing(Optional.ofNullable(incident.openedSnapshot())));
        store.keepRootCause(tx, zone, day, order.id());
    }

    private static String note(Incident incident, List<Incident> all, LocalDate day, ZoneId zone) {
        String times = all.stream()
                .map(Incident::openedAt)
                .map((Instant at) -> TIME.format(at.atZone(zone)))
                .collect(Collectors.joining(", "));
        return place(incident) + ": dirty " + all.size() + " times on " + day + " (" + times + ")";
    }

    private static String place(Incident incident) {
        return incident.cameraName() + ", " + incident.zoneName();
    }
}
