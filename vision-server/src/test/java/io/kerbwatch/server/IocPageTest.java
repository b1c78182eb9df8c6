package io.kerbwatch.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The control room as somebody in front of its wall sees it, in a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IocPageTest {
    private static final double SOON = 15_000;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private TestServer kerbwatch;
    private CutLine line;
    private Browser browser;
    private BrowserContext context;
    private Page page;
    private UUID gate;
    private UUID well;
    private UUID member;

    @BeforeAll
    void aDistrict() throws Exception {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the control room was not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        kerbwatch = TestServer.start();
        opened.push(kerbwatch);
        // Days before this machine's time, and far from midnight, at which figures begin anew: a wall goes by the
        // server.
        gate = place("东门 East Gate", "refuse-station", "白石村", 22.5462, 114.0596);
        well = place("古井 Old Well", "refuse-station", "新围村", 22.5400, 114.0500);
        place("白石路 Baishi Road", "road", "白石村", 22.5470, 114.0620);
        place("北环 North Ring", "road", "新围村", 22.5410, 114.0520);
        UUID team = TestServer.id(
                kerbwatch.api.post("/api/v1/teams", "{\"name\":\"北组\"}").expect(201));
        member = TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"李阿姨\",\"team\":\"" + team + "\"}")
                .expect(201));
        UUID camera = kerbwatch.camera(gate, "10.0.0.1");
        kerbwatch.lookAtDevices();
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID first = TestServer.id(kerbwatch.orders().get(0));
        sent(first);
        move(first, "{\"event\":\"accept\"}");
        kerbwatch.clock.advance(Duration.ofMinutes(5));
        move(first, "{\"event\":\"arrive\"}");
        move(first, "{\"event\":\"done\"}");
        kerbwatch.clock.advance(Duration.ofMinutes(2));
        kerbwatch.answer(Verification.Outcome.CLEAN);
        kerbwatch.clock.advance(Duration.ofMinutes(20));
        UUID second = file(well);
        sent(second);
        move(second, "{\"event\":\"accept\"}");
        kerbwatch
                .api
                .post("/api/v1/orders/" + second + "/suspension-requests", "{\"reason\":\"道路封闭\"}")
                .expect(201);
        kerbwatch.clock.advance(Duration.ofMinutes(33));
        line = new CutLine(kerbwatch.server.port());
        opened.push(line);
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        opened.push(playwright);
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(chromium))
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking")));
    }

    @AfterAll
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            AutoCloseable each = opened.pop();
            each.close();
        }
    }

    @BeforeEach
    void open() {
        line.mend();
        context = browser.newContext(
                new Browser.NewContextOptions().setLocale("zh-CN").setViewportSize(1920, 1080));
        page = context.newPage();
        wrong.clear();
        page.onPageError(wrong::add);
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") && !message.text().contains("net::ERR")) {
                wrong.add(message.text());
            }
        });
        page.onRequest(request -> {
            if (!request.url().startsWith(line.url())
                    && !request.url().startsWith("blob:")
                    && !request.url().startsWith("data:")) {
                wrong.add("asked for " + request.url());
            }
        });
        page.navigate(kerbwatch.server.signInLink().replace(kerbwatch.server.url(), line.url()));
        page.navigate(line.url() + "/ioc/");
        assertThat(page.locator("#link.on")).isVisible(within());
        assertThat(page.locator("[data-figure=filed] b")).isVisible(within());
    }

    @AfterEach
    void close() {
        if (context != null) {
            context.close();
        }
        // What a test that failed left behind fails no other.
        for (JsonNode left : kerbwatch
                .api
                .get("/api/v1/orders?open=true&site=" + gate)
                .expect(200)
                .get("items")) {
            move(TestServer.id(left), "{\"event\":\"cancel\",\"reason\":\"试\"}");
        }
        assertThat(wrong).as("errors of the page, and requests elsewhere").isEmpty();
    }

    @Test
    void everyNumberLeadsToItsOrders() {
        assertThat(page.locator("[data-figure=closed] b")).hasText("1");
        assertThat(page.locator("[data-figure='arrived-in-time'] b")).containsText("100");
        page.locator("[data-figure=closed]").click();
        assertThat(page.locator("dialog .behind li")).hasCount(1);
        page.locator("dialog .behind button").click();
        assertThat(page.locator("dialog").last()).containsText("东门 East Gate");
        assertThat(page.locator("dialog .pair img")).hasCount(2);
        assertThat(page.locator("dialog").last()).not().containsText("false");
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        assertThat(page.locator(".panel.groups tbody tr")).hasCount(2);
        page.locator("[data-group=team]").click();
        assertThat(page.locator(".panel.groups tbody")).containsText("北组");
        assertThat(page.locator("[data-hand]").first()).containsText("李阿姨");
        assertThat(page.locator("[data-health=camera]")).containsText("/1");
        assertThat(page.locator("[data-pair] img")).hasCount(2);
        assertThat(page.locator("#map canvas").first()).isVisible();
    }

    @Test
    void behindAPointOfACurveStandWhatItIsMadeOf() {
        // In the hour from ten two orders were filed and one was closed; a plot's place and scale are its own.
        pointAt("orders", "filed", "10");
        assertThat(page.locator("dialog h2, dialog header").first()).containsText("立案 · 11/23 10:00–11:00");
        assertThat(page.locator("dialog .behind li")).hasCount(2);
        page.locator("dialog .behind button", new Page.LocatorOptions()).first().click();
        assertThat(page.locator("dialog").last()).containsText("在工作台打开");
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        pointAt("orders", "closed", "10");
        assertThat(page.locator("dialog .behind li")).hasCount(1);
        page.keyboard().press("Escape");
        pointAt("incidents", "incidents", "10");
        assertThat(page.locator("dialog [data-part=incident]")).hasCount(2);
        page.locator("dialog [data-part=incident] button").first().click();
        assertThat(page.locator("dialog").last()).containsText("在工作台打开");
    }

    /** Clicks where a plot draws the value of an hour of today. */
    private void pointAt(String plot, String curve, String hour) {
        assertThat(page.locator("dialog")).hasCount(0);
        Object point = page.evaluate(
                "([plot, name, hour]) => { const element = document.getElementById('curves');"
                        + " const chart = echarts.getInstanceByDom(element); const option = chart.getOption();"
                        + " const gridIndex = ['incidents', 'orders', 'visitors', 'dust'].indexOf(plot);"
                        + " const at = option.xAxis[gridIndex].data.indexOf(hour);"
                        + " const [today] = option.series.filter((one) => one.xAxisIndex === gridIndex"
                        + " && one.name.endsWith('本日')).slice(name === 'closed' ? 1 : 0);"
                        + " const [x, y] = chart.convertToPixel({ gridIndex }, [at, today.data[at]]);"
                        + " const box = element.getBoundingClientRect(); return [box.x + x, box.y + y]; }",
                List.of(plot, curve, hour));
        List<?> xy = (List<?>) point;
        page.mouse().click(((Number) xy.get(0)).doubleValue(), ((Number) xy.get(1)).doubleValue());
        assertThat(page.locator("dialog")).isVisible();
    }

    @Test
    void behindAMarkOfSeveralPlacesStandTheirOrders() {
        for (int i = 0; i < 6; i++) {
            page.waitForResponse(response -> response.url().contains("/api/v1/map?"), () -> page.locator(".ol-zoom-out")
                    .click());
        }
        // All is one mark now, in the middle; it is drawn once its answer is there.
        page.waitForTimeout(500);
        page.locator("#map").click();
        assertThat(page.locator("dialog")).containsText("4 个点位的未结工单");
        assertThat(page.locator("dialog .behind")).containsText("古井 Old Well");
        page.locator("dialog [name=closer]").click();
        assertThat(page.locator("dialog")).hasCount(0);
    }

    @Test
    void theWholeDistrictIsShownAgainAtOnce() {
        Locator whole = page.locator("[name=whole]");
        Locator away = page.locator(".ol-zoom-in");
        lookedAt(away);
        String home = lookedAt(whole);
        assertThat(lookedAt(away)).isNotEqualTo(home);
        assertThat(lookedAt(whole)).isEqualTo(home);
        // What leaves the map less room shows all of it in what is left; for whoever looks closer it shows the same.
        page.waitForResponse(response -> response.url().contains("/api/v1/map?"), () -> page.locator("[name=playback]")
                .click());
        Object inside = page.evaluate("async (places) => { const { get } = await import('/desk/js/api.js');"
                + " const asked = performance.getEntriesByType('resource').map((one) => one.name)"
                + ".filter((name) => name.includes('/api/v1/map?') && name.includes('bbox')).at(-1);"
                + " const part = await get(asked.slice(asked.indexOf('/map?')).replace(/&at=[^&]*/, ''));"
                + " return part.items.reduce((sum, one) => sum + one.places, 0); }");
        assertThat(inside).isEqualTo(4);
    }

    /** Which part of the map is asked for after a click. */
    private String lookedAt(Locator button) {
        return page.waitForResponse(response -> response.url().contains("/api/v1/map?"), button::click)
                .url();
    }

    @Test
    void theSameOrderForVeryManyPlacesGoesInParts() {
        List<Integer> asked = new CopyOnWriteArrayList<>();
        StringBuilder roads = new StringBuilder();
        for (int i = 0; i < 450; i++) {
            roads.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"%d\",\"name\":\"road %d\",\"village\":\"\",\"kind\":\"road\"}".formatted(i, i));
        }
        page.route(
                "**/api/v1/sites",
                route -> route.fulfill(new Route.FulfillOptions()
                        .setContentType("application/json")
                        .setBody("{\"items\":[" + roads + "]}")));
        page.route("**/api/v1/orders/mass", route -> {
            int sites = Json.tree(route.request().postData()).get("sites").size();
            asked.add(sites);
            String filed = "{\"order\":\"1\",\"joined\":false},".repeat(sites);
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody("{\"items\":[" + filed.substring(0, filed.length() - 1) + "]}"));
        });
        page.locator("[name=mass]").click();
        page.locator("dialog [name=seek]").fill("ROAD 44");
        assertThat(page.locator("dialog .ticks label:visible")).hasCount(11);
        page.locator("dialog [name=all]").check();
        page.locator("dialog [name=seek]").fill("");
        assertThat(page.locator("dialog .ticks input:checked")).hasCount(11);
        assertThat(page.locator("dialog .stack > .small").last()).hasText("已选 11 / 450");
        assertThat(page.locator("dialog [name=all]")).not().isChecked(); // it ticked what was seen then
        page.locator("dialog [name=all]").check();
        page.locator("dialog [name=all]").uncheck();
        assertThat(page.locator("dialog .ticks input:checked")).hasCount(0);
        page.locator("dialog [name=all]").check();
        page.locator("dialog [name=note]").fill("台风后清扫");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator(".toast")).containsText("已立案 450 张");
        assertThat(asked).containsExactly(200, 200, 50);
    }

    @Test
    void whatHappensIsSeenWithoutAReload() {
        int open = Integer.parseInt(page.locator("[data-figure=open] b").innerText());
        UUID order = file(gate);
        assertThat(page.locator("[data-figure=open] b")).hasText(String.valueOf(open + 1), soonText());
        assertThat(page.locator(".panel.orders")).containsText("东门 East Gate");
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
        assertThat(page.locator("[data-figure=open] b")).hasText(String.valueOf(open), soonText());
    }

    @Test
    void aLostLineIsShownAndCaughtUp() {
        int open = Integer.parseInt(page.locator("[data-figure=open] b").innerText());
        line.cut();
        assertThat(page.locator("#link.off")).isVisible(within());
        assertThat(page.locator("#notice")).containsText("连接中断");
        UUID order = file(gate);
        line.mend();
        assertThat(page.locator("#link.on")).isVisible(within());
        assertThat(page.locator("#notice")).isHidden();
        assertThat(page.locator("[data-figure=open] b")).hasText(String.valueOf(open + 1), soonText());
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    /** Nothing tells that the line is dead: neither side hears anything. */
    @Test
    void aLineThatDiedWithoutAWordIsFollowedAnew() {
        String open = page.locator("[data-figure=open] b").innerText();
        line.forget();
        UUID order = file(gate);
        page.evaluate("() => { const real = performance.now.bind(performance); const ahead = 41_000;"
                + " performance.now = () => real() + ahead; }");
        assertThat(page.locator("[data-figure=open] b"))
                .hasText(String.valueOf(Integer.parseInt(open) + 1), soonText());
        assertThat(page.locator("#link.on")).isVisible(within());
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    /** As when a server is busy for a moment, while news still come. */
    @Test
    void anAnswerThatFailsIsAskedForAgain() {
        int open = Integer.parseInt(page.locator("[data-figure=open] b").innerText());
        page.route("**/api/v1/wall?*", Route::abort);
        UUID order = file(gate);
        assertThat(page.locator("#link.off")).isVisible(within());
        assertThat(page.locator("#notice")).containsText("连接中断");
        page.unroute("**/api/v1/wall?*");
        assertThat(page.locator("#link.on")).isVisible(within());
        assertThat(page.locator("#notice")).isHidden();
        assertThat(page.locator("[data-figure=open] b")).hasText(String.valueOf(open + 1), soonText());
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    /** Its clock is days ahead of the server's here. */
    @Test
    void aWallGoesByTheServersClock() {
        assertThat(page.locator("#clock")).containsText("11/23");
        AtomicInteger asked = new AtomicInteger();
        page.onRequest(request -> {
            if (request.url().contains("/api/v1/wall")) {
                asked.incrementAndGet();
            }
        });
        // Five seconds in which nothing happens; what another test began may still be told in some.
        for (int i = 0; i < 6; i++) {
            asked.set(0);
            page.evaluate("window.seen = new Set()");
            page.waitForFunction(
                    "() => { window.seen.add(document.getElementById('clock').textContent); return window.seen.size > 5; }",
                    null,
                    new Page.WaitForFunctionOptions().setTimeout(SOON));
            if (asked.get() < 2) {
                return;
            }
        }
        throw new AssertionError("the wall reads on and on although nothing happens");
    }

    /** The page's clock jumps by a night while nothing runs, as when a machine sleeps. */
    @Test
    void aWallThatSleptForANightShowsNowAgain() {
        page.evaluate("() => { const real = Date.now; window.ahead = 0; window.reads = 0; const send = window.fetch;"
                + " window.fetch = (...all) => { if (String(all[0]).includes('/wall?')) window.reads++; return send(...all); };"
                + " Date.now = () => real() + window.ahead; }");
        CDPSession browsers = context.newCDPSession(page);
        browsers.send("Page.setWebLifecycleState", state("frozen"));
        line.forget();
        kerbwatch.clock.advance(Duration.ofHours(2));
        UUID order = file(gate);
        kerbwatch.clock.advance(Duration.ofHours(7));
        assertThat(page.locator(".panel.orders")).not().containsText("东门 East Gate");
        page.evaluate("() => { window.ahead = 9 * 3600 * 1000; window.reads = 0; }");
        browsers.send("Page.setWebLifecycleState", state("active"));
        // Within less than what a silent line is given: it is the sleep that is noticed.
        assertThat(page.locator(".panel.orders")).containsText("东门 East Gate", soonContained());
        assertThat(page.locator("#link.on")).isVisible(within());
        assertThat(page.locator("#clock")).containsText("20:", soonContained());
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
        assertThat(page.locator(".panel.orders")).not().containsText("东门 East Gate", soonContained());
    }

    private static JsonObject state(String state) {
        JsonObject object = new JsonObject();
        object.addProperty("state", state);
        return object;
    }

    @Test
    void inPlaybackANumberLeadsToTheOrdersOfThatMoment() {
        page.locator("[name=playback]").click();
        page.locator("[name=play]").click();
        page.locator("[name=day]").fill("2026-11-23");
        goTo("10:08");
        assertThat(page.locator("[data-figure=closed] b")).hasText("1", soonText());
        page.locator("[data-figure=closed]").click();
        assertThat(page.locator("dialog .behind li")).hasCount(1);
        page.keyboard().press("Escape");
        page.locator("[data-figure=open]").click();
        assertThat(page.locator("dialog .none")).isVisible();
        page.keyboard().press("Escape");
        goTo("10:03");
        assertThat(page.locator("[data-figure=open] b")).hasText("1", soonText());
        page.locator(".panel.groups tbody tr", new Page.LocatorOptions().setHasText("白石村"))
                .locator("button")
                .nth(2)
                .click();
        assertThat(page.locator("dialog .behind")).containsText("东门 East Gate");
        page.locator("dialog .behind button").click();
        assertThat(page.locator("dialog").last()).containsText("工单现在的情况");
        assertThat(page.locator("dialog [data-event]")).hasCount(0);
        page.keyboard().press("Escape");
        page.keyboard().press("Escape");
        // A place of the map, as a click on its mark opens it: what was open there then, and nothing of now.
        page.evaluate(
                "async ([id, at]) => { const { openPlace } = await import('/ioc/js/decide.js');"
                        + " await openPlace({ id, name: 'place' }, { at: new Date(at) }); }",
                List.of(gate.toString(), "2026-11-23T10:03:00+08:00"));
        assertThat(page.locator("dialog .behind li")).hasCount(1);
        page.keyboard().press("Escape");
        page.evaluate(
                "async ([id, at]) => { const { openPlace } = await import('/ioc/js/decide.js');"
                        + " await openPlace({ id, name: 'place' }, { at: new Date(at) }); }",
                List.of(well.toString(), "2026-11-23T10:03:00+08:00"));
        assertThat(page.locator("dialog .none")).isVisible();
    }

    @Test
    void todayIsPlayedFromItsBegin() {
        page.locator("[name=playback]").click();
        page.locator("[name=play]").click();
        page.locator("[name=day]").fill("2026-11-23");
        assertThat(page.locator("#notice")).containsText("2026年11月23日 00:0", soonContained());
        assertThat(page.locator("[data-figure=filed] b")).hasText("0", soonText());
        page.locator("[name=day]").fill("2026-11-20");
        assertThat(page.locator("#notice")).containsText("2026年11月20日 00:0", soonContained());
    }

    private void goTo(String time) {
        String[] parts = time.split(":");
        int second = Integer.parseInt(parts[0]) * 3600 + Integer.parseInt(parts[1]) * 60;
        page.locator("[name=moment]")
                .evaluate("(range, to) => { range.value = to; range.dispatchEvent(new Event('input')); }", second);
        assertThat(page.locator("#notice")).containsText(time, soonContained());
    }

    @Test
    void playbackRunsAsFastAsItSays() {
        page.locator("[name=playback]").click();
        page.locator("[name=day]").fill("2026-11-22");
        goTo("08:00");
        double one = speed("1");
        double sixty = speed("60");
        double twice = speed("120");
        assertThat(one).isLessThan(20);
        assertThat(sixty).isBetween(40.0, 80.0);
        assertThat(twice).isBetween(85.0, 155.0);
    }

    /** Played seconds in a second, over some seconds. */
    private double speed(String times) {
        page.locator("[name=speed]").selectOption(times);
        Object rate = page.evaluate("async () => { const notice = document.getElementById('notice');"
                + " const range = document.querySelector('[name=moment]');"
                + " const step = () => new Promise((done) => new MutationObserver((all, one) => { one.disconnect(); done(); })"
                + ".observe(notice, { childList: true }));"
                + " await step(); const from = Number(range.value); const began = performance.now();"
                + " for (let i = 0; i < 4; i++) await step();"
                + " return (Number(range.value) - from) / ((performance.now() - began) / 1000); }");
        return ((Number) rate).doubleValue();
    }

    @Test
    void bothLanguagesHaveTheSameWords() {
        Object same = page.evaluate("async () => { const { keys } = await import('/ioc/js/words.js');"
                + " const { zh, en } = keys(); return JSON.stringify({ zh: zh.filter((k) => !en.includes(k)),"
                + " en: en.filter((k) => !zh.includes(k)) }); }");
        assertThat(same).isEqualTo("{\"zh\":[],\"en\":[]}");
    }

    @Test
    void whoMayOnlyLookIsShownNothingToDecideWith() {
        UUID order = file(gate);
        try (BrowserContext theirs = signedInAs("viewer")) {
            Page wall = theirs.newPage();
            wall.navigate(line.url() + "/ioc/");
            assertThat(wall.locator("#link.on")).isVisible(within());
            assertThat(wall.locator(".panel.orders")).containsText("东门 East Gate", soonContained());
            assertThat(wall.locator("button.act")).hasCount(0);
            assertThat(wall.locator("[name=mass]")).hasCount(0);
            wall.locator(".panel.orders button.name").first().click();
            assertThat(wall.locator("dialog strong")).isVisible();
            assertThat(wall.locator("dialog [data-event]")).hasCount(0);
        }
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    @Test
    void anOrderIsEscalatedFromTheWall() {
        UUID order = file(gate);
        page.locator(".panel.orders button.name", new Page.LocatorOptions().setHasText("东门 East Gate"))
                .click(new Locator.ClickOptions().setTimeout(SOON));
        page.locator("dialog [data-event=escalate]").click();
        Locator form = page.locator("dialog").last();
        form.locator("button[type=submit]").click();
        assertThat(kerbwatch.order(order).get("escalated"))
                .as("without a reason")
                .isEmpty();
        form.locator("[name=tell]").selectOption("lead");
        form.locator("[name=reason]").fill("检查组将到");
        form.locator("button[type=submit]").click();
        assertThat(page.locator(".toast").first()).isVisible();
        assertThat(page.locator("dialog")).hasCount(1); // the order's, which the form stood over
        JsonNode after = kerbwatch.order(order);
        assertThat(after.get("escalated").toString()).isEqualTo("[\"by-hand\"]");
        assertThat(after.get("history").findValuesAsText("reason").toString()).contains("检查组将到, told: lead");
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog")).hasCount(0);
        Locator waits = page.locator(".panel [data-decision=escalated]");
        assertThat(waits).hasCount(1, new LocatorAssertions.HasCountOptions().setTimeout(SOON));
        assertThat(page.locator("#asking")).containsText("升级 1");
        waits.locator("button.act").click();
        assertThat(page.locator("dialog .wait")).containsText("检查组将到，已通知班组长");
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    @Test
    void anOrderIsSentPassedOnAndLetRestFromTheWall() {
        UUID wang = TestServer.id(
                kerbwatch.api.post("/api/v1/crews", "{\"name\":\"王师傅\"}").expect(201));
        UUID order = file(gate);
        sent(order);
        move(order, "{\"event\":\"accept\"}");
        move(order, "{\"event\":\"return\",\"reason\":\"门锁着\"}");
        page.locator(".panel.orders button.name", new Page.LocatorOptions().setHasText("东门 East Gate"))
                .click(new Locator.ClickOptions().setTimeout(SOON));
        decided("dispatch", "crew " + member, "离得最近");
        assertThat(page.locator("dialog [data-event=reassign]")).isVisible();
        assertThat(kerbwatch.order(order).at("/receiver/name").asText()).isEqualTo("李阿姨");
        decided("reassign", "crew " + wang, "李阿姨有别的活");
        assertThat(page.locator("dialog").first()).containsText("王师傅");
        assertThat(kerbwatch.order(order).at("/receiver/name").asText()).isEqualTo("王师傅");
        decided("suspend", "", "施工围挡");
        assertThat(page.locator("dialog [data-event=resume]")).isVisible();
        assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("suspended");
        page.locator("dialog [data-event=resume]").click();
        assertThat(page.locator("dialog [data-event=suspend]")).isVisible();
        page.keyboard().press("Escape");

        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"施工围挡\"}")
                .expect(201);
        page.locator(".panel [data-decision=suspension]", new Page.LocatorOptions().setHasText("东门 East Gate"))
                .locator("button.act")
                .click(new Locator.ClickOptions().setTimeout(SOON));
        page.locator("dialog [name=approve]").click();
        assertThat(page.locator("dialog [name=opinion]")).isVisible(); // which has to be written
        page.locator("dialog [name=opinion]").fill("同意");
        page.locator("dialog [name=approve]").click();
        assertThat(page.locator("dialog")).hasCount(0);
        assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("suspended");
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
        kerbwatch.api.delete("/api/v1/crews/" + wang).expect(204);
    }

    /** Does something to the order that stands open over the wall. */
    private void decided(String event, String receiver, String reason) {
        page.locator("dialog [data-event=" + event + "]").click();
        Locator form = page.locator("dialog").last();
        if (!receiver.isEmpty()) {
            form.locator("[name=receiver]").selectOption(receiver);
        }
        form.locator("[name=reason]").fill(reason);
        form.locator("button[type=submit]").click();
        assertThat(page.locator("dialog")).hasCount(1);
    }

    @Test
    void behindTheCrewAndTheDevicesStandTheirNames() {
        page.locator("[data-health=camera] button").click();
        assertThat(page.locator("dialog .behind")).containsText("camera 10.0.0.1");
        page.locator("dialog button", new Page.LocatorOptions().setHasText("关闭"))
                .click();
        page.locator("[data-hands=going], [data-hands=working], [data-hands=free]")
                .filter(new Locator.FilterOptions().setHasNotText("0"))
                .first()
                .click();
        assertThat(page.locator("dialog .behind")).containsText("李阿姨");
    }

    @Test
    void aDecisionIsMadeFromTheWall() {
        Locator suspension = page.locator(".panel [data-decision=suspension]");
        assertThat(suspension).hasCount(1);
        assertThat(page.locator("#asking")).containsText("申请挂起 1");
        page.locator("#asking").click();
        assertThat(page.locator("dialog [data-decision=suspension]")).hasCount(1);
        page.keyboard().press("Escape");
        suspension.locator("button.act").click();
        assertThat(page.locator("dialog")).containsText("道路封闭");
        page.locator("dialog [name=opinion]").fill("封路属实，改走小路");
        page.locator("dialog [name=refuse]").click();
        assertThat(suspension).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(SOON));
        page.locator("[name=mass]").click();
        page.locator("dialog [name=all]").check();
        page.locator("dialog [name=note]").fill("集市后清扫");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator(".toast").last()).containsText("已立案 2 张");
        assertThat(kerbwatch.orders("sweeping")).hasSize(2);
        assertThat(page.locator(".panel.orders")).containsText("白石路 Baishi Road", soonContained());
    }

    /** A rest is let by supervisors alone, and a dispatcher is not offered what would be refused. */
    @Test
    void whoMayNotLetAnOrderRestIsToldWhoMay() {
        UUID order = file(gate);
        sent(order);
        move(order, "{\"event\":\"accept\"}");
        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"施工围挡\"}")
                .expect(201);
        try (BrowserContext theirs = signedInAs("dispatcher")) {
            Page wall = theirs.newPage();
            wall.navigate(line.url() + "/ioc/");
            wall.locator(".panel [data-decision=suspension]", new Page.LocatorOptions().setHasText("东门 East Gate"))
                    .locator("button.act")
                    .click();
            assertThat(wall.locator("dialog")).containsText("施工围挡");
            assertThat(wall.locator("dialog")).containsText("由主管决定");
            assertThat(wall.locator("dialog [name=approve], dialog [name=refuse]"))
                    .hasCount(0);
        }
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    @Test
    void aPastMomentIsPlayedAndSaysSo() {
        page.locator("[name=playback]").click();
        assertThat(page.locator("#notice.past")).containsText("回放");
        assertThat(page.locator("[name=mass]")).hasCount(0); // nothing is decided about the past
        assertThat(page.locator("#link")).hasText("已连接");
        assertThat(page.locator("[data-figure=filed] b")).hasText("0", soonText());
        page.locator("[name=speed]").selectOption("120");
        String then = page.locator("#notice").innerText();
        page.waitForCondition(() -> !page.locator("#notice").innerText().equals(then));
        page.locator("[name=live]").click();
        assertThat(page.locator("#notice")).isHidden();
        assertThat(page.locator("[data-figure=closed] b")).hasText("1", soonText());
        page.locator("[name=language]").click();
        assertThat(page.locator("[data-figure=filed]")).containsText("filed today");
    }

    /** Of somebody who comes with a token of a role. */
    private BrowserContext signedInAs(String role) {
        String token = kerbwatch
                .server
                .accounts()
                .createToken(Caller.SYSTEM, new Accounts.NewToken(role, role, null, null, null, null))
                .secret();
        return browser.newContext(new Browser.NewContextOptions()
                .setLocale("zh-CN")
                .setViewportSize(1920, 1080)
                .setExtraHTTPHeaders(Map.of("Authorization", "Bearer " + token)));
    }

    private static LocatorAssertions.IsVisibleOptions within() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(SOON);
    }

    private static LocatorAssertions.HasTextOptions soonText() {
        return new LocatorAssertions.HasTextOptions().setTimeout(SOON);
    }

    private static LocatorAssertions.ContainsTextOptions soonContained() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(SOON);
    }

    private UUID place(String name, String kind, String village, double latitude, double longitude) {
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"%s\",\"kind\":\"%s\",\"village\":\"%s\",\"latitude\":%s,\"longitude\":%s}"
                                .formatted(name, kind, village, latitude, longitude))
                .expect(201));
    }

    private UUID file(UUID site) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(201));
    }

    private void sent(UUID order) {
        if (kerbwatch.order(order).get("state").asText().equals("filed")) {
            move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + member + "\"}}");
        }
    }

    private void move(UUID order, String body) {
        kerbwatch.api.post("/api/v1/orders/" + order + "/events", body).expect(200);
    }
}
