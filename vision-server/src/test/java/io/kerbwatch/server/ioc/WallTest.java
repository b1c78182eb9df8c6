package io.kerbwatch.server.ioc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.crew.Position;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a control room shows against what was done: a morning of two villages, told by a wall at several moments. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WallTest {
    private TestServer kerbwatch;
    private UUID gate;
    private UUID well;
    private UUID camera;
    private UUID member;
    private UUID first;
    private UUID second;
    private Instant going;
    private Instant late;
    private Instant closed;
    private Instant asked;
    private Instant accepted;
    private Instant atWork;
    private Instant resting;

    @BeforeAll
    void aMorning() {
        kerbwatch = TestServer.start();
        kerbwatch.clock.advance(Duration.ofHours(1));
        gate = place("East Gate", "Baishi");
        well = place("Old Well", "Xinwei");
        camera = kerbwatch.camera(gate, "10.0.0.1");
        kerbwatch.lookAtDevices();
        UUID team = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"north\"}").expect(201));
        member = TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"Li\",\"team\":\"" + team + "\"}")
                .expect(201));
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        first = TestServer.id(kerbwatch.orders().get(0));
        String crew = "\"receiver\":{\"kind\":\"crew\",\"id\":\"" + member + "\"}";
        if (state(first).equals("filed")) {
            move(first, "{\"event\":\"dispatch\"," + crew + "}");
        }
        move(first, "{\"event\":\"accept\"}");
        accepted = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        going = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(4));
        move(first, "{\"event\":\"arrive\"}");
        atWork = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofSeconds(1));
        move(first, "{\"event\":\"done\"}");
        kerbwatch.clock.advance(Duration.ofMinutes(2));
        kerbwatch.answer(Verification.Outcome.CLEAN);
        closed = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        second = TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + well + "\",\"kind\":\"litter\"}")
                .expect(201));
        kerbwatch.clock.advance(Duration.ofMinutes(11));
        late = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        // The clock of whoever was sent by itself has run out, and may take the order back at any moment.
        Awaitility.await().until(() -> {
            if (state(second).equals("filed")) {
                move(second, "{\"event\":\"dispatch\"," + crew + "}");
            }
            return kerbwatch
                            .api
                            .post("/api/v1/orders/" + second + "/events", "{\"event\":\"accept\"}")
                            .status()
                    == 200;
        });
        kerbwatch
                .api
                .post("/api/v1/orders/" + second + "/suspension-requests", "{\"reason\":\"the road is closed\"}")
                .expect(201);
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        asked = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        resting = kerbwatch.clock.instant();
        move(second, "{\"event\":\"suspend\",\"reason\":\"the road is closed\"}");
        kerbwatch.clock.advance(Duration.ofMinutes(1));
    }

    @AfterAll
    void stop() {
        kerbwatch.close();
    }

    @Test
    void figuresCountTheDayByVillageClassAndTeam() {
        JsonNode wall = wall("?at=" + asked);
        assertThat(figures(wall.get("total"))).isEqualTo("2 filed, 1 in time, 0 late, 1 closed, 1 open, 1 waiting");
        assertThat(figures(named(wall.get("villages"), "Baishi")))
                .isEqualTo("1 filed, 1 in time, 0 late, 1 closed, 0 open, 0 waiting");
        assertThat(figures(named(wall.get("villages"), "Xinwei")))
                .isEqualTo("1 filed, 0 in time, 0 late, 0 closed, 1 open, 1 waiting");
        assertThat(named(wall.get("classes"), "refuse").get("filed").asInt()).isEqualTo(2);
        assertThat(figures(named(wall.get("teams"), "north")))
                .isEqualTo("2 filed, 1 in time, 0 late, 1 closed, 1 open, 1 waiting");
        assertThat(wall.get("live").asBoolean()).isFalse();
        assertThat(wall("").get("live").asBoolean()).isTrue();
    }

    @Test
    void figuresBeginAnewAtMidnightAndWhatIsOpenStays() {
        assertThat(wall("?at=2026-11-23T15:59:59Z").at("/total/filed").asInt()).isEqualTo(2);
        JsonNode after = wall("?at=2026-11-23T16:00:01Z");
        assertThat(after.get("from").asText()).isEqualTo("2026-11-23T16:00:00Z");
        assertThat(after.at("/total/filed").asInt()).isZero();
        assertThat(after.at("/total/closed").asInt()).isZero();
        assertThat(after.at("/total/open").asInt()).isEqualTo(1);
    }

    @Test
    void whoDoesWhatIsToldForAnyMoment() {
        JsonNode then = wall("?at=" + going).get("crew").get(0);
        assertThat(then.get("name").asText() + " " + then.get("status").asText() + " "
                        + then.get("siteName").asText())
                .isEqualTo("Li going East Gate");
        assertThat(then.get("order").asText()).isEqualTo(first.toString());
        assertThat(then.get("since").asText()).isEqualTo(accepted.toString());
        assertThat(told(then.get("id").asText(), atWork)).isEqualTo("working " + atWork);
        assertThat(told(then.get("id").asText(), resting)).isEqualTo("waiting " + resting);
        JsonNode free = wall("?at=" + closed).get("crew").get(0);
        assertThat(free.get("status").asText()).isEqualTo("free");
        assertThat(free.get("order").isNull()).isTrue();
        assertThat(free.get("since").isNull()).isTrue();
        assertThat(wall("?at=" + going.minus(Duration.ofDays(1))).get("crew")).isEmpty();
    }

    /** What a member did at a moment, and since when. */
    private String told(String id, Instant at) {
        for (JsonNode one : wall("?at=" + at).get("crew")) {
            if (one.get("id").asText().equals(id)) {
                return one.get("status").asText() + " " + one.get("since").asText();
            }
        }
        throw new AssertionError("nobody is " + id);
    }

    @Test
    void whoeverToldWhereTheyAreStandsWhereTheMapHasIt() {
        Phone.signIn(kerbwatch
                        .api
                        .post("/api/v1/crews/" + member + "/link", "")
                        .expect(201)
                        .get("url")
                        .asText())
                .here(22.5462, 114.0596);
        JsonNode plain = hand(wall(""), member).get("position");
        assertThat(plain.get("latitude").asDouble()).isEqualTo(22.5462);
        JsonNode shifted = hand(wall("?datum=gcj02"), member).get("position");
        double metres = new Position(
                        plain.get("latitude").asDouble(), plain.get("longitude").asDouble(), kerbwatch.clock.instant())
                .metersTo(
                        shifted.get("latitude").asDouble(),
                        shifted.get("longitude").asDouble());
        assertThat(metres).as("between the two datums in Shenzhen").isBetween(300.0, 700.0);
        UUID there = place("Where Li is", "Baishi", ",\"latitude\":22.5462,\"longitude\":114.0596");
        for (JsonNode mark :
                kerbwatch.api.get("/api/v1/map?zoom=24&datum=gcj02").expect(200).get("items")) {
            if (mark.at("/site/id").asText().equals(there.toString())) {
                assertThat(mark.get("latitude").asDouble())
                        .isEqualTo(shifted.get("latitude").asDouble());
                assertThat(mark.get("longitude").asDouble())
                        .isEqualTo(shifted.get("longitude").asDouble());
                return;
            }
        }
        throw new AssertionError("the place is on no map");
    }

    @Test
    void behindTheHealthOfCamerasStandTheCameras() {
        JsonNode items = kerbwatch
                .api
                .get("/api/v1/wall/health?kind=camera&at=" + going)
                .expect(200)
                .get("items");
        assertThat(items).hasSize(1);
        assertThat(items.get(0).get("id").asText()).isEqualTo(camera.toString());
        assertThat(items.get(0).get("name").asText()).isEqualTo("camera 10.0.0.1");
        assertThat(items.get(0).get("siteName").asText()).isEqualTo("East Gate");
        assertThat(kerbwatch
                        .limited("viewer", well)
                        .get("/api/v1/wall/health?kind=camera")
                        .expect(200)
                        .get("items"))
                .isEmpty();
    }

    @Test
    void whatClearedItselfIsNotCountedAsClosed() {
        try (TestServer other = TestServer.start()) {
            UUID site = other.site("Canal");
            UUID its = other.camera(site, "10.0.0.7");
            other.tell(its, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            other.clock.advance(Duration.ofMinutes(1));
            other.tell(its, Kind.OVERFLOW, Finding.Type.CLEARED);
            JsonNode wall = other.api.get("/api/v1/wall").expect(200);
            assertThat(wall.at("/total/closed").asInt()).isZero();
            assertThat(wall.at("/total/selfCleared").asInt()).isEqualTo(1);
            assertThat(other.api
                            .get("/api/v1/wall/orders?what=self-cleared")
                            .expect(200)
                            .get("items"))
                    .hasSize(1);
            assertThat(other.api
                            .get("/api/v1/wall/orders?what=closed")
                            .expect(200)
                            .get("items"))
                    .isEmpty();
            for (JsonNode curve : other.api.get("/api/v1/curves").expect(200).get("curves")) {
                double now = curve.at("/now/23").asDouble();
                switch (curve.get("name").asText()) {
                    case "closed" -> assertThat(now).isZero();
                    case "self-cleared" -> assertThat(now).isEqualTo(1);
                    default -> {
                        // of other things
                    }
                }
            }
        }
    }

    @Test
    void anOrderThatRestedIsNotLateForIt() {
        try (TestServer other = TestServer.start()) {
            UUID site = other.site("Canal");
            UUID order = littered(other, site);
            String path = "/api/v1/orders/" + order + "/events";
            other.clock.advance(Duration.ofMinutes(1));
            other.api
                    .post(path, "{\"event\":\"suspend\",\"reason\":\"a flood\"}")
                    .expect(200);
            other.clock.advance(Duration.ofHours(1));
            other.api.post(path, "{\"event\":\"resume\"}").expect(200);
            other.clock.advance(Duration.ofMinutes(8));
            JsonNode soon = other.api.get("/api/v1/wall").expect(200);
            assertThat(soon.at("/total/open").asInt()).isEqualTo(1);
            assertThat(soon.at("/total/late").asInt()).isZero();
            other.clock.advance(Duration.ofMinutes(2));
            assertThat(other.api
                            .get("/api/v1/wall")
                            .expect(200)
                            .at("/total/late")
                            .asInt())
                    .isEqualTo(1);
        }
    }

    /** What was done stays with the team that did it, wherever whoever did it goes. */
    @Test
    void whoeverChangesTheirTeamTakesNoWorkAlong() {
        try (TestServer other = TestServer.start()) {
            UUID site = other.site("Canal");
            UUID north = TestServer.id(
                    other.api.post("/api/v1/teams", "{\"name\":\"north\"}").expect(201));
            UUID south = TestServer.id(
                    other.api.post("/api/v1/teams", "{\"name\":\"south\"}").expect(201));
            UUID li = TestServer.id(other.api
                    .post("/api/v1/crews", "{\"name\":\"Li\",\"team\":\"" + north + "\"}")
                    .expect(201));
            UUID order = littered(other, site);
            String path = "/api/v1/orders/" + order + "/events";
            if (other.order(order).get("state").asText().equals("filed")) {
                other.api
                        .post(path, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + li + "\"}}")
                        .expect(200);
            }
            other.api.post(path, "{\"event\":\"accept\"}").expect(200);
            other.clock.advance(Duration.ofMinutes(11));
            other.api.post(path, "{\"event\":\"arrive\"}").expect(200);
            other.api
                    .put("/api/v1/crews/" + li, "{\"name\":\"Li\",\"team\":\"" + south + "\"}", "if-match", "\"1\"")
                    .expect(200);
            other.api.post(path, "{\"event\":\"done\"}").expect(200);
            Awaitility.await()
                    .until(() -> other.order(order).get("state").asText().equals("human-check"));
            other.as("supervisor", null).post(path, "{\"event\":\"pass\"}").expect(200);
            JsonNode wall = other.api.get("/api/v1/wall").expect(200);
            assertThat(wall.get("teams").findValuesAsText("name")).containsExactly("north");
            assertThat(figures(named(wall.get("teams"), "north")))
                    .isEqualTo("1 filed, 0 in time, 1 late, 1 closed, 0 open, 0 waiting");
        }
    }

    @Test
    void anOrderThatHasLongerIsLateWhenItsOwnTimeIsOver() {
        try (TestServer other = TestServer.start()) {
            UUID site = other.site("North Ring");
            String hour = "{\"seconds\":3600,\"calendar\":\"natural\"}";
            other.api
                    .put(
                            "/api/v1/deadlines/sweeping",
                            "{\"accept\":" + hour + ",\"arrive\":" + hour + ",\"finish\":" + hour + ",\"verify\":"
                                    + hour + ",\"ladder\":[]}",
                            "if-match",
                            "\"0\"")
                    .expect(200);
            other.api
                    .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"class\":\"sweeping\"}")
                    .expect(201);
            other.clock.advance(Duration.ofMinutes(20));
            assertThat(other.api
                            .get("/api/v1/wall")
                            .expect(200)
                            .at("/total/late")
                            .asInt())
                    .isZero();
            other.clock.advance(Duration.ofMinutes(41));
            Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(other.api
                                .get("/api/v1/wall?at=" + other.clock.instant())
                                .expect(200)
                                .at("/total/late")
                                .asInt())
                        .isEqualTo(1);
            });
        }
    }

    @Test
    void whatIsOpenStandsThereWithTheMostUrgentFirst() {
        JsonNode open = wall("?at=" + late).get("orders");
        assertThat(open).hasSize(1);
        assertThat(open.get(0).get("id").asText()).isEqualTo(second.toString());
        assertThat(open.get(0).get("late").asBoolean()).isTrue();
        assertThat(wall("?at=" + closed).get("orders")).isEmpty();
    }

    @Test
    void whatWaitsForADecisionIsTold() {
        assertThat(wall("").get("decisions").findValuesAsText("kind"))
                .as("it rests by now")
                .doesNotContain("suspension");
        JsonNode suspension = wall("?at=" + asked).get("decisions").get(0);
        assertThat(suspension.get("kind").asText()).isEqualTo("suspension");
        assertThat(suspension.get("words").asText()).endsWith("the road is closed");
        assertThat(suspension.get("request").isNull()).isFalse();
        assertThat(wall("?at=" + going).get("decisions")).isEmpty();
    }

    @Test
    void anEscalatedOrderWaitsUntilSomethingIsDoneAboutIt() {
        try (TestServer other = TestServer.start()) {
            UUID site = other.site("Canal");
            UUID order = littered(other, site);
            String path = "/api/v1/orders/" + order + "/events";
            other.api
                    .post(path, "{\"event\":\"escalate\",\"reason\":\"a visit is due\"}")
                    .expect(200);
            JsonNode waits = other.api.get("/api/v1/wall").expect(200).get("decisions");
            assertThat(waits).hasSize(1);
            assertThat(waits.get(0).get("kind").asText()).isEqualTo("escalated");
            assertThat(waits.get(0).get("words").asText()).endsWith("a visit is due, told: supervisor");
            Instant then = other.clock.instant();
            other.clock.advance(Duration.ofSeconds(10));
            other.api
                    .post(path, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}")
                    .expect(200);
            assertThat(other.api.get("/api/v1/wall").expect(200).get("decisions"))
                    .isEmpty();
            assertThat(other.api.get("/api/v1/wall?at=" + then).expect(200).get("decisions"))
                    .hasSize(1);
        }
    }

    /** What waits for a decision is seen on the map; what rests waits for nobody. */
    @Test
    void theMapTellsWhatWaitsForADecisionAndWhatRests() {
        try (TestServer other = TestServer.start()) {
            UUID site = TestServer.id(other.api
                    .post("/api/v1/sites", "{\"name\":\"Canal\",\"latitude\":22.54,\"longitude\":114.05}")
                    .expect(201));
            UUID order = littered(other, site);
            String path = "/api/v1/orders/" + order;
            assertThat(mark(other)).isEqualTo("waiting false");
            other.clock.advance(Duration.ofMinutes(1));
            other.api
                    .post(path + "/suspension-requests", "{\"reason\":\"a flood\"}")
                    .expect(201);
            assertThat(mark(other)).isEqualTo("asking true");
            Instant then = other.clock.instant();
            other.clock.advance(Duration.ofMinutes(1));
            other.api
                    .post(path + "/events", "{\"event\":\"suspend\",\"reason\":\"a flood\"}")
                    .expect(200);
            assertThat(mark(other)).isEqualTo("resting false");
            assertThat(other.api
                            .get("/api/v1/map?at=" + then)
                            .expect(200)
                            .at("/items/0/state")
                            .asText())
                    .isEqualTo("asking");
            other.api.post(path + "/events", "{\"event\":\"resume\"}").expect(200);
            other.api
                    .post(path + "/events", "{\"event\":\"escalate\",\"reason\":\"a visit\"}")
                    .expect(200);
            assertThat(mark(other)).isEqualTo("asking true");
        }
    }

    private static UUID littered(TestServer other, UUID site) {
        return TestServer.id(other.api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(201));
    }

    private static String mark(TestServer other) {
        return other.api.get("/api/v1/map").expect(200).at("/items/0/state").asText() + " "
                + other.api
                        .get("/api/v1/wall")
                        .expect(200)
                        .at("/orders/0/asking")
                        .asBoolean();
    }

    /** Pictures of a past moment are those of then, whatever became of the order. */
    @Test
    void picturesOfThenStayThough() {
        try (TestServer other = TestServer.start()) {
            UUID its = other.camera(other.site("Canal"), "10.0.0.7");
            other.tell(its, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(other.orders().get(0));
            String path = "/api/v1/orders/" + order + "/events";
            other.api
                    .post(path, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}")
                    .expect(200);
            for (String event : List.of("accept", "arrive", "done")) {
                other.api.post(path, "{\"event\":\"" + event + "\"}").expect(200);
            }
            other.answer(Verification.Outcome.CLEAN);
            Instant then = other.clock.instant();
            assertThat(other.api.get("/api/v1/wall").expect(200).get("pairs")).hasSize(1);
            JsonNode pair = other.api.get("/api/v1/wall?at=" + then).expect(200).at("/pairs/0");
            other.clock.advance(Duration.ofMinutes(1));
            other.api
                    .post(path, "{\"event\":\"reopen\",\"reason\":\"half of it is left\"}")
                    .expect(200);
            assertThat(other.api.get("/api/v1/wall").expect(200).get("pairs")).isEmpty();
            assertThat(other.api.get("/api/v1/wall?at=" + then).expect(200).at("/pairs/0"))
                    .isEqualTo(pair);
            assertThat(pair.get("after").isNull()).isFalse();
        }
    }

    @Test
    void picturesBeforeAndAfterAreThoseOfClosedOrders() {
        JsonNode pairs = wall("?at=" + closed).get("pairs");
        assertThat(pairs).hasSize(1);
        assertThat(pairs.get(0).get("order").asText()).isEqualTo(first.toString());
        for (String which : List.of("before", "after")) {
            assertThat(kerbwatch
                            .api
                            .get("/api/v1/snapshots/" + pairs.get(0).get(which).asText())
                            .status())
                    .isEqualTo(200);
        }
        assertThat(wall("?at=" + going).get("pairs")).isEmpty();
    }

    @Test
    void behindEachFigureStandItsOrders() {
        assertThat(behind("what=filed")).containsExactlyInAnyOrder(first.toString(), second.toString());
        assertThat(behind("what=filed&village=Xinwei")).containsExactly(second.toString());
        assertThat(behind("what=arrived-in-time")).containsExactly(first.toString());
        assertThat(behind("what=arrived-late")).isEmpty();
        assertThat(behind("what=closed&class=refuse&team=north")).containsExactly(first.toString());
        assertThat(behind("what=late")).containsExactly(second.toString());
        assertThat(behind("what=open&site=" + well)).containsExactly(second.toString());
        assertThat(behind("what=open&site=" + gate)).isEmpty();
        assertThat(behind("what=filed&site=" + gate)).containsExactly(first.toString());
        assertThat(behind("what=open&village=Baishi")).isEmpty();
        assertThat(behind("what=open&village=")).isEmpty();
        kerbwatch.api.get("/api/v1/wall/orders?what=lost").expect(400);
    }

    @Test
    void healthIsToldAsItWas() {
        JsonNode now = wall("?at=" + going).get("health");
        assertThat(now).hasSize(1);
        assertThat(now.get(0).get("kind").asText()).isEqualTo("camera");
        assertThat(now.get(0).get("n").asInt()).isEqualTo(1);
        assertThat(wall("?at=" + going.minus(Duration.ofHours(2))).get("health"))
                .isEmpty();
    }

    @Test
    void whoIsLimitedToSitesSeesThem() {
        JsonNode wall = kerbwatch
                .limited("viewer", gate)
                .get("/api/v1/wall?at=" + asked)
                .expect(200);
        assertThat(wall.at("/total/filed").asInt()).isEqualTo(1);
        assertThat(wall.get("villages").findValuesAsText("name")).containsExactly("Baishi");
        assertThat(wall.get("decisions")).isEmpty();
    }

    @Test
    void manyPlacesGetTheSameOrderAtOnce() {
        UUID third = place("Canal", "Xinwei");
        UUID fourth = place("Bridge", "Xinwei");
        String body = "{\"sites\":[\"" + third + "\",\"" + fourth + "\",\"" + UUID.randomUUID() + "\"],"
                + "\"class\":\"sweeping\",\"note\":\"after the market\"}";
        JsonNode done = kerbwatch
                .api
                .post("/api/v1/orders/mass", body, "idempotency-key", "mass-1")
                .expect(200)
                .get("items");
        assertThat(done).hasSize(3);
        assertThat(done.get(0).get("number").asText()).isNotEmpty();
        assertThat(done.get(1).get("joined").asBoolean()).isFalse();
        assertThat(done.get(2).get("order").isNull()).isTrue();
        assertThat(done.get(2).get("problem").asText()).contains("no site");
        JsonNode again = kerbwatch
                .api
                .post("/api/v1/orders/mass", body, "idempotency-key", "mass-1")
                .expect(200)
                .get("items");
        assertThat(again.get(0).get("number")).isEqualTo(done.get(0).get("number"));
        assertThat(kerbwatch.orders("sweeping")).hasSize(2);
        kerbwatch
                .api
                .post("/api/v1/orders/mass", "{\"sites\":[\"" + third + "\"],\"note\":\"x\"}")
                .expect(400);
        kerbwatch.as("viewer", null).post("/api/v1/orders/mass", body).expect(403);
    }

    private List<String> behind(String query) {
        JsonNode items = kerbwatch
                .api
                .get("/api/v1/wall/orders?at=" + asked + "&" + query)
                .expect(200)
                .get("items");
        return items.findValuesAsText("id");
    }

    private static String figures(JsonNode of) {
        return of.get("filed").asInt() + " filed, " + of.get("arrivedInTime").asInt() + " in time, "
                + of.get("arrivedLate").asInt() + " late, " + of.get("closed").asInt() + " closed, "
                + of.get("open").asInt() + " open, " + of.get("late").asInt() + " waiting";
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode one : list) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("there is no " + name + " in " + list);
    }

    private JsonNode wall(String query) {
        return kerbwatch.api.get("/api/v1/wall" + query).expect(200);
    }

    private String state(UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    private UUID place(String name, String village) {
        return place(name, village, "");
    }

    private UUID place(String name, String village, String more) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"" + name + "\",\"village\":\"" + village + "\"" + more + "}")
                .expect(201));
    }

    private static JsonNode hand(JsonNode wall, UUID member) {
        for (JsonNode one : wall.get("crew")) {
            if (one.get("id").asText().equals(member.toString())) {
                return one;
            }
        }
        throw new AssertionError("nobody is " + member);
    }

    private void move(UUID order, String body) {
        kerbwatch.api.post("/api/v1/orders/" + order + "/events", body).expect(200);
    }
}
