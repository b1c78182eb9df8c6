package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.EmbeddedPostgres;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clocks on calendars, their rungs and their pauses, with timers that fire. */
class EscalationTest {
    private final Settings settings = TestServer.settings(same -> same);
    private TestServer kerbwatch = TestServer.over(settings);
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
    void eachRungTellsItsPeopleWhenItsTimeHasCome() {
        UUID order = filed();
        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        move(order, "{\"event\":\"accept\"}");
        later(Duration.ofMinutes(10));
        await(() -> escalations(order).equals(List.of("not-arrived, told: lead")));
        move(order, "{\"event\":\"arrive\"}");
        later(Duration.ofMinutes(5));
        await(() -> escalations(order).size() == 2);
        assertThat(escalations(order)).last().isEqualTo("finish-50, told: crew");
        later(Duration.ofMinutes(9));
        await(() -> escalations(order).size() == 3);
        assertThat(escalations(order)).last().isEqualTo("finish-80, told: lead");
        later(Duration.ofMinutes(6));
        await(() -> escalations(order).size() == 4);
        assertThat(escalations(order)).last().isEqualTo("not-finished, told: supervisor");
        JsonNode shown = kerbwatch.order(order);
        assertThat(shown.get("escalated").toString())
                .isEqualTo("[\"not-arrived\",\"finish-50\",\"finish-80\",\"not-finished\"]");
        assertThat(shown.get("state").asText()).isEqualTo("arrived");
        assertThat(column("select data from event where type = 'order.escalated' order by id"))
                .hasSize(4)
                .last()
                .asString()
                .contains("\"what\":\"not-finished\"", "\"tell\":[\"supervisor\"]", "\"order\":\"" + order + "\"");
        assertThat(column("select convert_from(body, 'UTF8') from message where type = 'order.changed'"
                        + " order by sequence desc limit 1"))
                .first()
                .asString()
                .contains("\"escalated\":[\"not-arrived\",\"finish-50\",\"finish-80\",\"not-finished\"]");
    }

    @Test
    void whoMayMoveOrdersEscalatesOneWithAReason() {
        UUID order = filed();
        String path = "/api/v1/orders/" + order + "/events";
        kerbwatch.api.post(path, "{\"event\":\"escalate\"}").expect(400);
        kerbwatch.api.post(path, "{\"event\":\"suspend\"}").expect(400);
        String wanted = "{\"event\":\"escalate\",\"reason\":\"a visit is due\",\"tell\":\"lead\"}";
        kerbwatch.as("viewer", null).post(path, wanted).expect(403);
        assertThat(escalations(order)).isEmpty();
        assertThat(kerbwatch.order(order).get("possible").toString()).contains("\"escalate\"");
        String before = kerbwatch.order(order).get("state").asText();
        JsonNode after = kerbwatch.as("dispatcher", null).post(path, wanted).expect(200);
        assertThat(after.get("state").asText()).isEqualTo(before);
        assertThat(escalations(order)).containsExactly("a visit is due, told: lead");
        assertThat(after.get("escalated").toString()).isEqualTo("[\"by-hand\"]");
        move(order, "{\"event\":\"escalate\",\"reason\":\"still nobody\"}");
        assertThat(escalations(order)).last().isEqualTo("still nobody, told: supervisor");
        assertThat(kerbwatch.order(order).get("escalated").toString()).isEqualTo("[\"by-hand\"]");
        assertThat(column("select data from event where type = 'order.escalated' order by id"))
                .hasSize(2)
                .first()
                .asString()
                .contains("\"what\":\"by-hand\"", "\"tell\":[\"lead\"]", "\"order\":\"" + order + "\"");
        assertThat(column("select convert_from(body, 'UTF8') from message where type = 'order.changed'"
                        + " order by sequence desc limit 1"))
                .first()
                .asString()
                .contains("\"escalated\":[\"by-hand\"]");
        move(order, "{\"event\":\"cancel\",\"reason\":\"enough\"}");
        JsonNode refused = kerbwatch.api.post(path, wanted).expect(409);
        assertThat(refused.get("type").asText()).endsWith("order-ended");
        assertThat(kerbwatch.order(order).get("possible").toString()).doesNotContain("escalate");
    }

    @Test
    void afterARestartAndAJumpOfTheClockAllFireInTheirOrder() {
        UUID order = filed();
        kerbwatch.server.close();
        kerbwatch = kerbwatch.again();
        later(Duration.ofHours(7));
        await(() -> escalations(order).size() == 5);
        assertThat(escalations(order))
                .containsExactly(
                        "not-dispatched",
                        "not-arrived, told: lead",
                        "finish-50, told: crew",
                        "finish-80, told: lead",
                        "not-finished, told: supervisor");
    }

    @Test
    void aClockThatIsSetBackStopsNoTimers() {
        kerbwatch.clock.advance(Duration.ofHours(3).negated());
        UUID order = filed();
        later(Duration.ofMinutes(10));
        await(() -> escalations(order).contains("not-arrived, told: lead"));
    }

    @Test
    void aNewRoundBeginsTheLadderAnewOnTheRuleThatItWasFiledWith() {
        UUID order = filed();
        later(Duration.ofMinutes(15));
        await(() -> escalations(order).contains("finish-50, told: crew"));
        put("refuse", rule("natural", 36_000, ""));
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
        move(order, "{\"event\":\"reopen\",\"reason\":\"it is not\"}");
        assertThat(kerbwatch.order(order).get("escalated")).isEmpty();
        later(Duration.ofMinutes(15));
        await(() -> escalations(order).stream()
                        .filter(each -> each.equals("finish-50, told: crew"))
                        .count()
                == 2);
    }

    @Test
    void aReceiverIsRemindedToAcceptAndTheNextOneIsNotToldOfTwice() {
        put(
                "refuse",
                rule(
                        "natural",
                        36_000,
                        "{\"stage\":\"accept\",\"percent\":50,\"tell\":\"crew\"},"
                                + "{\"stage\":\"accept\",\"percent\":100,\"tell\":\"supervisor\"},"
                                + "{\"stage\":\"accept\",\"percent\":100,\"tell\":\"lead\"}"));
        UUID order = filed();
        String dispatch = "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}";
        move(order, dispatch);
        later(Duration.ofSeconds(60));
        await(() -> escalations(order).equals(List.of("accept-50, told: crew")));
        later(Duration.ofSeconds(60));
        await(() -> events(order).contains("not-accepted"));
        await(() -> escalations(order).contains("not-dispatched"));
        assertThat(escalations(order)).contains("accept-100, told: lead, supervisor");
        move(order, dispatch);
        later(Duration.ofMinutes(2));
        await(() -> kerbwatch.order(order).get("declined").asInt() == 2);
        assertThat(escalations(order)).hasSize(3);
    }

    @Test
    void aSuspensionIsAnIntervalAndMovesEveryClockThatItLiesIn() {
        UUID order = filed();
        later(Duration.ofMinutes(1));
        move(order, "{\"event\":\"suspend\",\"reason\":\"road closed\"}");
        JsonNode suspended = kerbwatch.order(order);
        assertThat(suspended.at("/deadlines/finishBy").isNull()).isTrue();
        assertThat(suspended.at("/deadlines/arriveBy").isNull()).isTrue();
        assertThat(suspended.get("pauses").toString())
                .isEqualTo("[{\"from\":\"2026-11-23T02:01:00Z\",\"until\":null}]");
        later(Duration.ofMinutes(60));
        kerbwatch.server.close();
        kerbwatch = kerbwatch.again();
        later(Duration.ofMinutes(61));
        move(order, "{\"event\":\"resume\"}");
        JsonNode resumed = kerbwatch.order(order);
        assertThat(resumed.get("pauses").toString())
                .isEqualTo("[{\"from\":\"2026-11-23T02:01:00Z\",\"until\":\"2026-11-23T03:01:00Z\"}]");
        assertThat(resumed.at("/deadlines/finishBy").asText()).isEqualTo("2026-11-23T03:30:00Z");
        assertThat(escalations(order)).isEmpty();

        move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"}}");
        later(Duration.ofSeconds(30));
        move(order, "{\"event\":\"suspend\",\"reason\":\"once more\"}");
        later(Duration.ofMinutes(5));
        move(order, "{\"event\":\"resume\"}");
        assertThat(kerbwatch.order(order).at("/deadlines/acceptBy").asText()).isEqualTo("2026-11-23T03:08:00Z");
        later(Duration.ofSeconds(30));
        JsonNode arrived = move(order, "{\"event\":\"arrive\"}");
        assertThat(arrived.at("/arrival/filedToArrivedSeconds").asDouble()).isEqualTo(120);
        assertThat(arrived.at("/arrival/dispatchedToArrivedSeconds").asDouble()).isEqualTo(60);
    }

    @Test
    void aCalendarThatWasCorrectedHoldsForOpenOrdersAfterTheRestart() throws Exception {
        kerbwatch.server.close();
        Path file = Files.createDirectories(settings.data().resolve("calendar")).resolve("2026.json");
        Files.writeString(
                file,
                "{\"year\":2026,\"source\":\"a slip\",\"holidays\":[{\"name\":\"too long\",\"from\":\"2026-11-20\","
                        + "\"to\":\"2026-11-30\"}]}");
        kerbwatch = TestServer.over(settings);
        put("refuse", rule("work-hours", 3600, ""));
        UUID order = filed();
        assertThat(kerbwatch.order(order).at("/deadlines/finishBy").asText()).isEqualTo("2026-12-01T02:00:00Z");

        kerbwatch.server.close();
        Files.delete(file);
        kerbwatch = TestServer.over(settings);
        assertThat(kerbwatch.order(order).at("/deadlines/finishBy").asText()).isEqualTo("2026-11-23T03:00:00Z");
        later(Duration.ofMinutes(60));
        await(() -> escalations(order).contains("not-finished"));
    }

    @Test
    void aTimerThatCameTooEarlyIsSetAgain() {
        put("refuse", rule("work-hours", 3600, ""));
        UUID order = filed();
        assertThat(kerbwatch.order(order).at("/deadlines/finishBy").asText()).isEqualTo("2026-11-23T03:00:00Z");
        later(Duration.ofMinutes(2));
        await(() -> escalations(order).contains("not-dispatched"));
        kerbwatch
                .api
                .patch("/api/v1/sites/" + site, "{\"timeZone\":\"Europe/Berlin\"}", "if-match", "\"1\"")
                .expect(200);
        assertThat(kerbwatch.order(order).at("/deadlines/finishBy").asText()).isEqualTo("2026-11-23T09:00:00Z");
        later(Duration.ofMinutes(58));
        await(() -> !column("select task_instance from scheduled_tasks where task_instance like '%.again'")
                .isEmpty());
        assertThat(escalations(order)).doesNotContain("not-finished");
        later(Duration.ofHours(6));
        await(() -> escalations(order).contains("not-finished"));
    }

    private UUID filed() {
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        return TestServer.id(kerbwatch.orders().get(0));
    }

    private void put(String kind, String rule) {
        kerbwatch
                .api
                .put("/api/v1/deadlines/" + kind, rule, "if-match", "\"0\"")
                .expect(200);
    }

    /** Ten hours for all but the step in question. */
    private static String rule(String calendar, long finish, String ladder) {
        return "{\"accept\":{\"seconds\":120,\"calendar\":\"natural\"},\"arrive\":{\"seconds\":36000,\"calendar\":"
                + "\"natural\"},\"finish\":{\"seconds\":" + finish + ",\"calendar\":\"" + calendar
                + "\"},\"verify\":{\"seconds\":300,\"calendar\":\"natural\"},\"ladder\":[" + ladder + "]}";
    }

    private JsonNode move(UUID order, String body) {
        return kerbwatch.api.post("/api/v1/orders/" + order + "/events", body).expect(200);
    }

    private List<String> events(UUID order) {
        return kerbwatch.order(order).get("history").findValuesAsText("event");
    }

    private List<String> escalations(UUID order) {
        List<String> reasons = new ArrayList<>();
        kerbwatch.order(order).get("history").forEach(line -> {
            if (line.get("event").asText().equals("escalated")) {
                reasons.add(line.get("reason").asText());
            }
        });
        return reasons;
    }

    private List<String> column(String sql) {
        try (Database database = Database.open(
                new EmbeddedPostgres.Address(
                        settings.get(Settings.DATABASE_URL).orElseThrow(),
                        settings.get(Settings.DATABASE_USER),
                        settings.get(Settings.DATABASE_PASSWORD)),
                2)) {
            return database.transaction(
                    tx -> tx.handle().createQuery(sql).mapTo(String.class).list());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void later(Duration time) {
        kerbwatch.clock.advance(time);
    }

    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(condition);
    }
}
