package io.kerbwatch.server.ioc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Curves against what was done, over a week. */
class CurvesTest {
    @Test
    void eachCurveStandsBesideTheDayAndTheWeekBefore() {
        try (TestServer kerbwatch = TestServer.start()) {
            UUID site = kerbwatch.site("station");
            UUID other = kerbwatch.site("another");
            UUID camera = kerbwatch.camera(site, "10.0.0.8");
            UUID toilet = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/sites", "{\"name\":\"toilet\",\"kind\":\"public-toilet\"}")
                    .expect(201));
            UUID road = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/sites", "{\"name\":\"road\",\"kind\":\"road\"}")
                    .expect(201));
            Api counter = device(kerbwatch, toilet, "people-counter", "\"counts\":\"interval\"");
            Api monitor = device(kerbwatch, road, "dust-monitor", "");
            int[] days = {0, 6, 7};
            Instant begin = kerbwatch.clock.instant().plus(Duration.ofMinutes(10));
            for (int day : days) {
                kerbwatch.clock.advance(Duration.between(kerbwatch.clock.instant(), begin.plus(Duration.ofDays(day))));
                Instant now = kerbwatch.clock.instant();
                work(kerbwatch, camera, day == 6 ? Duration.ofMinutes(11) : Duration.ofMinutes(5));
                counter.post(
                                "/api/v1/counts",
                                "{\"counts\":[{\"at\":\"" + now + "\",\"in\":" + (day + 3) + ",\"out\":0}]}")
                        .expect(200);
                monitor.post(
                                "/api/v1/readings",
                                "{\"readings\":[{\"at\":\"" + now + "\",\"pm10\":" + (50 + day) + "},{\"at\":\""
                                        + now.minusSeconds(1) + "\",\"pm10\":" + (60 + day) + "}]}")
                        .expect(200);
            }

            JsonNode curves = kerbwatch.api.get("/api/v1/curves").expect(200);
            assertThat(curves.get("until").asText())
                    .isEqualTo(begin.plus(Duration.ofDays(7))
                            .plus(Duration.ofMinutes(50))
                            .toString());
            has(curves, "incidents", 1, 1, 1);
            has(curves, "filed", 1, 1, 1);
            has(curves, "arrived-in-time", 1, 0, 1);
            has(curves, "arrived-late", 0, 1, 0);
            has(curves, "closed", 1, 1, 1);
            has(curves, "visitors", 10, 9, 3);
            has(curves, "pm10", 62, 61, 55);
            assertThat(curve(curves, "pm25").at("/now/23").isNull()).isTrue();
            assertThat(curve(curves, "filed").at("/now/22").asDouble()).isZero();

            // Behind each point stands what it is made of.
            String lastHour = "&hour=" + kerbwatch.clock.instant();
            assertThat(parts(kerbwatch.api, "visitors" + lastHour)).containsExactly("people-counter d toilet 10.0");
            assertThat(parts(kerbwatch.api, "pm10" + lastHour)).containsExactly("dust-monitor d road 62.0");
            assertThat(parts(kerbwatch.api, "pm25" + lastHour)).isEmpty();
            assertThat(parts(kerbwatch.api, "incidents" + lastHour)).containsExactly("incident overflow station 1.0");
            assertThat(parts(kerbwatch.api, "visitors&hour=" + begin.plus(Duration.ofDays(6))))
                    .containsExactly("people-counter d toilet 9.0");
            assertThat(parts(kerbwatch.limited("viewer", other), "incidents" + lastHour))
                    .isEmpty();
            kerbwatch.api.get("/api/v1/curves/parts?curve=filed" + lastHour).expect(400);
            for (String what : new String[] {"filed", "closed", "arrived-in-time"}) {
                String behind = "/api/v1/wall/orders?what=" + what + "&hour=";
                assertThat(kerbwatch
                                .api
                                .get(behind + kerbwatch.clock.instant())
                                .expect(200)
                                .get("items"))
                        .as(what)
                        .hasSize(1);
                assertThat(kerbwatch
                                .api
                                .get(behind + begin.plus(Duration.ofDays(6)))
                                .expect(200)
                                .get("items"))
                        .as(what)
                        .hasSize(what.equals("arrived-in-time") ? 0 : 1);
                assertThat(kerbwatch
                                .api
                                .get(behind + begin.minus(Duration.ofHours(2)))
                                .expect(200)
                                .get("items"))
                        .as(what)
                        .isEmpty();
            }

            // A past moment knows nothing of what came later in its hour.
            Instant early = kerbwatch.clock.instant().minus(Duration.ofMinutes(3));
            JsonNode then = kerbwatch.api.get("/api/v1/curves?at=" + early).expect(200);
            assertThat(curve(then, "incidents").at("/now/23").asDouble()).isEqualTo(1);
            assertThat(curve(then, "filed").at("/now/23").asDouble()).isEqualTo(1);
            assertThat(curve(then, "arrived-in-time").at("/now/23").asDouble()).isZero();
            assertThat(curve(then, "closed").at("/now/23").asDouble()).isZero();
            has(then, "visitors", 10, 9, 3);
            Instant before = begin.plus(Duration.ofDays(7)).minus(Duration.ofMinutes(2));
            JsonNode nothing = kerbwatch.api.get("/api/v1/curves?at=" + before).expect(200);
            has(nothing, "incidents", 0, 1, 1);
            has(nothing, "filed", 0, 1, 1);
            has(nothing, "visitors", 0, 9, 3);
            assertThat(curve(nothing, "pm10").at("/now/23").isNull()).isTrue();
            String byThen = "&hour=" + before + "&at=" + before;
            assertThat(parts(kerbwatch.api, "visitors" + byThen)).isEmpty();
            assertThat(parts(kerbwatch.api, "pm10" + byThen)).isEmpty();
            assertThat(parts(kerbwatch.api, "incidents" + byThen)).isEmpty();
            assertThat(parts(kerbwatch.api, "incidents&hour=" + early + "&at=" + early))
                    .hasSize(1);
            assertThat(kerbwatch
                            .api
                            .get("/api/v1/wall/orders?what=closed&hour=" + early + "&at=" + early)
                            .expect(200)
                            .get("items"))
                    .isEmpty();
            JsonNode end = kerbwatch
                    .api
                    .get("/api/v1/curves?at=" + kerbwatch.clock.instant().plus(Duration.ofMinutes(1)))
                    .expect(200);
            has(end, "visitors", 10, 9, 3);
            has(end, "pm10", 62, 61, 55);
            has(end, "closed", 1, 1, 1);

            JsonNode past = kerbwatch
                    .api
                    .get("/api/v1/curves?at=" + begin.plus(Duration.ofHours(5)))
                    .expect(200);
            assertThat(curve(past, "filed").at("/now/18").asDouble()).isEqualTo(1);
            JsonNode theirs =
                    kerbwatch.limited("viewer", other).get("/api/v1/curves").expect(200);
            has(theirs, "filed", 0, 0, 0);
            has(theirs, "visitors", 0, 0, 0);

            // What comes late corrects its own hour.
            counter.post(
                            "/api/v1/counts",
                            "{\"counts\":[{\"at\":\""
                                    + begin.plus(Duration.ofDays(6)).plusSeconds(30) + "\",\"in\":5,\"out\":0}]}")
                    .expect(200);
            has(kerbwatch.api.get("/api/v1/curves").expect(200), "visitors", 10, 14, 3);
        }
    }

    private static List<String> parts(Api api, String query) {
        List<String> parts = new ArrayList<>();
        for (JsonNode part :
                api.get("/api/v1/curves/parts?curve=" + query).expect(200).get("items")) {
            assertThat(part.get("order").isNull())
                    .isEqualTo(!part.get("kind").asText().equals("incident"));
            parts.add(part.get("kind").asText() + " " + part.get("name").asText() + " "
                    + part.get("siteName").asText() + " " + part.get("value").asDouble());
        }
        return parts;
    }

    private static void work(TestServer kerbwatch, UUID camera, Duration way) {
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID order = TestServer.id(kerbwatch.orders().get(0));
        move(kerbwatch, order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        move(kerbwatch, order, "{\"event\":\"accept\"}");
        kerbwatch.clock.advance(way);
        move(kerbwatch, order, "{\"event\":\"arrive\"}");
        move(kerbwatch, order, "{\"event\":\"done\"}");
        kerbwatch.clock.advance(Duration.ofSeconds(50));
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("closed");
    }

    private static void move(TestServer kerbwatch, UUID order, String body) {
        kerbwatch.api.post("/api/v1/orders/" + order + "/events", body).expect(200);
    }

    /** The last hour of each. */
    private static void has(JsonNode curves, String name, double now, double yesterday, double lastWeek) {
        JsonNode curve = curve(curves, name);
        assertThat(curve.at("/now/23").asDouble()).as(name).isEqualTo(now);
        assertThat(curve.at("/yesterday/23").asDouble()).as(name + " yesterday").isEqualTo(yesterday);
        assertThat(curve.at("/lastWeek/23").asDouble()).as(name + " last week").isEqualTo(lastWeek);
    }

    private static JsonNode curve(JsonNode curves, String name) {
        for (JsonNode curve : curves.get("curves")) {
            if (curve.get("name").asText().equals(name)) {
                return curve;
            }
        }
        throw new AssertionError("there is no curve " + name);
    }

    private static Api device(TestServer kerbwatch, UUID site, String kind, String setup) {
        return new Api(
                kerbwatch.server.url(),
                kerbwatch
                        .api
                        .post(
                                "/api/v1/devices",
                                "{\"site\":\"" + site + "\",\"kind\":\"" + kind
                                        + "\",\"link\":\"http\",\"name\":\"d\",\"setup\":{" + setup + "}}")
                        .expect(201)
                        .get("secret")
                        .asText());
    }
}
