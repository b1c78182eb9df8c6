package io.kerbwatch.server.ioc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The map against what was done at its places. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlaceMapTest {
    private TestServer kerbwatch;
    private UUID east;
    private UUID west;
    private Instant before;
    private Instant waiting;
    private Instant late;
    private Instant working;

    @BeforeAll
    void aMorning() {
        kerbwatch = TestServer.start();
        east = place("east", 22.5450, 113.9460);
        west = place("west", 22.5440, 113.9450);
        place("far", 39.911954, 116.377817);
        kerbwatch.site("nowhere");
        before = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        UUID order = TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + east + "\",\"kind\":\"litter\"}")
                .expect(201));
        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        waiting = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(11));
        late = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        move(order, "{\"event\":\"accept\"}");
        move(order, "{\"event\":\"arrive\"}");
        working = kerbwatch.clock.instant();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        move(order, "{\"event\":\"cancel\",\"reason\":\"a mistake\"}");
        kerbwatch.clock.advance(Duration.ofMinutes(1));
    }

    @AfterAll
    void stop() {
        kerbwatch.close();
    }

    @Test
    void placesNearEachOtherAreOneMarkThatSumsTheirOrders() {
        JsonNode map = map("?zoom=10&at=" + late);
        assertThat(map.get("items")).hasSize(2);
        assertThat(map.get("unplaced").asInt()).isEqualTo(1);
        JsonNode mark = with(map, 2);
        assertThat(mark.get("open").asInt()).isEqualTo(1);
        assertThat(mark.get("late").asInt()).isEqualTo(1);
        assertThat(mark.get("state").asText()).isEqualTo("late");
        assertThat(mark.get("site").isNull()).isTrue();
        assertThat(mark.get("latitude").asDouble()).isCloseTo(22.5445, within(1e-9));
        assertThat(map("?zoom=17").get("items")).hasSize(3);
        assertThat(map("?zoom=0").get("items").size()).isLessThanOrEqualTo(2);
    }

    @Test
    void behindAMarkOfSeveralPlacesStandTheirOrders() {
        JsonNode mark = with(map("?zoom=10&at=" + late), 2);
        String of = "/api/v1/map/orders?zoom=10&at=" + late + "&square=";
        JsonNode orders =
                kerbwatch.api.get(of + mark.get("square").asText()).expect(200).get("items");
        assertThat(orders.findValuesAsText("site")).containsExactly(east.toString());
        assertThat(orders.findValuesAsText("what")).containsExactly("dispatched");
        // Of the places that are looked at, as the mark's own sum.
        assertThat(kerbwatch
                        .api
                        .get(of + mark.get("square").asText() + "&bbox=113,22,113.9455,23")
                        .expect(200)
                        .get("items"))
                .isEmpty();
        assertThat(kerbwatch.api.get(of + "0,0").expect(200).get("items")).isEmpty();
        assertThat(kerbwatch
                        .limited("viewer", west)
                        .get(of + mark.get("square").asText())
                        .expect(200)
                        .get("items"))
                .isEmpty();
        kerbwatch.api.get(of + "here").expect(400);
        assertThat(map("?zoom=17").get("items").findValues("square")).allMatch(JsonNode::isNull);
    }

    /** Whatever the zoom, no mark lies over another, and each place is in one. */
    @Test
    void marksDoNotCoverEachOther() {
        try (TestServer other = TestServer.start()) {
            Random random = new Random(3);
            for (int i = 0; i < 120; i++) {
                other.api
                        .post(
                                "/api/v1/sites",
                                "{\"name\":\"place %d\",\"latitude\":%s,\"longitude\":%s}"
                                        .formatted(
                                                i,
                                                22.54 + 0.02 * random.nextGaussian(),
                                                114.05 + 0.02 * random.nextGaussian()))
                        .expect(201);
            }
            for (int zoom = 8; zoom < 17; zoom++) {
                JsonNode marks =
                        other.api.get("/api/v1/map?zoom=" + zoom).expect(200).get("items");
                int places = 0;
                for (JsonNode mark : marks) {
                    places += mark.get("places").asInt();
                }
                assertThat(places).as("zoom %d", zoom).isEqualTo(120);
                double pixels = 512 * Math.pow(2, zoom) / 360;
                int near = 0;
                for (int i = 0; i < marks.size(); i++) {
                    for (int j = 0; j < i; j++) {
                        double x = pixels
                                * (marks.get(i).get("longitude").asDouble()
                                        - marks.get(j).get("longitude").asDouble());
                        double y = pixels
                                / Math.cos(Math.toRadians(22.54))
                                * (marks.get(i).get("latitude").asDouble()
                                        - marks.get(j).get("latitude").asDouble());
                        near += Math.hypot(x, y) < 30 ? 1 : 0;
                    }
                }
                assertThat(near)
                        .as("marks over each other at zoom %d of %d", zoom, marks.size())
                        .isZero();
            }
        }
    }

    @Test
    void anyMomentIsShownAsItWas() {
        assertThat(eastAt(before.toString())).isEqualTo("clear 0");
        assertThat(eastAt(waiting.toString())).isEqualTo("waiting 1");
        assertThat(eastAt(late.toString())).isEqualTo("late 1");
        assertThat(eastAt(working.toString())).isEqualTo("working 1");
        assertThat(eastAt(kerbwatch.clock.instant().toString())).isEqualTo("clear 0");
        assertThat(map("?at=" + before.minus(Duration.ofDays(1))).get("items")).isEmpty();
    }

    @Test
    void onlyThePartThatIsAskedForIsSent() {
        assertThat(map("?bbox=113.9455,22.5,114,22.6").get("items")).hasSize(1);
        assertThat(map("?bbox=0,0,1,1").get("items")).isEmpty();
        kerbwatch.api.get("/api/v1/map?bbox=2,0,1,1").expect(400);
        kerbwatch.api.get("/api/v1/map?bbox=here").expect(400);
        kerbwatch.api.get("/api/v1/map?zoom=99").expect(400);
    }

    @Test
    void whoIsLimitedToSitesSeesThem() {
        JsonNode map = kerbwatch.limited("viewer", west).get("/api/v1/map").expect(200);
        assertThat(map.get("items").findValuesAsText("name")).containsExactly("west");
        assertThat(map.get("unplaced").asInt()).isZero();
    }

    /** Against points that other implementations agree on. */
    @Test
    void mapsInGcj02GetPointsInGcj02() {
        Datum.Point beijing = Datum.GCJ02.of(new Datum.Point(39.911954, 116.377817));
        assertThat(beijing.latitude()).isCloseTo(39.91334545536069, within(1e-6));
        assertThat(beijing.longitude()).isCloseTo(116.38404722455657, within(1e-6));
        Datum.Point shenzhen = Datum.GCJ02.of(new Datum.Point(22.543847, 113.912316));
        assertThat(shenzhen.latitude()).isCloseTo(22.540796131694766, within(1e-6));
        assertThat(shenzhen.longitude()).isCloseTo(113.9171764808363, within(1e-6));
        Datum.Point paris = new Datum.Point(48.85, 2.35);
        assertThat(Datum.GCJ02.of(paris)).isEqualTo(paris);
        JsonNode map = map("?datum=gcj02&bbox=116,39,117,40");
        assertThat(map.at("/items/0/longitude").asDouble()).isCloseTo(116.384047, within(1e-6));
        assertThat(map.get("datum").asText()).isEqualTo("gcj02");
    }

    private String eastAt(String at) {
        for (JsonNode mark : map("?at=" + at).get("items")) {
            if (mark.at("/site/id").asText().equals(east.toString())) {
                return mark.get("state").asText() + " " + mark.get("open").asInt();
            }
        }
        throw new AssertionError("east is not on the map");
    }

    private static JsonNode with(JsonNode map, int places) {
        for (JsonNode mark : map.get("items")) {
            if (mark.get("places").asInt() == places) {
                return mark;
            }
        }
        throw new AssertionError("there is no mark of " + places + " places");
    }

    private JsonNode map(String query) {
        return kerbwatch.api.get("/api/v1/map" + query).expect(200);
    }

    private UUID place(String name, double latitude, double longitude) {
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"" + name + "\",\"latitude\":" + latitude + ",\"longitude\":" + longitude + "}")
                .expect(201));
    }

    private void move(UUID order, String body) {
        kerbwatch.api.post("/api/v1/orders/" + order + "/events", body).expect(200);
    }
}
