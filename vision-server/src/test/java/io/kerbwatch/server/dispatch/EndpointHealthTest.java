package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of endpoints that fail, and of what waits for them. */
class EndpointHealthTest {
    private final TestDispatch world = TestDispatch.start(settings ->
            settings.with(Settings.DISPATCH_DISABLE_AFTER, "4h").with(Settings.DISPATCH_GIVE_UP_AFTER, "2h"));
    private final TestServer kerbwatch = world.kerbwatch;

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void incidentsAreNumberedAndSoAreDeliveriesOfEachEndpoint() {
        try (Receiver all = new Receiver(got -> 200);
                Receiver some = new Receiver(got -> 200)) {
            UUID endpoint = TestServer.id(world.endpoint(all.url(), "steps").get("endpoint"));
            world.made("{\"name\":\"some\",\"url\":\"" + some.url()
                    + "\",\"reports\":\"nothing\",\"events\":[\"order.closed\",\"incident.cleared\"]}");
            UUID camera = kerbwatch.camera(world.siteOf(endpoint), "10.0.0.8");
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
            kerbwatch.clock.advance(Duration.ofSeconds(1));
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CLEARED);
            TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty()
                    && !some.of("order.closed").isEmpty());

            assertThat(numbers(all.of("incident.opened"), "sequence")).containsExactly(1L);
            assertThat(numbers(all.of("incident.cleared"), "sequence")).containsExactly(2L);
            assertThat(numbers(all.of("incident.cleared"), "serial")).containsExactly(2L);
            long orders = all.got.stream()
                    .filter(got -> got.type().startsWith("order."))
                    .count();
            assertThat(all.got.stream()
                            .filter(got -> got.type().startsWith("order."))
                            .map(got -> got.data().get("serial").asLong()))
                    .containsExactlyInAnyOrderElementsOf(
                            LongStream.rangeClosed(1, orders).boxed().toList());
            // Who gets less has no gaps either, though the sequence has.
            assertThat(numbers(some.of("order.closed"), "serial")).containsExactly(1L);
            assertThat(numbers(some.of("order.closed"), "sequence").get(0)).isGreaterThan(1);
            assertThat(numbers(some.of("incident.cleared"), "serial")).containsExactly(1L);
            JsonNode line = world.deliveries(endpoint, "delivered").stream()
                    .filter(each -> each.get("type").asText().equals("incident.cleared"))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.get("serial").asLong()).isEqualTo(2);
            assertThat(line.get("sequence").asLong()).isEqualTo(2);
        }
    }

    @Test
    void aDeadEndpointWithAThousandDeliveriesIsTriedAFewTimesAndANewOrderAllTheSame() {
        try (Receiver receiver = new Receiver(got -> got.type().equals("ping") ? 200 : 500)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            UUID camera = kerbwatch.camera(world.siteOf(endpoint), "10.0.0.8");
            listening(endpoint, 1000);
            TestDispatch.await(() -> receiver.got.size() > Breaker.OPENS_AFTER);
            // Almost an hour of it: it is looked at every half a minute. (Later the next attempt would be too late.)
            for (int i = 0; i < 116; i++) {
                kerbwatch.clock.advance(Duration.ofSeconds(30));
                world.quiet(endpoint);
            }
            int tried = receiver.of("camera.offline").size();
            assertThat(tried).isBetween(12, 40);
            assertThat(waiting()).isEqualTo(1000);

            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            for (int second : new int[] {0, 3, 3, 6, 11, 22}) {
                kerbwatch.clock.advance(Duration.ofSeconds(second));
                world.quiet(endpoint);
            }
            TestDispatch.await(() -> receiver.of("order.filed").size() == 6);
            assertThat(world.endpoint(endpoint).get("state").asText()).isEqualTo("degraded");
            assertThat(world.endpoint(endpoint).get("stateReason").asText()).contains("within a minute");

            receiver.answer(got -> 200);
            kerbwatch.clock.advance(Duration.ofMinutes(6));
            TestDispatch.await(() -> waiting() == 0);
            assertThat(world.endpoint(endpoint).get("state").asText()).isEqualTo("active");
            assertThat(world.endpoint(endpoint).get("stateReason").asText()).isEmpty();
        }
    }

    @Test
    void whoTakesNothingForTooLongIsDisabledAndWhoASiteDispatchesToDegraded() {
        try (Receiver dead = new Receiver(got -> got.type().equals("ping") ? 200 : 500)) {
            UUID listener = TestServer.id(world.endpoint(dead.url(), "nothing").get("endpoint"));
            UUID dispatched = TestServer.id(world.endpoint(dead.url(), "steps").get("endpoint"));
            world.siteOf(dispatched);
            long told = told();
            for (int i = 0; i < 30; i++) {
                listening(listener, 1);
                listening(dispatched, 1);
                kerbwatch.clock.advance(Duration.ofMinutes(10));
                world.quiet(listener);
                world.quiet(dispatched);
            }
            TestDispatch.await(
                    () -> world.endpoint(listener).get("state").asText().equals("disabled"));
            TestDispatch.await(
                    () -> world.endpoint(dispatched).get("state").asText().equals("degraded"));
            assertThat(world.endpoint(listener).get("stateReason").asText())
                    .isEqualTo("it has taken nothing for 4 hours");
            assertThat(world.endpoint(dispatched).get("stateReason").asText())
                    .isEqualTo("it has taken nothing for 4 hours; it is still tried because the site station dispatches"
                            + " to it");
            assertThat(told() - told).isEqualTo(2);

            // Older than give-up-after, they are dead letters: to be listed, and to be sent again.
            TestDispatch.await(() -> !world.deliveries(dispatched, "given-up").isEmpty());
            UUID one = TestServer.id(world.deliveries(dispatched, "given-up").get(0));
            dead.answer(got -> 200);
            assertThat(replay(dispatched, "\"deliveries\":[\"" + one + "\"],\"state\":\"given-up\""))
                    .isEqualTo(1);
            kerbwatch.clock.advance(Duration.ofMinutes(6));
            TestDispatch.await(() -> world.deliveries(dispatched, "waiting").isEmpty());
            assertThat(world.endpoint(dispatched).get("state").asText()).isEqualTo("active");
            assertThat(world.deliveries(dispatched, "given-up"))
                    .noneMatch(line -> TestServer.id(line).equals(one));
            int given = world.deliveries(dispatched, "given-up").size();
            int before = world.deliveries(dispatched, "delivered").size();
            String range = "\"from\":\"2020-01-01T00:00:00Z\",\"to\":\"" + kerbwatch.clock.instant() + "\"";
            assertThat(replay(dispatched, range + ",\"state\":\"given-up\"")).isEqualTo(given);
            TestDispatch.await(() -> world.deliveries(dispatched, "delivered").size() == before + given);
            assertThat(world.deliveries(dispatched, "given-up")).isEmpty();

            // By hand it is active again, and what it missed can be sent again, too.
            kerbwatch
                    .api
                    .patch(
                            "/api/v1/endpoints/" + listener,
                            "{\"state\":\"active\"}",
                            "if-match",
                            "\"" + world.endpoint(listener).get("version").asInt() + "\"")
                    .expect(200);
            assertThat(replay(listener, range)).isPositive();
            TestDispatch.await(() -> world.deliveries(listener, "waiting").isEmpty());
        }
    }

    @Test
    void whatWeCannotSendForOurOwnFaultTakesUpNoPlaces() {
        AtomicBoolean first = new AtomicBoolean(true);
        CountDownLatch second = new CountDownLatch(2);
        CompletableFuture<Boolean> together = new CompletableFuture<>();
        try (Receiver receiver = new Receiver(got -> {
            if (got.type().equals("camera.offline")) {
                second.countDown();
                if (first.getAndSet(false)) {
                    together.complete(comes(second));
                }
            }
            return 200;
        })) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            world.sql("create table kept as select secrets from endpoint where id = '" + endpoint + "'");
            world.sql("update endpoint set secrets = 'unreadable' where id = '" + endpoint + "'");
            for (int i = 0; i < 3; i++) {
                listening(endpoint, 4); // each lot as much as there are places
                kerbwatch.clock.advance(Duration.ofMinutes(1));
                world.sql("select pg_notify('kerbwatch', 'outbox')");
                int attempts = 4 * (i + 1);
                TestDispatch.await(() -> world.sql("select sum(attempts) from delivery") >= attempts);
            }
            assertThat(receiver.of("camera.offline")).isEmpty();

            world.sql("update endpoint set secrets = (select secrets from kept) where id = '" + endpoint + "'");
            kerbwatch.clock.advance(Duration.ofMinutes(1));
            world.sql("select pg_notify('kerbwatch', 'outbox')");
            TestDispatch.await(() -> waiting() == 0);
            assertThat(receiver.of("camera.offline")).hasSize(12);
            assertThat(together).isCompletedWithValue(true);
        }
    }

    @Test
    void itIsMeasured() {
        try (Receiver receiver = new Receiver(got -> got.type().equals("ping") ? 200 : 503)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            world.dirtyAt(endpoint);
            TestDispatch.await(() -> receiver.of("order.filed").size() == 1 && world.settled(endpoint, "order."));
            kerbwatch.clock.advance(Duration.ofSeconds(90));
            TestDispatch.await(() -> metric("kerbwatch_dispatch_oldest_order_seconds") == 90);
            assertThat(metric("kerbwatch_dispatch_waiting")).isEqualTo(2);
            TestDispatch.await(() -> metric("kerbwatch_dispatch_outcomes_total{endpoint=\"" + endpoint
                            + "\",name=\"receiver\",outcome=\"failed\"}")
                    >= 2);
            receiver.answer(got -> 200);
            kerbwatch.clock.advance(Duration.ofMinutes(10));
            TestDispatch.await(() -> metric("kerbwatch_dispatch_oldest_order_seconds") == 0
                    && metric("kerbwatch_dispatch_waiting") == 0);
            assertThat(metric("kerbwatch_dispatch_outcomes_total{endpoint=\"" + endpoint
                            + "\",name=\"receiver\",outcome=\"delivered\"}"))
                    .isGreaterThanOrEqualTo(3);
        }
    }

    private double metric(String name) {
        return kerbwatch
                .api
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    private int replay(UUID endpoint, String what) {
        return kerbwatch
                .api
                .post("/api/v1/endpoints/" + endpoint + "/replay", "{" + what + "}")
                .expect(200)
                .get("replayed")
                .asInt();
    }

    /** Within an attempt's time. */
    private static boolean comes(CountDownLatch awaited) {
        try {
            return awaited.await(400, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final String AWAY = """
            {"type":"camera.offline","timestamp":"2026-11-23T02:00:00Z","data":{"site":{"id":"%1$s","name":"station"},\
            "camera":{"id":"%1$s","name":"camera"},"health":"offline","reason":"no answer","faults":[]}}""".formatted(new UUID(0, 1));

    /** Messages about no order, as a camera's going away is, told to one endpoint. */
    private void listening(UUID endpoint, int count) {
        world.sql("insert into message (id, type, at, body) select gen_random_uuid(), 'camera.offline', now(),"
                + " convert_to('" + AWAY + "', 'UTF8') from generate_series(1, " + count + ")");
        world.sql("insert into delivery (id, message, endpoint, dispatching, state, created_at, base_at, due_at)"
                + " select gen_random_uuid(), m.id, '" + endpoint + "', false, 'waiting', '" + kerbwatch.clock.instant()
                + "', '" + kerbwatch.clock.instant() + "', '" + kerbwatch.clock.instant()
                + "' from message m where not exists (select 1 from delivery d where d.message = m.id)");
        world.sql("select pg_notify('kerbwatch', 'outbox')");
    }

    private long waiting() {
        return world.sql("select count(*) from delivery where state = 'waiting'");
    }

    /** How often a change of an endpoint was told to pages. */
    private long told() {
        return world.sql("select count(*) from event where type = 'endpoint.changed'");
    }

    private static List<Long> numbers(List<Receiver.Got> got, String field) {
        return got.stream().map(each -> each.data().get(field).asLong()).toList();
    }
}
