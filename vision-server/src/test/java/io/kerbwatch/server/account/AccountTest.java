package io.kerbwatch.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** People sign in, are slowed down, limited, sent away. */
class AccountTest {
    private static final String PASSWORD = "a bin that never overflows";
    private static final TestServer KERBWATCH = TestServer.start();
    private final Api api = KERBWATCH.api;

    @AfterAll
    static void end() {
        KERBWATCH.close();
    }

    /** What one test did wrong at the sign-in must not slow the next one down. */
    @AfterEach
    void forget() {
        KERBWATCH.clock.advance(Duration.ofMinutes(20));
    }

    private JsonNode account(String name, String role, String more) {
        return account(api, name, role, more);
    }

    private static JsonNode account(Api api, String name, String role, String more) {
        return api.post(
                        "/api/v1/accounts",
                        "{\"name\":\"" + name + "\",\"role\":\"" + role + "\",\"password\":\"" + PASSWORD + "\"" + more
                                + "}")
                .expect(201)
                .get("account");
    }

    private static Browser browser() {
        return new Browser(KERBWATCH.server.url());
    }

    private static Browser in(String name) {
        Browser browser = browser();
        Api.Answer answer = browser.signIn(name, PASSWORD);
        assertThat(answer.status()).isEqualTo(303);
        return browser;
    }

    private String path(JsonNode account) {
        return "/api/v1/accounts/" + account.get("id").asText();
    }

    private Api.Answer change(JsonNode account, String body) {
        String tag = api.get(path(account)).header("etag");
        return api.patch(path(account), body, "if-match", tag);
    }

    @Test
    void aTokenForWhatThereIsNotIsRefused() {
        String nothing = UUID.randomUUID().toString();
        assertThat(api.post("/api/v1/tokens", "{\"name\":\"x\",\"role\":\"crew\",\"endpoint\":\"" + nothing + "\"}")
                        .expect(400)
                        .toString())
                .contains("There is no endpoint " + nothing);
        assertThat(api.post("/api/v1/tokens", "{\"name\":\"x\",\"role\":\"viewer\",\"sites\":[\"" + nothing + "\"]}")
                        .expect(400)
                        .toString())
                .contains("/sites/0");
    }

    @Test
    void aPersonSignsInByNameAndPasswordAndActsUnderTheirName() {
        account("Li.Na", "operator", ",\"displayName\":\"李娜\"");
        Browser browser = browser();
        Api.Answer page = browser.get("/sign-in?to=/desk/%23/orders");
        assertThat(page.text()).contains("name=\"password\"").contains("value=\"/desk/#/orders\"");

        // Names are compared as people type them: capitals and full width do not matter.
        Api.Answer entered =
                browser.form("/sign-in", Map.of("name", "ｌｉ.na ", "password", PASSWORD, "to", "/desk/#/orders"));
        assertThat(entered.status()).isEqualTo(303);
        assertThat(entered.header("location")).isEqualTo("/desk/#/orders");
        JsonNode me = browser.get("/api/v1/me").expect(200);
        assertThat(me.get("name").asText()).isEqualTo("李娜");
        assertThat(me.get("role").asText()).isEqualTo("operator");
        assertThat(browser.get("/api/v1/accounts").problem(403)).isEqualTo("forbidden");

        UUID site = KERBWATCH.site("of li na");
        UUID camera = KERBWATCH.camera(site, "10.8.0.1");
        KERBWATCH.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        JsonNode order = null;
        for (JsonNode one : KERBWATCH.orders()) {
            order = one.get("site").asText().equals(site.toString())
                            || one.toString().contains(site.toString())
                    ? one
                    : order;
        }
        assertThat(order).isNotNull();
        String id = order.get("id").asText();
        JsonNode incident =
                KERBWATCH.order(UUID.fromString(id)).get("incidents").get(0);
        browser.send(
                        "POST",
                        "/api/v1/incidents/" + incident.get("id").asText() + "/verdict",
                        "{\"verdict\":\"false\",\"reason\":\"not-full\"}")
                .expect(200);
        assertThat(KERBWATCH.order(UUID.fromString(id)).get("history").toString())
                .contains("李娜");
    }

    @Test
    void itLeadsToPagesOfThisServerOnly() {
        account("led", "viewer", "");
        for (String to :
                List.of("https://evil.example/", "//evil.example", "/\\evil.example", "/desk\r\nx: y", "desk")) {
            Api.Answer entered = browser().form("/sign-in", Map.of("name", "led", "password", PASSWORD, "to", to));
            assertThat(entered.header("location")).as(to).isEqualTo("/desk/");
        }
        assertThat(browser().get("/sign-in?to=%22%3E%3Cscript%3E").text()).doesNotContain("<script");
        Api.Answer wrong = browser().form("/sign-in", Map.of("name", "\"><script>", "password", "x"));
        assertThat(wrong.text()).doesNotContain("<script").contains("&quot;&gt;&lt;script&gt;");
    }

    @Test
    void whoDoesNotGetInLearnsNothing() {
        account("known", "viewer", "");
        JsonNode pending = api.post("/api/v1/accounts", "{\"name\":\"pending\",\"role\":\"viewer\"}")
                .expect(201);
        change(account("away", "viewer", ""), "{\"disabled\":true}").expect(200);
        String said = browser().signIn("known", "wrong").text().replace("known", "NAME");
        for (String name : List.of("unknown", "pending", "away")) {
            Api.Answer refused = browser().signIn(name, PASSWORD);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text().replace(name, "NAME")).isEqualTo(said);
            assertThat(refused.response().headers().allValues("set-cookie")).isEmpty();
        }
        assertThat(browser().signIn("a\0b", "c\0d").status()).isEqualTo(400);
        assertThat(browser().signIn("x".repeat(4000), "y".repeat(4000)).status())
                .isEqualTo(403);
        assertThat(pending.get("account").get("hasPassword").asBoolean()).isFalse();

        // The same work is done: a name that is not there takes no shorter than one that is.
        long known = time("known");
        long unknown = time("nobody at all");
        assertThat((double) Math.min(known, unknown) / Math.max(known, unknown)).isGreaterThan(0.3);
    }

    /** The shortest of three, in nanoseconds. */
    private static long time(String name) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            long began = System.nanoTime();
            assertThat(browser().signIn(name, "wrong").status()).isEqualTo(403);
            least = Math.min(least, System.nanoTime() - began);
        }
        return least;
    }

    @Test
    void aNewAccountSetsItsPasswordByALinkOnce() {
        JsonNode made = api.post("/api/v1/accounts", "{\"name\":\"newcomer\",\"role\":\"dispatcher\"}")
                .expect(201);
        String url = made.get("link").get("url").asText();
        assertThat(url).startsWith(KERBWATCH.server.url() + "/set-password?link=");
        String link = url.substring(url.indexOf('=') + 1);
        Browser browser = browser();
        // Looking at it, as programs that scan mail do, does not use it up; and it is no link to sign in with.
        assertThat(browser.get("/set-password?link=" + link).status()).isEqualTo(200);
        assertThat(browser.get("/set-password?link=" + link).text()).contains("newcomer");
        assertThat(browser.get("/sign-in?link=" + link).status()).isEqualTo(403);
        assertThat(set(browser, link, "short", "short").status()).isEqualTo(400);
        assertThat(set(browser, link, "newcomer  ", "newcomer  ").status()).isEqualTo(400);
        assertThat(set(browser, link, PASSWORD, PASSWORD + "!").status()).isEqualTo(400);

        assertThat(set(browser, link, PASSWORD, PASSWORD).status()).isEqualTo(303);
        assertThat(browser.get("/api/v1/me").expect(200).get("role").asText()).isEqualTo("dispatcher");
        assertThat(set(browser(), link, PASSWORD, PASSWORD).status()).isEqualTo(403);

        // A newer link replaces the older one, and setting a password ends the sessions.
        String path = path(made.get("account"));
        String first = link(path);
        String second = link(path);
        assertThat(set(browser(), first, PASSWORD, PASSWORD).status()).isEqualTo(403);
        KERBWATCH.clock.advance(Duration.ofMinutes(1));
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(set(browser(), second, PASSWORD + "2", PASSWORD + "2").status())
                .isEqualTo(303);
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
        String late = link(path);
        KERBWATCH.clock.advance(Duration.ofHours(24));
        assertThat(browser().get("/set-password?link=" + late).status()).isEqualTo(403);
    }

    private String link(String path) {
        String url = api.post(path + "/link", "").expect(201).get("url").asText();
        return url.substring(url.indexOf('=') + 1);
    }

    private static Api.Answer set(Browser browser, String link, String password, String again) {
        return browser.form("/set-password", Map.of("link", link, "password", password, "again", again));
    }

    @Test
    void passwordsAreLongEnoughAndNotTheName() {
        for (String password : List.of("ninechars", "AAAAAAAAAAAAAA", "Somebody.Here", "x".repeat(201))) {
            assertThat(api.post(
                                    "/api/v1/accounts",
                                    "{\"name\":\"somebody.here\",\"role\":\"viewer\",\"password\":\"" + password
                                            + "\"}")
                            .status())
                    .as(password)
                    .isEqualTo(400);
        }
        account("listed", "viewer", "");
        assertThat(api.get("/api/v1/accounts").text()).contains("listed").doesNotContain("argon2");
    }

    @Test
    void anotherPageCannotSignSomebodyIn() {
        account("victim", "viewer", "");
        Api nobody = new Api(KERBWATCH.server.url(), "");
        String form = "name=victim&password=" + PASSWORD.replace(' ', '+');
        String type = "application/x-www-form-urlencoded";
        assertThat(nobody.post("/sign-in", form, "content-type", type).status()).isEqualTo(403);
        for (String origin : List.of("https://evil.example", "null")) {
            Api.Answer refused = nobody.post("/sign-in", form, "content-type", type, "origin", origin);
            assertThat(refused.problem(403)).isEqualTo("forbidden");
            assertThat(refused.response().headers().allValues("set-cookie")).isEmpty();
        }
        assertThat(nobody.post("/set-password", form, "content-type", type).status())
                .isEqualTo(403);
    }

    @Test
    void aSessionIsAlwaysANewOneAndItsCookieIsForTheBrowserAlone() {
        account("fixed", "viewer", "");
        Browser browser = browser();
        browser.cookies.put("kerbwatch", "chosen-by-somebody-else");
        Api.Answer entered = browser.signIn("fixed", PASSWORD);
        assertThat(entered.response().headers().allValues("set-cookie"))
                .hasSize(2)
                .allMatch(cookie -> cookie.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age="))
                .noneMatch(cookie -> cookie.contains("Secure"));
        String first = browser.cookies.get("kerbwatch");
        assertThat(first).isNotEqualTo("chosen-by-somebody-else").hasSize(43);
        // Signing in again leaves no session behind in the same browser.
        assertThat(browser.signIn("fixed", PASSWORD).status()).isEqualTo(303);
        assertThat(browser.cookies.get("kerbwatch")).isNotEqualTo(first);
        Browser old = browser();
        old.cookies.put("kerbwatch", first);
        assertThat(old.get("/api/v1/me").status()).isEqualTo(401);
        // The cookie by which the browser is known opens nothing.
        Browser known = browser();
        known.cookies.put("kerbwatch", browser.cookies.get("kerbwatch-known"));
        assertThat(known.get("/api/v1/me").status()).isEqualTo(401);
        browser.send("POST", "/api/v1/sign-out", "").expect(204);
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void behindTlsTheCookiesAreSecureAndBoundToTheHost() {
        try (TestServer secure =
                TestServer.start(s -> s.with(Settings.SERVER_PUBLIC_URL, "https://kerbwatch.example"))) {
            String url = "http://127.0.0.1:" + secure.server.port();
            Accounts.NewToken admin = new Accounts.NewToken("tls", "admin", null, null, null, null);
            Api direct = new Api(
                    url,
                    secure.server.accounts().createToken(Caller.SYSTEM, admin).secret());
            account(direct, "tls", "viewer", "");
            Api.Answer entered = new Browser(url).signIn("tls", PASSWORD);
            assertThat(entered.response().headers().allValues("set-cookie"))
                    .hasSize(2)
                    .allMatch(cookie -> cookie.startsWith("__Host-kerbwatch") && cookie.endsWith("; Secure"));
            assertThat(entered.header("strict-transport-security")).startsWith("max-age=");
        }
    }

    @Test
    void guessingGetsSlowerAndARestartForgetsNothing() {
        TestServer first = TestServer.start();
        TestServer[] running = {first};
        try {
            account(first.api, "guessed", "viewer", "");
            Browser owner = new Browser(first.server.url());
            assertThat(owner.signIn("guessed", PASSWORD).status()).isEqualTo(303);
            Browser stranger = new Browser(first.server.url());
            for (int i = 0; i < 5; i++) {
                assertThat(stranger.signIn("guessed", "guess " + i).status()).isEqualTo(403);
            }
            List<Long> pauses = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                Api.Answer wait = stranger.signIn("guessed", PASSWORD);
                assertThat(wait.status()).as("even with the right password").isEqualTo(429);
                long pause = Long.parseLong(wait.header("retry-after"));
                assertThat(wait.text()).contains("wait " + pause + " s");
                pauses.add(pause);
                first.clock.advance(Duration.ofSeconds(pause));
                assertThat(stranger.signIn("guessed", "guess again " + i).status())
                        .isEqualTo(403);
            }
            assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 64L, 120L, 120L);

            // Its owner is not kept out of the browser that they used before, nor is anybody else.
            assertThat(owner.signIn("guessed", PASSWORD).status()).isEqualTo(303);
            assertThat(new Browser(first.server.url())
                            .signIn("somebody else", "x")
                            .status())
                    .isEqualTo(403);
            Duration passed = Duration.between(java.time.Instant.parse("2026-11-23T02:00:00Z"), first.clock.instant());
            first.close();
            TestServer again = first.again();
            running[0] = again;
            again.clock.advance(passed);
            Api.Answer wait = new Browser(again.server.url()).signIn("guessed", PASSWORD);
            assertThat(wait.status()).isEqualTo(429);
            again.clock.advance(Duration.ofSeconds(Long.parseLong(wait.header("retry-after"))));
            assertThat(new Browser(again.server.url())
                            .signIn("guessed", PASSWORD)
                            .status())
                    .isEqualTo(303);
            assertThat(again.api
                            .get("/api/v1/audit?action=session.refuse&limit=200")
                            .expect(200)
                            .get("items"))
                    .as("what was refused unread is not noted")
                    .hasSize(15);
        } finally {
            running[0].close();
        }
    }

    @Test
    void anAddressThatTriesManyNamesIsSlowedDownToo() {
        int refused = 0;
        for (int i = 0; i < 32; i++) {
            refused += browser().signIn("name " + i, "wrong").status() == 403 ? 1 : 0;
        }
        assertThat(refused).isEqualTo(30);
        KERBWATCH.clock.advance(Duration.ofSeconds(60));
        assertThat(browser().signIn("name 33", "wrong").status()).isEqualTo(403);
    }

    @Test
    void attemptsAtOnceAreNoWayAroundAndAFloodLeavesRoomForTheRest() {
        account("flooded", "viewer", "");
        List<CompletableFuture<Integer>> attempts = IntStream.range(0, 24)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> browser().signIn("flooded", "guess " + i).status()))
                .toList();
        assertThat(api.get("/api/v1/sites").status()).isEqualTo(200);
        List<Integer> answers = attempts.stream().map(CompletableFuture::join).toList();
        assertThat(answers).allMatch(status -> status == 403 || status == 429 || status == 503);
        assertThat(answers.stream().filter(status -> status == 403).count()).isBetween(1L, 5L);
    }

    @Test
    void theRightPasswordFromManyBrowsersAtOnce() {
        account("many", "viewer", "");
        List<CompletableFuture<Integer>> attempts = IntStream.range(0, 3)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> browser().signIn("many", PASSWORD).status()))
                .toList();
        assertThat(attempts.stream().map(CompletableFuture::join)).containsOnly(303);
    }

    @Test
    void beingDisabledOrGivenOtherRightsEndsSessionsAndStreamsAtOnce() throws Exception {
        JsonNode account = account("leaving", "supervisor", "");
        Browser browser = in("leaving");
        HttpResponse<InputStream> stream = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(KERBWATCH.server.url() + "/api/v1/events"))
                                .header("cookie", "kerbwatch=" + browser.cookies.get("kerbwatch"))
                                .build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        assertThat(stream.statusCode()).isEqualTo(200);
        change(account, "{\"displayName\":\"Still Here\"}").expect(200);
        assertThat(browser.get("/api/v1/me").expect(200).get("name").asText()).isEqualTo("Still Here");
        change(account, "{\"role\":\"viewer\"}").expect(200);
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
        CompletableFuture<Boolean> ended = CompletableFuture.supplyAsync(() -> {
            try {
                stream.body().readAllBytes();
                return true;
            } catch (java.io.IOException e) {
                return true;
            }
        });
        assertThat(ended.get(20, TimeUnit.SECONDS)).isTrue();

        Browser viewer = in("leaving");
        change(account, "{\"disabled\":true}").expect(200);
        assertThat(viewer.get("/api/v1/me").status()).isEqualTo(401);
        change(account, "{\"disabled\":false}").expect(200);
        assertThat(viewer.get("/api/v1/me").status())
                .as("what has ended stays so")
                .isEqualTo(401);
        Browser last = in("leaving");
        api.delete(path(account)).expect(204);
        assertThat(last.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(browser().signIn("leaving", PASSWORD).status()).isEqualTo(403);
        account("leaving", "viewer", "");
    }

    @Test
    void nobodyGivesMoreThanTheyHave() {
        UUID north = KERBWATCH.site("north of it");
        UUID south = KERBWATCH.site("south of it");
        account("north admin", "admin", ",\"sites\":[\"" + north + "\"]");
        JsonNode whole = account("whole admin", "admin", "");
        JsonNode southern = account("south viewer", "viewer", ",\"sites\":[\"" + south + "\"]");
        Browser limited = in("north admin");

        assertThat(create(limited, "a", "viewer", "")).isEqualTo(403);
        assertThat(create(limited, "b", "viewer", ",\"sites\":[\"" + south + "\"]"))
                .isEqualTo(403);
        assertThat(create(limited, "c", "viewer", ",\"sites\":[\"" + north + "\",\"" + south + "\"]"))
                .isEqualTo(403);
        assertThat(create(limited, "d", "admin", ",\"sites\":[\"" + north + "\"]"))
                .isEqualTo(201);
        for (JsonNode other : List.of(whole, southern)) {
            assertThat(limited.get(path(other)).status()).isEqualTo(404);
            assertThat(limited.send("POST", path(other) + "/link", "").status()).isEqualTo(404);
            assertThat(limited.send("DELETE", path(other), "").status()).isEqualTo(404);
            assertThat(limited.send("PATCH", path(other), "{\"disabled\":true}", "if-match", "\"1\"")
                            .status())
                    .isEqualTo(404);
        }
        assertThat(limited.get("/api/v1/accounts").text()).doesNotContain("whole admin", "south viewer");

        // Nor do they see, or end, what others who are not limited to it came in with.
        String unlimited = api.get("/api/v1/tokens")
                .expect(200)
                .get("items")
                .get(0)
                .get("id")
                .asText();
        assertThat(limited.send("DELETE", "/api/v1/tokens/" + unlimited, "").status())
                .isEqualTo(404);
        assertThat(limited.get("/api/v1/tokens").expect(200).get("items")).isEmpty();
        in("whole admin");
        JsonNode sessions = limited.get("/api/v1/sessions").expect(200).get("items");
        assertThat(sessions.findValuesAsText("name")).containsExactly("north admin");
        for (JsonNode session : api.get("/api/v1/sessions").expect(200).get("items")) {
            if (session.get("name").asText().equals("whole admin")) {
                assertThat(limited.send(
                                        "DELETE",
                                        "/api/v1/sessions/" + session.get("id").asText(),
                                        "")
                                .status())
                        .isEqualTo(404);
            }
        }
        assertThat(limited.get("/api/v1/audit").problem(403)).isEqualTo("forbidden");

        // A token that may make accounts, and not much else, makes no administrators.
        Accounts.NewToken narrow =
                new Accounts.NewToken("narrow", "admin", List.of("read", "accounts:write"), null, null, null);
        Api narrowed = new Api(
                KERBWATCH.server.url(),
                KERBWATCH.server.accounts().createToken(Caller.SYSTEM, narrow).secret());
        assertThat(narrowed.post("/api/v1/accounts", "{\"name\":\"e\",\"role\":\"admin\"}")
                        .status())
                .isEqualTo(403);
        assertThat(narrowed.post(path(whole) + "/link", "").status()).isEqualTo(403);
        assertThat(narrowed.post("/api/v1/accounts", "{\"name\":\"e\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(201);
        for (String role : List.of("viewer", "operator", "dispatcher", "crew", "supervisor", "auditor")) {
            assertThat(KERBWATCH.as(role, null).get("/api/v1/accounts").problem(403))
                    .isEqualTo("forbidden");
        }
        assertThat(api.post(
                                "/api/v1/accounts",
                                "{\"name\":\"f\",\"role\":\"viewer\",\"sites\":[\"" + UUID.randomUUID() + "\"]}")
                        .status())
                .isEqualTo(400);
        api.delete(path(whole));
    }

    private static int create(Browser browser, String name, String role, String more) {
        return browser.send(
                        "POST", "/api/v1/accounts", "{\"name\":\"" + name + "\",\"role\":\"" + role + "\"" + more + "}")
                .status();
    }

    @Test
    void anAccountSeesItsSitesOnly() {
        UUID own = KERBWATCH.site("own site");
        UUID other = KERBWATCH.site("other site");
        account("limited", "operator", ",\"sites\":[\"" + own + "\"]");
        Browser browser = in("limited");
        JsonNode sites = browser.get("/api/v1/sites").expect(200).get("items");
        assertThat(sites).hasSize(1);
        assertThat(sites.get(0).get("id").asText()).isEqualTo(own.toString());
        assertThat(browser.get("/api/v1/sites/" + other).status()).isEqualTo(404);
        UUID camera = KERBWATCH.camera(other, "10.8.0.9");
        assertThat(browser.get("/api/v1/cameras/" + camera).status()).isEqualTo(404);
        KERBWATCH.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
        assertThat(browser.get("/api/v1/orders").expect(200).get("items")).isEmpty();
        assertThat(browser.get("/api/v1/incidents").expect(200).get("items")).isEmpty();
        assertThat(browser.get("/api/v1/me").expect(200).get("sites").get(0).asText())
                .isEqualTo(own.toString());
    }

    @Test
    void somebodyCanAlwaysAdminister() {
        try (TestServer server = TestServer.start()) {
            JsonNode viewer = account(server.api, "viewer", "viewer", "");
            JsonNode first = account(server.api, "first", "admin", "");
            String path = path(first);
            assertThat(server.api.delete(path).problem(409)).isEqualTo("last-administrator");
            for (String change : List.of("{\"disabled\":true}", "{\"role\":\"viewer\"}")) {
                assertThat(server.api.patch(path, change, "if-match", "\"1\"").problem(409))
                        .isEqualTo("last-administrator");
            }
            // One who has no password yet does not count.
            server.api
                    .post("/api/v1/accounts", "{\"name\":\"later\",\"role\":\"admin\"}")
                    .expect(201);
            assertThat(server.api.delete(path).problem(409)).isEqualTo("last-administrator");
            JsonNode second = account(server.api, "second", "admin", "");
            // Two who remove each other at the same time: one stays.
            List<Integer> both = List.of(path, path(second)).stream()
                    .map(one -> CompletableFuture.supplyAsync(
                            () -> server.api.delete(one).status()))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .sorted()
                    .toList();
            assertThat(both).containsExactly(204, 409);
            assertThat(server.api
                            .patch(path(viewer), "{\"role\":\"operator\"}", "if-match", "\"7\"")
                            .problem(412))
                    .isEqualTo("changed-meanwhile");
            assertThat(server.api.patch(path(viewer), "{\"role\":\"operator\"}").problem(428))
                    .isEqualTo("precondition-required");
            assertThat(server.api
                            .post("/api/v1/accounts", "{\"name\":\"VIEWER\",\"role\":\"viewer\"}")
                            .problem(409))
                    .isEqualTo("name-taken");
        }
    }

    @Test
    void onesOwnPasswordAndSessions() {
        account("self", "viewer", "");
        account("neighbour", "viewer", "");
        Browser desk = in("self");
        Browser laptop = in("self");
        Browser neighbour = in("neighbour");
        JsonNode sessions = desk.get("/api/v1/me/sessions").expect(200).get("items");
        assertThat(sessions).hasSize(2);
        assertThat(sessions.findValuesAsText("current")).containsExactlyInAnyOrder("true", "false");
        assertThat(sessions.findValuesAsText("address")).containsOnly("127.0.0.1");
        String foreign = neighbour
                .get("/api/v1/me/sessions")
                .expect(200)
                .get("items")
                .get(0)
                .get("id")
                .asText();
        assertThat(desk.send("DELETE", "/api/v1/me/sessions/" + foreign, "").status())
                .isEqualTo(404);
        assertThat(desk.get("/api/v1/sessions").status()).isEqualTo(403);

        assertThat(password(desk, "not it", "another long one").problem(403)).isEqualTo("wrong-password");
        assertThat(password(desk, PASSWORD, "short").status()).isEqualTo(400);
        assertThat(password(desk, PASSWORD, "another long one").status()).isEqualTo(204);
        assertThat(desk.get("/api/v1/me").status()).isEqualTo(200);
        assertThat(laptop.get("/api/v1/me").status()).isEqualTo(401);
        assertThat(browser().signIn("self", PASSWORD).status()).isEqualTo(403);
        Browser third = browser();
        assertThat(third.signIn("self", "another long one").status()).isEqualTo(303);
        for (JsonNode session : desk.get("/api/v1/me/sessions").expect(200).get("items")) {
            if (!session.get("current").asBoolean()) {
                desk.send("DELETE", "/api/v1/me/sessions/" + session.get("id").asText(), "")
                        .expect(204);
            }
        }
        assertThat(third.get("/api/v1/me").status()).isEqualTo(401);
        // Whoever found the browser open cannot guess the password in it.
        for (int i = 0; i < 5; i++) {
            assertThat(password(desk, "guess " + i, "another long one").status())
                    .isEqualTo(403);
        }
        Api.Answer wait = password(desk, "another long one", "yet another long one");
        assertThat(wait.problem(429)).isEqualTo("too-many-attempts");
        assertThat(wait.header("retry-after")).isEqualTo("1");
        assertThat(api.post("/api/v1/me/password", "{\"old\":\"x\",\"new\":\"y\"}")
                        .problem(409))
                .isEqualTo("no-account");

        String all = api.get("/api/v1/sessions").text();
        assertThat(all).contains("neighbour");
        api.delete("/api/v1/sessions/" + foreign).expect(204);
        assertThat(neighbour.get("/api/v1/me").status()).isEqualTo(401);
    }

    private static Api.Answer password(Browser browser, String old, String wanted) {
        return browser.send("POST", "/api/v1/me/password", "{\"old\":\"" + old + "\",\"new\":\"" + wanted + "\"}");
    }

    @Test
    void theAuditIsFilteredAndExported() {
        String began = KERBWATCH.clock.instant().toString();
        JsonNode account = account("=cmd()", "viewer", "");
        Browser browser = in("=cmd()");
        assertThat(browser().signIn("=cmd()", "wrong").status()).isEqualTo(403);
        KERBWATCH.clock.advance(Duration.ofMinutes(1));
        String ended = KERBWATCH.clock.instant().toString();
        account("after", "viewer", "");
        assertThat(browser.get("/api/v1/audit").status()).isEqualTo(403);
        Api auditor = KERBWATCH.as("auditor", null);
        String window = "/api/v1/audit?from=" + began + "&to=" + ended;
        assertThat(auditor.get(window).expect(200).get("items").findValuesAsText("action"))
                .containsExactly("session.refuse", "session.begin", "account.create");
        assertThat(auditor.get(window + "&action=session").expect(200).get("items"))
                .hasSize(2);
        assertThat(auditor.get(window + "&action=session.begin").expect(200).get("items"))
                .hasSize(1);
        JsonNode own = auditor.get(
                        window + "&actor=account:" + account.get("id").asText())
                .expect(200)
                .get("items");
        assertThat(own).hasSize(1);
        assertThat(own.get(0).get("actorName").asText()).isEqualTo("=cmd()");
        assertThat(own.get(0).get("detail").get("address").asText()).isEqualTo("127.0.0.1");
        assertThat(auditor.get("/api/v1/audit?from=yesterday").status()).isEqualTo(400);

        Api.Answer table = auditor.get(window + "&limit=2", "accept", "text/csv");
        assertThat(table.text().lines().findFirst()).hasValue("id,at,actor,actorName,action,subject,detail");
        assertThat(table.text().lines()).hasSize(3);
        assertThat(table.text()).contains(",'=cmd(),session.begin,").doesNotContain(",=cmd()");
        String more = table.header("link").replaceFirst("^<([^>]*)>; rel=\"next\"$", "$1");
        Api.Answer rest = auditor.get(more, "accept", "text/csv");
        assertThat(rest.text().lines()).hasSize(2);
        assertThat(rest.text()).contains("account.create");
        assertThat(rest.header("link")).isEmpty();
        assertThat(api.get("/api/v1/audit?action=audit.export").expect(200).get("items"))
                .as("who took it away stands in it, too")
                .hasSizeGreaterThanOrEqualTo(2);
        JsonNode page = auditor.get(window + "&limit=2").expect(200);
        assertThat(auditor.get(window + "&before=" + page.get("next").asLong())
                        .expect(200)
                        .get("items"))
                .hasSize(1);
    }

    @Test
    void everyAnswerTellsTheBrowserToBeCareful() {
        Browser browser = browser();
        for (String path : List.of("/sign-in", "/set-password", "/desk/", "/crew/", "/api/v1/me", "/nowhere", "/")) {
            Api.Answer answer = browser.get(path);
            assertThat(answer.header("content-security-policy"))
                    .as(path)
                    .contains("default-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .contains("form-action 'self'")
                    .doesNotContain("unsafe");
            assertThat(answer.header("x-content-type-options")).as(path).isEqualTo("nosniff");
            assertThat(answer.header("x-frame-options")).as(path).isEqualTo("DENY");
            assertThat(answer.header("referrer-policy")).as(path).isIn("no-referrer", "same-origin");
            assertThat(answer.header("cross-origin-opener-policy")).as(path).isEqualTo("same-origin");
            assertThat(answer.header("permissions-policy")).as(path).contains("microphone=()");
        }
        assertThat(browser.get("/docs").header("content-security-policy"))
                .contains("default-src 'none'")
                .contains("frame-ancestors 'none'");
        // Sent with no referrer at all, a form would have the origin "null".
        Api.Answer page = browser.get("/sign-in");
        assertThat(page.header("referrer-policy")).isEqualTo("same-origin");
        assertThat(page.header("cache-control")).isEqualTo("no-store");
        assertThat(page.text()).doesNotContain("<script").doesNotContain("style=");
    }
}
