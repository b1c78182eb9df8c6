package io.kerbwatch.server.standard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked for, what people saw, and what the month comes to. The tests' clock begins on 23 November 2026. */
class StandardsTest {
    private static final String MONTH = "/api/v1/assessments/2026-11";

    private final Settings settings = TestServer.settings(all -> all);
    private TestServer kerbwatch = TestServer.over(settings);

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void aSetToBeginWithIsThereOnceAndCanBeChanged() {
        JsonNode standards = standards();
        assertThat(standards.findValuesAsText("space")).contains("refuse-station", "public-toilet", "road");
        assertThat(standards).hasSize(3);
        for (JsonNode standard : standards) {
            assertThat(standard.get("clauses"))
                    .as(standard.get("name").asText())
                    .hasSizeGreaterThan(6);
            for (JsonNode clause : standard.get("clauses")) {
                assertThat(clause.get("what").asText()).isNotBlank();
                assertThat(clause.get("whatEn").asText()).isNotBlank();
                assertThat(clause.get("guidance").asText().isEmpty())
                        .isEqualTo(clause.get("guidanceEn").asText().isEmpty());
            }
        }
        Api.Answer before = kerbwatch.api.get("/api/v1/standards/RS");
        ObjectNode text = text(before.expect(200));
        ArrayNode clauses = (ArrayNode) text.get("clauses");
        ((ObjectNode) clauses.get(0)).put("points", 3.5);
        clauses.remove(1);
        JsonNode after = kerbwatch
                .api
                .put("/api/v1/standards/RS", text.toString(), "if-match", before.header("etag"))
                .expect(200);
        assertThat(after.get("clauses")).hasSize(before.json().get("clauses").size() - 1);
        assertThat(after.at("/clauses/0/points").asDouble()).isEqualTo(3.5);
        assertThat(after.at("/clauses/0/id").asText())
                .as("another clause begins")
                .isNotEqualTo(before.json().at("/clauses/0/id").asText());
        assertThat(after.at("/clauses/1/id").asText())
                .as("this one goes on")
                .isEqualTo(before.json().at("/clauses/2/id").asText());
        assertThat(kerbwatch
                        .api
                        .put("/api/v1/standards/RS", text.toString(), "if-match", before.header("etag"))
                        .problem(412))
                .isEqualTo("changed-meanwhile");
        kerbwatch.api.delete("/api/v1/standards/PT").expect(204);
        assertThat(kerbwatch.api.delete("/api/v1/spaces/road").problem(409)).isEqualTo("space-in-use");

        TestServer first = kerbwatch;
        first.close();
        kerbwatch = TestServer.over(settings);
        assertThat(standards()).as("what was removed does not come back").hasSize(2);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/standards/RS")
                        .json()
                        .at("/clauses/0/points")
                        .asDouble())
                .isEqualTo(3.5);
    }

    @Test
    void whatAClauseCannotSayIsRefusedFieldByField() {
        JsonNode problem = kerbwatch
                .api
                .put(
                        "/api/v1/standards/X1",
                        "{\"space\":\"road\",\"name\":\"x\",\"clauses\":["
                                + "{\"code\":\"1\",\"what\":\"a\",\"method\":\"arrive\",\"kinds\":[\"overflow\"],\"points\":1},"
                                + "{\"code\":\"1\",\"what\":\"b\",\"method\":\"check\",\"withinMinutes\":3,\"points\":2,\"most\":1},"
                                + "{\"code\":\"2\",\"what\":\"c\",\"method\":\"incident\",\"every\":\"day\",\"points\":1}]}",
                        "if-match",
                        "0")
                .expect(400);
        assertThat(problem.get("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder(
                        "/clauses/0/kinds",
                        "/clauses/0/withinMinutes",
                        "/clauses/1/code",
                        "/clauses/1/withinMinutes",
                        "/clauses/1/most",
                        "/clauses/2/kinds",
                        "/clauses/2/every");
        assertThat(kerbwatch
                        .api
                        .put(
                                "/api/v1/standards/X1",
                                "{\"space\":\"moon\",\"name\":\"x\",\"clauses\":[]}",
                                "if-match",
                                "0")
                        .expect(400)
                        .get("detail")
                        .asText())
                .contains("moon", "refuse-station");
        assertThat(standards()).hasSize(3);
        UUID site = kerbwatch.site("gate");
        assertThat(kerbwatch
                        .limited("supervisor", site)
                        .put(
                                "/api/v1/standards/X1",
                                "{\"space\":\"road\",\"name\":\"x\",\"clauses\":[]}",
                                "if-match",
                                "0")
                        .status())
                .isEqualTo(403);
        assertThat(kerbwatch
                        .as("operator", null)
                        .put(
                                "/api/v1/standards/X1",
                                "{\"space\":\"road\",\"name\":\"x\",\"clauses\":[]}",
                                "if-match",
                                "0")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void incidentsAndOrdersReferToTheClausesThatHeldWhenTheyBegan() {
        UUID site = kerbwatch.site("gate");
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        UUID li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        JsonNode order = kerbwatch.orders().get(0);
        String incident = order.at("/incidents/0/id").asText();
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        Api.Answer now = kerbwatch.api.get("/api/v1/standards/RS");
        ObjectNode text = text(now.expect(200));
        text.get("clauses").forEach(clause -> ((ObjectNode) clause).put("guidance", "新的指引"));
        kerbwatch
                .api
                .put("/api/v1/standards/RS", text.toString(), "if-match", now.header("etag"))
                .expect(200);

        JsonNode clauses = kerbwatch
                .api
                .get("/api/v1/incidents/" + incident + "/clauses")
                .expect(200)
                .get("items");
        assertThat(clauses.findValuesAsText("code")).containsExactly("1.2");
        assertThat(clauses.at("/0/id").asText())
                .isEqualTo(now.json().at("/clauses/1/id").asText());
        assertThat(kerbwatch.order(TestServer.id(order)).get("clauses").findValuesAsText("code"))
                .contains("1.2", "2.1", "2.2", "2.3", "3.1")
                .doesNotContain("1.1", "3.3");

        Phone phone = phoneOf(li);
        JsonNode mine = phone.get("/api/v1/crew/orders").expect(200).at("/items/0/clauses");
        assertThat(mine.findValuesAsText("guidanceEn").toString()).contains("Bags go into bins");
        assertThat(mine.findValuesAsText("guidance").toString()).doesNotContain("新的指引");
        assertThat(phone.get("/api/v1/standards").status())
                .as("a phone sees its orders alone")
                .isEqualTo(403);
    }

    @Test
    void aSiteIsOfAnotherKindOfSpaceWhereSomebodySaysSo() {
        UUID site = kerbwatch.site("park");
        kerbwatch
                .api
                .put("/api/v1/spaces/green", "{\"name\":\"绿地\"}", "if-match", "0")
                .expect(200);
        kerbwatch
                .api
                .put(
                        "/api/v1/standards/GR",
                        "{\"space\":\"green\",\"name\":\"绿地\",\"clauses\":[{\"code\":\"1\",\"what\":\"无垃圾\",\"method\":\"check\",\"points\":1}]}",
                        "if-match",
                        "0")
                .expect(200);
        String path = "/api/v1/sites/" + site;
        assertThat(kerbwatch.api.get(path + "/clauses").expect(200).get("items"))
                .hasSizeGreaterThan(6);
        assertThat(kerbwatch.api.put(path + "/space", "{\"space\":\"moon\"}").problem(400))
                .isEqualTo("invalid-request");
        assertThat(kerbwatch
                        .api
                        .put(path + "/space", "{\"space\":\"green\"}")
                        .expect(200)
                        .get("given")
                        .asBoolean())
                .isTrue();
        assertThat(kerbwatch.api.get(path + "/clauses").expect(200).get("items"))
                .hasSize(1);
        assertThat(kerbwatch.api.delete("/api/v1/spaces/green").problem(409)).isEqualTo("space-in-use");
        kerbwatch.api.put(path + "/space", "{\"space\":null}").expect(200);
        assertThat(kerbwatch.api.get(path + "/space").expect(200).get("space").asText())
                .isEqualTo("refuse-station");
    }

    @Test
    void aCheckHoldsAPlaceAgainstItsClauses() {
        UUID site = kerbwatch.site("gate");
        UUID toilet = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"toilet\",\"kind\":\"public-toilet\"}")
                .expect(201));
        Api checker = kerbwatch.as("operator", null);
        JsonNode due = checker.get("/api/v1/due-checks?limit=200").expect(200).get("items");
        assertThat(due.findValuesAsText("siteName")).contains("gate", "toilet");
        JsonNode part = checker.get("/api/v1/due-checks?limit=3").expect(200);
        assertThat(part.get("items")).hasSize(3);
        assertThat(part.get("more").asBoolean()).isTrue();
        String bins = clause(site, "3.1");
        String ground = clause(site, "3.2");
        String elsewhere = clause(toilet, "2.1");
        String body = "{\"site\":\"" + site + "\",\"note\":\"rim\",\"items\":[{\"clause\":\"" + bins
                + "\",\"outcome\":\"broken\",\"note\":\"lid\"},{\"clause\":\"" + ground
                + "\",\"outcome\":\"not-seen\"}]}";
        JsonNode check =
                checker.post("/api/v1/checks", body, "idempotency-key", "c1").expect(201);
        assertThat(TestServer.id(checker.post("/api/v1/checks", body, "idempotency-key", "c1")
                        .expect(201)))
                .as("sent twice")
                .isEqualTo(TestServer.id(check));
        assertThat(check.at("/items/0/outcome").asText()).isEqualTo("broken");
        assertThat(check.at("/items/0/what").asText()).contains("桶盖");

        assertThat(checker.post("/api/v1/checks", check(site, elsewhere, "broken"))
                        .expect(400)
                        .at("/errors/0/pointer")
                        .asText())
                .isEqualTo("/items/0/clause");
        assertThat(checker.post(
                                "/api/v1/checks",
                                check(
                                        site,
                                        bins,
                                        "broken\",\"note\":\"x\"},{\"clause\":\"" + bins + "\",\"outcome\":\"met"))
                        .expect(400)
                        .get("detail")
                        .asText())
                .contains("twice");
        assertThat(checker.post(
                                "/api/v1/checks",
                                check(site, bins, "met")
                                        .replace("{\"site\"", "{\"at\":\"2026-11-23T02:05:00Z\",\"site\""))
                        .problem(400))
                .isEqualTo("invalid-request");
        assertThat(kerbwatch
                        .as("viewer", null)
                        .post("/api/v1/checks", check(site, bins, "met"))
                        .status())
                .isEqualTo(403);
        assertThat(kerbwatch
                        .limited("operator", toilet)
                        .post("/api/v1/checks", check(site, bins, "met"))
                        .status())
                .isEqualTo(404);

        String photo = "{\"jpeg\":\"" + jpeg() + "\",\"takenAt\":\"" + kerbwatch.clock.instant() + "\"}";
        String photos = "/api/v1/checks/" + check.get("id").asText() + "/photos";
        JsonNode taken = checker.post(photos, photo).expect(201);
        assertThat(taken.get("check").asText()).isEqualTo(check.get("id").asText());
        assertThat(checker.get("/api/v1/photos/" + taken.get("id").asText()).status())
                .isEqualTo(200);
        assertThat(kerbwatch.as("supervisor", null).post(photos, photo).status())
                .isEqualTo(403);
        assertThat(checker.get("/api/v1/checks?site=" + site).expect(200).at("/items/0/photos"))
                .hasSize(1);
        kerbwatch.clock.advance(Duration.ofHours(25));
        assertThat(checker.post(photos, photo).problem(409)).isEqualTo("check-ended");

        JsonNode left = checker.get("/api/v1/due-checks?limit=200").expect(200).get("items");
        assertThat(codes(left, "gate"))
                .as("what was not seen is due still")
                .contains("3.2")
                .doesNotContain("3.1");
        kerbwatch.clock.advance(Duration.ofDays(6));
        assertThat(codes(checker.get("/api/v1/due-checks?limit=200").expect(200).get("items"), "gate"))
                .contains("3.1");
    }

    /** Overflow that stood 40 minutes, somebody who came after 20 minutes, a broken clause, a false alarm. */
    @Test
    void everyPointOfAMonthIsTracedToItsIncidentOrderOrCheck() {
        UUID site = kerbwatch.site("gate");
        UUID other = kerbwatch.site("market");
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        UUID team = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"east\"}").expect(201));
        UUID li = li(team);
        kerbwatch
                .api
                .post(
                        "/api/v1/shifts",
                        "{\"team\":\"" + team
                                + "\",\"name\":\"day\",\"days\":[1,2,3,4,5,6,7],\"starts\":\"06:00\",\"ends\":\"18:00\"}")
                .expect(201);
        JsonNode contract = kerbwatch
                .api
                .post(
                        "/api/v1/contracts",
                        "{\"name\":\"lot 1\",\"contractor\":\"Clean Ltd\",\"firstMonth\":\"2026-10\",\"sites\":[\""
                                + site + "\"]}")
                .expect(201);
        Phone phone = phoneOf(li);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID order = TestServer.id(kerbwatch.orders().get(0));
        String incident = kerbwatch.order(order).at("/incidents/0/id").asText();
        phone.move(order, "accept").expect(200);
        assertThat(items("place", "gate").get("points").asDouble())
                .as("nothing is late yet")
                .isZero();
        kerbwatch.clock.advance(Duration.ofMinutes(20));
        assertThat(points("").findValuesAsText("kind"))
                .as("nobody is there after 20 minutes")
                .containsExactly("refuse");
        phone.move(order, "arrive").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(15));
        phone.move(order, "done").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(5));
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("closed");
        Api checker = kerbwatch.as("auditor", null);
        JsonNode check = checker.post("/api/v1/checks", check(site, clause(site, "3.1"), "broken"))
                .expect(201);
        // A false alarm at the other camera, long as it stands, takes nothing.
        UUID second = kerbwatch.camera(other, "10.0.0.9");
        kerbwatch.tell(second, Kind.LITTER, Finding.Type.CONFIRMED);
        String alarm = kerbwatch.orders().get(0).at("/incidents/0/id").asText();
        kerbwatch
                .api
                .post("/api/v1/incidents/" + alarm + "/verdict", "{\"verdict\":\"false\",\"reason\":\"not-refuse\"}")
                .expect(200);
        kerbwatch.clock.advance(Duration.ofHours(2));

        JsonNode points = points("");
        assertThat(points.findValuesAsText("evidenceId"))
                .containsExactlyInAnyOrder(
                        incident, order.toString(), check.get("id").asText());
        assertThat(points.findValuesAsText("code")).containsExactlyInAnyOrder("1.1", "2.1", "3.1");
        for (JsonNode point : points) {
            boolean byPeople = point.get("evidence").asText().equals("check");
            assertThat(point.get("teamName").asText()).isEqualTo(byPeople ? "" : "east");
            assertThat(point.get("counted").asDouble())
                    .isEqualTo(point.get("points").asDouble());
        }
        JsonNode gate = items("place", "gate");
        assertThat(gate.get("points").asDouble()).isEqualTo(5); // 2 + 1 + 2
        assertThat(gate.get("score").asDouble()).isEqualTo(95);
        assertThat(gate.get("contractName").asText()).isEqualTo("lot 1");
        assertThat(items("place", "market").get("score").asDouble()).isEqualTo(100);
        assertThat(items("team", "east").get("points").asDouble()).isEqualTo(3);
        assertThat(items("team", "east").get("score").asDouble())
                .as("97 and 100, at two places")
                .isEqualTo(98.5);
        assertThat(items("contract", "lot 1").get("score").asDouble()).isEqualTo(95);
        assertThat(items("contract", "").get("places").asInt())
                .as("under no contract")
                .isEqualTo(1);
        assertThat(items("clause", "RS 1.1").get("points").asDouble()).isEqualTo(2);
        assertThat(points("?contract=" + TestServer.id(contract))).hasSize(3);
        assertThat(points("?team=" + team)).hasSize(2);
        // Whoever goes to another team takes along nothing of what was done before.
        UUID west = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"west\"}").expect(201));
        kerbwatch
                .api
                .put("/api/v1/crews/" + li, "{\"name\":\"Li\",\"team\":\"" + west + "\"}", "if-match", "\"1\"")
                .expect(200);
        assertThat(points("?team=" + team)).hasSize(2);
        assertThat(points("?team=" + west)).isEmpty();
        assertThat(points("?standard=RS&clause=3.1")).hasSize(1);
        assertThat(points("?site=" + other)).isEmpty();
        JsonNode seen =
                kerbwatch.limited("viewer", other).get(MONTH).expect(200).get("items");
        assertThat(seen.findValuesAsText("name")).as("who is limited to sites").containsExactly("market");
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/assessments/2026-10")
                        .expect(200)
                        .at("/items/0/points")
                        .asDouble())
                .isZero();
    }

    @Test
    void whatHappenedIsJudgedByTheKindOfSpaceThatThePlaceWasThen() {
        UUID site = kerbwatch.site("gate");
        kerbwatch
                .as("operator", null)
                .post("/api/v1/checks", check(site, clause(site, "3.1"), "broken"))
                .expect(201);
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        kerbwatch.clock.advance(Duration.ofHours(1));
        List<String> before = points("").findValuesAsText("code");
        assertThat(before).contains("1.2", "2.1", "3.1");
        kerbwatch
                .api
                .put("/api/v1/sites/" + site + "/space", "{\"space\":\"road\"}")
                .expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(1));
        assertThat(points("").findValuesAsText("code")).isEqualTo(before);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/sites/" + site + "/clauses")
                        .expect(200)
                        .get("items")
                        .findValuesAsText("standard"))
                .containsOnly("RD");
    }

    @Test
    void whoCameTooLateOnceCameTooLateThoughTheOrderIsOpenedAgain() {
        UUID site = kerbwatch.site("gate");
        UUID li = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"Li\"}").expect(201));
        Phone phone = phoneOf(li);
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID order = TestServer.id(kerbwatch.orders().get(0));
        phone.move(order, "accept").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(15));
        phone.move(order, "arrive").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(30));
        phone.move(order, "done").expect(200);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
        kerbwatch.answer(Verification.Outcome.CLEAN);
        assertThat(points("").findValuesAsText("code")).contains("2.1", "2.2");
        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/events", "{\"event\":\"reopen\",\"reason\":\"not clean\"}")
                .expect(200);
        assertThat(kerbwatch.order(order).get("arrivedAt").isNull()).isTrue();
        assertThat(points("").findValuesAsText("code")).contains("2.1", "2.2");
    }

    @Test
    void whatIsUnsureTakesNothing() {
        UUID camera = kerbwatch.camera(kerbwatch.site("gate"), "10.0.0.8");
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        String incident = kerbwatch.orders().get(0).at("/incidents/0/id").asText();
        kerbwatch.clock.advance(Duration.ofHours(1));
        assertThat(points("?clause=1.2")).hasSize(1);
        kerbwatch
                .api
                .post(
                        "/api/v1/incidents/" + incident + "/verdict",
                        "{\"verdict\":\"unsure\",\"reason\":\"cannot-see\"}")
                .expect(200);
        assertThat(points("?clause=1.2")).isEmpty();
    }

    @Test
    void aMonthInWhichThereWasNothingIsNotIssuedAndItsEdgesAreThoseOfItsDays() {
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/assessments", "{\"month\":\"2020-01\"}")
                        .problem(409))
                .isEqualTo("nothing-to-assess");
        kerbwatch.site("gate");
        kerbwatch.clock.advance(Duration.ofDays(8)); // 1 December
        kerbwatch.site("new one");
        assertThat(kerbwatch.api.get(MONTH).expect(200).get("items").findValuesAsText("name"))
                .containsExactly("gate");
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/assessments/2026-12")
                        .expect(200)
                        .get("items")
                        .findValuesAsText("name"))
                .containsExactly("gate", "new one");
    }

    @Test
    void aMonthThatWasIssuedIsChangedByAppealsAlone() {
        UUID site = kerbwatch.site("gate");
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        String incident = kerbwatch.orders().get(0).at("/incidents/0/id").asText();
        Api checker = kerbwatch.as("operator", null);
        checker.post("/api/v1/checks", check(site, clause(site, "3.2"), "broken"))
                .expect(201);
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/assessments", "{\"month\":\"2026-11\"}")
                        .problem(409))
                .isEqualTo("month-not-over");
        kerbwatch.clock.advance(Duration.ofDays(9)); // 2 December
        JsonNode draft = kerbwatch.api.get(MONTH).expect(200);
        assertThat(draft.get("issuedAt").isNull()).isTrue();
        kerbwatch.api.post("/api/v1/assessments", "{\"month\":\"2026-11\"}").expect(201);
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/assessments", "{\"month\":\"2026-11\"}")
                        .problem(409))
                .isEqualTo("month-issued");
        JsonNode issued = kerbwatch.api.get(MONTH).expect(200);
        assertThat(issued.get("issuedAt").isNull()).isFalse();
        assertThat(issued.get("items")).isEqualTo(draft.get("items"));
        assertThat(checker.post(
                                "/api/v1/checks",
                                check(site, clause(site, "3.2"), "met")
                                        .replace("{\"site\"", "{\"at\":\"2026-11-29T02:05:00Z\",\"site\""))
                        .problem(409))
                .isEqualTo("month-issued");

        // Neither a late verdict, nor other standards, nor another name change what was issued.
        kerbwatch
                .api
                .post("/api/v1/incidents/" + incident + "/verdict", "{\"verdict\":\"false\",\"reason\":\"not-refuse\"}")
                .expect(200);
        kerbwatch.api.delete("/api/v1/standards/RS").expect(204);
        kerbwatch
                .api
                .patch("/api/v1/sites/" + site, "{\"name\":\"north gate\"}", "if-match", "1")
                .expect(200);
        assertThat(kerbwatch.api.get(MONTH).expect(200).get("items")).isEqualTo(issued.get("items"));

        JsonNode litter = line("incident");
        Api lead = kerbwatch.limited("supervisor", site);
        String body = "{\"line\":\"" + litter.get("id").asText() + "\",\"reason\":\"leaves\"}";
        JsonNode appeal = lead.post("/api/v1/appeals", body).expect(201);
        assertThat(lead.post("/api/v1/appeals", body).problem(409)).isEqualTo("appealed-already");
        assertThat(kerbwatch
                        .limited("supervisor", kerbwatch.site("other"))
                        .post("/api/v1/appeals", body)
                        .status())
                .isEqualTo(404);
        String decision = "/api/v1/appeals/" + appeal.get("id").asText() + "/decision";
        String upheld = "{\"upheld\":true,\"reason\":\"leaves indeed\"}";
        assertThat(lead.post(decision, upheld).problem(409)).isEqualTo("own-appeal");
        assertThat(kerbwatch.as("operator", null).post(decision, upheld).status())
                .isEqualTo(403);
        assertThat(line("incident").get("annulled").asBoolean())
                .as("not before it is decided")
                .isFalse();
        assertThat(kerbwatch.api.get("/api/v1/appeals").expect(200).get("items"))
                .hasSize(1);
        kerbwatch.api.post(decision, upheld).expect(200);
        assertThat(kerbwatch.api.post(decision, upheld).problem(409)).isEqualTo("decided-already");
        assertThat(kerbwatch.api.get("/api/v1/appeals").expect(200).get("items"))
                .isEmpty();

        JsonNode after = line("incident");
        assertThat(after.get("annulled").asBoolean()).isTrue();
        assertThat(after.get("counted").asDouble()).isZero();
        assertThat(after.at("/appeal/decision/reason").asText()).isEqualTo("leaves indeed");
        JsonNode gate = items("place", "gate");
        assertThat(gate.get("annulled").asInt()).isEqualTo(1);
        assertThat(gate.get("points").asDouble())
                .isEqualTo(issued.at("/items/0/points").asDouble()
                        - litter.get("counted").asDouble());
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/assessments")
                        .expect(200)
                        .get("items")
                        .findValuesAsText("month"))
                .containsExactly("2026-11");
    }

    @Test
    void aClauseTakesNoMoreThanItsMostAndAnAppealGivesItsPlaceToTheNext() {
        UUID site = kerbwatch.site("gate");
        String bins = clause(site, "3.1"); // 2 points, 8 at the most
        Api checker = kerbwatch.as("operator", null);
        for (int i = 0; i < 6; i++) {
            checker.post("/api/v1/checks", check(site, bins, "broken")).expect(201);
            kerbwatch.clock.advance(Duration.ofHours(1));
        }
        assertThat(items("place", "gate").get("points").asDouble()).isEqualTo(8);
        assertThat(items("place", "gate").get("breaches").asInt()).isEqualTo(6);
        kerbwatch.clock.advance(Duration.ofDays(9));
        kerbwatch.api.post("/api/v1/assessments", "{\"month\":\"2026-11\"}").expect(201);
        List<String> counted = points("").findValuesAsText("counted");
        assertThat(counted).containsExactly("0.0", "0.0", "2.0", "2.0", "2.0", "2.0");
        String first = points("").get(5).get("id").asText();
        JsonNode appeal = kerbwatch
                .as("supervisor", null)
                .post("/api/v1/appeals", "{\"line\":\"" + first + "\",\"reason\":\"it was new\"}")
                .expect(201);
        kerbwatch
                .api
                .post(
                        "/api/v1/appeals/" + appeal.get("id").asText() + "/decision",
                        "{\"upheld\":true,\"reason\":\"so it was\"}")
                .expect(200);
        assertThat(points("").findValuesAsText("counted")).containsExactly("0.0", "2.0", "2.0", "2.0", "2.0", "0.0");
        assertThat(items("place", "gate").get("points").asDouble()).isEqualTo(8);
    }

    @Test
    void whatWasSeenAndIssuedIsNotEditedInTheDatabaseEither() throws SQLException {
        UUID site = kerbwatch.site("gate");
        kerbwatch
                .as("operator", null)
                .post("/api/v1/checks", check(site, clause(site, "3.1"), "broken"))
                .expect(201);
        kerbwatch.clock.advance(Duration.ofDays(9));
        kerbwatch.api.post("/api/v1/assessments", "{\"month\":\"2026-11\"}").expect(201);
        try (Connection connection = DriverManager.getConnection(
                        settings.get(Settings.DATABASE_URL).orElseThrow(),
                        settings.get(Settings.DATABASE_USER),
                        settings.get(Settings.DATABASE_PASSWORD));
                Statement statement = connection.createStatement()) {
            for (String sql : List.of(
                    "update assessment_line set points = 0",
                    "delete from assessment_line",
                    "update site_check_item set outcome = 'met'",
                    "update assessment_place set checks_made = 9",
                    "delete from appeal_decision")) {
                assertThatThrownBy(() -> statement.execute(sql)).as(sql).hasMessageContaining("never changed");
            }
        }
        assertThat(items("place", "gate").get("points").asDouble()).isEqualTo(2);
    }

    @Test
    void howOftenAPlaceWasToBeLookedAtIsToldBesideItsScore() {
        UUID site = kerbwatch.site("gate");
        Api checker = kerbwatch.as("operator", null);
        kerbwatch.clock.advance(Duration.ofDays(12)); // 5 December
        assertThat(items("2026-11", "place", "gate").get("checksDue").asInt())
                .as("two clauses in the last week of November; a month of it there was not")
                .isEqualTo(2);
        checker.post("/api/v1/checks", check(site, clause(site, "3.1"), "met")).expect(201);
        checker.post("/api/v1/checks", check(site, clause(site, "3.2"), "not-seen"))
                .expect(201);
        kerbwatch.clock.advance(Duration.ofDays(27)); // 1 January
        JsonNode gate = items("2026-12", "place", "gate");
        assertThat(gate.get("score").asDouble())
                .as("what nobody looked at is not broken")
                .isEqualTo(100);
        assertThat(gate.get("checksDue").asInt())
                .as("two clauses in four weeks, two in the month")
                .isEqualTo(10);
        assertThat(gate.get("checksMade").asInt()).isEqualTo(1);
    }

    /** Nobody gets rid of points by declining what comes of them. */
    @Test
    void pointsStayWithTheTeamThatHadTheOrderLast() {
        UUID site = kerbwatch.site("gate");
        UUID camera = kerbwatch.camera(site, "10.0.0.8");
        UUID team = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"east\"}").expect(201));
        UUID li = li(team);
        Phone phone = phoneOf(li);
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID order = TestServer.id(kerbwatch.orders().get(0));
        String path = "/api/v1/orders/" + order + "/events";
        if (kerbwatch.order(order).get("state").asText().equals("filed")) {
            kerbwatch
                    .api
                    .post(path, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + li + "\"}}")
                    .expect(200);
        }
        phone.move(order, "accept").expect(200);
        kerbwatch.clock.advance(Duration.ofMinutes(20));
        phone.move(order, "arrive").expect(200);
        phone.move(order, "done").expect(200);
        kerbwatch.answer(Verification.Outcome.DIRTY);
        if (kerbwatch.order(order).get("state").asText().equals("filed")) {
            kerbwatch
                    .api
                    .post(path, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + li + "\"}}")
                    .expect(200);
        }
        assertThat(points("?team=" + team).findValuesAsText("code")).containsExactlyInAnyOrder("2.1", "2.3");
        kerbwatch
                .api
                .post(path, "{\"event\":\"decline\",\"reason\":\"no time\"}")
                .expect(200);
        assertThat(kerbwatch.order(order).get("receiver").isNull()).isTrue();
        assertThat(points("?team=" + team).findValuesAsText("code")).containsExactlyInAnyOrder("2.1", "2.3");
    }

    @Test
    void aSiteIsKeptUnderOneContractAtATime() {
        UUID site = kerbwatch.site("gate");
        String text = "{\"name\":\"%s\",\"contractor\":\"c\",\"firstMonth\":\"%s\",\"lastMonth\":%s,\"sites\":[\""
                + site + "\"]}";
        UUID first = TestServer.id(kerbwatch
                .api
                .post("/api/v1/contracts", text.formatted("a", "2026-01", "null"))
                .expect(201));
        JsonNode problem = kerbwatch
                .api
                .post("/api/v1/contracts", text.formatted("b", "2026-07", "null"))
                .expect(409);
        assertThat(problem.get("detail").asText()).contains("gate", "'a'");
        assertThat(kerbwatch
                        .api
                        .put(
                                "/api/v1/contracts/" + first,
                                text.formatted("a", "2026-07", "\"2026-06\""),
                                "if-match",
                                "1")
                        .problem(400))
                .isEqualTo("invalid-request");
        kerbwatch
                .api
                .put("/api/v1/contracts/" + first, text.formatted("a", "2026-01", "\"2026-06\""), "if-match", "1")
                .expect(200);
        kerbwatch
                .api
                .post("/api/v1/contracts", text.formatted("b", "2026-07", "null"))
                .expect(201);
        assertThat(kerbwatch
                        .api
                        .put("/api/v1/contracts/" + first, text.formatted("a", "2026-01", "null"), "if-match", "1")
                        .problem(412))
                .isEqualTo("changed-meanwhile");
        // A place that is removed stays in its contract, for its past is assessed; no other removed one can come in.
        kerbwatch.api.delete("/api/v1/sites/" + site).expect(204);
        assertThat(kerbwatch
                        .api
                        .put(
                                "/api/v1/contracts/" + first,
                                text.formatted("a", "2026-01", "\"2026-06\""),
                                "if-match",
                                "2")
                        .expect(200)
                        .get("sites"))
                .hasSize(1);
        kerbwatch.api.delete("/api/v1/contracts/" + first).expect(204);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/contracts")
                        .expect(200)
                        .get("items")
                        .findValuesAsText("name"))
                .containsExactly("b");
    }

    private UUID li(UUID team) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"Li\",\"team\":\"" + team + "\"}")
                .expect(201));
    }

    private Phone phoneOf(UUID member) {
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }

    private JsonNode standards() {
        return kerbwatch.api.get("/api/v1/standards").expect(200).get("items");
    }

    /** A standard that was read, to be written again. */
    static ObjectNode text(JsonNode standard) {
        ObjectNode text = standard.deepCopy();
        text.remove(List.of("code", "version"));
        text.get("clauses")
                .forEach(clause -> ((ObjectNode) clause).remove(List.of("id", "standard", "space", "heldFrom")));
        return (ObjectNode) Json.tree(text.toString());
    }

    private String clause(UUID site, String code) {
        for (JsonNode clause : kerbwatch
                .api
                .get("/api/v1/sites/" + site + "/clauses")
                .expect(200)
                .get("items")) {
            if (clause.get("code").asText().equals(code)) {
                return clause.get("id").asText();
            }
        }
        throw new AssertionError("no clause " + code);
    }

    private static String check(UUID site, String clause, String outcome) {
        return "{\"site\":\"" + site + "\",\"items\":[{\"clause\":\"" + clause + "\",\"outcome\":\"" + outcome
                + "\"}]}";
    }

    private static List<String> codes(JsonNode due, String site) {
        List<String> codes = new ArrayList<>();
        due.forEach(one -> {
            if (one.get("siteName").asText().equals(site)) {
                codes.add(one.get("code").asText());
            }
        });
        return codes;
    }

    private JsonNode items(String by, String name) {
        return items("2026-11", by, name);
    }

    private JsonNode items(String month, String by, String name) {
        for (JsonNode row : kerbwatch
                .api
                .get("/api/v1/assessments/" + month + "?by=" + by)
                .expect(200)
                .get("items")) {
            if (row.get("name").asText().equals(name)) {
                return row;
            }
        }
        throw new AssertionError("no " + by + " '" + name + "'");
    }

    private JsonNode points(String query) {
        return kerbwatch.api.get(MONTH + "/points" + query).expect(200).get("items");
    }

    private JsonNode line(String evidence) {
        for (JsonNode point : points("")) {
            if (point.get("evidence").asText().equals(evidence)) {
                return point;
            }
        }
        throw new AssertionError("no " + evidence);
    }

    private static String jpeg() {
        BufferedImage picture = new BufferedImage(320, 240, BufferedImage.TYPE_INT_RGB);
        picture.createGraphics().fillRect(0, 0, 160, 240);
        picture.setRGB(200, 100, Color.RED.getRGB());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "jpg", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(out.toByteArray());
    }
}
