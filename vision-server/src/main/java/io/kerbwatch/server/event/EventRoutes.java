package io.kerbwatch.server.event;

import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Request;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Server-sent events, as the HTML standard (section 9.2) has them; {@code Last-Event-ID} goes on where it broke off. */
public final class EventRoutes {
    private static final int AT_ONCE = 200;
    private static final long HEARTBEAT_MILLIS = 15_000;

    private final Vertx vertx;
    private final Events events;
    private final Set<Reader> readers = ConcurrentHashMap.newKeySet();

    public EventRoutes(Vertx vertx, Events events) {
        this.vertx = vertx;
        this.events = events;
    }

    public void mount(Operations operations, Notices notices) {
        operations.stream("streamEvents", (request, context) -> open(request, context, type -> true)).stream(
                "streamCrewEvents", (request, context) -> open(request, context, "order.changed"::equals));
        notices.on(Events.TOPIC, this::wake);
    }

    private void open(Request request, RoutingContext context, Predicate<String> types) {
        HttpServerResponse response = context.response();
        response.setChunked(true)
                .putHeader("content-type", "text/event-stream; charset=utf-8")
                .putHeader("cache-control", "no-store")
                .putHeader("x-accel-buffering", "no");
        Reader reader = new Reader(request, response, types);
        response.write("retry: 2000\n\n");
        // An event and no comment, which a page would not hear of: that none comes says that the line is dead.
        long heartbeat = vertx.setPeriodic(HEARTBEAT_MILLIS, id -> response.write("event: beat\ndata: {}\n\n"));
        response.closeHandler(closed -> {
            vertx.cancelTimer(heartbeat);
            readers.remove(reader);
        });
        response.exceptionHandler(error -> readers.remove(reader));
        readers.add(reader);
        reader.wake();
    }

    private void wake() {
        readers.forEach(Reader::wake);
    }

    private final class Reader {
        private final Request request;
        private final HttpServerResponse response;
        private final Predicate<String> types;
        private final AtomicBoolean reading = new AtomicBoolean();
        private volatile boolean again;
        private long last = -1;

        Reader(Request request, HttpServerResponse response, Predicate<String> types) {
            this.request = request;
            this.response = response;
            this.types = types;
        }

        /** Reads on a worker, one at a time for each reader; who is woken meanwhile reads once more. */
        void wake() {
            again = true;
            if (reading.compareAndSet(false, true)) {
                vertx.executeBlocking(
                                () -> {
                                    read();
                                    return true;
                                },
                                false)
                        .onComplete(done -> {
                            reading.set(false);
                            if (again && done.succeeded()) {
                                wake();
                            }
                        });
            }
        }

        private void read() {
            again = false;
            if (last < 0) {
                begin();
            }
            while (!response.closed() && !response.writeQueueFull()) {
                var entries = events.after(last, AT_ONCE);
                for (Events.Entry entry : entries) {
                    last = entry.id();
                    boolean seen = entry.site() == null || request.caller().sees(entry.site());
                    if (seen && types.test(entry.type())) {
                        response.write(
                                "id: " + entry.id() + "\nevent: " + entry.type() + "\ndata: " + entry.data() + "\n\n");
                    }
                }
                if (entries.size() < AT_ONCE) {
                    return;
                }
            }
        }

        private void begin() {
            long known = request.header("last-event-id")
                    .filter(text -> text.matches("\\d{1,18}"))
                    .map(Long::parseLong)
                    .orElse(-1L);
            long newest = events.newest();
            boolean lost = known >= 0 && (known > newest || known + 1 < events.oldest());
            if (lost) {
                // What lies between is gone; the page has to read everything anew.
                response.write("id: " + newest + "\nevent: reset\ndata: {}\n\n");
            }
            last = known < 0 || lost ? newest : known;
        }
    }
}
