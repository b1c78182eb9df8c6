package io.kerbwatch.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ScreenshotAnimations;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The control room on the screens that it is made for, on a day on which much goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IocScreensTest {
    private static final double SOON = 20_000;
    private static final List<String> VILLAGES = List.of("白石村", "新围村", "南头村", "沙河村", "上步村", "岗厦村");
    private static final List<String> NAMES = List.of("李秀英", "王建国", "张桂兰", "刘德华", "陈玉珍", "杨志强", "赵淑芬", "黄海燕");

    /**
     * Texts of panels that cannot be read to their end: wider than what cuts them, or lower where nothing scrolls. A list
     * may be longer than its panel, which scrolls and says so.
     */
    private static final String CUT = """
            () => {
              const cut = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const node = walker.currentNode;
                if (!node.textContent.trim() || !node.parentElement.closest('.panel, .top, #asking')) continue;
                const range = document.createRange();
                range.selectNodeContents(node);
                const text = range.getBoundingClientRect();
                if (text.width === 0) continue;
                const above = parseFloat(getComputedStyle(node.parentElement).fontSize) / 10; // what a font leaves free
                for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
                  const style = getComputedStyle(box);
                  const edge = box.getBoundingClientRect();
                  if (style.overflowX !== 'visible' && (text.right > edge.right + 1 || text.left < edge.left - 1)) cut.push(`${node.textContent} in ${box.className}`);
                  if (style.overflowY === 'hidden' && !box.querySelector('.body') && (text.bottom > edge.bottom + above || text.top < edge.top - above)) cut.push(`${node.textContent} too low in ${box.className}`);
                  if (['auto', 'scroll'].includes(style.overflowY)) break;
                }
              }
              return [...new Set(cut)];
            }
            """;

    /** The smallest letters of a panel, of its plots as well, in pixels of the page. */
    private static final String SMALLEST = """
            () => {
              const sizes = [];
              const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const { parentElement, textContent } = walker.currentNode;
                if (textContent.trim() && parentElement.closest('.panel, .top, #asking') && parentElement.getClientRects().length > 0) sizes.push(parseFloat(getComputedStyle(parentElement).fontSize));
              }
              const plots = echarts.getInstanceByDom(document.getElementById('curves')).getOption();
              for (const axis of [...plots.xAxis, ...plots.yAxis]) sizes.push(axis.axisLabel.fontSize);
              for (const title of plots.title) sizes.push(title.textStyle.fontSize);
              return Math.min(...sizes);
            }
            """;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private TestServer kerbwatch;
    private Browser browser;

    @BeforeAll
    void aBusyDistrict() {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the control room's screens were not"
                    + " looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        kerbwatch = TestServer.start();
        opened.push(kerbwatch);
        List<UUID> places = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            String village = VILLAGES.get(i % 6);
            int row = i / 6;
            int east = i % 6 / 3;
            int along = row * 7 % 5;
            places.add(place(
                    village.substring(0, 2) + "%d号垃圾屋".formatted(row + 1),
                    "refuse-station",
                    village,
                    22.54 + 0.004 * (i % 3) + 0.0006 * row,
                    114.05 + 0.006 * east + 0.0005 * along));
        }
        place("白石路", "road", "白石村", 22.5406, 114.0622);
        place("北环大道", "road", "", 22.5482, 114.0490);
        for (int i = 0; i < 8; i++) {
            var unused = kerbwatch.camera(places.get(35 - i), "10.0.1." + (i + 1));
        }
        List<UUID> closing = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            closing.add(kerbwatch.camera(places.get(i), "10.0.0." + (i + 1)));
        }
        kerbwatch.lookAtDevices();
        for (int i = 4; i < 8; i++) { // before there is anybody to send
            var unused = file(places.get(i));
        }
        crew();
        for (UUID camera : closing) {
            kerbwatch.clock.advance(Duration.ofMinutes(1));
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(kerbwatch.orders().get(0));
            move(order, "accept");
            kerbwatch.clock.advance(Duration.ofMinutes(4));
            move(order, "arrive");
            move(order, "done");
            kerbwatch.clock.advance(Duration.ofMinutes(1));
            kerbwatch.answer(Verification.Outcome.CLEAN);
        }
        work(places);
        kerbwatch.clock.advance(Duration.ofMinutes(3));
        for (int i = 30; i < 36; i++) {
            move(file(places.get(i)), "accept");
        }
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        opened.push(playwright);
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(chromium))
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking")));
    }

    private void crew() {
        for (int i = 0; i < 28; i++) {
            if (i % 7 == 0) {
                team = TestServer.id(kerbwatch
                        .api
                        .post(
                                "/api/v1/teams",
                                "{\"name\":\"" + List.of("东组", "西组", "南组", "北组").get(i / 7) + "\"}")
                        .expect(201));
            }
            UUID member = TestServer.id(kerbwatch
                    .api
                    .post(
                            "/api/v1/crews",
                            "{\"name\":\"" + NAMES.get(i % 8) + (i < 8 ? "" : String.valueOf(i / 8 + 1))
                                    + "\",\"team\":\"" + team + "\",\"capacity\":1}")
                    .expect(201));
            if (i % 4 == 0) {
                Phone.signIn(kerbwatch
                                .api
                                .post("/api/v1/crews/" + member + "/link", "")
                                .expect(201)
                                .get("url")
                                .asText())
                        .here(22.541 + 0.0004 * i, 114.049 + 0.0004 * i);
            }
        }
    }

    private UUID team = new UUID(0, 0);

    /** Orders in all their states. */
    private void work(List<UUID> places) {
        for (int i = 8; i < 28; i++) {
            UUID order = file(places.get(i));
            switch (i % 5) {
                case 0 -> move(order, "accept");
                case 1 -> {
                    move(order, "accept");
                    kerbwatch
                            .api
                            .post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"道路封闭，车进不去\"}")
                            .expect(201);
                }
                case 2 -> {
                    move(order, "accept");
                    move(order, "arrive");
                }
                case 3 -> {
                    move(order, "accept");
                    move(order, "return");
                }
                default -> {
                    move(order, "accept");
                    move(order, "arrive");
                    move(order, "done");
                }
            }
            kerbwatch.clock.advance(Duration.ofMinutes(1));
        }
    }

    @AfterAll
    void stop() throws Exception {
        while (!opened.isEmpty()) {
            AutoCloseable each = opened.pop();
            each.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1920,1080,main,zh-CN", "3840,1080,wide,zh-CN", "3840,2160,main,zh-CN", "1920,1080,main,en-GB"})
    void aWallIsReadableAsAWhole(int width, int height, String layout, String language) {
        try (BrowserContext context = context(width, height, language)) {
            Page page = wall(context);
            assertThat(page.locator("main > .panel")).hasCount(9);
            assertThat(asked(page)).as("layout").contains("/api/v1/walls/" + layout);
            picture(page, "ioc-" + width + "x" + height + "-" + language);
            wider(page);
            assertThat(page.evaluate(CUT)).as("texts that are cut").isEqualTo(List.of());
            double smallest = ((Number) page.evaluate(SMALLEST)).doubleValue();
            // 18 px of 1080: on a screen 1.5 m high letters of 25 mm, which are read from six metres.
            assertThat(smallest).as("smallest letters").isGreaterThanOrEqualTo(height / 60.0);
            assertThat(page.evaluate("document.documentElement.scrollHeight - document.documentElement.clientHeight"))
                    .as("lower than the screen")
                    .isEqualTo(0);
        }
    }

    @Test
    void onAPhonePanelsStandBelowEachOther() {
        try (BrowserContext context = context(390, 844, "zh-CN")) {
            Page page = wall(context);
            picture(page, "ioc-390x844");
            wider(page);
            assertThat(((Number) page.evaluate(SMALLEST)).doubleValue()).isGreaterThanOrEqualTo(14);
        }
    }

    @Test
    void whatDoesNotFitIsCountedAndReached() {
        try (BrowserContext context = context(1920, 1080, "zh-CN")) {
            Page page = wall(context);
            int decisions = page.locator(".panel [data-decision]").count();
            assertThat(decisions).isGreaterThan(8);
            assertThat(page.locator("#asking b")).containsText(String.valueOf(decisions));
            for (String panel : List.of("decisions", "crew", "orders")) {
                Locator below = page.locator("[data-panel=" + panel + "] .below");
                assertThat(below).containsText("下面还有");
                below.evaluate("async (bar) => { for (let i = 0; i < 100 && !bar.hidden; i++) { bar.click();"
                        + " await new Promise((done) => setTimeout(done, 100)); } }");
                assertThat(below).isHidden();
                assertThat(page.locator("[data-panel=" + panel + "] li").last()).isInViewport();
            }
            page.evaluate("performance.clearMeasures()");
            var unused = kerbwatch.site("新点位");
            page.waitForFunction("() => performance.getEntriesByName('map-update').length > 0");
            // News do not take the list from whoever reads its end.
            assertThat(page.locator("[data-panel=crew] li").last()).isInViewport();
        }
    }

    private static void wider(Page page) {
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("wider than the screen")
                .isEqualTo(0);
        assertThat(page.evaluate("[...document.querySelectorAll('.panel > .body')]"
                        + ".filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.parentElement.className)"))
                .as("panels that are wider than they can be")
                .isEqualTo(List.of());
    }

    private static void picture(Page page, String name) {
        String folder = System.getProperty("kerbwatch.test.screenshots", "");
        if (!folder.isEmpty()) {
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(Path.of(folder, name + ".png"))
                    .setAnimations(ScreenshotAnimations.DISABLED)
                    .setFullPage(name.contains("390")));
        }
    }

    @SuppressWarnings("unchecked")
    private static List<String> asked(Page page) {
        return (List<String>)
                page.evaluate("performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname)");
    }

    private BrowserContext context(int width, int height, String language) {
        return browser.newContext(
                new Browser.NewContextOptions().setLocale(language).setViewportSize(width, height));
    }

    private Page wall(BrowserContext context) {
        Page page = context.newPage();
        page.navigate(kerbwatch.server.signInLink());
        page.navigate(kerbwatch.server.url() + "/ioc/");
        assertThat(page.locator("#link.on")).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(SOON));
        page.waitForFunction(
                "() => performance.getEntriesByName('wall-drawn').length > 0"
                        + " && document.querySelector('#curves canvas')",
                null,
                new Page.WaitForFunctionOptions().setTimeout(SOON));
        return page;
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
        JsonNode order = kerbwatch
                .api
                .post("/api/v1/orders", "{\"site\":\"" + site + "\",\"kind\":\"litter\"}")
                .expect(201);
        return TestServer.id(order);
    }

    private void move(UUID order, String event) {
        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/events", "{\"event\":\"" + event + "\",\"reason\":\"试\"}")
                .expect(200);
    }
}
