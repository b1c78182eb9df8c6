package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers what the outbox holds. A delivery is leased for an attempt, so that two servers, or one that was killed and
 * came back, never make two attempts of it at once. Each endpoint has places of its own: one that is slow or dead fills
 * its own and delays nobody else. Woken by notices; while something is due later, by a timer.
 */
final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** Beyond the attempt's own time: to resolve a name and to write down how it went. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final Database database;
    private final InstantSource clock;
    private final Settings settings;
    private final Endpoints endpoints;
    private final Courier courier;
    private final DeliveryStore store;
    private final Schedule schedule;
    private final DeliveryListener listener;
    private final MeterRegistry meters;
    private final WorkerExecutor workers;
    private final RandomGenerator chance = RandomGenerator.getDefault();
    private final Map<UUID, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean again;
    private volatile boolean closed;
    private volatile long timer = -1;

    Dispatcher(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Settings settings,
            Endpoints endpoints,
            Courier courier,
            DeliveryListener listener,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.endpoints = endpoints;
        this.courier = courier;
        this.store = new DeliveryStore(database);
        this.schedule = new Schedule(settings.get(Settings.DISPATCH_GIVE_UP_AFTER));
        this.listener = listener;
        this.meters = meters;
        this.workers = vertx.createSharedWorkerExecutor("kerbwatch-dispatch", 4, 2, TimeUnit.MINUTES);
    }

    void start(Notices notices) {
        notices.on(Outbox.TOPIC, this::wake);
    }

    @Override
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
        workers.close();
    }

    /** Looks for work, one look at a time; who calls meanwhile has it look once more. */
    private void wake() {
        again = true;
        if (!closed && looking.compareAndSet(false, true)) {
            workers.executeBlocking(
                            () -> {
                                look();
                                return true;
                            },
                            false)
                    .onComplete(done -> {
                        looking.set(false);
                        if (done.failed() && !closed) {
                            LOG.warn("could not look for messages to deliver; trying again", done.cause());
                        } else if (again) {
                            wake();
                        }
                    });
        }
    }

    private void look() {
        again = false;
        Instant now = clock.instant();
        int most = settings.get(Settings.DISPATCH_CONCURRENCY);
        for (UUID endpoint : store.endpointsWithWork(now)) {
            AtomicInteger busy = underWay.computeIfAbsent(endpoint, id -> new AtomicInteger());
            int free = most - busy.get();
            if (free > 0) {
                Duration lease = settings.get(Settings.DISPATCH_SLOW_TIMEOUT).plus(LEASE_MARGIN);
                List<DeliveryStore.Claim> claims = store.claim(endpoint, free, now, lease);
                busy.addAndGet(claims.size());
                claims.forEach(claim -> attempt(claim, busy));
            }
        }
        store.nextDue().ifPresent(this::wakeAt);
    }

    private void wakeAt(Instant due) {
        vertx.cancelTimer(timer);
        long millis = Duration.between(clock.instant(), due).toMillis() + 1;
        if (millis > 0) {
            timer = vertx.setTimer(Math.min(millis, 60_000), fired -> wake());
        }
    }

    private void attempt(DeliveryStore.Claim claim, AtomicInteger busy) {
        Duration timeout = settings.get(
                Schedule.fast(claim.attempt()) ? Settings.DISPATCH_FAST_TIMEOUT : Settings.DISPATCH_SLOW_TIMEOUT);
        Optional<Endpoint> endpoint;
        List<String> secrets;
        try {
            endpoint = database.transaction(tx -> endpoints.find(tx, claim.endpoint()));
            secrets = endpoint.isEmpty()
                    ? List.of()
                    : database.transaction(tx -> endpoints.secrets(tx, claim.endpoint()));
        } catch (RuntimeException e) {
            busy.decrementAndGet(); // the lease runs out and the delivery is taken up again
            throw e;
        }
        if (endpoint.isEmpty()) {
            busy.decrementAndGet();
            return;
        }
        courier.send(URI.create(endpoint.get().url()), Message.wireId(claim.message()), claim.body(), secrets, timeout)
                .compose(result -> workers.executeBlocking(
                        () -> {
                            record(claim, endpoint.get(), result);
                            return true;
                        },
                        false))
                .onComplete(done -> {
                    busy.decrementAndGet();
                    if (done.failed() && !closed) {
                        LOG.warn("could not write down a delivery; it will be made again", done.cause());
                    }
                    wake();
                });
    }

    private void record(DeliveryStore.Claim claim, Endpoint endpoint, Courier.Result result) {
        Instant now = clock.instant();
        meters.timer("kerbwatch.dispatch.attempts", "delivered", Boolean.toString(result.delivered()))
                .record(Duration.ofMillis(result.milliseconds()));
        database.inTransaction(tx -> {
            store.logAttempt(tx, claim, result);
            if (result.delivered()) {
                boolean first = store.delivered(tx, claim, result.result(), now);
                UUID order = claim.order();
                if (first && claim.dispatching() && order != null) {
                    listener.taken(tx, claim.endpoint(), order, claim.round());
                }
                return;
            }
            Optional<Instant> next = result.gone()
                    ? Optional.empty()
                    : schedule.next(claim.base(), claim.attempt(), now, chance.nextDouble(), result.retryAfter());
            store.failed(tx, claim, result.result(), next);
            if (result.gone()) {
                endpoints.disable(tx, claim.endpoint(), "it answered 410 Gone");
            }
            LOG.info(
                    "delivery failed endpoint={} attempt={} result=\"{}\" next={}",
                    endpoint.name(),
                    claim.attempt(),
                    result.result(),
                    next.map(Instant::toString).orElse("never"));
        });
    }
}
