package io.kerbwatch.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.SettableClock;
import io.kerbwatch.server.platform.Settings;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** People sign in at an identity provider, and nobody gets in by what looks like it. */
class OidcTest {
    private static final String PASSWORD = "a bin that never overflows";
    private static final String CALLBACK = "/sign-in/oidc/callback";

    /** Set to the server's once there is one; until then it stands where that begins. */
    private InstantSource clock = new SettableClock();

    private final FakeProvider provider = new FakeProvider(() -> clock.instant());
    private final UUID north = UUID.randomUUID();
    private TestServer kerbwatch = start(settings -> settings);

    @AfterEach
    void end() {
        kerbwatch.close();
        provider.close();
    }

    private TestServer start(UnaryOperator<Settings> change) {
        TestServer server = TestServer.start(settings -> change.apply(configured(settings)));
        clock = server.clock;
        return server;
    }

    private void restart(UnaryOperator<Settings> change) {
        kerbwatch.close();
        kerbwatch = start(change);
    }

    private Settings configured(Settings settings) {
        return settings.with(Settings.OIDC_ISSUER, provider.issuer())
                .with(Settings.OIDC_CLIENT_ID, FakeProvider.CLIENT)
                .with(Settings.OIDC_CLIENT_SECRET, FakeProvider.SECRET)
                .with(Settings.OIDC_ROLES, "kw-admins=admin,kw-operators=operator,kw-guests=viewer")
                .with(Settings.OIDC_TIMEOUT, "2s");
    }

    private Browser browser() {
        return new Browser(kerbwatch.server.url());
    }

    /** Presses the button; answers where the browser is led to. */
    private static String pressed(Browser browser) {
        Api.Answer begun = browser.get("/sign-in/oidc");
        assertThat(begun.status()).isEqualTo(303);
        return begun.header("location");
    }

    private static String state(String authorizeUrl) {
        return FakeProvider.fields(URI.create(authorizeUrl).getRawQuery()).getOrDefault("state", "");
    }

    private String answered(String authorizeUrl) {
        return CALLBACK + "?code=" + provider.code(authorizeUrl) + "&state=" + state(authorizeUrl);
    }

    private Api.Answer signIn(Browser browser) {
        return browser.get(answered(pressed(browser)));
    }

    private Browser in() {
        Browser browser = browser();
        Api.Answer entered = signIn(browser);
        assertThat(entered.header("location")).isEqualTo("/desk/");
        assertThat(browser.cookies).containsKey("kerbwatch");
        return browser;
    }

    /** Holds an answer that lets nobody in, and says why on the page that it leads to. */
    private void refused(Api.Answer answer, String why) {
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.header("location")).isEqualTo("/sign-in?failed=" + why + "&to=%2Fdesk%2F");
        assertThat(answer.response().headers().allValues("set-cookie")).noneMatch(one -> one.startsWith("kerbwatch="));
        Api.Answer page = browser().get(answer.header("location"));
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("class=\"notice bad\"");
    }

    private JsonNode accounts() {
        return kerbwatch.api.get("/api/v1/accounts").expect(200).get("items");
    }

    private JsonNode audit(String action) {
        return kerbwatch.api.get("/api/v1/audit?action=" + action).expect(200).get("items");
    }

    @Test
    void aPersonSignsInAtTheProviderAndActsUnderTheirName() {
        Browser browser = browser();
        String page = browser.get("/sign-in?to=/desk/%23/orders").text();
        assertThat(page).contains("href=\"/sign-in/oidc?to=%2Fdesk%2F%23%2Forders\">统一身份登录</a>");
        Api.Answer begun = browser.get("/sign-in/oidc?to=%2Fdesk%2F%23%2Forders");
        assertThat(begun.status()).isEqualTo(303);
        assertThat(begun.header("location")).startsWith(provider.issuer() + "/authorize?tenant=1&");
        Map<String, String> asked =
                FakeProvider.fields(URI.create(begun.header("location")).getRawQuery());
        assertThat(asked)
                .containsEntry("response_type", "code")
                .containsEntry("client_id", FakeProvider.CLIENT)
                .containsEntry("scope", "openid profile")
                .containsEntry("redirect_uri", kerbwatch.server.url() + CALLBACK)
                .containsEntry("code_challenge_method", "S256");
        for (String secret : List.of("state", "nonce", "code_challenge")) {
            assertThat(asked.get(secret)).as(secret).hasSize(43);
        }
        String cookie = begun.header("set-cookie");
        assertThat(cookie)
                .startsWith("kerbwatch-oidc=")
                .endsWith("; Path=/; HttpOnly; SameSite=Lax; Max-Age=600")
                .doesNotContain(asked.get("state"));

        // Providers send more than was asked for; it is passed over.
        Api.Answer entered = browser.get(answered(begun.header("location")) + "&session_state=x&scope=openid");
        assertThat(entered.status()).isEqualTo(303);
        assertThat(entered.header("location")).isEqualTo("/desk/#/orders");
        assertThat(entered.response().headers().allValues("set-cookie"))
                .anyMatch(one -> one.startsWith("kerbwatch=")
                        && one.contains("; Path=/; HttpOnly; SameSite=Lax; Max-Age=604800"))
                .anyMatch(one -> one.startsWith("kerbwatch-oidc=;") && one.contains("Max-Age=0"));
        FakeProvider.Redeemed redeemed = provider.redeemed.get(0);
        assertThat(redeemed.form())
                .containsEntry("grant_type", "authorization_code")
                .doesNotContainKey("client_secret");
        assertThat(new String(
                        Base64.getDecoder().decode(redeemed.authorization().substring(6)), StandardCharsets.UTF_8))
                .isEqualTo("kerbwatch:a+secret%3A+with+%25");

        JsonNode me = browser.get("/api/v1/me").expect(200);
        assertThat(me.get("name").asText()).isEqualTo("李娜");
        assertThat(me.get("role").asText()).isEqualTo("operator");
        assertThat(me.get("password").asBoolean()).isFalse();
        JsonNode account = accounts().get(0);
        assertThat(account.get("name").asText()).isEqualTo("li.na");
        assertThat(account.get("issuer").asText()).isEqualTo(provider.issuer());
        assertThat(account.get("hasPassword").asBoolean()).isFalse();
        assertThat(account.get("signedInAt").isNull()).isFalse();
        assertThat(audit("account.create").get(0).get("detail").get("issuer").asText())
                .isEqualTo(provider.issuer());
        assertThat(audit("session.begin").get(0).get("actor").asText())
                .isEqualTo("account:" + account.get("id").asText());

        // Signing in again is the same account and a new session; the old one ends.
        Browser old = browser();
        old.cookies.putAll(browser.cookies);
        assertThat(signIn(browser).header("location")).isEqualTo("/desk/");
        assertThat(accounts()).hasSize(1);
        assertThat(old.get("/api/v1/me").status()).isEqualTo(401);
        // Theirs has a lifetime, and ends when they sign out, as everybody's.
        browser.send("POST", "/api/v1/sign-out", "").expect(204);
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
        Browser idle = in();
        kerbwatch.clock.advance(Duration.ofHours(12));
        assertThat(idle.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void aTokenThatIsNotRightLetsNobodyIn() {
        Map<String, Consumer<ObjectNode>> claims = new LinkedHashMap<>();
        claims.put("nonce of another", token -> token.put("nonce", "x".repeat(43)));
        claims.put("no nonce", token -> token.remove("nonce"));
        claims.put("for another", token -> token.put("aud", "another"));
        claims.put("for nobody", token -> token.remove("aud"));
        claims.put("for others", token -> token.putArray("aud").add("one").add("two"));
        claims.put("for several", token -> token.putArray("aud").add("one").add(FakeProvider.CLIENT));
        claims.put("asked for by another", token -> token.put("azp", "another"));
        claims.put("another issuer", token -> token.put("iss", "https://evil.example"));
        claims.put("no issuer", token -> token.remove("iss"));
        claims.put("expired", token -> token.put("exp", token.get("iat").asLong() - 61));
        claims.put("never expires", token -> token.remove("exp"));
        claims.put("expires in words", token -> token.put("exp", "tomorrow"));
        claims.put("from the future", token -> token.put("iat", token.get("iat").asLong() + 61));
        claims.put("from never", token -> token.remove("iat"));
        claims.put("not yet", token -> token.put("nbf", token.get("iat").asLong() + 61));
        claims.put("about nobody", token -> token.remove("sub"));
        claims.put("about a number", token -> token.put("sub", 7));
        claims.forEach((what, change) -> {
            provider.claims = change;
            refused(signIn(browser()), "answer");
        });
        provider.claims = token -> {};

        FakeProvider.Key stranger = FakeProvider.rsa("first");
        byte[] shown = provider.key.pair().getPublic().getEncoded();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(shown)
                + "\n-----END PUBLIC KEY-----\n";
        String modulus = provider.key.shown().get("n").asText();
        provider.keys.add(FakeProvider.object()
                .put("kty", "oct")
                .put("kid", "shared")
                .put("alg", "HS256")
                .put("k", FakeProvider.encoded("known to all".getBytes(StandardCharsets.UTF_8))));
        Map<String, UnaryOperator<String>> tokens = new LinkedHashMap<>();
        tokens.put("no signature", token -> FakeProvider.unsigned(token, true));
        tokens.put("two parts", token -> FakeProvider.unsigned(token, false));
        tokens.put(
                "public key as secret, PEM",
                token -> FakeProvider.shared(token, "first", pem.getBytes(StandardCharsets.UTF_8)));
        tokens.put("public key as secret, DER", token -> FakeProvider.shared(token, "first", shown));
        tokens.put(
                "public key as secret, modulus",
                token -> FakeProvider.shared(
                        token, "first", Base64.getUrlDecoder().decode(modulus)));
        tokens.put(
                "shared key of the provider",
                token -> FakeProvider.shared(token, "shared", "known to all".getBytes(StandardCharsets.UTF_8)));
        tokens.put("claims changed", token -> {
            String[] parts = token.split("\\.", -1);
            String more = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                    .replace("kw-operators", "kw-admins");
            return parts[0] + "." + FakeProvider.encoded(more.getBytes(StandardCharsets.UTF_8)) + "." + parts[2];
        });
        tokens.put("nothing", token -> "");
        tokens.put("no token", token -> "a.b.c");
        tokens.forEach((what, change) -> {
            provider.token = change;
            refused(signIn(browser()), "answer");
        });
        provider.token = UnaryOperator.identity();
        FakeProvider.Key own = provider.key;
        provider.key = stranger;
        refused(signIn(browser()), "answer");

        assertThat(accounts()).isEmpty();
        assertThat(audit("session.refuse")).hasSize(claims.size() + tokens.size() + 1);
        assertThat(audit("session.refuse").toString()).contains("has expired").contains("not signed by a key");
        provider.key = own;
        in();
        // Clocks may be a little apart.
        provider.claims = token -> token.put("iat", token.get("iat").asLong() + 50);
        in();
        provider.claims = token -> token.put("exp", token.get("iat").asLong() - 50);
        in();
        provider.claims = token -> token.put("azp", FakeProvider.CLIENT)
                .putArray("aud")
                .add("other")
                .add(FakeProvider.CLIENT);
        in();
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesIt() {
        in();
        assertThat(provider.asked).containsEntry("/keys", 1).containsEntry("/.well-known/openid-configuration", 1);
        provider.key = FakeProvider.ec("second");
        provider.keys.removeAll().add(provider.key.shown());
        in();
        assertThat(provider.asked).containsEntry("/keys", 2).containsEntry("/.well-known/openid-configuration", 1);
        in();
        assertThat(provider.asked).containsEntry("/keys", 2);
        // One that the provider does not show is asked for once.
        provider.key = FakeProvider.rsa("third");
        refused(signIn(browser()), "answer");
        assertThat(provider.asked).containsEntry("/keys", 3);
        provider.keys.removeAll();
        refused(signIn(browser()), "unreachable");
    }

    @Test
    void anAnswerIsTakenOnceAndOnlyInTheBrowserThatAskedForIt() {
        Browser browser = browser();
        String url = pressed(browser);
        Browser copy = browser();
        copy.cookies.putAll(browser.cookies);
        String back = answered(url);
        assertThat(browser.get(back).header("location")).isEqualTo("/desk/");
        assertThat(browser.cookies).doesNotContainKey("kerbwatch-oidc");
        refused(copy.get(back), "state");
        assertThat(provider.redeemed).hasSize(1);

        // An answer that somebody else asked for signs nobody in as them.
        String foreign = answered(pressed(browser()));
        refused(browser().get(foreign), "state");
        Browser victim = browser();
        pressed(victim);
        refused(victim.get(foreign), "state");
        assertThat(victim.cookies).doesNotContainKey("kerbwatch-oidc");
        Browser none = browser();
        String code = provider.code(pressed(none));
        refused(none.get(CALLBACK + "?code=" + code), "state");

        Browser changed = browser();
        String asked = answered(pressed(changed));
        changed.cookies.compute(
                "kerbwatch-oidc", (name, value) -> value.substring(0, 60) + "AAAA" + value.substring(64));
        refused(changed.get(asked), "state");
        Browser late = browser();
        asked = answered(pressed(late));
        kerbwatch.clock.advance(OidcAttempt.LIFE);
        refused(late.get(asked), "state");
        assertThat(provider.redeemed).hasSize(1);
        assertThat(accounts()).hasSize(1);
    }

    @Test
    void whatTheProviderRefusesIsSaidInWords() {
        Map<String, String> answers = new LinkedHashMap<>();
        answers.put("&error=access_denied&error_description=%3Cscript%3E", "denied");
        answers.put("&error=server_error", "answer");
        answers.put("", "answer");
        answers.put("&code=", "answer");
        answers.put("&code=made-up", "answer");
        answers.put("&code=%5C%22%7B&session_state=%5Cx", "answer");
        answers.put("&code=x&iss=https%3A%2F%2Fevil.example", "answer");
        answers.forEach((answer, why) -> {
            Browser browser = browser();
            refused(browser.get(CALLBACK + "?state=" + state(pressed(browser)) + answer), why);
        });
        for (OidcFailure failure : OidcFailure.values()) {
            String page = browser()
                    .send("GET", "/sign-in?failed=" + failure.code(), "", "accept-language", "en")
                    .text();
            assertThat(page).contains("role=\"alert\"").doesNotContainPattern("[\\u4e00-\\u9fff]");
            assertThat(browser().get("/sign-in?failed=" + failure.code()).text())
                    .containsPattern("role=\"alert\">[^<]*[\\u4e00-\\u9fff]");
        }
        assertThat(browser().get("/sign-in?failed=%3Cscript%3E").text()).doesNotContain("alert", "<script");

        // A provider that promises to say who it is, is held to it.
        provider.document.put("authorization_response_iss_parameter_supported", true);
        restart(settings -> settings);
        Browser silent = browser();
        refused(silent.get(answered(pressed(silent))), "answer");
        Browser named = browser();
        String back = answered(pressed(named)) + "&iss=" + provider.issuer().replace("/", "%2F");
        assertThat(named.get(back).header("location")).isEqualTo("/desk/");
    }

    @Test
    void itLeadsToPagesOfThisServerOnly() {
        for (String to : List.of("https%3A%2F%2Fevil.example%2F", "%2F%2Fevil.example", "desk")) {
            Browser browser = browser();
            Api.Answer begun = browser.get("/sign-in/oidc?to=" + to);
            assertThat(begun.status()).as(to + " " + begun.text()).isEqualTo(303);
            assertThat(browser.get(answered(begun.header("location"))).header("location"))
                    .as(to)
                    .isEqualTo("/desk/");
        }
        // What is only in the address of the answer counts for nothing.
        Browser browser = browser();
        String url = pressed(browser);
        assertThat(browser.get(answered(url) + "&to=%2Fcrew%2F").header("location"))
                .isEqualTo("/desk/");
    }

    @Test
    void withoutTheProviderTheServerStartsAndItsOwnAccountsWork() {
        kerbwatch.close();
        int port = provider.port();
        provider.close();
        kerbwatch = start(settings -> settings);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> browser().get("/sign-in").text().contains("暂时连接不上"));
        kerbwatch
                .api
                .post("/api/v1/accounts", "{\"name\":\"local\",\"role\":\"viewer\",\"password\":\"" + PASSWORD + "\"}")
                .expect(201);
        refused(browser().get("/sign-in/oidc"), "unreachable");
        assertThat(browser().signIn("local", PASSWORD).status()).isEqualTo(303);

        try (FakeProvider back = new FakeProvider(() -> clock.instant(), port)) {
            Browser browser = browser();
            String url = pressed(browser);
            assertThat(browser.get("/sign-in").text()).doesNotContain("暂时连接不上");
            String answer = CALLBACK + "?code=" + back.code(url) + "&state=" + state(url);
            assertThat(browser.get(answer).header("location")).isEqualTo("/desk/");
        }
    }

    @Test
    void aProviderThatBehavesBadlyHarmsNobody() {
        Map<String, FakeProvider.Misbehaviour> bad = new LinkedHashMap<>();
        bad.put("500", (path, exchange) -> {
            exchange.sendResponseHeaders(500, -1);
            return true;
        });
        bad.put("a page of errors", (path, exchange) -> {
            byte[] page = "<html>oops</html>".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            return true;
        });
        bad.put("redirect", (path, exchange) -> {
            exchange.getResponseHeaders().set("location", provider.issuer() + "/elsewhere" + path);
            exchange.sendResponseHeaders(302, -1);
            return true;
        });
        bad.put("endless", (path, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('"');
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(new byte[1 << 20]);
            }
            return true;
        });
        bad.put("slow", (path, exchange) -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 100; i++) {
                exchange.getResponseBody().write(' ');
                exchange.getResponseBody().flush();
                TimeUnit.MILLISECONDS.sleep(100);
            }
            return true;
        });
        for (Map.Entry<String, FakeProvider.Misbehaviour> one : bad.entrySet()) {
            provider.misbehaviour = (path, exchange) -> false;
            restart(settings -> settings);
            Browser browser = browser();
            String url = pressed(browser);
            provider.misbehaviour =
                    (path, exchange) -> path.equals("/token") && one.getValue().done(path, exchange);
            long began = System.nanoTime();
            Api.Answer answer = browser.get(answered(url));
            assertThat(answer.header("location")).as(one.getKey()).startsWith("/sign-in?failed=");
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .as(one.getKey())
                    .isLessThan(Duration.ofSeconds(8));
            provider.misbehaviour = one.getValue();
            kerbwatch.clock.advance(Duration.ofHours(2));
            refused(browser().get("/sign-in/oidc"), "unreachable");
        }
        assertThat(provider.asked.keySet()).noneMatch(path -> path.contains("elsewhere"));

        // While it hangs, a few wait for it and nobody else is kept.
        List<CompletableFuture<String>> many = IntStream.range(0, 12)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> browser().get("/sign-in/oidc").header("location")))
                .toList();
        long began = System.nanoTime();
        assertThat(browser().get("/sign-in").status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(2));
        assertThat(many.stream().map(CompletableFuture::join))
                .allMatch(location -> location.startsWith("/sign-in?failed="))
                .anyMatch(location -> location.startsWith("/sign-in?failed=busy"));

        provider.misbehaviour = (path, exchange) -> false;
        for (Consumer<ObjectNode> wrong : List.<Consumer<ObjectNode>>of(
                document -> document.put("issuer", provider.issuer() + "/"),
                document -> document.remove("issuer"),
                document -> document.remove("token_endpoint"),
                document -> document.put("jwks_uri", "file:///etc/passwd"),
                document -> document.put("authorization_endpoint", "javascript:alert(1)"))) {
            ObjectNode right = provider.document.deepCopy();
            wrong.accept(provider.document);
            refused(browser().get("/sign-in/oidc"), "unreachable");
            provider.document.removeAll().setAll(right);
        }
        in();
    }

    @Test
    void groupsGiveRolesAndSites() {
        provider.document.remove("userinfo_endpoint");
        restart(settings -> settings.with(Settings.OIDC_SITES, "kw-admins=all,北=" + north + ",kw-guests=" + north)
                .with(Settings.OIDC_GROUPS_CLAIM, "realm.groups"));
        provider.person.putObject("realm").putArray("groups").add("kw-operators");
        provider.person.remove("groups");
        refused(signIn(browser()), "group");
        assertThat(accounts()).isEmpty();
        assertThat(audit("session.refuse").get(0).toString()).contains("li.na").contains("group");

        provider.person
                .putObject("realm")
                .putArray("groups")
                .add("other")
                .add("kw-operators")
                .add("北");
        JsonNode me = in().get("/api/v1/me").expect(200);
        assertThat(me.get("role").asText()).isEqualTo("operator");
        assertThat(me.get("sites").get(0).asText()).isEqualTo(north.toString());
        provider.person
                .putObject("realm")
                .putArray("groups")
                .add("kw-guests")
                .add("kw-admins")
                .add("北");
        me = in().get("/api/v1/me").expect(200);
        assertThat(me.get("role").asText()).isEqualTo("admin");
        assertThat(me.get("sites")).isEmpty();
        provider.person.putObject("realm").put("groups", "kw-guests");
        assertThat(in().get("/api/v1/me").expect(200).get("role").asText()).isEqualTo("viewer");
        provider.person.putObject("realm").put("groups", "kw-guests kw-admins");
        refused(signIn(browser()), "group");
        for (String strange : List.of("null", "7", "{\"kw-admins\":true}", "[[\"kw-admins\"]]", "[]")) {
            provider.person.putObject("realm").set("groups", Json.tree(strange));
            refused(signIn(browser()), "group");
        }
    }

    @Test
    void groupsAreAskedForWhereTheTokenHasNone() {
        provider.person.remove("groups");
        refused(signIn(browser()), "answer"); // the userinfo endpoint tells of nobody
        provider.info.put("sub", "somebody else").putArray("groups").add("kw-admins");
        refused(signIn(browser()), "answer");
        provider.info.put("sub", "248289761001").put("preferred_username", "not.believed");
        JsonNode me = in().get("/api/v1/me").expect(200);
        assertThat(me.get("role").asText()).isEqualTo("admin");
        assertThat(accounts().get(0).get("name").asText()).isEqualTo("li.na");
        provider.document.remove("userinfo_endpoint");
        kerbwatch.clock.advance(Duration.ofHours(2));
        refused(signIn(browser()), "group");
    }

    @Test
    void otherGroupsAreOtherRightsAtTheNextSignIn() {
        Browser first = in();
        assertThat(first.get("/api/v1/accounts").status()).isEqualTo(403);
        provider.groups("kw-admins");
        provider.person.put("name", "Li Na");
        Browser second = in();
        assertThat(second.get("/api/v1/accounts").status()).isEqualTo(200);
        assertThat(first.get("/api/v1/me").status())
                .as("begun with other rights")
                .isEqualTo(401);
        assertThat(accounts()).hasSize(1);
        assertThat(accounts().get(0).get("displayName").asText()).isEqualTo("Li Na");
        assertThat(accounts().get(0).get("version").asInt()).isEqualTo(2);
        assertThat(audit("account.change")).hasSize(1);
        // The same rights as before end nothing.
        Browser third = in();
        assertThat(second.get("/api/v1/me").status()).isEqualTo(200);
        provider.groups("strangers");
        refused(signIn(browser()), "group");
        assertThat(third.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void anAccountIsKnownByItsSubjectAndNotByItsName() {
        JsonNode local = kerbwatch
                .api
                .post("/api/v1/accounts", "{\"name\":\"li.na\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}")
                .expect(201)
                .get("account");
        assertThat(local.get("issuer").isNull()).isTrue();
        provider.groups("kw-guests");
        provider.person.put("email", "li.na").put("email_verified", true);
        Browser theirs = in();
        assertThat(theirs.get("/api/v1/me").expect(200).get("role").asText()).isEqualTo("viewer");
        assertThat(accounts()).hasSize(2);
        Browser own = browser();
        assertThat(own.signIn("li.na", PASSWORD).status()).isEqualTo(303);
        JsonNode me = own.get("/api/v1/me").expect(200);
        assertThat(me.get("role").asText()).isEqualTo("admin");
        assertThat(me.get("password").asBoolean()).isTrue();
        assertThat(me.get("account")).isEqualTo(local.get("id"));
        // Nor by the name at the provider, which may be given to somebody else there.
        provider.person.put("sub", "another").put("preferred_username", "LI.NA\u0000\n");
        in();
        assertThat(accounts()).hasSize(3);
        assertThat(kerbwatch
                        .api
                        .post("/api/v1/accounts", "{\"name\":\"only.there\",\"role\":\"viewer\"}")
                        .status())
                .isEqualTo(201);
        // What the provider says fits into a name, whatever it is.
        provider.person
                .put("sub", "x".repeat(255))
                .put("preferred_username", "\ud83d\ude9b".repeat(200))
                .put("name", " ");
        in();
        assertThat(accounts().findValuesAsText("displayName")).contains("\ud83d\ude9b".repeat(100));
    }

    @Test
    void itsAccountsHaveNoPasswordAndAreChangedAtTheProvider() {
        Browser browser = in();
        JsonNode account = accounts().get(0);
        String path = "/api/v1/accounts/" + account.get("id").asText();
        assertThat(kerbwatch.api.post(path + "/link", "").problem(409)).isEqualTo("signs-in-elsewhere");
        assertThat(browser.send("POST", "/api/v1/me/password", "{\"old\":\"\",\"new\":\"" + PASSWORD + "\"}")
                        .problem(409))
                .isEqualTo("signs-in-elsewhere");
        assertThat(browser().signIn("li.na", "").status()).isEqualTo(403);
        for (String change : List.of("{\"role\":\"admin\"}", "{\"name\":\"x\"}", "{\"sites\":[]}")) {
            assertThat(kerbwatch.api.patch(path, change, "if-match", "\"1\"").problem(409))
                    .isEqualTo("signs-in-elsewhere");
        }

        kerbwatch.api.patch(path, "{\"disabled\":true}", "if-match", "\"1\"").expect(200);
        assertThat(browser.get("/api/v1/me").status()).isEqualTo(401);
        refused(signIn(browser()), "disabled");
        assertThat(audit("session.refuse").get(0).get("subject").asText())
                .isEqualTo(account.get("id").asText());
        kerbwatch.api.patch(path, "{\"disabled\":false}", "if-match", "\"2\"").expect(200);
        in();
        kerbwatch.api.delete(path).expect(204);
        in();
        assertThat(accounts()).hasSize(1);
        assertThat(accounts().get(0).get("id")).isNotEqualTo(account.get("id"));
    }

    @Test
    void whoeverAdministersThereAloneDoesNotReplaceOneHere() {
        JsonNode local = kerbwatch
                .api
                .post("/api/v1/accounts", "{\"name\":\"root\",\"role\":\"admin\",\"password\":\"" + PASSWORD + "\"}")
                .expect(201)
                .get("account");
        provider.groups("kw-admins");
        in();
        // The provider may be away when an administrator is needed.
        assertThat(kerbwatch
                        .api
                        .delete("/api/v1/accounts/" + local.get("id").asText())
                        .problem(409))
                .isEqualTo("last-administrator");
    }

    @Test
    void aClientMayBePublicOrSendItsSecretInTheForm() {
        provider.document.putArray("token_endpoint_auth_methods_supported").add("client_secret_post");
        restart(settings -> settings);
        in();
        assertThat(provider.redeemed.get(0).authorization()).isEqualTo("null");
        assertThat(provider.redeemed.get(0).form())
                .containsEntry("client_id", FakeProvider.CLIENT)
                .containsEntry("client_secret", FakeProvider.SECRET);
        restart(settings -> settings.with(Settings.OIDC_CLIENT_SECRET, ""));
        in();
        assertThat(provider.redeemed.get(1).form())
                .containsEntry("client_id", FakeProvider.CLIENT)
                .doesNotContainKey("client_secret");
    }

    @Test
    void behindTlsTheCookieIsSecureAndTheLabelIsShownAsText() {
        restart(settings -> settings.with(Settings.SERVER_PUBLIC_URL, "https://kerbwatch.example")
                .with(Settings.OIDC_LABEL, "City <b>ID</b>"));
        Browser browser = new Browser("http://127.0.0.1:" + kerbwatch.server.port());
        assertThat(browser.get("/sign-in").text()).contains("City &lt;b&gt;ID&lt;/b&gt;</a>");
        Api.Answer begun = browser.get("/sign-in/oidc");
        assertThat(begun.header("set-cookie"))
                .startsWith("__Host-kerbwatch-oidc=")
                .endsWith("; Secure");
        assertThat(begun.header("location")).contains("redirect_uri=https%3A%2F%2Fkerbwatch.example%2Fsign-in%2Foidc");
    }

    @Test
    void whatIsSetHalfStopsTheStartAndNothingSetIsNoButton() {
        assertThatThrownBy(() -> start(settings -> settings.with(Settings.OIDC_CLIENT_ID, "")))
                .hasMessageContaining("oidc.client-id");
        assertThatThrownBy(() -> start(settings -> settings.with(Settings.OIDC_ROLES, "")))
                .hasMessageContaining("oidc.roles");
        restart(settings -> settings.with(Settings.OIDC_ISSUER, ""));
        assertThat(browser().get("/sign-in").text()).doesNotContain("oidc");
        assertThat(browser().get("/sign-in/oidc").problem(404)).isEqualTo("not-found");
        assertThat(browser().get(CALLBACK + "?code=x&state=y").problem(404)).isEqualTo("not-found");
    }
}
