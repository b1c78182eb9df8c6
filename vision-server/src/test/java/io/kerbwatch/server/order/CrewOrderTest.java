package io.kerbwatch.server.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.Phone;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that go to crews of our own: who is sent, what they may, and what happens when they do not. */
class CrewOrderTest {
    private final TestServer kerbwatch = TestServer.start();
    private UUID site = new UUID(0, 0);
    private UUID camera = new UUID(0, 0);

    @BeforeEach
    void begin() {
        site = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"station\",\"latitude\":22.5,\"longitude\":114.0}")
                .expect(201));
        camera = kerbwatch.camera(site, "10.0.0.8");
    }

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void anOrderGoesToACrewMemberWhosePhoneDoesItAll() {
        UUID li = member("Li");
        Phone phone = phone(li);
        dirty();
        UUID order = onlyOrder();
        assertThat(state(order)).isEqualTo("dispatched");
        assertThat(kerbwatch.order(order).at("/receiver/id").asText()).isEqualTo(li.toString());

        JsonNode mine =
                phone.get("/api/v1/crew/orders").expect(200).get("items").get(0);
        assertThat(texts(mine.get("possible"))).contains("accept", "decline", "arrive");
        assertThat(phone.get(mine.at("/incidents/0/picture").asText()).status()).isEqualTo(200);
        kerbwatch.clock.advance(Duration.ofSeconds(20));
        phone.move(order, "accept").expect(200);
        kerbwatch.clock.advance(Duration.ofSeconds(100));
        phone.move(order, "arrive").expect(200);
        kerbwatch.clock.advance(Duration.ofSeconds(100));
        phone.move(order, "done").expect(200);
        kerbwatch.clock.advance(Duration.ofSeconds(50));
        kerbwatch.answer(Verification.Outcome.CLEAN);

        JsonNode closed = kerbwatch.order(order);
        assertThat(closed.get("state").asText()).isEqualTo("closed");
        assertThat(closed.at("/arrival/filedToArrivedSeconds").asDouble()).isEqualTo(120);
        assertThat(closed.get("history").findValuesAsText("role"))
                .containsExactly("system", "system", "crew", "crew", "crew", "camera");
        assertThat(closed.at("/history/2/actorName").asText()).isEqualTo("Li");
    }

    @Test
    void theOrderSaysWhyThisOneAndWhyNotTheOthers() {
        UUID near = member("near");
        UUID far = member("far");
        phone(near).here(22.501, 114.0);
        phone(far).here(22.52, 114.0);
        member("ill", "\"available\":false");
        member("sweeper", "\"skills\":[{\"name\":\"sweep\"}]");
        dirty();

        JsonNode assignment = kerbwatch.order(onlyOrder()).get("assignments").get(0);
        assertThat(assignment.get("chosen").asText()).isEqualTo(near.toString());
        List<String> words = new ArrayList<>();
        assignment
                .get("candidates")
                .forEach(one -> words.add(
                        one.get("name").asText() + " " + one.get("why").asText()));
        assertThat(words).containsExactly("near chosen", "far farther", "ill away", "sweeper lacks-skill");
        assertThat(assignment.get("summary").asText())
                .isEqualTo("chosen of 2 who could go, about 2 min away, orders at hand 0");
    }

    @Test
    void whoDeclinesOrDoesNotAcceptInTimeIsFollowedByTheNext() {
        UUID first = member("first");
        UUID second = member("second");
        phone(first).here(22.5001, 114.0);
        phone(second).here(22.51, 114.0);
        dirty();
        UUID order = onlyOrder();
        assertThat(receiver(order)).isEqualTo("first");
        phone(first).move(order, "decline").expect(200);
        assertThat(receiver(order)).isEqualTo("second");
        assertThat(phone(first).move(order, "accept").problem(409)).isEqualTo("not-the-receiver");

        later(Duration.ofSeconds(121));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        events(order).contains("not-accepted") && state(order).equals("filed"));
        assertThat(events(order))
                .startsWith("file", "dispatch", "decline", "dispatch", "not-accepted", "nobody-to-send");
        assertThat(kerbwatch.order(order).get("declined").asInt()).isEqualTo(2);

        // Nobody is left who was not asked, so after a minute they are asked again.
        later(Duration.ofSeconds(61));
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(order)
                .equals("dispatched"));
        assertThat(receiver(order)).isEqualTo("first");
    }

    @Test
    void whoIsFullGetsNoMoreAndWaitingOrdersGoToWhoComesLater() {
        UUID li = member("Li", "\"capacity\":1");
        dirty();
        UUID other = kerbwatch.site("other station");
        kerbwatch.tell(kerbwatch.camera(other, "10.0.0.9"), Kind.LITTER, Finding.Type.CONFIRMED);
        List<String> states = new ArrayList<>();
        kerbwatch.orders().forEach(order -> states.add(order.get("state").asText()));
        assertThat(states).containsExactlyInAnyOrder("dispatched", "filed");

        member("Wang");
        later(Duration.ofSeconds(61));
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> kerbwatch.orders().findValuesAsText("state").stream()
                                .filter("dispatched"::equals)
                                .count()
                        == 2);
        assertThat(phone(li).get("/api/v1/crew/orders").expect(200).get("items"))
                .hasSize(1);
    }

    @Test
    void workThatWasNotDoneWellGoesBackToWhoDidIt() {
        UUID near = member("near");
        UUID first = member("first");
        phone(first).here(22.5001, 114.0);
        phone(near).here(22.6, 114.0);
        dirty();
        UUID order = onlyOrder();
        Phone phone = phone(first);
        phone.move(order, "arrive").expect(200);
        phone.move(order, "done").expect(200);
        phone(near).here(22.5, 114.0);
        phone.here(22.6, 114.0);
        later(Duration.ofSeconds(290));
        kerbwatch.answer(Verification.Outcome.DIRTY);

        assertThat(state(order)).isEqualTo("dispatched");
        assertThat(receiver(order)).isEqualTo("first");
        assertThat(kerbwatch.order(order).get("round").asInt()).isEqualTo(2);
    }

    @Test
    void thoseWhoComeOnDutyByShiftAreSentAndThoseOffDutyAreNot() {
        UUID team = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"night\"}").expect(201));
        member("owl", "\"team\":\"" + team + "\"");
        // The tests' clock begins at 10:00 in Shanghai.
        kerbwatch
                .api
                .post(
                        "/api/v1/shifts",
                        "{\"team\":\"" + team
                                + "\",\"name\":\"nights\",\"days\":[1,2,3,4,5,6,7],\"starts\":\"22:00\",\"ends\":\"06:00\"}")
                .expect(201);
        dirty();
        UUID order = onlyOrder();
        assertThat(state(order)).isEqualTo("filed");
        assertThat(kerbwatch.order(order).at("/assignments/0/candidates/0/why").asText())
                .isEqualTo("off-shift");
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/crews")
                        .expect(200)
                        .at("/items/0/onShift")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void aPhoneSeesItsOwnOrdersAndNothingElse() {
        Phone li = phone(member("Li"));
        Phone wang = phone(member("Wang"));
        dirty();
        UUID order = onlyOrder();
        Phone other = receiver(order).equals("Li") ? wang : li;
        assertThat(other.get("/api/v1/crew/orders").expect(200).get("items")).isEmpty();
        assertThat(other.get("/api/v1/orders").problem(403)).isEqualTo("forbidden");
        assertThat(other.get("/api/v1/orders/" + order).problem(403)).isEqualTo("forbidden");
        assertThat(other.get("/api/v1/cameras").problem(403)).isEqualTo("forbidden");
        assertThat(other.get("/api/v1/crews").problem(403)).isEqualTo("forbidden");
        assertThat(other.move(order, "accept").problem(409)).isEqualTo("not-the-receiver");
        assertThat(li.move(order, "cancel").status()).isIn(400, 403);
        assertThat(kerbwatch.api.get("/api/v1/crew/orders").problem(403)).isEqualTo("forbidden");
    }

    @Test
    void aLinkWorksOnceAndARemovedMembersPhoneIsSignedOut() {
        UUID li = member("Li");
        String link = kerbwatch
                .api
                .post("/api/v1/crews/" + li + "/link", "")
                .expect(201)
                .get("url")
                .asText();
        Phone phone = Phone.signIn(link);
        assertThat(phone.get("/api/v1/crew").expect(200).get("name").asText()).isEqualTo("Li");
        assertThat(Phone.status(link)).isEqualTo(403);

        kerbwatch.api.delete("/api/v1/crews/" + li).expect(204);
        assertThat(phone.get("/api/v1/crew").status()).isEqualTo(401);
    }

    @Test
    void manyOrdersAtOnceNeverGiveAnyoneMoreThanTheyCanCarry() throws Exception {
        for (int i = 0; i < 3; i++) {
            member("member " + i);
        }
        List<UUID> cameras = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            cameras.add(kerbwatch.camera(kerbwatch.site("site " + i), "10.0.1." + i));
        }
        ExecutorService threads = Executors.newFixedThreadPool(12);
        try {
            List<Callable<Finding>> all = new ArrayList<>();
            cameras.forEach(one -> all.add(() -> kerbwatch.tell(one, Kind.OVERFLOW, Finding.Type.CONFIRMED)));
            for (var told : threads.invokeAll(all)) {
                told.get();
            }
        } finally {
            threads.shutdown();
        }
        List<String> receivers = new ArrayList<>();
        kerbwatch.orders().forEach(order -> {
            if (order.get("state").asText().equals("dispatched")) {
                receivers.add(order.at("/receiver/name").asText());
            }
        });
        assertThat(receivers)
                .containsExactlyInAnyOrder("member 0", "member 0", "member 1", "member 1", "member 2", "member 2");
    }

    @Test
    void whatIsWrongWithACrewIsSaid() {
        member("Li");
        Api api = kerbwatch.api;
        assertThat(api.post("/api/v1/crews", "{\"name\":\"Li\"}").problem(409)).isEqualTo("name-taken");
        assertThat(api.post("/api/v1/crews", "{\"name\":\"Xu\",\"team\":\"" + new UUID(0, 7) + "\"}")
                        .expect(400)
                        .toString())
                .contains("There is no team");
        UUID team =
                TestServer.id(api.post("/api/v1/teams", "{\"name\":\"east\"}").expect(201));
        UUID xu = member("Xu", "\"team\":\"" + team + "\"");
        assertThat(api.delete("/api/v1/teams/" + team).problem(409)).isEqualTo("team-in-use");
        assertThat(api.put("/api/v1/crews/" + xu, "{\"name\":\"Xu\"}").problem(428))
                .isEqualTo("precondition-required");
        assertThat(api.put("/api/v1/crews/" + xu, "{\"name\":\"Xu\"}", "if-match", "\"7\"")
                        .problem(412))
                .isEqualTo("changed-meanwhile");
        api.put("/api/v1/crews/" + xu, "{\"name\":\"Xu\"}", "if-match", "\"1\"").expect(200);
        api.delete("/api/v1/teams/" + team).expect(204);
        assertThat(api.post(
                                "/api/v1/shifts",
                                "{\"team\":\"" + team
                                        + "\",\"name\":\"n\",\"days\":[1],\"starts\":\"22:00\",\"ends\":\"06:00\"}")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void whoIsLimitedToSitesChangesWhoWorksThereAndNobodyElse() {
        UUID other = kerbwatch.site("other station");
        UUID team = team("others");
        UUID own = member("own", "\"sites\":[\"" + site + "\"]");
        UUID foreign =
                member("foreign", "\"sites\":[\"" + other + "\"]", "\"phone\":\"139\"", "\"team\":\"" + team + "\"");
        UUID everywhere = member("everywhere", "\"phone\":\"138\"");
        String shift = "{\"team\":\"" + team
                + "\",\"name\":\"days\",\"days\":[1,2,3,4,5,6,7],\"starts\":\"00:00\",\"ends\":\"23:59\"}";
        UUID theirShift =
                TestServer.id(kerbwatch.api.post("/api/v1/shifts", shift).expect(201));
        Api limited = kerbwatch.limited("supervisor", site);

        JsonNode seen = limited.get("/api/v1/crews").expect(200).get("items");
        assertThat(seen).hasSize(2);
        assertThat(seen.get(0).get("name").asText()).isEqualTo("everywhere");
        assertThat(seen.get(1).get("name").asText()).isEqualTo("own");
        assertThat(seen.get(0).get("phone").asText()).isEmpty();
        assertThat(limited.get("/api/v1/teams").expect(200).get("items")).isEmpty();
        assertThat(limited.get("/api/v1/shifts").expect(200).get("items")).isEmpty();

        String named = "{\"name\":\"x\",\"sites\":[\"" + site + "\"]}";
        for (UUID one : List.of(foreign, everywhere)) {
            int refused = one.equals(foreign) ? 404 : 403;
            String path = "/api/v1/crews/" + one;
            assertThat(limited.post(path + "/link", "").status()).isEqualTo(refused);
            assertThat(limited.put(path, named, "if-match", "\"1\"").status()).isEqualTo(refused);
            assertThat(limited.delete(path).status()).isEqualTo(refused);
        }
        assertThat(limited.post("/api/v1/crews", "{\"name\":\"y\"}").problem(403))
                .isEqualTo("forbidden");
        assertThat(limited.post("/api/v1/crews", "{\"name\":\"y\",\"sites\":[\"" + other + "\"]}")
                        .problem(403))
                .isEqualTo("forbidden");
        assertThat(limited.post(
                                "/api/v1/crews",
                                "{\"name\":\"y\",\"team\":\"" + team + "\",\"sites\":[\"" + site + "\"]}")
                        .status())
                .isEqualTo(400);
        assertThat(limited.put("/api/v1/teams/" + team, "{\"name\":\"mine\"}", "if-match", "\"1\"")
                        .status())
                .isEqualTo(404);
        assertThat(limited.delete("/api/v1/teams/" + team).status()).isEqualTo(404);
        assertThat(limited.post("/api/v1/teams", "{\"name\":\"new\",\"lead\":\"" + foreign + "\"}")
                        .status())
                .isEqualTo(400);
        assertThat(limited.post("/api/v1/shifts", shift).status()).isEqualTo(400);
        assertThat(limited.put("/api/v1/shifts/" + theirShift, shift, "if-match", "\"1\"")
                        .status())
                .isEqualTo(404);
        assertThat(limited.delete("/api/v1/shifts/" + theirShift).status()).isEqualTo(404);
        assertThat(limited.post("/api/v1/sites", "{\"name\":\"new\"}").problem(403))
                .isEqualTo("forbidden");

        limited.post("/api/v1/crews/" + own + "/link", "").expect(201);
        assertThat(limited.put("/api/v1/crews/" + own, "{\"name\":\"own\"}", "if-match", "\"1\"")
                        .status())
                .as("nobody makes them work everywhere")
                .isEqualTo(403);
        limited.put("/api/v1/crews/" + own, named, "if-match", "\"1\"").expect(200);
        limited.delete("/api/v1/crews/" + own).expect(204);
    }

    @Test
    void nobodyIsRemovedWhoHasAnOrderAndATeamForgetsALeadWhoIsGone() {
        UUID li = member("Li");
        kerbwatch
                .api
                .post("/api/v1/teams", "{\"name\":\"east\",\"lead\":\"" + li + "\"}")
                .expect(201);
        dirty();
        UUID order = onlyOrder();
        String number = kerbwatch.order(order).get("number").asText();
        Api.Answer refused = kerbwatch.api.delete("/api/v1/crews/" + li);
        assertThat(refused.problem(409)).isEqualTo("has-open-orders");
        assertThat(refused.json().get("detail").asText()).contains(number);
        assertThat(texts(refused.json().get("orders"))).containsExactly(number);

        phone(li).move(order, "decline").expect(200);
        kerbwatch.api.delete("/api/v1/crews/" + li).expect(204);
        JsonNode team =
                kerbwatch.api.get("/api/v1/teams").expect(200).get("items").get(0);
        assertThat(team.get("lead").isNull()).isTrue();
    }

    @Test
    void whoIsChosenByHandIsQualifiedToo() {
        UUID other = kerbwatch.site("other station");
        List<UUID> unfit = List.of(
                member("sweeper", "\"skills\":[{\"name\":\"sweep\"}]"),
                member("expired", "\"skills\":[{\"name\":\"refuse\",\"until\":\"2020-01-01\"}]"),
                member("elsewhere", "\"sites\":[\"" + other + "\"]"));
        UUID owl = member("owl", "\"team\":\"" + nightTeam() + "\"");
        UUID order = TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(201));
        if (state(order).equals("dispatched")) {
            kerbwatch
                    .api
                    .post("/api/v1/orders/" + order + "/events", "{\"event\":\"decline\"}")
                    .expect(200);
        }
        for (UUID one : unfit) {
            Api.Answer refused = send(kerbwatch.api, order, one, ",\"reason\":\"nobody else\"");
            assertThat(refused.problem(409)).isEqualTo("not-qualified");
        }
        assertThat(send(kerbwatch.api, order, unfit.get(0), "")
                        .json()
                        .get("detail")
                        .asText())
                .contains("does not have the skill 'refuse'");
        assertThat(send(kerbwatch.api, order, UUID.randomUUID(), "").status()).isEqualTo(400);
        assertThat(send(kerbwatch.api, order, owl, "").problem(409)).isEqualTo("not-qualified");
        assertThat(send(kerbwatch.as("dispatcher", null), order, owl, ",\"reason\":\"storm\"")
                        .problem(409))
                .isEqualTo("not-qualified");
        send(kerbwatch.as("supervisor", null), order, owl, ",\"reason\":\"storm\"")
                .expect(200);

        JsonNode assignments = kerbwatch.order(order).get("assignments");
        JsonNode last = assignments.get(assignments.size() - 1);
        assertThat(last.get("chosen").asText()).isEqualTo(owl.toString());
        assertThat(last.get("summary").asText()).isEqualTo("chosen by test supervisor");
    }

    @Test
    void anOrderForATeamIsWhoseverOfItAcceptsFirst() {
        UUID team = team("night");
        UUID empty = team("empty");
        UUID order = TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(201));
        Phone li = phone(member("Li", "\"team\":\"" + team + "\""));
        Phone wang = phone(member("Wang", "\"team\":\"" + team + "\""));
        Phone other = phone(member("other"));
        for (UUID nobody : List.of(empty, UUID.randomUUID())) {
            assertThat(sendTeam(order, nobody).status()).isEqualTo(400);
        }
        sendTeam(order, team).expect(200);
        assertThat(receiver(order)).isEqualTo("night");
        assertThat(other.get("/api/v1/crew/orders").expect(200).get("items")).isEmpty();
        assertThat(other.move(order, "accept").problem(409)).isEqualTo("not-the-receiver");
        for (Phone phone : List.of(li, wang)) {
            JsonNode seen =
                    phone.get("/api/v1/crew/orders").expect(200).get("items").get(0);
            assertThat(texts(seen.get("possible"))).containsExactly("accept", "arrive");
        }
        assertThat(li.move(order, "decline").problem(409)).isEqualTo("not-the-receiver");

        li.move(order, "accept").expect(200);
        assertThat(receiver(order)).isEqualTo("Li");
        assertThat(wang.get("/api/v1/crew/orders").expect(200).get("items")).isEmpty();
        assertThat(wang.move(order, "arrive").problem(409)).isEqualTo("not-the-receiver");
        li.move(order, "arrive").expect(200);
    }

    private Api.Answer sendTeam(UUID order, UUID team) {
        return kerbwatch.api.post(
                "/api/v1/orders/" + order + "/events",
                "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"team\",\"id\":\"" + team + "\"}}");
    }

    private static Api.Answer send(Api api, UUID order, UUID member, String more) {
        return api.post(
                "/api/v1/orders/" + order + "/events",
                "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + member + "\"}" + more + "}");
    }

    /** Off duty: the tests' clock begins at 10:00 in Shanghai. */
    private UUID nightTeam() {
        UUID team = team("night");
        kerbwatch
                .api
                .post(
                        "/api/v1/shifts",
                        "{\"team\":\"" + team
                                + "\",\"name\":\"nights\",\"days\":[1,2,3,4,5,6,7],\"starts\":\"22:00\",\"ends\":\"06:00\"}")
                .expect(201);
        return team;
    }

    private UUID team(String name) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/teams", "{\"name\":\"" + name + "\"}")
                .expect(201));
    }

    private UUID member(String name, String... more) {
        String rest = more.length == 0 ? "" : "," + String.join(",", more);
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"" + name + "\"" + rest + "}")
                .expect(201));
    }

    private Phone phone(UUID member) {
        return Phone.signIn(kerbwatch
                .api
                .post("/api/v1/crews/" + member + "/link", "")
                .expect(201)
                .get("url")
                .asText());
    }

    private void dirty() {
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
    }

    private void later(Duration time) {
        kerbwatch.clock.advance(time);
    }

    private UUID onlyOrder() {
        assertThat(kerbwatch.orders()).hasSize(1);
        return TestServer.id(kerbwatch.orders().get(0));
    }

    private String state(UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    private String receiver(UUID order) {
        return kerbwatch.order(order).at("/receiver/name").asText();
    }

    private List<String> events(UUID order) {
        return kerbwatch.order(order).get("history").findValuesAsText("event");
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(one -> texts.add(one.asText()));
        return texts;
    }
}
