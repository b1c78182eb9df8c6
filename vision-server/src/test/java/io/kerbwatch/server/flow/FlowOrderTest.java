package io.kerbwatch.server.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From visitors to a cleaned toilet. The tests' clock begins at 10:00 in Shanghai. */
class FlowOrderTest {
    private final TestServer kerbwatch = TestServer.start();
    private UUID toilet = new UUID(0, 0);
    private Api counter = kerbwatch.api;

    @BeforeEach
    void begin() {
        toilet = TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"Market toilet\",\"kind\":\"public-toilet\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(201));
        counter = counter("interval", "door");
        rule(20, 1000);
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void enoughVisitorsFileAnOrderThatACheckInAtTheDoorCloses() {
        Phone phone = cleaner();
        visitors(19);
        assertThat(kerbwatch.orders()).isEmpty();
        visitors(1);
        JsonNode order = kerbwatch.orders().get(0);
        UUID id = TestServer.id(order);
        assertThat(order.get("class").asText()).isEqualTo("toilet");
        assertThat(order.at("/incidents/0/kind").asText()).isEqualTo("visitors");
        assertThat(order.at("/incidents/0/value").asInt()).isEqualTo(20);
        assertThat(order.at("/receiver/name").asText()).isEqualTo("Wang");

        // Or it would be taken back: three minutes are longer than an order may wait to be accepted.
        phone.move(id, "accept").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(3));
        phone.move(id, "arrive").expect(200);
        assertThat(checkIn(phone, id, code(), 22.5002, 114.0001)
                        .expect(200)
                        .get("doubt")
                        .isNull())
                .isTrue();
        kerbwatch.clock.advance(Duration.ofMinutes(3));
        visitors(4);
        phone.move(id, "done").expect(200);
        look();
        kerbwatch.clock.advance(Duration.ofSeconds(5));

        JsonNode closed = kerbwatch.order(id);
        assertThat(closed.get("state").asText()).isEqualTo("closed");
        assertThat(closed.get("closedBy").asText()).isEqualTo("device");
        assertThat(closed.get("history").findValuesAsText("reason").toString()).contains("checked in at the door, 2");
        visitors(3);
        JsonNode flow = flow();
        assertThat(flow.get("sinceCleaning").asInt()).isEqualTo(3);
        assertThat(flow.get("today").asInt()).isEqualTo(27);
        assertThat(flow.get("cleanings").asInt()).isEqualTo(1);
        assertThat(flow.get("visitorsPerCleaning").asDouble()).isEqualTo(27);
        assertThat(flow.at("/peak/entered").asInt()).isEqualTo(27);
        assertThat(flow.get("present").asInt()).isEqualTo(27);
        assertThat(kerbwatch.orders()).hasSize(1);
    }

    @Test
    void whoDidNotCheckInOrWasFarAwayIsLookedAtByPeople() {
        Phone phone = cleaner();
        visitors(20);
        UUID id = TestServer.id(kerbwatch.orders().get(0));
        phone.move(id, "arrive").expect(200);
        assertThat(checkIn(phone, id, "0123456789ab", 22.5, 114.0).problem(400)).isEqualTo("invalid-request");
        assertThat(checkIn(phone, id, code(), 22.51, 114.0)
                        .expect(200)
                        .get("doubt")
                        .asText())
                .isEqualTo("1112 m away");
        phone.move(id, "done").expect(200);
        look();
        assertThat(kerbwatch.order(id).get("state").asText()).isEqualTo("human-check");
        assertThat(kerbwatch.order(id).get("history").findValuesAsText("reason").toString())
                .contains("proves nothing: 1112 m away");
        assertThat(checkIn(cleaner("Li"), id, code(), 22.5, 114.0).problem(409)).isEqualTo("not-the-receiver");
    }

    @Test
    void tooLongSinceTheLastCleaningIsEnoughButNotAtNight() {
        rule(1000, 60);
        visitors(1);
        assertThat(kerbwatch.orders()).as("four hours after it opened").hasSize(1);
        assertThat(kerbwatch.orders().get(0).at("/incidents/0/kind").asText()).isEqualTo("cleaning-overdue");
        JsonNode order = kerbwatch.orders().get(0);
        kerbwatch
                .api
                .post(
                        "/api/v1/orders/" + TestServer.id(order) + "/events",
                        "{\"event\":\"cancel\",\"reason\":\"water is off\"}")
                .expect(200);
        look();
        kerbwatch.clock.advance(Duration.ofMinutes(61));
        look();
        assertThat(kerbwatch.orders()).as("what was cancelled goes to people").hasSize(1);
        UUID incident = UUID.fromString(order.at("/incidents/0/id").asText());
        await().atMost(Duration.ofSeconds(20)).until(() -> kerbwatch
                .api
                .get("/api/v1/incidents/" + incident)
                .json()
                .get("state")
                .asText()
                .equals("review"));
        kerbwatch
                .api
                .post("/api/v1/incidents/" + incident + "/verdict", "{\"verdict\":\"true\"}")
                .expect(200);
        assertThat(kerbwatch.orders()).hasSize(2);
        assertThat(kerbwatch.orders().get(0).get("class").asText()).isEqualTo("toilet");
        kerbwatch.clock.advance(Duration.ofHours(13)); // past midnight
        look();
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/incidents/" + incident)
                        .expect(200)
                        .get("state")
                        .asText())
                .as("it is closed")
                .isEqualTo("cleared");
    }

    /** Whatever the order in which totals come, and however often, the sums are those of the last total. */
    @Test
    void totalsMayComeLateTwiceAndInAnyOrder() {
        Random random = new Random(3);
        Instant begin = kerbwatch.clock.instant().minus(Duration.ofHours(5));
        for (int round = 0; round < 10; round++) {
            Api totals = counter("cumulative", "counter " + round);
            List<String> reports = new ArrayList<>();
            long in = 100_000;
            long out = 50_000;
            for (int minute = 0; minute < 40; minute++) {
                reports.add(report(begin.plusSeconds(60L * minute), in, out));
                in += random.nextInt(6);
                out += random.nextInt(6);
            }
            long entered = last(reports, "in") - 100_000;
            long went = last(reports, "out") - 50_000;
            List<String> sent = new ArrayList<>(reports);
            sent.addAll(reports.subList(5, 15));
            Collections.shuffle(sent, random);
            for (int i = 0; i < sent.size(); i += 7) {
                totals.post("/api/v1/counts", counts(sent.subList(i, Math.min(i + 7, sent.size()))))
                        .expect(200);
            }
            JsonNode flow = flow();
            long sum = 0;
            long gone = 0;
            for (JsonNode hour : flow.get("hours")) {
                sum += hour.get("entered").asLong();
                gone += hour.get("went").asLong();
            }
            assertThat(sum).as("round %d", round).isEqualTo(entered);
            assertThat(gone).as("round %d", round).isEqualTo(went);
            remove("counter " + round);
        }
    }

    @Test
    void aCounterThatBeginsAnewRunsBackwardsOrDreams() {
        Api totals = counter("cumulative", "totals");
        Instant begin = kerbwatch.clock.instant().minus(Duration.ofHours(1));
        assertThat(tell(totals, begin, 1000, 900).get("kept").asInt()).isEqualTo(1);
        tell(totals, begin.plusSeconds(60), 1010, 905);
        tell(totals, begin.plusSeconds(120), 4, 2); // switched off and on
        assertThat(tell(totals, begin.plusSeconds(180), 3, 2).get("doubted").asInt())
                .isEqualTo(1);
        tell(totals, begin.plusSeconds(240), 6, 3);
        assertThat(tell(totals, begin.plusSeconds(300), 9_000_000, 3)
                        .get("doubted")
                        .asInt())
                .isEqualTo(1);
        tell(totals, begin.plusSeconds(360), 7, 3);
        assertThat(flow().get("today").asInt()).isEqualTo(10 + 4 + 2 + 1);
        assertThat(totals.post("/api/v1/counts", counts(List.of(report(begin, -1, 0))))
                        .problem(400))
                .isEqualTo("invalid-request");
        assertThat(totals.post(
                                "/api/v1/counts",
                                counts(List.of(report(kerbwatch.clock.instant().plusSeconds(3600), 8, 3))))
                        .problem(400))
                .isEqualTo("invalid-request");
    }

    private static JsonNode tell(Api api, Instant at, long in, long out) {
        return api.post("/api/v1/counts", counts(List.of(report(at, in, out)))).expect(200);
    }

    private static long last(List<String> reports, String name) {
        String text = reports.get(reports.size() - 1);
        int from = text.indexOf("\"" + name + "\":") + name.length() + 3;
        int until = from;
        while (Character.isDigit(text.charAt(until))) {
            until++;
        }
        return Long.parseLong(text.substring(from, until));
    }

    private static String report(Instant at, long in, long out) {
        return "{\"at\":\"" + at + "\",\"in\":" + in + ",\"out\":" + out + "}";
    }

    private static String counts(List<String> reports) {
        return "{\"counts\":[" + String.join(",", reports) + "]}";
    }

    private void visitors(int count) {
        tell(counter, kerbwatch.clock.instant(), count, 0);
        kerbwatch.clock.advance(Duration.ofSeconds(61));
        look();
    }

    private void look() {
        kerbwatch.lookAtDevices();
    }

    private JsonNode flow() {
        return kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow").expect(200);
    }

    private String code() {
        return kerbwatch
                .api
                .get("/api/v1/sites/" + toilet + "/door")
                .expect(200)
                .get("code")
                .asText();
    }

    private static Api.Answer checkIn(Phone phone, UUID order, String code, double latitude, double longitude) {
        return phone.post(
                "/api/v1/orders/" + order + "/check-in",
                "{\"code\":\"" + code + "\",\"latitude\":" + latitude + ",\"longitude\":" + longitude + "}");
    }

    private void rule(int visitors, int longest) {
        Api.Answer old = kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow/rule");
        kerbwatch
                .api
                .put(
                        "/api/v1/sites/" + toilet + "/flow/rule",
                        "{\"opens\":\"06:00\",\"closes\":\"23:00\",\"visitors\":[{\"from\":\"00:00\",\"visitors\":"
                                + visitors + "}],\"longestMinutes\":" + longest + ",\"enabled\":true}",
                        "if-match",
                        old.header("etag"))
                .expect(200);
    }

    private Api counter(String counts, String name) {
        return new Api(
                kerbwatch.server.url(),
                kerbwatch
                        .api
                        .post(
                                "/api/v1/devices",
                                "{\"site\":\"" + toilet + "\",\"kind\":\"people-counter\",\"link\":\"http\",\"name\":\""
                                        + name + "\",\"setup\":{\"counts\":\"" + counts + "\"}}")
                        .expect(201)
                        .get("secret")
                        .asText());
    }

    private void remove(String name) {
        for (JsonNode device : kerbwatch.api.get("/api/v1/devices").expect(200).get("items")) {
            if (device.get("name").asText().equals(name)) {
                kerbwatch.api.delete("/api/v1/devices/" + TestServer.id(device)).expect(204);
            }
        }
    }

    private Phone cleaner() {
        return cleaner("Wang");
    }

    private Phone cleaner(String name) {
        UUID member = TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"" + name + "\",\"skills\":[{\"name\":\"toilet\"}]}")
                .expect(201));
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }
}
