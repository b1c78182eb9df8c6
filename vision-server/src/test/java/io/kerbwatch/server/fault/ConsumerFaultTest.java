package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.dispatch.TestDispatch;
import io.kerbwatch.server.fault.RawConsumer.Answer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A dispatch system that misbehaves in every way that one can, and what is promised all the same. */
class ConsumerFaultTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    /** Beyond the schedule's own spread, on a busy machine. */
    private static final double SLACK_SECONDS = 0.5;

    private final TestDispatch world =
            TestDispatch.start(settings -> settings.with(Settings.DISPATCH_FAST_TIMEOUT, TIMEOUT.toMillis() + "ms")
                    .with(Settings.DISPATCH_SLOW_TIMEOUT, "5s"));
    private final TestServer kerbwatch = world.kerbwatch;
    private final Recording recording = new Recording("consumer");
    private final RawConsumer city = new RawConsumer("city", recording);
    private UUID li = new UUID(0, 0);
    private int dirty;
    private int sites;

    @BeforeEach
    void begin(TestInfo test) {
        recording.note("test", test.getDisplayName());
        li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
    }

    @AfterEach
    void end() {
        city.close();
        world.close();
    }

    /** What is wrong with the dispatch system for an hour. */
    private enum Outage {
        NOTHING_LISTENS("connection refused"),
        ANSWERS_500("500"),
        RESETS_CONNECTIONS("the connection was broken off"),
        RESETS_WITHIN_THE_HEAD("the connection was broken off");

        private final String result;

        Outage(String result) {
            this.result = result;
        }

        void begin(RawConsumer consumer) {
            switch (this) {
                case NOTHING_LISTENS -> consumer.down();
                case ANSWERS_500 -> consumer.answer(got -> Answer.of(500));
                case RESETS_CONNECTIONS -> consumer.hangsUp(true);
                case RESETS_WITHIN_THE_HEAD -> consumer.answer(got -> Answer.reset(0, "HTTP/1.1 200 OK\r\ncontent-le"));
            }
        }

        void end(RawConsumer consumer) {
            if (this == NOTHING_LISTENS) {
                consumer.up();
            }
            consumer.hangsUp(false);
            consumer.answer(got -> Answer.of(204));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anHourOfOutageLosesNothingAndDoublesNothing(Outage outage) {
        UUID endpoint = endpoint(city, "steps");
        UUID waiting = siteOf(endpoint);
        UUID mixed = siteOf(endpoint, "webhook-then-crews");
        outage.begin(city);
        Instant base = kerbwatch.clock.instant();
        UUID waits = dirty(waiting);
        UUID taken = dirty(mixed);
        world.quiet(endpoint);
        for (double second : new double[] {2.2, 5.3, 10.5, 21, 42, 59}) {
            passTo(endpoint, base.plusMillis((long) (second * 1000)));
        }
        assertThat(world.state(taken)).isEqualTo("filed");
        passTo(endpoint, base.plusSeconds(61));
        TestDispatch.await(() -> receiver(taken).equals("Li"));
        Phone phone = Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + li + "/link", "")
                .expect(201)
                .get("url")
                .asText());
        phone.move(taken, "accept").expect(200);
        phone.move(taken, "arrive").expect(200);
        UUID filed = delivery(endpoint, waits, "order.filed");
        List<JsonNode> attempts = attempts(endpoint, filed);
        assertThat(attempts.stream().map(each -> secondsAfter(base, each.get("beganAt"))))
                .containsExactly(0.0, 2.2, 5.3, 10.5, 21.0, 42.0);
        assertThat(attempts)
                .allSatisfy(each -> assertThat(each.get("result").asText()).isEqualTo(outage.result));
        for (int minute = 2; minute <= 60; minute++) {
            passTo(endpoint, base.plus(Duration.ofMinutes(minute)));
        }
        assertThat(world.state(waits)).isEqualTo("filed");
        assertThat(world.endpoint(endpoint).get("state").asText()).isEqualTo("degraded");
        // The breaker lets one delivery probe every five minutes; orders have their first minute besides.
        assertThat(world.sql("select count(*) from attempt where began_at > '" + base.plusSeconds(300) + "'"))
                .isBetween(9L, 20L + 6 * orderMessages(endpoint));
        List<String> before = events(taken);

        outage.end(city);
        passTo(endpoint, base.plus(Duration.ofMinutes(65)).plusSeconds(30));
        TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());
        TestDispatch.await(() -> world.state(waits).equals("dispatched"));

        assertThat(world.deliveries(endpoint, "given-up")).isEmpty();
        assertThat(world.endpoint(endpoint).get("state").asText()).isEqualTo("active");
        assertThat(events(waits)).containsOnlyOnce("dispatch").doesNotContain("crews-take-over");
        assertThat(receiver(taken)).isEqualTo("Li");
        assertThat(events(taken)).startsWith(before.toArray(String[]::new)).containsOnlyOnce("dispatch");
        takenOnce();
        checked();
    }

    @Test
    void retryAfterIsHeededUpToAnHour() {
        Instant now = kerbwatch.clock.instant();
        Map<String, Long> asked = new HashMap<>();
        asked.put("30", 30L);
        asked.put("3600", 3600L);
        asked.put("7200", 3600L);
        asked.put("99999999999999999999999", 3600L);
        asked.put(date(now.plusSeconds(90)), 90L);
        asked.put(date(now.plusSeconds(9 * 3600)), 3600L);
        // As if it had not been said: the schedule's two seconds.
        for (String nothing : List.of(
                "0", date(now.minusSeconds(90)), "soon", "-5", "1.5", "", "Mon, 99 Nov 2026 02:00:00 GMT", "1e9")) {
            asked.put(nothing, 2L);
        }
        List<String> headers = List.copyOf(asked.keySet());
        city.answer(got -> Answer.of(
                got.type().equals("ping") ? 200 : 429,
                "retry-after: " + headers.get(Integer.parseInt(got.path().substring(1)))));
        Map<String, UUID> endpoints = new HashMap<>();
        Map<String, UUID> orders = new HashMap<>();
        for (int i = 0; i < headers.size(); i++) {
            // Only what it cannot refuse: the order that is its own.
            UUID endpoint = TestServer.id(world.made(
                            "{\"name\":\"asks\",\"url\":\"" + city.url() + i + "\",\"events\":[\"camera.view_fault\"]}")
                    .get("endpoint"));
            endpoints.put(headers.get(i), endpoint);
            orders.put(headers.get(i), dirty(siteOf(endpoint)));
        }
        endpoints.forEach((header, endpoint) -> {
            world.quiet(endpoint);
            JsonNode line = world.deliveries(endpoint, "waiting").get(0);
            assertThat(line.get("lastResult").asText()).isEqualTo("429");
            assertThat(secondsAfter(now, line.get("dueAt")))
                    .as("Retry-After: %s", header)
                    .isBetween(asked.get(header) * 1.0, asked.get(header) == 2 ? 2.2 : asked.get(header));
        });

        city.answer(got -> Answer.of(204));
        kerbwatch.clock.advance(Duration.ofHours(1));
        endpoints.values().forEach(world::quiet);
        orders.values()
                .forEach(order -> TestDispatch.await(() -> world.state(order).equals("dispatched")));
        takenOnce();
        checked();
    }

    @Test
    void whereARedirectLeadsIsNeverCalled() {
        List<Integer> all = List.of(301, 302, 303, 307, 308);
        try (RawConsumer elsewhere = new RawConsumer("elsewhere", recording)) {
            city.answer(got -> {
                int status =
                        got.type().equals("ping") ? Integer.parseInt(got.path().substring(1)) : 301;
                return Answer.of(status, "location: " + elsewhere.url());
            });
            for (int status : all) {
                JsonNode ping = world.endpoint(city.url() + status, "nothing").at("/endpoint/ping");
                assertThat(ping.get("delivered").asBoolean()).isFalse();
                assertThat(ping.get("result").asText()).isEqualTo(status + ": redirects are not followed");
            }
            UUID endpoint = endpoint(city, "301", "steps");
            UUID order = dirty(siteOf(endpoint));
            world.quiet(endpoint);
            assertThat(world.state(order)).isEqualTo("filed");

            city.answer(got -> Answer.of(204));
            kerbwatch.clock.advance(Duration.ofSeconds(3));
            TestDispatch.await(() -> world.state(order).equals("dispatched"));
            assertThat(elsewhere.connections).hasValue(0);
        }
        checked();
    }

    @Test
    void whoIsGoneIsToldNothingMoreAndItsOrdersAreThereStill() {
        UUID endpoint = endpoint(city, "steps");
        UUID site = siteOf(endpoint);
        UUID mixed = siteOf(endpoint, "webhook-then-crews");
        long told = world.sql("select count(*) from event where type = 'endpoint.changed'");
        city.answer(got -> Answer.of(got.type().equals("order.filed") ? 410 : 204));
        UUID refused = dirty(site);
        TestDispatch.await(() -> world.endpoint(endpoint).get("state").asText().equals("disabled"));
        assertThat(world.endpoint(endpoint).get("stateReason").asText()).isEqualTo("it answered 410 Gone");
        assertThat(world.sql("select count(*) from event where type = 'endpoint.changed'"))
                .isEqualTo(told + 1);
        assertThat(world.deliveries(endpoint, "given-up"))
                .singleElement()
                .satisfies(line -> assertThat(line.get("lastResult").asText()).isEqualTo("410"));

        int before = city.got.size();
        UUID waits = dirty(siteOf(endpoint));
        UUID taken = dirty(mixed);
        kerbwatch.clock.advance(Duration.ofSeconds(61));
        TestDispatch.await(() -> receiver(taken).equals("Li"));
        world.sql("select pg_notify('kerbwatch', 'outbox')");
        assertThat(world.state(refused)).isEqualTo("filed");
        assertThat(world.state(waits)).isEqualTo("filed");
        assertThat(city.got).hasSize(before);

        city.answer(got -> Answer.of(204));
        kerbwatch
                .api
                .patch(
                        "/api/v1/endpoints/" + endpoint,
                        "{\"state\":\"active\"}",
                        "if-match",
                        "\"" + world.endpoint(endpoint).get("version").asInt() + "\"")
                .expect(200);
        kerbwatch
                .api
                .post(
                        "/api/v1/endpoints/" + endpoint + "/replay",
                        "{\"deliveries\":[\"" + delivery(endpoint, refused, "order.filed") + "\"]}")
                .expect(200);
        TestDispatch.await(() -> world.state(refused).equals("dispatched")
                && world.state(waits).equals("dispatched")
                && world.deliveries(endpoint, "waiting").isEmpty());
        assertThat(receiver(taken)).isEqualTo("Li");
        assertThat(events(taken)).containsExactly("file", "crews-take-over", "dispatch");
        takenOnce();
        checked();
    }

    /**
     * An answer that does not end as it should, and what is made of it.
     *
     * @param result what the log has to say, at least
     */
    private record Babble(String name, Answer answer, boolean delivered, String result) {
        /** What may lie in the buffers of both sides of a connection beside what is read. */
        private static final long IN_BUFFERS = 16L << 20;

        private static final Duration DRIP = Duration.ofMillis(20);
        private static final String FLOOD = "x".repeat(1 << 16);
        private static final String GIGABYTES = "content-length: 8589934592";

        static List<Babble> all() {
            return List.of(
                    silent("head, dripping", "HTTP/1.1 200 OK\r\nx: ", "x", DRIP, "no answer within 1000 ms"),
                    silent("head, flooding", "HTTP/1.1 200 OK\r\nx: ", FLOOD, Duration.ZERO, "larger than"),
                    silent("only 100s", "", "HTTP/1.1 100 Continue\r\n\r\n", DRIP, "no answer within 1000 ms"),
                    silent("no HTTP", "SSH-2.0-OpenSSH_9.6\r\n", "x", DRIP, "invalid version format"),
                    said(200, "content-length: 1000000", "x", DRIP),
                    said(200, GIGABYTES, FLOOD, Duration.ZERO),
                    said(500, GIGABYTES, FLOOD, Duration.ZERO),
                    said(200, "transfer-encoding: chunked", "10000\r\n" + FLOOD + "\r\n", Duration.ZERO),
                    new Babble(
                            "reset within the body",
                            Answer.reset(200, Answer.head(200, "content-length: 1000") + "half of i"),
                            true,
                            "200"));
        }

        private static Babble silent(String name, String begun, String more, Duration pause, String result) {
            return new Babble(name, Answer.endless(0, begun, more, pause), false, result);
        }

        private static Babble said(int status, String framing, String more, Duration pause) {
            return new Babble(
                    status + ", " + framing + ", each " + pause,
                    Answer.endless(status, Answer.head(status, framing), more, pause),
                    status == 200,
                    Integer.toString(status));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** A receiver that has said 2xx has the message, whatever else it wants to say. */
    @Test
    void anAnswerWithoutEndIsReadToALimitAndHasAnEnd() {
        for (Babble babble : Babble.all()) {
            try (RawConsumer babbling = new RawConsumer("babbling", recording)) {
                babbling.answer(got -> babble.answer());
                JsonNode ping = world.endpoint(babbling.url(), "nothing").at("/endpoint/ping");
                SoftAssertions.assertSoftly(softly -> {
                    softly.assertThat(ping.get("result").asText())
                            .as("%s", babble)
                            .contains(babble.result());
                    softly.assertThat(ping.get("delivered").asBoolean())
                            .as("%s", babble)
                            .isEqualTo(babble.delivered());
                    softly.assertThat(ping.get("milliseconds").asLong())
                            .as("%s", babble)
                            .isLessThan(TIMEOUT.toMillis() + 500);
                    softly.assertThat(babbling.written.get()).as("%s", babble).isLessThan(Babble.IN_BUFFERS);
                });
                // Nothing is left that goes on to listen to it.
                TestDispatch.await(() -> babbling.open() == 0);
            }
        }
    }

    @Test
    void whoAnswersByteByByteDelaysNobodyElse() throws InterruptedException {
        try (RawConsumer slow = new RawConsumer("slow", recording)) {
            slow.answer(got -> got.type().equals("ping")
                    ? Answer.of(200)
                    : Answer.endless(0, "HTTP/1.1 200 OK\r\nx: ", "x", Duration.ofMillis(20)));
            UUID stuck = TestServer.id(world.made("{\"name\":\"slow\",\"url\":\"" + slow.url()
                            + "\",\"reports\":\"nothing\",\"events\":[\"incident.opened\"]}")
                    .get("endpoint"));
            UUID endpoint = endpoint(city, "steps");
            UUID site = siteOf(endpoint);
            city.answer(got -> Answer.of(got.type().equals("order.filed") ? 503 : 204));
            ScheduledExecutorService time = clockRuns();
            try {
                // More than may be under way at once, so that something of it is due all the time.
                for (int i = 0; i < 8; i++) {
                    dirty(siteOf(endpoint, "webhook"));
                }
                TestDispatch.await(() -> slow.got.size() == 5);
                long filed = System.nanoTime();
                UUID order = dirty(site);
                TestDispatch.await(() -> told(order, "order.filed").size() == 3);
                List<RawConsumer.Got> told = told(order, "order.filed");
                // From its filing on, by which they are due: a first one that was late moves no other.
                assertThat(secondsSince(filed, told.get(1))).isBetween(1.9, 2.2 + SLACK_SECONDS);
                assertThat(secondsSince(filed, told.get(2))).isBetween(4.9, 5.3 + SLACK_SECONDS);
                assertThat(world.deliveries(stuck, "waiting")).isNotEmpty();
            } finally {
                time.shutdownNow();
            }
        }
    }

    @Test
    void anAnswerAfterTheTimeOutIsNoneAndTheSameMessageComesAgain() {
        UUID endpoint = endpoint(city, "steps");
        CountDownLatch late = new CountDownLatch(1);
        city.answer(got -> Answer.of(200).after(late, 0));
        UUID order = dirty(siteOf(endpoint));
        TestDispatch.await(() -> world.sql("select count(*) from attempt a join delivery d on d.id = a.delivery"
                        + " where d.dispatching and a.result = 'no answer within " + TIMEOUT.toMillis() + " ms'")
                == 1);
        late.countDown();
        assertThat(world.state(order)).isEqualTo("filed");

        city.answer(got -> Answer.of(200));
        kerbwatch.clock.advance(Duration.ofSeconds(3));
        TestDispatch.await(() -> world.state(order).equals("dispatched"));
        assertThat(told(order, "order.filed")).hasSize(2);
        assertThat(told(order, "order.filed").stream().map(RawConsumer.Got::id).distinct())
                .hasSize(1);
        TestDispatch.await(() -> {
            kerbwatch.clock.advance(Duration.ofSeconds(10));
            return world.deliveries(endpoint, "waiting").isEmpty();
        });
        assertThat(events(order)).containsExactly("file", "dispatch");
        takenOnce();
        checked();
    }

    @Test
    void anAnswerInTimeIsTooLateOnceTheCrewsTookOver() {
        UUID endpoint = endpoint(city, "steps");
        UUID site = siteOf(endpoint, "webhook-then-crews");
        // A first attempt that fails, so that the one that succeeds began within the minute and ends after it.
        city.answer(got -> Answer.of(got.type().equals("order.filed") ? 503 : 204));
        UUID order = dirty(site);
        world.quiet(endpoint);
        CountDownLatch late = new CountDownLatch(1);
        city.answer(got -> got.type().equals("order.filed") ? Answer.of(200).after(late, 200) : Answer.of(204));
        kerbwatch.clock.advance(Duration.ofSeconds(61)); // the slow lane, whose attempts may take longer here
        TestDispatch.await(() -> receiver(order).equals("Li"));
        TestDispatch.await(() -> told(order, "order.filed").size() == 2);
        late.countDown();
        TestDispatch.await(() -> world.deliveries(endpoint, "waiting").isEmpty());

        assertThat(receiver(order)).isEqualTo("Li");
        assertThat(events(order))
                .startsWith("file", "crews-take-over", "dispatch")
                .containsOnlyOnce("dispatch");
        assertThat(kerbwatch
                        .as("crew", endpoint)
                        .post("/api/v1/orders/" + order + "/events", "{\"event\":\"accept\",\"round\":1}")
                        .problem(409))
                .isEqualTo("not-the-receiver");
        takenOnce();
        checked();
    }

    private UUID endpoint(RawConsumer consumer, String reports) {
        return endpoint(consumer, "", reports);
    }

    private UUID endpoint(RawConsumer consumer, String path, String reports) {
        return TestServer.id(world.endpoint(consumer.url() + path, reports).get("endpoint"));
    }

    private UUID siteOf(UUID endpoint) {
        return siteOf(endpoint, "webhook");
    }

    private UUID siteOf(UUID endpoint, String mode) {
        return world.siteOf(endpoint, "station " + sites++, mode);
    }

    /** A new camera at the site sees it dirty; answers the order. */
    private UUID dirty(UUID site) {
        int number = dirty++;
        UUID camera = kerbwatch.camera(site, "10.0.1." + number);
        recording.tell(number, camera.toString());
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        recording.took(number);
        return Village.all(kerbwatch.api, "incidents").stream()
                .filter(incident -> incident.get("camera").asText().equals(camera.toString()))
                .map(incident -> UUID.fromString(incident.get("order").asText()))
                .findFirst()
                .orElseThrow();
    }

    private void passTo(UUID endpoint, Instant when) {
        kerbwatch.clock.advance(Duration.between(kerbwatch.clock.instant(), when));
        world.quiet(endpoint);
    }

    /** From now on the server's clock goes as a clock does. */
    private ScheduledExecutorService clockRuns() {
        ScheduledExecutorService time = Executors.newSingleThreadScheduledExecutor();
        Instant base = kerbwatch.clock.instant();
        long began = System.nanoTime();
        var unused = time.scheduleAtFixedRate(
                () -> kerbwatch.clock.advance(
                        Duration.between(kerbwatch.clock.instant(), base.plusNanos(System.nanoTime() - began))),
                0,
                5,
                TimeUnit.MILLISECONDS);
        return time;
    }

    private List<RawConsumer.Got> told(UUID order, String type) {
        return city.of(type).stream()
                .filter(got -> got.order().equals(order.toString()))
                .toList();
    }

    private UUID delivery(UUID endpoint, UUID order, String type) {
        List<JsonNode> lines = new ArrayList<>(world.deliveries(endpoint, "waiting"));
        lines.addAll(world.deliveries(endpoint, "given-up"));
        return lines.stream()
                .filter(line -> line.get("order").asText().equals(order.toString())
                        && line.get("type").asText().equals(type))
                .map(TestServer::id)
                .findFirst()
                .orElseThrow();
    }

    private List<JsonNode> attempts(UUID endpoint, UUID delivery) {
        List<JsonNode> attempts = new ArrayList<>();
        kerbwatch
                .api
                .get("/api/v1/endpoints/" + endpoint + "/deliveries/" + delivery + "/attempts")
                .expect(200)
                .get("items")
                .forEach(attempts::add);
        return attempts;
    }

    private long orderMessages(UUID endpoint) {
        return world.sql("select count(*) from delivery where fast and endpoint = '" + endpoint + "'");
    }

    private String receiver(UUID order) {
        return kerbwatch.order(order).at("/receiver/name").asText();
    }

    private List<String> events(UUID order) {
        return kerbwatch.order(order).get("history").findValuesAsText("event");
    }

    /** What was answered well came once, by its id. */
    private void takenOnce() {
        assertThat(recording.deliveries.stream()
                        .filter(got -> got.answered() / 100 == 2)
                        .map(Recording.Delivery::id))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    private void checked() {
        assertThat(new HistoryChecker(
                                recording,
                                Village.ordersWithHistory(kerbwatch.api),
                                Village.all(kerbwatch.api, "incidents"))
                        .breaches())
                .as("%s", recording)
                .isEmpty();
    }

    private static String date(Instant instant) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }

    private static double secondsAfter(Instant base, JsonNode instant) {
        return Duration.between(base, Instant.parse(instant.asText())).toMillis() / 1000.0;
    }

    private static double secondsSince(long nanos, RawConsumer.Got got) {
        return (got.nanos() - nanos) / 1e9;
    }
}
