package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Notices;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
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
 * came back, never make two attempts of it at once. Each endpoint has places of its own, and others for orders in their
 * first minute: one that is slow or dead fills its own and delays nobody else, and what has waited for long delays no
 * order. Woken by notices; while something is due later, by a timer.
 */
final class Dispatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    /** Beyond the attempt's own time: to resolve a name and to write down how it went. */
    private static final Duration LEASE_MARGIN = Duration.ofSeconds(10);

    /** More than a clock that is kept right is ever set back. */
    private static final Duration SET_BACK = Duration.ofSeconds(2);
    /** No transaction lasts longer. */
    private static final long SETTLES_NANOS = Duration.ofMinutes(2).toNanos();

    private final Vertx vertx;
    private final Database database;
    private final InstantSource clock;
    private final Settings settings;
    private final Endpoints endpoints;
    private final Carrier carrier;
    private final DeliveryStore store;
    private final Schedule schedule;
    private final DeliveryListener listener;
    private final DispatchMeters meters;
    private final WorkerExecutor workers;
    private final RandomGenerator chance = RandomGenerator.getDefault();
    private final Map<Places, AtomicInteger> underWay = new ConcurrentHashMap<>();
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile boolean again;
    /** Later than any clock at first: what was put off before a restart may have been put off by another clock. */
    private volatile Instant looked = Instant.MAX;

    private volatile long settled = System.nanoTime();

    private volatile boolean closed;
    private volatile long timer = -1;

    /** The places of an endpoint for one lane. */
    private record Places(UUID endpoint, boolean fast) {}

    Dispatcher(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Settings settings,
            Endpoints endpoints,
            Carrier carrier,
            DeliveryListener listener,
            MeterRegistry meters) {
        this.vertx = vertx;
        this.database = database;
        this.clock = clock;
        this.settings = settings;
        this.endpoints = endpoints;
        this.carrier = carrier;
        this.store = new DeliveryStore(database);
        this.schedule = new Schedule(settings.get(Settings.DISPATCH_GIVE_UP_AFTER));
        this.listener = listener;
        this.meters = new DispatchMeters(meters, clock);
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
        if (now.isBefore(looked.minus(SET_BACK))) {
            int late = store.clockWentBack(now);
            if (late > 0) {
                LOG.warn("the clock was set back; {} deliveries waited for a time that is far off now", late);
            }
            settled = System.nanoTime() + SETTLES_NANOS;
        } else if (System.nanoTime() - settled < 0) {
            // A transaction that began before the clock was set back may end after it.
            store.beginNow(now);
        }
        looked = now;
        store.expire(now.minus(settings.get(Settings.DISPATCH_GIVE_UP_AFTER)));
        int most = settings.get(Settings.DISPATCH_CONCURRENCY);
        for (DeliveryStore.Work work : store.work(now)) {
            AtomicInteger busy =
                    underWay.computeIfAbsent(new Places(work.endpoint(), work.fast()), places -> new AtomicInteger());
            // A chat is told one thing after the other.
            int free = (work.robot() ? 1 : most) - busy.get();
            if (free > 0) {
                Duration lease = settings.get(Settings.DISPATCH_SLOW_TIMEOUT).plus(LEASE_MARGIN);
                List<List<DeliveryStore.Claim>> claims = store.claim(work, free, now, lease);
                busy.addAndGet(claims.size());
                claims.forEach(together -> attempt(together, busy));
            }
        }
        meters.show(store.backlog());
        store.nextDue(now).ifPresent(this::wakeAt);
    }

    private void wakeAt(Instant due) {
        vertx.cancelTimer(timer);
        long millis = Duration.between(clock.instant(), due).toMillis() + 1;
        timer = vertx.setTimer(Math.max(1, Math.min(millis, 60_000)), fired -> wake());
    }

    /** Whatever goes wrong here, the place is free again, and the others' attempts are made. */
    private void attempt(List<DeliveryStore.Claim> claims, AtomicInteger busy) {
        DeliveryStore.Claim first = claims.get(0);
        try {
            Optional<Endpoint> endpoint = database.transaction(tx -> endpoints.find(tx, first.endpoint()));
            if (endpoint.isEmpty()) {
                busy.decrementAndGet();
                return;
            }
            attempt(claims, endpoint.get(), busy);
        } catch (RuntimeException e) {
            busy.decrementAndGet();
            LOG.warn("could not begin a delivery; it is made once its lease has run out", e);
        }
    }

    private void attempt(List<DeliveryStore.Claim> claims, Endpoint to, AtomicInteger busy) {
        DeliveryStore.Claim first = claims.get(0);
        boolean fast = Schedule.inFastLane(first.fast(), first.base(), first.began());
        Duration timeout = settings.get(fast ? Settings.DISPATCH_FAST_TIMEOUT : Settings.DISPATCH_SLOW_TIMEOUT);
        Channel channel = database.transaction(tx -> endpoints.channel(tx, to));
        List<Letter> letters = claims.stream()
                .map(claim -> new Letter(
                        Message.wireId(claim.message()), Message.numbered(claim.body(), claim.serial()), claim.zone()))
                .toList();
        carrier.send(channel, letters, timeout)
                .compose(result -> workers.executeBlocking(
                        () -> {
                            claims.forEach(claim -> record(claim, to, together(claims, result)));
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

    /** Each delivery of a digest says that it went in one. */
    private static Courier.Result together(List<DeliveryStore.Claim> claims, Courier.Result result) {
        return claims.size() == 1 ? result : result.saying(result.result() + ", in a digest of " + claims.size());
    }

    private void record(DeliveryStore.Claim claim, Endpoint endpoint, Courier.Result result) {
        Instant now = clock.instant();
        // Set back while this attempt ran: the next one is as far off as it would have been.
        Duration back =
                claim.began().isAfter(now.plus(SET_BACK)) ? Duration.between(now, claim.began()) : Duration.ZERO;
        Optional<Instant> next = result.delivered() || result.gone()
                ? Optional.empty()
                : schedule.next(
                        new Schedule.Failed(
                                claim.fast(),
                                claim.base().minus(back),
                                claim.began().minus(back),
                                claim.attempt()),
                        now,
                        chance.nextDouble(),
                        result.retryAfter());
        boolean waiting = next.isPresent();
        meters.attempted(endpoint, result, waiting);
        database.inTransaction(tx -> {
            store.logAttempt(tx, claim, result);
            if (result.delivered()) {
                delivered(tx, claim, result, now);
                return;
            }
            store.failed(tx, claim, result.result(), next);
            if (result.gone()) {
                endpoints.gone(tx, claim.endpoint());
                return;
            }
            endpoints.failed(tx, claim.endpoint());
            boolean stillFast = next.filter(instant -> Schedule.inFastLane(claim.fast(), claim.base(), instant))
                    .isPresent();
            if (claim.fast() && !stillFast) {
                endpoints.degrade(tx, claim.endpoint(), "it did not take an order's message within a minute");
            }
        });
        if (!result.delivered()) {
            LOG.info(
                    "delivery failed endpoint={} attempt={} result=\"{}\" next={}",
                    endpoint.name(),
                    claim.attempt(),
                    result.result(),
                    next.map(Instant::toString).orElse("never"));
        }
    }

    private void delivered(Tx tx, DeliveryStore.Claim claim, Courier.Result result, Instant now) {
        boolean first = store.delivered(tx, claim, result.result(), now);
        UUID order = claim.order();
        if (first && claim.dispatching() && order != null) {
            listener.taken(tx, claim.endpoint(), order, claim.round());
        }
        if (endpoints.succeeded(tx, claim.endpoint())) {
            store.hurry(tx, claim.endpoint(), now);
        }
    }
}
