package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OrderLifeTest {
    private TestServer kerbwatch = TestServer.start();
    private UUID site = new UUID(0, 0);
    private UUID camera = new UUID(0, 0);

    @BeforeEach
    void begin() {
        site = kerbwatch.site("station");
        camera = kerbwatch.camera(site, "10.0.0.8");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void anOrderIsFoundByEitherEndOfItsNumberAndByAPartOfItsSitesName() {
        kerbwatch.tell(
                kerbwatch.camera(kerbwatch.site("East_Gate 50%"), "10.9.0.1"), Kind.LITTER, Finding.Type.CONFIRMED);
        kerbwatch.tell(kerbwatch.camera(kerbwatch.site("West gate"), "10.9.0.2"), Kind.LITTER, Finding.Type.CONFIRMED);
        // Of one millisecond, either may come first.
        String number = found("West%20gate").get(0);

        assertThat(found(number)).containsExactly(number);
        assertThat(found(number.substring(8))).containsExactly(number);
        assertThat(found(number.substring(0, 8))).hasSize(2);
        assertThat(found("est%20G")).containsExactly(number);
        assertThat(found("gate")).hasSize(2);
        assertThat(found("50%25")).hasSize(1);
        assertThat(found("2%25")).isEmpty(); // stands for itself
        assertThat(found("_")).hasSize(1);
    }

    private List<String> found(String words) {
        List<String> numbers = new ArrayList<>();
        kerbwatch
                .api
                .get("/api/v1/orders?q=" + words)
                .expect(200)
                .get("items")
                .forEach(order -> numbers.add(order.get("number").asText()));
        return numbers;
    }

    @Test
    void aConfirmedFindingFilesAnOrderThatTheCameraClosesAfterTheWork() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        assertThat(state(order)).isEqualTo("filed");
        assertThat(kerbwatch.order(order).get("number").asText()).isEqualTo("20261123-0001");

        kerbwatch.clock.advance(Duration.ofSeconds(30));
        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        kerbwatch.clock.advance(Duration.ofSeconds(10));
        move(order, "{\"event\":\"accept\"}");
        kerbwatch.clock.advance(Duration.ofSeconds(200));
        JsonNode arrived = move(order, "{\"event\":\"arrive\"}");
        assertThat(arrived.get("arrival").get("filedToArrivedSeconds").asDouble())
                .isEqualTo(240);
        assertThat(arrived.get("arrival").get("dispatchedToArrivedSeconds").asDouble())
                .isEqualTo(210);
        assertThat(arrived.get("arrival").get("kept").asBoolean()).isTrue();
        kerbwatch.clock.advance(Duration.ofSeconds(60));
        move(order, "{\"event\":\"done\"}");

        Verification question = kerbwatch.vision.lastQuestion();
        assertThat(question.zones()).containsOnlyKeys(camera.toString());
        assertThat(question.since()).isEqualTo(kerbwatch.clock.instant());
        assertThat(question.deadline()).isEqualTo(kerbwatch.clock.instant().plusSeconds(300));
        kerbwatch.clock.advance(Duration.ofSeconds(50));
        kerbwatch.answer(Verification.Outcome.CLEAN);

        JsonNode closed = kerbwatch.order(order);
        assertThat(closed.get("state").asText()).isEqualTo("closed");
        assertThat(closed.get("closedBy").asText()).isEqualTo("camera");
        assertThat(closed.get("incidents").get(0).get("state").asText()).isEqualTo("cleared");
        assertThat(kerbwatch
                        .api
                        .get(closed.get("snapshots").get("before").asText())
                        .status())
                .isEqualTo(200);
        assertThat(kerbwatch
                        .api
                        .get(closed.get("snapshots").get("after").asText())
                        .text())
                .isEqualTo("drawn on camera 10.0.0.8 1");
        assertThat(events(order)).containsExactly("file", "dispatch", "accept", "arrive", "done", "seen-clean");
    }

    @Test
    void theSameFindingToldTwiceIsOne() {
        Finding finding = dirty(Kind.OVERFLOW);
        kerbwatch.accept(finding);

        assertThat(kerbwatch.orders()).hasSize(1);
        assertThat(events(onlyOrder())).containsExactly("file");
    }

    @Test
    void anotherIncidentJoinsTheOrderUntilSomeoneHasArrived() {
        UUID second = kerbwatch.camera(site, "10.0.0.9");
        dirty(Kind.OVERFLOW);
        dirty(Kind.LITTER);
        assertThat(kerbwatch.orders()).hasSize(1);
        UUID order = onlyOrder();
        assertThat(kerbwatch.order(order).get("incidents")).hasSize(2);

        toArrived(order);
        kerbwatch.tell(second, Kind.LITTER, Finding.Type.CONFIRMED);
        assertThat(kerbwatch.orders()).hasSize(2);
    }

    @Test
    void confirmedAgainWhileSomeoneIsAtWorkOpensTheSameIncidentAndMovesNothing() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        toArrived(order);
        later(Duration.ofMinutes(1));
        clean(Kind.OVERFLOW);
        assertThat(state(order)).isEqualTo("arrived");
        assertThat(incident(order, 0).get("state").asText()).isEqualTo("cleared");

        later(Duration.ofMinutes(1));
        dirty(Kind.OVERFLOW);

        assertThat(kerbwatch.orders()).hasSize(1);
        assertThat(incident(order, 0).get("state").asText()).isEqualTo("open");
        assertThat(incident(order, 0).get("times").asInt()).isEqualTo(2);
        assertThat(state(order)).isEqualTo("arrived");
    }

    @Test
    void whatBecomesCleanByItselfIsSelfClearedAndReopensWhenItIsDirtyAgainSoon() {
        dirty(Kind.OVERFLOW);
        dirty(Kind.LITTER);
        UUID order = onlyOrder();
        later(Duration.ofMinutes(1));
        clean(Kind.LITTER);
        assertThat(state(order)).isEqualTo("filed");
        clean(Kind.OVERFLOW);
        assertThat(state(order)).isEqualTo("self-cleared");

        later(Duration.ofMinutes(15).minusSeconds(1));
        dirty(Kind.OVERFLOW);
        assertThat(state(order)).isEqualTo("filed");
        assertThat(kerbwatch.order(order).get("round").asInt()).isEqualTo(2);
        assertThat(kerbwatch.order(order).get("reopened").asInt()).isEqualTo(1);

        later(Duration.ofMinutes(1));
        clean(Kind.OVERFLOW);
        later(Duration.ofMinutes(15).plusSeconds(1));
        dirty(Kind.OVERFLOW);
        assertThat(kerbwatch.orders("refuse")).hasSize(2);
    }

    @Test
    void stillDirtyGoesBackToWorkTwiceThenToPeople() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        for (int round = 1; round <= 3; round++) {
            assertThat(kerbwatch.order(order).get("round").asInt()).isEqualTo(round);
            toArrived(order);
            move(order, "{\"event\":\"done\",\"round\":" + round + "}");
            kerbwatch.answer(Verification.Outcome.DIRTY);
        }
        assertThat(state(order)).isEqualTo("human-check");

        assertThat(kerbwatch.api.post(events(order, ""), "{\"event\":\"fail\"}").problem(400))
                .isEqualTo("invalid-request");
        kerbwatch
                .as("operator", null)
                .post(events(order, ""), "{\"event\":\"fail\",\"reason\":\"bags behind the bin\"}")
                .expect(200);
        assertThat(state(order)).isEqualTo("filed");
        toArrived(order);
        move(order, "{\"event\":\"done\"}");
        kerbwatch.answer(Verification.Outcome.CANNOT_TELL);
        Api operator = kerbwatch.as("operator", null);
        operator.post(events(order, ""), "{\"event\":\"pass\"}").expect(200);
        assertThat(kerbwatch.order(order).get("closedBy").asText()).isEqualTo("human");
    }

    @Test
    void anAnswerToAnOldQuestionDoesNothing() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        toArrived(order);
        move(order, "{\"event\":\"done\"}");
        Verification old = kerbwatch.vision.lastQuestion();
        kerbwatch.answer(Verification.Outcome.DIRTY);
        toArrived(order);
        move(order, "{\"event\":\"done\"}");

        kerbwatch
                .server
                .findings()
                .verified(new Verification.Answer(
                        old, Verification.Outcome.CLEAN, kerbwatch.clock.instant(), List.of(), null));

        assertThat(state(order)).isEqualTo("verifying");
    }

    @Test
    void clocksRunOutByTimers() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        later(Duration.ofSeconds(119));
        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        later(Duration.ofMinutes(2));
        await(() -> events(order).contains("not-accepted"));
        assertThat(kerbwatch.order(order).get("declined").asInt()).isEqualTo(1);
        await(() -> escalated(order).contains("not-dispatched"));

        later(Duration.ofMinutes(10));
        await(() -> escalated(order).contains("not-arrived"));
        later(Duration.ofMinutes(30));
        await(() -> escalated(order).contains("not-finished"));
        assertThat(state(order)).isEqualTo("filed");
        assertThat(kerbwatch.order(order).get("overdue").toString()).isEqualTo("[\"arrive\",\"finish\"]");
    }

    @Test
    void withoutAnAnswerOfTheCameraPeopleLook() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        toArrived(order);
        move(order, "{\"event\":\"done\"}");
        later(Duration.ofMinutes(5));
        assertThat(state(order)).isEqualTo("verifying");
        later(Duration.ofSeconds(15));
        await(() -> state(order).equals("human-check"));

        // Seen clean later: the camera is asked once more, and only its answer since the work counts.
        int asked = kerbwatch.vision.questions.size();
        clean(Kind.OVERFLOW);
        assertThat(kerbwatch.vision.questions).hasSize(asked + 1);
        assertThat(state(order)).isEqualTo("human-check");
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(state(order)).isEqualTo("closed");
    }

    @Test
    void aCleanPlaceWhoseTimeIsOverIsVerifiedThoughNobodyReportedIt() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        toArrived(order);
        later(Duration.ofMinutes(5));
        clean(Kind.OVERFLOW);
        later(Duration.ofMinutes(30));
        await(() -> state(order).equals("verifying"));
        assertThat(kerbwatch.order(order).get("doneReported").asBoolean()).isFalse();
    }

    @Test
    void openQuestionsAreAskedAgainAfterARestart() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        toArrived(order);
        move(order, "{\"event\":\"done\"}");
        Verification question = kerbwatch.vision.lastQuestion();
        kerbwatch.vision.questions.clear();

        kerbwatch.server.close();
        kerbwatch = kerbwatch.again();

        assertThat(kerbwatch.vision.questions).containsExactly(question);
        assertThat(kerbwatch.vision.watched(camera).states()).hasSize(1);
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(state(order)).isEqualTo("closed");
    }

    @Test
    void whatIsNotPossibleIsRefusedWithWhatIs() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();

        Api.Answer refused = kerbwatch.api.post(events(order, ""), "{\"event\":\"done\"}");

        assertThat(refused.problem(409)).isEqualTo("transition-not-allowed");
        assertThat(refused.json().get("state").asText()).isEqualTo("filed");
        assertThat(refused.json().get("possible").findValuesAsText("event")).contains("dispatch", "cancel");
        assertThat(events(order)).containsExactly("file");
        assertThat(kerbwatch
                        .api
                        .post(events(order, ""), "{\"event\":\"cancel\",\"reason\":\"x\",\"round\":7}")
                        .problem(409))
                .isEqualTo("other-round");
        assertThat(kerbwatch
                        .as("viewer", null)
                        .post(events(order, ""), "{\"event\":\"cancel\",\"reason\":\"x\"}")
                        .problem(403))
                .isEqualTo("forbidden");
    }

    @Test
    void aSuspendedOrdersClocksStandStill() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        later(Duration.ofMinutes(1));
        String before = kerbwatch.order(order).get("deadlines").get("arriveBy").asText();
        move(order, "{\"event\":\"suspend\",\"reason\":\"road closed\"}");
        later(Duration.ofMinutes(20));
        move(order, "{\"event\":\"resume\"}");

        JsonNode resumed = kerbwatch.order(order);
        assertThat(resumed.get("state").asText()).isEqualTo("filed");
        assertThat(Instant.parse(resumed.get("deadlines").get("arriveBy").asText()))
                .isEqualTo(Instant.parse(before).plus(Duration.ofMinutes(20)));
    }

    @Test
    void aFalseAlarmRejectsTheOrderAndItsPlaceGoesToReview() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        String incident = incident(order, 0).get("id").asText();
        kerbwatch
                .api
                .post(
                        "/api/v1/incidents/" + incident + "/verdict",
                        "{\"verdict\":\"false\",\"reason\":\"light-or-weather\",\"note\":\"wet leaves\"}")
                .expect(200);
        assertThat(state(order)).isEqualTo("rejected");
        assertThat(kerbwatch.order(order).get("history").toString()).contains("light-or-weather: wet leaves");

        later(Duration.ofHours(23));
        clean(Kind.OVERFLOW);
        dirty(Kind.OVERFLOW);
        assertThat(kerbwatch.orders()).hasSize(1);
        JsonNode review =
                kerbwatch.api.get("/api/v1/incidents?state=review").expect(200).get("items");
        assertThat(review).hasSize(1);
        kerbwatch
                .api
                .post("/api/v1/incidents/" + review.get(0).get("id").asText() + "/verdict", "{\"verdict\":\"true\"}")
                .expect(200);
        assertThat(kerbwatch.orders()).hasSize(2);
    }

    @Test
    void aCameraThatFilesTooMuchHandsTheRestToPeople() {
        try (TestServer small =
                TestServer.over(TestServer.settings(settings -> settings.with(Settings.ORDERS_PER_CAMERA, "2")))) {
            UUID one = small.camera(small.site("gate"), "10.9.0.1");
            for (int i = 0; i < 2; i++) {
                small.tell(one, Kind.OVERFLOW, Finding.Type.CONFIRMED);
                small.tell(one, Kind.OVERFLOW, Finding.Type.CLEARED);
                small.clock.advance(Duration.ofMinutes(16));
            }
            small.tell(one, Kind.OVERFLOW, Finding.Type.CONFIRMED);

            assertThat(small.orders()).hasSize(2);
            JsonNode review =
                    small.api.get("/api/v1/incidents?state=review").expect(200).get("items");
            assertThat(review).hasSize(1);
            assertThat(review.get(0).get("note").asText()).isEqualTo("this camera has filed 2 orders within the hour");
            small.tell(one, Kind.OVERFLOW, Finding.Type.CLEARED);
            assertThat(small.api
                            .get("/api/v1/incidents?state=review")
                            .expect(200)
                            .get("items"))
                    .isEmpty();

            small.clock.advance(Duration.ofMinutes(45));
            small.tell(one, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            assertThat(small.orders("refuse")).as("an hour after the first").hasSize(3);
        }
    }

    @Test
    void allCamerasTogetherHaveABudgetThatLeavesEverySiteOne() {
        try (TestServer small =
                TestServer.over(TestServer.settings(settings -> settings.with(Settings.ORDERS_PER_HOUR, "1")))) {
            UUID gate = small.site("gate");
            UUID one = small.camera(gate, "10.9.0.1");
            UUID two = small.camera(small.site("alley"), "10.9.0.2");
            UUID three = small.camera(gate, "10.9.0.3");
            small.tell(one, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            small.tell(two, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            assertThat(small.orders()).as("one a site, whatever the budget").hasSize(2);
            small.tell(one, Kind.OVERFLOW, Finding.Type.CLEARED);

            small.tell(three, Kind.OVERFLOW, Finding.Type.CONFIRMED);

            assertThat(small.orders()).hasSize(2);
            JsonNode review =
                    small.api.get("/api/v1/incidents?state=review").expect(200).get("items");
            assertThat(review.get(0).get("note").asText()).isEqualTo("all cameras have filed 2 orders within the hour");
        }
    }

    @Test
    void aVerdictIsKeptWheneverItComes() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        String path = "/api/v1/incidents/" + incident(order, 0).get("id").asText();
        assertThat(kerbwatch.api.get(path).expect(200).get("verdict").isNull()).isTrue();
        kerbwatch
                .api
                .post(path + "/verdict", "{\"verdict\":\"unsure\",\"reason\":\"cannot-see\"}")
                .expect(200);
        for (String refused : List.of(
                "{\"verdict\":\"unsure\"}",
                "{\"verdict\":\"false\"}",
                "{\"verdict\":\"false\",\"reason\":\"other\"}",
                "{\"verdict\":\"false\",\"reason\":\"other\",\"note\":\" \"}",
                "{\"verdict\":\"false\",\"reason\":\"whatever\"}",
                "{\"verdict\":\"true\",\"reason\":\"not-full\"}")) {
            assertThat(kerbwatch.api.post(path + "/verdict", refused).problem(400))
                    .isEqualTo("invalid-request");
        }
        assertThat(kerbwatch.api.get(path).expect(200).get("verdict").asText()).isEqualTo("unsure");
        assertThat(kerbwatch.api.get(path).expect(200).get("verdictReason").asText())
                .isEqualTo("cannot-see");
        assertThat(state(order)).isEqualTo("filed");
        clean(Kind.OVERFLOW);
        String ended = state(order);
        for (String verdict : List.of("true", "false")) {
            JsonNode judged = kerbwatch
                    .api
                    .post(
                            path + "/verdict",
                            "{\"verdict\":\"" + verdict + "\",\"note\":\"looked at it\""
                                    + (verdict.equals("false") ? ",\"reason\":\"other\"}" : "}"))
                    .expect(200);
            assertThat(judged.get("verdict").asText()).isEqualTo(verdict);
            assertThat(judged.get("state").asText()).isEqualTo("cleared");
            assertThat(state(order)).isEqualTo(ended);
        }
        assertThat(kerbwatch
                        .api
                        .post(path + "/verdict", "{\"verdict\":\"real\"}")
                        .problem(400))
                .isEqualTo("invalid-request");
    }

    @Test
    void stillDirtyAfterACancellationGoesToReview() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        move(order, "{\"event\":\"cancel\",\"reason\":\"festival\"}");
        later(Duration.ofMinutes(30));
        await(() -> incident(order, 0).get("state").asText().equals("review"));
    }

    @Test
    void removingItsZonesCancelsAnOrderWithNothingLeft() {
        dirty(Kind.OVERFLOW);
        UUID order = onlyOrder();
        Api.Answer zones = kerbwatch.api.get("/api/v1/cameras/" + camera + "/zones");

        kerbwatch
                .api
                .put(
                        "/api/v1/cameras/" + camera + "/zones",
                        "{\"zones\":[{\"name\":\"left\",\"polygon\":[{\"x\":0,\"y\":0},{\"x\":0.5,\"y\":0},"
                                + "{\"x\":0.5,\"y\":1}],\"kinds\":[\"overflow\"]}]}",
                        "if-match",
                        zones.header("etag"))
                .expect(200);

        assertThat(state(order)).isEqualTo("cancelled");
        assertThat(incident(order, 0).get("state").asText()).isEqualTo("withdrawn");
    }

    @Test
    void twoOrdersOfASiteCanBeMergedAndOneCanBeFiledByHand() {
        dirty(Kind.OVERFLOW);
        UUID first = onlyOrder();
        toArrived(first);
        JsonNode filed = kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\",\"note\":\"by the gate\"}")
                .expect(201);
        UUID second = TestServer.id(filed);
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                        .expect(200)
                        .get("id")
                        .asText())
                .isEqualTo(second.toString());

        move(second, "{\"event\":\"merge\",\"into\":\"" + first + "\"}");
        assertThat(state(second)).isEqualTo("merged");
        assertThat(kerbwatch.order(first).get("incidents")).hasSize(3);
    }

    @Test
    void manyWhoConfirmAtOnceMakeOneIncidentAndOneOrder() throws Exception {
        int threads = 12;
        UUID[] cameras = new UUID[4];
        for (int i = 0; i < cameras.length; i++) {
            cameras[i] = kerbwatch.camera(site, "10.0.1." + i);
        }
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch go = new CountDownLatch(1);
            List<Future<?>> told = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                UUID seen = cameras[i % cameras.length];
                Instant at = kerbwatch.clock.instant().plusMillis(i);
                told.add(pool.submit(() -> {
                    go.await();
                    kerbwatch.accept(Finding.of(
                            seen.toString(), seen.toString(), Kind.LITTER, Finding.Type.CONFIRMED, at, List.of(), 0.8));
                    return true;
                }));
            }
            go.countDown();
            for (Future<?> each : told) {
                each.get();
            }
        } finally {
            pool.shutdownNow();
        }

        assertThat(kerbwatch.orders()).hasSize(1);
        assertThat(kerbwatch.order(onlyOrder()).get("incidents")).hasSize(cameras.length);
    }

    private Finding dirty(Kind kind) {
        return kerbwatch.tell(camera, kind, Finding.Type.CONFIRMED);
    }

    private void clean(Kind kind) {
        kerbwatch.clock.advance(Duration.ofMillis(1));
        kerbwatch.tell(camera, kind, Finding.Type.CLEARED);
        kerbwatch.clock.advance(Duration.ofMillis(1));
    }

    private void toArrived(UUID order) {
        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        move(order, "{\"event\":\"arrive\"}");
    }

    private void later(Duration time) {
        kerbwatch.clock.advance(time);
    }

    private JsonNode move(UUID order, String body) {
        return kerbwatch.api.post(events(order, ""), body).expect(200);
    }

    private static String events(UUID order, String rest) {
        return "/api/v1/orders/" + order + "/events" + rest;
    }

    private List<String> events(UUID order) {
        return kerbwatch.order(order).get("history").findValuesAsText("event");
    }

    private String state(UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    private String escalated(UUID order) {
        return kerbwatch.order(order).get("escalated").toString();
    }

    private JsonNode incident(UUID order, int number) {
        return kerbwatch.order(order).get("incidents").get(number);
    }

    private UUID onlyOrder() {
        JsonNode orders = kerbwatch.orders();
        assertThat(orders).hasSize(1);
        return TestServer.id(orders.get(0));
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
    }
}
