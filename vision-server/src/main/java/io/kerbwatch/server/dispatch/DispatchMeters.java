package io.kerbwatch.server.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** What is measured of deliveries. */
final class DispatchMeters {
    private final MeterRegistry registry;
    private final InstantSource clock;
    private volatile DeliveryStore.Backlog backlog = new DeliveryStore.Backlog(0, null);

    DispatchMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        Gauge.builder("kerbwatch.dispatch.waiting", () -> backlog.waiting())
                .description("Deliveries that wait")
                .register(registry);
        Gauge.builder("kerbwatch.dispatch.oldest.order", this::oldestOrderSeconds)
                .description("Age of the oldest message about an order that has not been delivered; 0 if all have been")
                .baseUnit("seconds")
                .register(registry);
    }

    void show(DeliveryStore.Backlog seen) {
        backlog = seen;
    }

    /** Counts an attempt: delivered, failed if there will be another, given-up if not. */
    void attempted(Endpoint endpoint, Courier.Result result, boolean waiting) {
        registry.timer("kerbwatch.dispatch.attempts", "delivered", Boolean.toString(result.delivered()))
                .record(Duration.ofMillis(result.milliseconds()));
        Counter.builder("kerbwatch.dispatch.outcomes")
                .description("How attempts ended")
                .tag("endpoint", endpoint.id().toString())
                .tag("name", endpoint.name())
                .tag("outcome", result.delivered() ? "delivered" : waiting ? "failed" : "given-up")
                .register(registry)
                .increment();
    }

    private double oldestOrderSeconds() {
        Instant oldest = backlog.oldestOrder();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
    }
}
