package io.kerbwatch.server.incident;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Page;
import io.kerbwatch.server.platform.Reply;
import java.util.List;

/** Incidents over HTTP. A verdict on one moves an order, and so is the orders' business. */
public final class IncidentRoutes {
    private final Incidents incidents;

    public IncidentRoutes(Incidents incidents) {
        this.incidents = incidents;
    }

    public void mount(Operations operations) {
        operations
                .on("listIncidents", request -> {
                    int limit = request.limit();
                    List<Incident> found = incidents.list(
                            request.caller(),
                            new Incidents.Filter(
                                    request.query("state"),
                                    request.queryId("site"),
                                    request.queryId("camera"),
                                    request.queryId("order")),
                            Page.before(request.query("cursor")),
                            limit + 1);
                    return Reply.json(Page.of(found, limit, Incident::id));
                })
                .on("getIncident", request -> Reply.json(incidents.get(request.caller(), request.id("incidentId"))));
    }
}
