package io.kerbwatch.server.order;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.incident.Incident;
import io.kerbwatch.server.incident.Incidents;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.server.snapshot.Snapshots;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Orders as a city's portal reads them: the read-only part of Open311 GeoReport v2 in JSON. A service is a class of orders;
 * a request is an order.
 */
final class Open311 {
    /** As the standard has it: what one answer shows at most, and how far back it looks where nobody says. */
    private static final int MOST = 1000;

    private static final Duration LOOKS_BACK = Duration.ofDays(90);

    private static final Map<String, String> NAMES =
            Map.of(OrderBook.REFUSE, "垃圾清理 Refuse", DeadlineRules.ROOT_CAUSE, "源头治理 Root cause");

    private final Database database;
    private final InstantSource clock;
    private final Sites sites;
    private final Incidents incidents;
    private final Snapshots snapshots;
    private final PublicUrl base;
    private final Calendars calendars;
    private final OrderStore store;

    Open311(
            Database database,
            InstantSource clock,
            Sites sites,
            Incidents incidents,
            Snapshots snapshots,
            PublicUrl base,
            Calendars calendars,
            OrderStore store) {
        this.database = database;
        this.clock = clock;
        this.sites = sites;
        this.incidents = incidents;
        this.snapshots = snapshots;
        this.base = base;
        this.calendars = calendars;
        this.store = store;
    }

    /** What a portal asks for; empty parts do not filter. */
    record Filter(
            Optional<List<String>> numbers,
            Optional<String> service,
            Optional<Boolean> open,
            Instant from,
            Instant until) {}

    Reply services() {
        return Reply.json(List.of(
                service(OrderBook.REFUSE, "Overflowing bins and litter at a refuse station"),
                service(DeadlineRules.ROOT_CAUSE, "A place that becomes dirty again and again")));
    }

    Reply requests(Request request) {
        Instant now = clock.instant();
        Filter filter = new Filter(
                request.query("service_request_id").map(ids -> List.of(ids.split(","))),
                request.query("service_code"),
                request.query("status").map("open"::equals),
                request.time("start_date").orElse(now.minus(LOOKS_BACK)),
                request.time("end_date").orElse(now));
        return Reply.json(found(request.caller(), filter));
    }

    Reply request(Request request, String number) {
        List<Map<String, Object>> found = found(
                request.caller(),
                new Filter(
                        Optional.of(List.of(number)),
                        Optional.empty(),
                        Optional.empty(),
                        Instant.EPOCH,
                        Instant.ofEpochSecond(Integer.MAX_VALUE)));
        if (found.isEmpty()) {
            throw Problem.notFound("request", number).raised();
        }
        return Reply.json(found);
    }

    private List<Map<String, Object>> found(Caller caller, Filter filter) {
        return database.transaction(tx -> {
            List<Map<String, Object>> requests = new ArrayList<>();
            for (Order order : store.list(tx, caller, filter, MOST)) {
                requests.add(shown(tx, order));
            }
            return requests;
        });
    }

    private Map<String, Object> shown(Tx tx, Order order) {
        Site site = sites.known(tx, order.site());
        List<Incident> all = incidents.ofOrder(tx, order.id());
        Receiver receiver = order.receiver();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("service_request_id", order.number());
        shown.put("status", order.state().ended() ? "closed" : "open");
        shown.put("status_notes", order.state().code());
        shown.put("service_name", NAMES.getOrDefault(order.kind(), order.kind()));
        shown.put("service_code", order.kind());
        shown.put(
                "description",
                all.isEmpty()
                        ? order.note()
                        : all.stream().map(Incident::kind).distinct().collect(Collectors.joining(", ")));
        // Open to the public: a crew, and not the name of somebody in it.
        shown.put(
                "agency_responsible", receiver == null || !receiver.kind().equals("endpoint") ? null : receiver.name());
        shown.put("service_notice", null);
        shown.put("requested_datetime", order.createdAt());
        shown.put("updated_datetime", store.entered(tx, order.id()).orElse(order.createdAt()));
        shown.put(
                "expected_datetime",
                order.state().ended()
                        ? null
                        : Deadlines.of(order, new Clocks(calendars, site.zone()))
                                .finishBy());
        shown.put("address", site.name());
        shown.put("lat", site.latitude());
        shown.put("long", site.longitude());
        shown.put("media_url", picture(order.beforeSnapshot()));
        return shown;
    }

    private @Nullable String picture(@Nullable UUID snapshot) {
        return snapshot == null ? null : base + snapshots.link(snapshot);
    }

    private static Map<String, Object> service(String code, String description) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("service_code", code);
        shown.put("service_name", NAMES.get(code));
        shown.put("description", description);
        shown.put("metadata", false);
        shown.put("type", "realtime");
        shown.put("keywords", "refuse,bin,litter");
        shown.put("group", "sanitation");
        return shown;
    }
}
