package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Page;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The parts of this feature put together, and its routes. */
public final class Dispatch implements AutoCloseable {
    private final Database database;
    private final InstantSource clock;
    private final Vertx vertx;
    private final Settings settings;
    private final Courier courier;
    private final Carrier carrier;
    private final Endpoints endpoints;
    private final Outbox outbox;
    private final DeliveryStore deliveries;
    private @Nullable Dispatcher dispatcher;

    public Dispatch(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Ids ids,
            MasterKey key,
            Settings settings,
            Audit audit,
            Accounts accounts,
            Events events) {
        this.vertx = vertx;
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        AddressPolicy allowed = settings.get(Settings.DISPATCH_ALLOW);
        this.courier = new Courier(vertx, allowed, clock);
        this.carrier = new Carrier(courier, new Publisher(vertx, allowed), clock);
        this.endpoints = new Endpoints(database, clock, ids, key, settings, carrier, audit, accounts, events);
        this.outbox = new Outbox(ids, clock);
        this.deliveries = new DeliveryStore(database);
    }

    public Endpoints endpoints() {
        return endpoints;
    }

    public Outbox outbox() {
        return outbox;
    }

    /** Begins to deliver. */
    public void start(Notices notices, DeliveryListener listener, MeterRegistry meters) {
        Dispatcher starting = new Dispatcher(vertx, database, clock, settings, endpoints, carrier, listener, meters);
        starting.start(notices);
        dispatcher = starting;
    }

    @Override
    public void close() {
        if (dispatcher != null) {
            dispatcher.close();
        }
        courier.close();
    }

    /** Which deliveries to make once more: those named, or all between two instants; of one state if it is named. */
    record Replay(
            @Nullable List<UUID> deliveries,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable String state) {}

    public void mount(Operations operations) {
        operations
                .on("listEndpoints", request -> Reply.json(Map.of("items", endpoints.list(request.caller()))))
                .on("createEndpoint", request -> {
                    Endpoints.Created created =
                            endpoints.create(request.caller(), request.body(Endpoints.NewEndpoint.class));
                    return Reply.created(
                                    "/api/v1/endpoints/" + created.endpoint().id(), created)
                            .version(created.endpoint().version());
                })
                .on("getEndpoint", request -> reply(endpoints.get(request.caller(), request.id("endpointId"))))
                .on(
                        "changeEndpoint",
                        request -> reply(endpoints.change(
                                request.caller(),
                                request.id("endpointId"),
                                request.ifMatch(),
                                request.body(Endpoints.Change.class))))
                .on("removeEndpoint", request -> {
                    endpoints.remove(request.caller(), request.id("endpointId"));
                    return Reply.nothing();
                })
                .on("rotateEndpointSecret", request -> {
                    Endpoints.Created rotated = endpoints.rotate(request.caller(), request.id("endpointId"));
                    return Reply.json(rotated).version(rotated.endpoint().version());
                })
                .on("pingEndpoint", request -> reply(endpoints.ping(request.caller(), request.id("endpointId"))))
                .on("listDeliveries", this::log)
                .on(
                        "listAttempts",
                        request -> Reply.json(Map.of(
                                "items",
                                deliveries.attempts(
                                        endpoints
                                                .get(request.caller(), request.id("endpointId"))
                                                .id(),
                                        request.id("deliveryId")))))
                .on("replayDeliveries", this::replay);
    }

    private Reply log(Request request) {
        UUID endpoint =
                endpoints.get(request.caller(), request.id("endpointId")).id();
        int limit = request.limit();
        List<DeliveryStore.Line> lines = deliveries.log(
                endpoint,
                request.queryId("order"),
                request.query("state"),
                Page.before(request.query("cursor")),
                limit + 1);
        return Reply.json(Page.of(lines, limit, line -> wireUuid(line.message())));
    }

    private Reply replay(Request request) {
        Replay replay = request.body(Replay.class);
        UUID endpoint =
                endpoints.get(request.caller(), request.id("endpointId")).id();
        Instant now = clock.instant();
        int count = database.transaction(tx -> {
            int replayed = deliveries.replay(
                    tx,
                    endpoint,
                    replay.deliveries() == null ? List.of() : replay.deliveries(),
                    replay.from() == null ? now : replay.from(),
                    replay.to() == null ? now : replay.to(),
                    Optional.ofNullable(replay.state()),
                    now);
            Notices.send(tx, Outbox.TOPIC);
            return replayed;
        });
        return Reply.json(Map.of("replayed", count));
    }

    private static UUID wireUuid(String wireId) {
        String hex = wireId.substring("msg_".length());
        return new UUID(
                Long.parseUnsignedLong(hex.substring(0, 16), 16), Long.parseUnsignedLong(hex.substring(16), 16));
    }

    private static Reply reply(Endpoint endpoint) {
        return Reply.json(endpoint).version(endpoint.version());
    }
}
