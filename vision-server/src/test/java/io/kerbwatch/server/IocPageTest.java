package io.kerbwatch.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
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
        // The page counts how long ago things were by its own clock.
        kerbwatch.clock.advance(
                Duration.between(kerbwatch.clock.instant(), Instant.now()).minus(Duration.ofHours(1)));
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
                new Playwright.CreateOptions().setEnv(java.util.Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
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

    /** The page's clock jumps by a night while nothing runs, as when a machine sleeps. */
    @Test
    void aWallThatSleptForANightShowsNowAgain() {
        page.evaluate("() => { const real = Date.now; const ahead = 9 * 3600 * 1000;"
                + " window.asked = 0; const send = window.fetch;"
                + " window.fetch = (...all) => { if (String(all[0]).includes('/wall')) window.asked++; return send(...all); };"
                + " Date.now = () => real() + ahead; }");
        page.waitForFunction("() => window.asked > 0", null, new Page.WaitForFunctionOptions().setTimeout(SOON));
        assertThat(page.locator("#link.on")).isVisible(within());
        UUID order = file(gate);
        assertThat(page.locator(".panel.orders")).containsText("东门 East Gate", soonContained());
        move(order, "{\"event\":\"cancel\",\"reason\":\"试\"}");
    }

    @Test
    void aDecisionIsMadeFromTheWall() {
        Locator suspension = page.locator("[data-decision=suspension]");
        assertThat(suspension).hasCount(1);
        suspension.locator("button.act").click();
        assertThat(page.locator("dialog")).containsText("道路封闭");
        page.locator("dialog [name=opinion]").fill("封路属实，改走小路");
        page.locator("dialog [name=refuse]").click();
        assertThat(suspension).hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(SOON));
        page.locator("[name=mass]").click();
        page.locator("dialog [name=all]").check();
        page.locator("dialog [name=note]").fill("集市后清扫");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator(".toast")).containsText("已立案 2 张");
        assertThat(kerbwatch.orders("sweeping")).hasSize(2);
        assertThat(page.locator(".panel.orders")).containsText("白石路 Baishi Road", soonContained());
    }

    @Test
    void aPastMomentIsPlayedAndSaysSo() {
        page.locator("[name=playback]").click();
        assertThat(page.locator("#notice.past")).containsText("回放");
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
