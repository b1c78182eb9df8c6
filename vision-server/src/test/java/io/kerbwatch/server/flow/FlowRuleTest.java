package io.kerbwatch.server.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a rule over visitors, and a check-in, do at their edges. The tests' clock begins at 10:00 in Shanghai. */
class FlowRuleTest {
    private static final String ALL_DAY = "[{\"from\":\"00:00\",\"visitors\":20}]";

    private final TestServer kerbwatch =
            TestServer.start(settings -> settings.with(Settings.ORDERS_CHECK_PERCENT, "100"));
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
        counter = counter("interval");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void howManyAreEnoughChangesWithTheTimeOfTheDay() {
        rule(
                "06:00",
                "23:00",
                "[{\"from\":\"12:00\",\"visitors\":10},{\"from\":\"00:00\",\"visitors\":30}]",
                1000,
                true);
        tell(counter, now(), 15, 0);
        advance(119);
        assertThat(flow().get("enough").asInt()).isEqualTo(30);
        assertThat(kerbwatch.orders()).as("15 of 30, at 11:59").isEmpty();
        advance(1);
        assertThat(flow().get("enough").asInt()).isEqualTo(10);
        assertThat(kerbwatch.orders()).as("15 of 10, at noon").hasSize(1);
    }

    @Test
    void openingTimesMayEndAfterMidnight() {
        FlowRule night = new FlowRule(
                LocalTime.of(18, 0), LocalTime.of(2, 0), List.of(new FlowRule.Step(LocalTime.of(20, 0), 7)), 60, true);
        assertThat(night.isOpen(LocalTime.of(17, 59))).isFalse();
        assertThat(night.isOpen(LocalTime.of(18, 0))).isTrue();
        assertThat(night.isOpen(LocalTime.of(1, 59))).isTrue();
        assertThat(night.isOpen(LocalTime.of(2, 0))).isFalse();
        assertThat(night.visitors(LocalTime.of(1, 0)))
                .as("that of the evening before")
                .isEqualTo(7);
        ZonedDateTime one = ZonedDateTime.parse("2026-11-24T01:00:00+08:00[Asia/Shanghai]");
        assertThat(night.opened(one)).isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));

        rule("18:00", "02:00", ALL_DAY, 420, true);
        advance(8 * 60); // 18:00
        tell(counter, now(), 1, 0);
        advance(6 * 60 + 59);
        assertThat(kerbwatch.orders()).as("at 00:59").isEmpty();
        advance(1);
        assertThat(kerbwatch.orders())
                .as("seven hours after it opened, at 01:00")
                .hasSize(1);
        advance(60);
        assertThat(kerbwatch
                        .order(TestServer.id(kerbwatch.orders().get(0)))
                        .at("/incidents/0/state")
                        .asText())
                .as("it has closed")
                .isEqualTo("cleared");
    }

    @Test
    void aCounterThatFallsSilentEndsNothingAndNobodyKnowsWhoIsInside() {
        rule("06:00", "23:00", ALL_DAY, 1000, true);
        tell(counter, now(), 20, 5);
        advance(1);
        JsonNode order = kerbwatch.orders().get(0);
        assertThat(flow().get("present").asInt()).isEqualTo(15);
        for (int minute = 0; minute < 70; minute += 10) {
            advance(10);
        }
        assertThat(flow().at("/counters/0/health").asText()).isEqualTo("silent");
        assertThat(flow().get("present").isNull()).isTrue();
        assertThat(kerbwatch
                        .order(TestServer.id(order))
                        .at("/incidents/0/state")
                        .asText())
                .isEqualTo("open");
        assertThat(kerbwatch.orders()).hasSize(1);
    }

    @Test
    void whoCameInAGapIsCountedWhenTheTotalComes() {
        rule("06:00", "23:00", ALL_DAY, 1000, true);
        Api totals = counter("cumulative");
        tell(totals, now(), 1000, 900);
        advance(120);
        tell(totals, now(), 1019, 910);
        assertThat(flow().get("sinceCleaning").asInt()).isEqualTo(19);
        advance(1);
        assertThat(kerbwatch.orders()).isEmpty();
        tell(totals, now(), 1020, 910);
        advance(1);
        assertThat(kerbwatch.orders()).hasSize(1);
    }

    @Test
    void aCheckInBeforeTheOrderOrToldTooLateProvesNothing() {
        rule("06:00", "23:00", ALL_DAY, 1000, true);
        Phone phone = cleaner();
        tell(counter, now(), 20, 0);
        advance(1);
        UUID id = TestServer.id(kerbwatch.orders().get(0));
        phone.move(id, "arrive").expect(200);
        assertThat(doubt(phone, id, now().minusSeconds(600))).isEqualTo("not in the time of this order");
        assertThat(doubt(phone, id, now().plusSeconds(600))).isEqualTo("not in the time of this order");
        Instant there = now();
        kerbwatch.clock.advance(Duration.ofMinutes(241));
        assertThat(doubt(phone, id, there)).isEqualTo("told too late");
        phone.move(id, "done").expect(200);
        kerbwatch.lookAtDevices();
        assertThat(kerbwatch.order(id).get("state").asText()).isEqualTo("human-check");
    }

    @Test
    void aCleaningThatACheckInClosedIsLookedAtOnceMore() {
        rule("06:00", "23:00", ALL_DAY, 1000, true);
        Phone phone = cleaner();
        tell(counter, now(), 20, 0);
        advance(1);
        UUID id = TestServer.id(kerbwatch.orders().get(0));
        phone.move(id, "arrive").expect(200);
        assertThat(doubt(phone, id, now())).isEqualTo("null");
        phone.move(id, "done").expect(200);
        kerbwatch.lookAtDevices();
        assertThat(kerbwatch.order(id).get("state").asText()).isEqualTo("closed");
        JsonNode checks =
                kerbwatch.api.get("/api/v1/closure-checks").expect(200).get("items");
        assertThat(checks).hasSize(1);
        assertThat(checks.at("/0/order").asText()).isEqualTo(id.toString());
        assertThat(checks.at("/0/closedBy").asText()).isEqualTo("device");
        kerbwatch
                .api
                .post("/api/v1/closure-checks/" + checks.at("/0/id").asText() + "/answer", "{\"agrees\":false}")
                .expect(200);
        JsonNode figures = kerbwatch.api.get("/api/v1/closures").expect(200);
        assertThat(figures.get("byDevice").asInt()).isEqualTo(1);
        assertThat(figures.get("disagreed").asInt()).isEqualTo(1);
    }

    @Test
    void aRuleThatIsSwitchedOffLeavesNothingOpen() {
        rule("06:00", "23:00", ALL_DAY, 60, true);
        tell(counter, now(), 20, 0);
        advance(1);
        JsonNode order = kerbwatch.orders().get(0);
        assertThat(kerbwatch.order(TestServer.id(order)).get("incidents")).hasSize(2);
        rule("06:00", "23:00", ALL_DAY, 60, false);
        kerbwatch.lookAtDevices();
        JsonNode after = kerbwatch.order(TestServer.id(order));
        assertThat(after.get("incidents").findValuesAsText("state")).containsExactly("cleared", "cleared");
        assertThat(after.get("state").asText()).isEqualTo("self-cleared");
        assertThat(after.get("history").findValuesAsText("reason").toString()).contains("its rule was switched off");
        rule("06:00", "23:00", ALL_DAY, 60, true);
        advance(61);
        assertThat(kerbwatch.orders("toilet"))
                .as("and it may be due again")
                .anyMatch(one -> one.get("state").asText().equals("filed"));
    }

    @Test
    void aCounterWhoseClockIsBehindSaysSoAndOneThatCatchesUpDoesNot() {
        rule("06:00", "23:00", "[{\"from\":\"00:00\",\"visitors\":100000}]", 1000, true);
        // As real clocks do, this one tells nanoseconds, which the database does not keep.
        kerbwatch.clock.advance(Duration.ofNanos(123_456_789));
        Duration behind = Duration.ofHours(3);
        for (int minute = 0; minute < 3; minute++) {
            tell(counter, now().minus(behind), 1, 0);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(flow().at("/counters/0/health").asText()).isEqualTo("faulty");
        assertThat(flow().at("/counters/0/healthReason").asText())
                .isEqualTo("its clock is behind by 180 min; what it counts is kept under the times that it tells");
        assertThat(flow().get("present").isNull()).isTrue();
        tell(counter, now(), 1, 0);
        assertThat(flow().at("/counters/0/health").asText()).as("set right").isEqualTo("ok");

        // Three hours without a line: what was counted comes now, minute by minute and slowly.
        Instant lost = now();
        kerbwatch.clock.advance(behind);
        for (int minute = 1; minute < 120; minute++) {
            tell(counter, lost.plusSeconds(60L * minute), 1, 0);
            assertThat(flow().at("/counters/0/health").asText())
                    .as("minute %d", minute)
                    .isEqualTo("ok");
            kerbwatch.clock.advance(Duration.ofSeconds(40));
        }
        // And what is older than the newest is late, and no clock's fault.
        tell(counter, now(), 1, 0);
        for (int minute = 150; minute > 140; minute--) {
            tell(counter, lost.plusSeconds(60L * minute), 1, 0);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
        assertThat(flow().at("/counters/0/health").asText()).isEqualTo("ok");
    }

    @Test
    void aClockThatIsSetBackAnHourAndForwardAgainFilesOneOrderAndEndsNone() {
        rule("06:00", "23:00", ALL_DAY, 250, true);
        tell(counter, now(), 20, 0);
        advance(11); // 10:11: 251 min since it opened
        JsonNode order = kerbwatch.orders().get(0);
        assertThat(kerbwatch.order(TestServer.id(order)).get("incidents").findValuesAsText("state"))
                .containsExactly("open", "open");
        for (int step : new int[] {-60, 60, -60, 60}) {
            advance(step);
            advance(2);
            assertThat(kerbwatch.order(TestServer.id(order)).get("incidents").findValuesAsText("state"))
                    .as("after a step of %d min", step)
                    .containsExactly("open", "open");
        }
        assertThat(kerbwatch.orders()).hasSize(1);

        advance(20 * 60 + 15); // 06:30, it has opened anew
        JsonNode after = kerbwatch.order(TestServer.id(order));
        assertThat(after.get("incidents").findValuesAsText("state"))
                .as("nothing is stuck")
                .containsOnly("cleared");
        assertThat(after.get("state").asText()).isEqualTo("self-cleared");
    }

    private Instant now() {
        return kerbwatch.clock.instant();
    }

    private void advance(int minutes) {
        kerbwatch.clock.advance(Duration.ofMinutes(minutes));
        kerbwatch.lookAtDevices();
    }

    private static void tell(Api api, Instant at, long in, long out) {
        api.post("/api/v1/counts", "{\"counts\":[{\"at\":\"" + at + "\",\"in\":" + in + ",\"out\":" + out + "}]}")
                .expect(200);
    }

    private JsonNode flow() {
        return kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow").expect(200);
    }

    /** Shows the code at the door, at a time. */
    private String doubt(Phone phone, UUID order, Instant at) {
        String code = kerbwatch
                .api
                .get("/api/v1/sites/" + toilet + "/door")
                .expect(200)
                .get("code")
                .asText();
        return phone.post(
                        "/api/v1/orders/" + order + "/check-in",
                        "{\"code\":\"" + code + "\",\"at\":\"" + at + "\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(200)
                .get("doubt")
                .asText();
    }

    private void rule(String opens, String closes, String steps, int longest, boolean enabled) {
        Api.Answer old = kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow/rule");
        kerbwatch
                .api
                .put(
                        "/api/v1/sites/" + toilet + "/flow/rule",
                        "{\"opens\":\"" + opens + "\",\"closes\":\"" + closes + "\",\"visitors\":" + steps
                                + ",\"longestMinutes\":" + longest + ",\"enabled\":" + enabled + "}",
                        "if-match",
                        old.header("etag"))
                .expect(200);
    }

    private Api counter(String counts) {
        return new Api(
                kerbwatch.server.url(),
                kerbwatch
                        .api
                        .post(
                                "/api/v1/devices",
                                "{\"site\":\"" + toilet + "\",\"kind\":\"people-counter\",\"link\":\"http\",\"name\":\""
                                        + counts + "\",\"setup\":{\"counts\":\"" + counts + "\"}}")
                        .expect(201)
                        .get("secret")
                        .asText());
    }

    private Phone cleaner() {
        UUID member = TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"Wang\",\"skills\":[{\"name\":\"toilet\"}]}")
                .expect(201));
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }
}
