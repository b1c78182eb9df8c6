package io.kerbwatch.server;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Dialog;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.SelectOption;
import com.sun.net.httpserver.HttpServer;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.count.Direction;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The desk's pages for orders, checks, endpoints and deadlines, in a real browser; one server for all of them. */
class DeskPagesTest {
    private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();
    private static TestServer kerbwatch;
    private static Browser browser;

    private final List<String> wrong = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the desk's pages were not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        kerbwatch = opened(TestServer.start(settings -> settings.with(Settings.ORDERS_CHECK_PERCENT, "100")));
        Playwright playwright = opened(Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))));
        browser = opened(playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(chromium))
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking"))));
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable each : OPENED) {
            each.close();
        }
    }

    @AfterEach
    void nothingWentWrong() {
        assertThat(wrong).as("errors of the page").isEmpty();
    }

    private static <T extends AutoCloseable> T opened(T thing) {
        OPENED.push(thing);
        return thing;
    }

    @Test
    void bothLanguagesHaveTheSameWords() {
        Page page = signedIn();
        Object same = page.evaluate("async () => { const { keys } = await import('/desk/js/i18n.js');"
                + " const { zh, en } = keys(); return JSON.stringify({ zh: zh.filter((k) => !en.includes(k)),"
                + " en: en.filter((k) => !zh.includes(k)) }); }");
        assertThat(same).isEqualTo("{\"zh\":[],\"en\":[]}");
    }

    /** A problem that is new in the code and not in the words fails here. */
    @Test
    void everyProblemIsSaidInChinese() throws IOException {
        Set<String> types = new TreeSet<>();
        Pattern raised = Pattern.compile("\\b(?:conflict\\(|of\\(\\s*\\d{3},)\\s*\"([a-z0-9-]+)\"");
        try (Stream<Path> sources = Files.walk(Path.of("src", "main", "java"))) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                raised.matcher(Files.readString(source)).results().forEach(found -> types.add(found.group(1)));
            }
        }
        assertThat(types).hasSizeGreaterThan(40);
        Page page = signedIn();
        Object known = page.evaluate("async () => (await import('/desk/js/problems.js')).known().toSorted().join(' ')");
        assertThat(known).isEqualTo(String.join(" ", types));
        assertThat(page.evaluate("async () => { const { get } = await import('/desk/js/api.js');"
                        + " try { await get('/orders/00000000-0000-0000-0000-000000000000'); return ''; }"
                        + " catch (error) { return error.message; } }"))
                .isEqualTo("没有找到，或者您无权查看。");
    }

    @Test
    void ordersAreSearchedFilteredUnfoldedAndSaved() throws IOException {
        UUID bulk = kerbwatch.site("南门大院");
        String first = "";
        for (int i = 0; i < 55; i++) {
            UUID order = filed(bulk, "=note \"" + i + "\"");
            move(order, "{\"event\":\"cancel\",\"reason\":\"rain\"}");
            first = i == 0 ? number(order) : first;
        }
        UUID open = filed(bulk, "");
        filed(kerbwatch.site("北门"), "");

        Page page = signedIn();
        page.locator("#tabs a[href='#/orders']").click();
        page.locator("input[name=q]").fill("门大院");
        page.locator("input[name=q]").press("Enter");
        Locator rows = page.locator("tbody tr");
        assertThat(rows).hasCount(50);
        assertThat(page.locator("tbody")).not().containsText("北门");
        Looks.look(page, "orders");
        page.getByText("显示更多").click();
        assertThat(rows).hasCount(56);
        assertThat(page.locator(".under")).containsText("共 56 条");
        // What happens meanwhile neither folds it up nor takes the word from whoever types.
        page.locator("input[name=q]").press("End");
        page.locator("input[name=q]").pressSequentially("x");
        move(open, "{\"event\":\"suspend\",\"reason\":\"road works\"}");
        assertThat(rows.first()).containsText("已挂起");
        assertThat(rows).hasCount(56);
        assertThat(page.locator("input[name=q]")).hasValue("门大院x");
        assertThat(page.locator("input[name=q]")).isFocused();
        page.locator("input[name=q]").press("Backspace");

        page.locator("select[name=state]").selectOption("cancelled");
        assertThat(page.locator(".under")).containsText("50");
        assertThat(rows.first()).containsText("已撤销");
        Download saved = page.waitForDownload(() -> page.getByText("导出 CSV").click());
        String table = Files.readString(saved.path(), StandardCharsets.UTF_8);
        assertThat(saved.suggestedFilename()).isEqualTo("orders.csv");
        assertThat(table).startsWith("\uFEFFnumber,id,site,").contains("\"'=note \"\"54\"\"\",南门大院\r\n");
        assertThat(table.split("\r\n", -1)).as("head, 55 orders, and the end").hasSize(57);
        assertThat(table).doesNotContain(open.toString());

        page.locator("select[name=state]").selectOption("open");
        assertThat(rows).hasCount(1);
        page.locator("select[name=site]").selectOption(new SelectOption().setLabel("北门"));
        assertThat(page.locator(".empty")).containsText("没有符合条件的工单");
        page.locator("select[name=site]").selectOption("");
        page.locator("select[name=state]").selectOption("");
        page.locator("input[name=q]").fill(first);
        page.locator("input[name=q]").press("Enter");
        assertThat(rows.first()).containsText(first);
        assertThat(rows).hasCount(1);
        rows.click();
        assertThat(page.locator(".head")).containsText(first);
    }

    @Test
    void anOrderIsFiledByHand() {
        UUID site = kerbwatch.site("祠堂口");
        Page page = signedIn();
        page.navigate(kerbwatch.server.url() + "/desk/#/orders");
        page.locator("[data-act=file]").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=site]").selectOption(site.toString());
        dialog.locator("select[name=kind]").selectOption("litter");
        dialog.locator("textarea").fill("路边有一堆垃圾");
        Looks.look(page, "file");
        dialog.locator("button[type=submit]").click();
        assertThat(page.locator(".head h2").first()).hasText("祠堂口");
        assertThat(page.locator(".notice")).containsText("路边有一堆垃圾");
        assertThat(page.locator(".facts")).containsText("人工上报");
        assertThat(page.locator("[data-limit=arrive]")).containsText("10 分");
        assertThat(dialog).hasCount(0);

        page.navigate(kerbwatch.server.url() + "/desk/#/orders");
        page.locator("[data-act=file]").click();
        dialog.locator("select[name=site]").selectOption(site.toString());
        dialog.locator("button[type=submit]").click();
        assertThat(page.locator(".toast").last()).containsText("已并入");
        assertThat(kerbwatch.api.get("/api/v1/orders?site=" + site).expect(200).get("items"))
                .hasSize(1);
    }

    @Test
    void anOrderIsSentReassignedReportedReturnedSuspendedMergedAndCancelled() {
        UUID li = member("李阿姨");
        UUID wang = member("王师傅");
        UUID site = kerbwatch.site("菜市场");
        UUID order = filed(site, "");
        Page page = signedIn();
        page.navigate(kerbwatch.server.url() + "/desk/#/orders/" + order);
        button(page, "dispatch").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=receiver]").selectOption("crew " + li);
        Looks.look(page, "dispatch");
        dialog.locator("button[type=submit]").click();
        assertThat(page.locator(".facts")).containsText("李阿姨");
        assertThat(state(page)).hasText("已派单");

        button(page, "reassign").click();
        dialog.locator("select[name=receiver]").selectOption("crew " + wang);
        dialog.locator("textarea").fill("李阿姨的车坏了");
        dialog.locator("button[type=submit]").click();
        assertThat(page.locator(".facts")).containsText("王师傅");
        assertThat(page.locator(".history")).containsText("李阿姨的车坏了");
        button(page, "accept").click();
        assertThat(state(page)).hasText("已接单");
        button(page, "arrive").click();
        assertThat(state(page)).hasText("已到场");
        Looks.look(page, "order");

        // A second order at the same place, while somebody stands there; the first one comes back and goes into it.
        UUID second = filed(site, "");
        button(page, "return").click();
        dialog.locator("button[type=submit]").click();
        assertThat(dialog).isVisible(); // it wants a reason
        dialog.locator("textarea").fill("门锁着");
        dialog.locator("button[type=submit]").click();
        assertThat(state(page)).hasText("已退单");
        button(page, "suspend").click();
        dialog.locator("textarea").fill("等物业开门");
        dialog.locator("button[type=submit]").click();
        assertThat(state(page)).hasText("已挂起");
        assertThat(page.locator(".facts")).containsText("至今");
        button(page, "resume").click();
        assertThat(state(page)).hasText("已退单");
        button(page, "merge").click();
        assertThat(dialog.locator("select[name=into] option")).hasCount(1);
        dialog.locator("textarea").fill("同一处");
        dialog.locator("button[type=submit]").click();
        assertThat(state(page)).hasText("已合并");
        assertThat(page.locator(".facts a[href='#/orders/" + second + "']")).isVisible();
        assertThat(page.locator("[data-event]")).hasCount(0);

        page.navigate(kerbwatch.server.url() + "/desk/#/orders/" + second);
        button(page, "merge").click();
        assertThat(dialog).containsText("没有其他同类未结工单");
        dialog.locator("button").click();
        button(page, "cancel").click();
        dialog.locator("textarea").fill("已自行清理");
        dialog.locator("button[type=submit]").click();
        assertThat(state(page)).hasText("已撤销");
        assertThat(kerbwatch.order(order).get("mergedInto").asText()).isEqualTo(second.toString());
    }

    @Test
    void requestsToRestAndClosuresToLookAtAgainAreDecidedOnTheReviewPage() {
        UUID site = kerbwatch.site("抽查点");
        UUID camera = kerbwatch.camera(site, "10.0.2.1");
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        UUID order = TestServer.id(kerbwatch
                .api
                .get("/api/v1/orders?site=" + site)
                .expect(200)
                .get("items")
                .get(0));
        kerbwatch
                .api
                .post("/api/v1/orders/" + order + "/suspension-requests", "{\"reason\":\"台风\"}")
                .expect(201);
        Page page = signedIn();
        page.locator("#tabs a[href='#/review']").click();
        Locator asked = page.locator("[data-asked='" + number(order) + "']");
        assertThat(asked).containsText("台风");
        Looks.look(page, "review-rest");
        asked.getByText("批准").first().click();
        page.locator("dialog button[type=submit]").click();
        assertThat(asked).hasCount(0);
        assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("suspended");

        move(order, "{\"event\":\"resume\"}");
        if (kerbwatch.order(order).get("state").asText().equals("filed")) {
            move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"老王\"}}");
        }
        move(order, "{\"event\":\"arrive\"}");
        move(order, "{\"event\":\"done\"}");
        kerbwatch.answer(Verification.Outcome.CLEAN);
        Locator closure = page.locator("[data-closure='" + number(order) + "']");
        assertThat(closure.locator("img")).hasCount(2); // it came by itself
        closure.getByText("并不干净").click();
        page.locator("dialog textarea").fill("桶后面还有");
        page.locator("dialog button[type=submit]").click();
        assertThat(closure).hasCount(0);
        page.locator("#tabs a[href='#/']").click();
        assertThat(page.locator("[data-share=falseClosures] dd")).hasText("1");
    }

    @Test
    void whatTheCameraCannotTellAndWhatWasReturnedWaitsForAPerson() {
        UUID chen = member("陈师傅");
        List<UUID> orders = new ArrayList<>();
        for (String host : List.of("10.0.1.1", "10.0.1.2")) {
            UUID site = kerbwatch.site("核查点 " + host);
            UUID camera = kerbwatch.camera(site, host);
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(kerbwatch
                    .api
                    .get("/api/v1/orders?site=" + site)
                    .expect(200)
                    .get("items")
                    .get(0));
            move(order, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + chen + "\"}}");
            move(order, "{\"event\":\"arrive\"}");
            move(order, "{\"event\":\"done\"}");
            kerbwatch.answer(Verification.Outcome.CANNOT_TELL);
            orders.add(order);
        }
        UUID returned = filed(kerbwatch.site("退单点"), "");
        move(returned, "{\"event\":\"dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"" + chen + "\"}}");
        move(returned, "{\"event\":\"accept\"}");
        move(returned, "{\"event\":\"return\",\"reason\":\"路被挖断\"}");

        Page page = signedIn();
        page.locator("#tabs a[href='#/review']").click();
        Locator first = check(page, orders.get(0));
        Locator second = check(page, orders.get(1));
        assertThat(first.locator("img")).hasCount(2);
        assertThat(check(page, returned)).containsText("路被挖断");
        assertThat(check(page, returned).locator("[data-event=reassign]")).isVisible();
        Looks.look(page, "review");
        first.locator("[data-event=pass]").click();
        assertThat(first).hasCount(0);
        assertThat(kerbwatch.order(orders.get(0)).get("closedBy").asText()).isEqualTo("human");
        second.locator("[data-event=fail]").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("button[type=submit]").click();
        assertThat(dialog).isVisible(); // why?
        dialog.locator("textarea").fill("桶后面还有");
        dialog.locator("button[type=submit]").click();
        assertThat(second).hasCount(0);
        assertThat(kerbwatch.order(orders.get(1)).get("round").asInt()).isEqualTo(2);
    }

    @Test
    void anEndpointIsMadeWatchedReplayedAndRemoved() throws IOException {
        UUID site = kerbwatch.site("码头");
        Hook hook = opened(new Hook());
        Page page = signedIn();
        page.locator("#tabs a[href='#/endpoints']").click();
        page.locator("[data-act=new]").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=kind]").selectOption("mqtt");
        assertThat(dialog.locator("input[name=topic]")).isVisible();
        assertThat(dialog.locator("select[name=reports]")).isHidden();
        dialog.locator("select[name=kind]").selectOption("webhook");
        dialog.locator("input[name=name]").fill("城管平台");
        dialog.locator("input[name=url]").fill("ftp://example.org/");
        dialog.locator("button[type=submit]").click();
        assertThat(dialog.locator(".notice.bad")).containsText("https://example.org/hooks");
        dialog.locator("input[name=url]").fill(hook.url());
        dialog.locator("select[name=reports]").selectOption("nothing");
        dialog.locator("input[value='order.filed']").check();
        dialog.locator("input[value='" + site + "']").check();
        Looks.look(page, "endpoint-new");
        dialog.locator("button[type=submit]").click();
        Locator secret = dialog.locator("input[name=secret]");
        assertThat(dialog).containsText("已送达");
        String told = secret.inputValue();
        assertThat(told).startsWith("whsec_");
        Looks.look(page, "endpoint-secret");
        dialog.locator("button.second").click();
        Locator row = page.locator("tr[data-endpoint='城管平台']");
        assertThat(row).containsText("正常");
        assertThat(row).containsText("工单立案 · 码头");
        assertThat(page.locator("body")).not().containsText("whsec_");
        row.locator("[data-act=ping]").click();
        assertThat(page.locator(".toast").last()).containsText("已送达");
        row.locator("[data-act=rotate]").click();
        assertThat(secret).not().hasValue(told);
        dialog.locator("button.second").click();

        hook.status = 410;
        UUID order = filed(site, "");
        assertThat(row).containsText("已停用");
        assertThat(row).containsText("不再接收");
        Looks.look(page, "endpoints");
        page.locator("#tabs a[href='#/']").click();
        Locator banner = page.locator(".notice.endpoints p", new Page.LocatorOptions().setHasText("城管平台"));
        assertThat(banner).containsText("已停用");
        Looks.look(page, "overview");
        banner.locator("a").click();

        Locator line = page.locator("tr[data-delivery='order.filed']");
        assertThat(line).hasCount(1);
        assertThat(line).containsText("已放弃");
        line.locator("summary").click();
        assertThat(line.locator(".attempts li")).hasCount(1);
        assertThat(line.locator(".attempts")).containsText("410");
        assertThat(line.locator(".attempts")).containsText(" ms");
        Looks.look(page, "deliveries");
        hook.status = 200;
        page.locator("[data-act=enable]").click();
        assertThat(page.locator(".head .tag").first()).hasText("正常");
        kerbwatch.clock.advance(Duration.ofSeconds(1));
        line.locator("[data-act=replay]").click();
        assertThat(line).containsText("已送达");

        assertThat(line.locator(".attempts li")).hasCount(2); // they stay open
        hook.status = 410;
        move(order, "{\"event\":\"cancel\",\"reason\":\"rain\"}");
        filed(site, "");
        assertThat(line).hasCount(2);
        assertThat(line.last().locator(".attempts li")).hasCount(2);
        assertThat(page.locator(".notice.bad")).containsText("不再接收");
        page.locator("select[name=state]").selectOption("given-up");
        assertThat(line).hasCount(1);
        page.locator("input[name=number]").fill(number(order));
        page.locator("input[name=number]").press("Enter");
        assertThat(page.locator(".empty")).isVisible();
        page.locator("input[name=number]").fill("");
        page.locator("input[name=number]").press("Enter");
        assertThat(line).hasCount(1);
        hook.status = 200;
        page.locator("[data-act=enable]").click();
        assertThat(page.locator("[data-act=disable]")).isVisible();
        page.getByText("重发已放弃的").click();
        dialog.locator("input[name=from]").fill("2026-11-01T00:00");
        dialog.locator("button[type=submit]").click();
        assertThat(page.locator(".toast").last()).containsText("1 条");
        page.locator("select[name=state]").selectOption("delivered");
        assertThat(line).hasCount(2);

        page.locator("[data-act=remove]").click();
        assertThat(page.locator("[data-act=new]")).isVisible();
        assertThat(row).hasCount(0);
    }

    @Test
    void anEndpointThatDoesNotTakeItsOrdersIsSaidOnTheOverview() throws IOException {
        Hook hook = opened(new Hook());
        UUID endpoint = TestServer.id(kerbwatch
                .api
                .post("/api/v1/endpoints", "{\"name\":\"街道平台\",\"url\":\"" + hook.url() + "\"}")
                .expect(201)
                .get("endpoint"));
        UUID site = TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/sites",
                        "{\"name\":\"桥头\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"" + endpoint + "\"}")
                .expect(201));
        Page page = signedIn();
        Locator banner = page.locator(".notice.endpoints p", new Page.LocatorOptions().setHasText("街道平台"));
        assertThat(page.locator(".figures")).isVisible();
        assertThat(banner).hasCount(0);
        hook.status = 500;
        UUID order = filed(site, "");
        String log = "/api/v1/endpoints/" + endpoint + "/deliveries?order=" + order;
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> kerbwatch
                .api
                .get(log)
                .expect(200)
                .at("/items/0/lastResult")
                .asText()
                .equals("500"));
        kerbwatch.clock.advance(Duration.ofSeconds(59));
        assertThat(banner).containsText("异常");
        assertThat(banner).containsText("一分钟内未接收工单通知");
        banner.locator("a").click();
        assertThat(page.locator(".notice.warn")).isVisible();

        // Somebody who rang them up says that they have it.
        page.navigate(kerbwatch.server.url() + "/desk/#/orders/" + order);
        button(page, "dispatch").click();
        page.locator("dialog select[name=receiver]").selectOption("endpoint " + endpoint);
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator(".facts")).containsText("街道平台");
    }

    @Test
    void deadlinesAreChangedByClassAndPlace() {
        kerbwatch.site("古树广场");
        Page page = signedIn();
        page.locator("#tabs a[href='#/deadlines']").click();
        Locator refuse = page.locator("[data-class=refuse]");
        assertThat(refuse.locator("[data-limit=arrive]").first()).containsText("10 分");
        assertThat(page.locator("[data-year='2027']")).containsText("暂定");
        assertThat(page.locator("[data-year='2026']")).containsText("已公布");
        Looks.look(page, "deadlines");
        refuse.locator("[data-act=add]").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=site]").selectOption(new SelectOption().setLabel("古树广场"));
        dialog.locator("input[name=arrive-count]").fill("20");
        dialog.locator("select[name=arrive-calendar]").selectOption("urgent-hours");
        dialog.locator("input[name=finish-count]").fill("2");
        dialog.locator("select[name=finish-unit]").selectOption("3600");
        int rungs = dialog.locator(".rung").count();
        dialog.locator("fieldset button.second").click();
        dialog.locator(".rung").last().locator("input").fill("60");
        dialog.locator(".rung").last().locator("select[name=tell]").selectOption("lead");
        Looks.look(page, "deadlines-edit");
        dialog.locator("form > div.row button[type=submit]").click();
        Locator own = refuse.locator("[data-site='古树广场']");
        assertThat(own.locator("[data-limit=arrive]")).containsText("20 分");
        assertThat(own.locator("[data-limit=arrive]")).containsText("紧急时段");
        assertThat(own.locator("[data-limit=finish]")).containsText("2 小时");
        assertThat(own.locator(".ladder")).containsText("60 % → 班组长");
        assertThat(own.locator(".ladder .tag")).hasCount(rungs + 1);
        assertThat(refuse.locator("[data-limit=arrive]").first()).containsText("10 分");

        own.locator("[data-act=edit]").click();
        dialog.locator("input[name=accept-count]").fill("3");
        dialog.locator(".rung button").last().click();
        dialog.locator("form > div.row button[type=submit]").click();
        assertThat(own.locator("[data-limit=accept]")).containsText("3 分");
        own.locator("button.danger").click();
        assertThat(own).hasCount(0);

        Locator rootCause = page.locator("[data-class=root-cause]");
        rootCause.locator("[data-act=edit]").first().click();
        dialog.locator("input[name=verify-count]").fill("7");
        dialog.locator("select[name=verify-unit]").selectOption("60");
        dialog.locator("form > div.row button[type=submit]").click();
        assertThat(rootCause.locator("[data-limit=verify]").first()).containsText("7 分");
        assertThat(rootCause.locator(".tag", new Locator.LocatorOptions().setHasText("默认")))
                .hasCount(0);
    }

    @Test
    void aCounterIsRegisteredAndItsDoorGetsACode() throws IOException {
        UUID toilet = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"白石公厕\",\"kind\":\"public-toilet\"}")
                .expect(201));
        Page page = signedIn();
        page.locator("#tabs a[href='#/devices']").click();
        page.locator("[data-act=add]").click();
        page.locator("dialog select[name=site]").selectOption(toilet.toString());
        page.locator("dialog input[name=name]").fill("门口计数");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator("dialog code.secret")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("tbody").first()).containsText("门口计数");
        assertThat(page.locator("tbody").first()).containsText("人流计数器");
        page.locator("[data-act=door]").click();
        Locator code = page.locator("dialog img");
        assertThat(code).isVisible();
        page.waitForCondition(() -> (Boolean) code.evaluate("one => one.naturalWidth > 0"));
        page.keyboard().press("Escape");
        Looks.look(page, "devices");
    }

    @Test
    void aCameraAtAnEntranceIsRegisteredWithALineByTwoClicksAndChangedByNumbers() {
        UUID toilet = TestServer.id(kerbwatch
                .api
                .post("/api/v1/sites", "{\"name\":\"河边公厕\",\"kind\":\"public-toilet\"}")
                .expect(201));
        TestCounting counting = (TestCounting) kerbwatch.vision.counting;
        counting.jpeg = jpeg();
        Page page = signedIn();
        page.locator("#tabs a[href='#/devices']").click();
        page.locator("[data-act=add]").click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=kind]").selectOption("entrance-camera");
        assertThat(dialog.locator(".notice.warn")).containsText("国务院令第799号");
        dialog.locator("select[name=site]").selectOption(toilet.toString());
        dialog.locator("input[name=name]").fill("门外摄像机");
        dialog.locator("input[name=url]").fill("rtsp://admin:geheim@10.0.0.77/sub");
        dialog.locator("[data-act=probe]").click();
        Locator drawing = dialog.locator(".draw svg");
        assertThat(drawing).isVisible();
        page.waitForCondition(() -> (Boolean) dialog.locator(".draw img").evaluate("one => one.naturalWidth > 0"));
        Looks.look(page, "entrance-new");
        page.setViewportSize(1280, 800);
        drawing.scrollIntoViewIfNeeded();
        BoundingBox box = drawing.boundingBox();
        page.mouse().click(box.x + 0.2 * box.width, box.y + 0.5 * box.height);
        page.mouse().click(box.x + 0.8 * box.width, box.y + 0.7 * box.height);
        assertThat(dialog.locator("polyline")).hasCount(3);
        dialog.locator("select[name=inside]").selectOption("right");
        dialog.locator("button[type=submit]").click();
        assertThat(dialog).isVisible(); // nobody has said that it hangs outside
        dialog.locator("input[name=outside]").check();
        dialog.locator("button[type=submit]").click();
        assertThat(dialog).hasCount(0);

        Locator row = page.locator("tbody tr", new Page.LocatorOptions().setHasText("门外摄像机"));
        assertThat(row).containsText("门口摄像机");
        JsonNode made = null;
        for (JsonNode one :
                kerbwatch.api.get("/api/v1/devices?site=" + toilet).expect(200).get("items")) {
            made = one;
        }
        assertThat(made).isNotNull();
        JsonNode line = made.at("/setup/entrance/line");
        assertThat(line.get("inside").asText()).isEqualTo("right");
        assertThat(line.at("/from/x").asDouble()).isBetween(0.19, 0.21);
        assertThat(line.at("/to/y").asDouble()).isBetween(0.69, 0.71);

        kerbwatch.lookAtDevices();
        row.locator("[data-act=line]").click();
        assertThat(dialog.locator(".draw svg")).isVisible();
        dialog.locator("input[name=lineToX]").fill("90");
        dialog.locator("select[name=inside]").selectOption("left");
        dialog.locator("input[name=outside]").check();
        dialog.locator("input[name=lineToX]").press("Enter");
        assertThat(dialog).hasCount(0);
        JsonNode changed = kerbwatch
                .api
                .get("/api/v1/devices/" + made.get("id").asText())
                .expect(200)
                .at("/setup/entrance/line");
        assertThat(changed.at("/to/x").asDouble()).isEqualTo(0.9);
        assertThat(changed.get("inside").asText()).isEqualTo("left");

        kerbwatch.lookAtDevices();
        counting.doors.forEach(door -> door.crosses(kerbwatch.clock.instant(), Direction.IN));
        kerbwatch.lookAtDevices();
        row.locator("[data-act=proof]").click();
        assertThat(dialog.locator("figure")).hasCount(1);
        assertThat(dialog.locator("figcaption")).containsText("进 1");
        Looks.look(page, "entrance-proof");
        page.keyboard().press("Escape");
        kerbwatch.api.delete("/api/v1/devices/" + made.get("id").asText()).expect(204);
    }

    @Test
    void aSiteIsMadeAndItsOrdersAreSentElsewhere() throws IOException {
        try (Hook hook = new Hook()) {
            kerbwatch
                    .api
                    .post("/api/v1/endpoints", "{\"name\":\"区调度中心\",\"url\":\"" + hook.url() + "\"}")
                    .expect(201);
            Page page = signedIn();
            page.locator("#tabs a[href='#/sites']").click();
            page.locator("main [data-act=add]").click();
            Locator dialog = page.locator("dialog");
            dialog.locator("input[name=name]").fill("码头东侧");
            dialog.locator("select[name=kind]").selectOption("refuse-station");
            dialog.locator("input[name=latitude]").fill("22.54321");
            dialog.locator("input[name=longitude]").fill("114.05");
            Looks.look(page, "site-new");
            dialog.locator("button[type=submit]").click();
            Locator row = page.locator("main tbody tr", new Page.LocatorOptions().setHasText("码头东侧"));
            assertThat(row).containsText("22.54321, 114.05000");
            assertThat(row).containsText("本队作业人员");

            row.locator("[data-act=edit]").click();
            dialog.locator("select[name=dispatchMode]").selectOption("webhook-then-crews");
            dialog.locator("button[type=submit]").click();
            assertThat(dialog).isVisible(); // nobody was chosen to send them to
            dialog.locator("select[name=dispatchEndpoint]").selectOption(new SelectOption().setLabel("区调度中心"));
            dialog.locator("select[name=space]").selectOption(new SelectOption().setLabel("道路"));
            dialog.locator("button[type=submit]").click();
            assertThat(row).containsText("超时转本队");
            assertThat(row).containsText("区调度中心");
            Looks.look(page, "sites");
            UUID site = TestServer.id(site("码头东侧"));
            assertThat(kerbwatch
                            .api
                            .get("/api/v1/sites/" + site + "/space")
                            .expect(200)
                            .get("space")
                            .asText())
                    .isEqualTo("road");
            assertThat(kerbwatch.order(filed(site, "")).get("dispatchMode").asText())
                    .isEqualTo("webhook-then-crews");

            row.locator("[data-act=edit]").click();
            dialog.locator("input[name=timeZone]").fill("Mars/Olympus");
            dialog.locator("button[type=submit]").click();
            assertThat(dialog.locator(".notice.bad")).isVisible();
            dialog.locator("button.second").click();
            assertThat(site("码头东侧").get("timeZone").asText()).isEqualTo("Asia/Shanghai");
        }
    }

    private static JsonNode site(String name) {
        for (JsonNode one : kerbwatch.api.get("/api/v1/sites").expect(200).get("items")) {
            if (one.get("name").asText().equals(name)) {
                return one;
            }
        }
        throw new AssertionError("no site " + name);
    }

    @Test
    void aVerdictIsGivenByKeysAndSaysWhy() {
        UUID camera = kerbwatch.camera(kerbwatch.site("渔港"), "10.7.0.1");
        kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
        JsonNode incident = kerbwatch
                .api
                .get("/api/v1/incidents?camera=" + camera)
                .expect(200)
                .get("items")
                .get(0);
        String path = "/api/v1/incidents/" + incident.get("id").asText();
        Page page = signedIn();
        page.navigate(kerbwatch.server.url() + "/desk/#/orders/"
                + incident.get("order").asText());
        assertThat(page.locator(".verdicts kbd").first()).isVisible();
        page.keyboard().press("u");
        assertThat(page.locator(".verdicts")).containsText("看不清");
        assertThat(kerbwatch.api.get(path).expect(200).get("verdict").asText()).isEqualTo("unsure");
        Looks.look(page, "verdicts");

        Locator dialog = page.locator("dialog");
        page.locator(".verdicts button").nth(2).click();
        Looks.look(page, "verdict-why");
        page.keyboard().press("t"); // no verdict while another is asked about
        page.keyboard().press("3");
        assertThat(page.locator(".verdicts button[aria-pressed=true] + span, .verdicts > span.small")
                        .first())
                .containsText("光线或天气");
        JsonNode unsure = kerbwatch.api.get(path).expect(200);
        assertThat(unsure.get("verdict").asText()).isEqualTo("unsure");
        assertThat(unsure.get("verdictReason").asText()).isEqualTo("light-or-weather");

        page.keyboard().press("6");
        assertThat(dialog.locator("input[name=note]")).isFocused();
        page.keyboard().type("5 只猫");
        page.keyboard().press("Enter");
        assertThat(state(page)).hasText("不属实");
        JsonNode judged = kerbwatch.api.get(path).expect(200);
        assertThat(judged.get("verdict").asText()).isEqualTo("false");
        assertThat(judged.get("verdictReason").asText()).isEqualTo("other");
        assertThat(page.locator(".history")).containsText("5 只猫");
    }

    @Test
    void aCrewMemberIsGivenSkillsWithPapersAndSites() {
        UUID here = kerbwatch.site("灯塔");
        UUID id = member("钱六");
        Page page = signedIn();
        page.locator("#tabs a[href='#/crews']").click();
        Locator card = page.locator("main article", new Page.LocatorOptions().setHasText("钱六"));
        card.or(page.locator("main tr", new Page.LocatorOptions().setHasText("钱六")))
                .first()
                .locator("[data-act=edit]")
                .click();
        Locator dialog = page.locator("dialog");
        dialog.locator("select[name=vehicle]").selectOption("tricycle");
        dialog.locator("input[name=until]").first().fill("2027-03-31");
        dialog.locator("label", new Locator.LocatorOptions().setHasText("灯塔"))
                .locator("input")
                .check();
        Looks.look(page, "member");
        dialog.locator("form > div.row button[type=submit]").click();
        assertThat(dialog).hasCount(0);
        Looks.look(page, "crews");
        JsonNode member = null;
        for (JsonNode one : kerbwatch.api.get("/api/v1/crews").expect(200).get("items")) {
            member = one.get("id").asText().equals(id.toString()) ? one : member;
        }
        assertThat(member).isNotNull();
        assertThat(member.get("vehicle").asText()).isEqualTo("tricycle");
        assertThat(member.get("sites").toString()).isEqualTo("[\"" + here + "\"]");
        assertThat(member.get("skills").get(0).get("until").asText()).isEqualTo("2027-03-31");
    }

    @Test
    void nobodyIsShownWhatTheyMayNotDo() {
        UUID order = filed(kerbwatch.site("观景台"), "");
        Page page = as("viewer");
        page.navigate(kerbwatch.server.url() + "/desk/#/orders");
        assertThat(page.locator("tbody tr").first()).isVisible();
        assertThat(page.locator("main button.danger, main [data-act], .head button"))
                .hasCount(0);
        assertThat(page.locator("#tabs a[href='#/endpoints']")).hasCount(0);
        assertThat(page.locator("#tabs a[href='#/crews']")).hasCount(0);
        page.navigate(kerbwatch.server.url() + "/desk/#/orders/" + order);
        assertThat(page.locator(".history")).isVisible();
        assertThat(page.locator("main button")).hasCount(0);
        page.navigate(kerbwatch.server.url() + "/desk/#/deadlines");
        assertThat(page.locator("[data-class=refuse]")).isVisible();
        assertThat(page.locator("main button")).hasCount(0);
        page.navigate(kerbwatch.server.url() + "/desk/#/review");
        assertThat(page.locator("main h2").first()).isVisible();
        assertThat(page.locator("main button")).hasCount(0);

        Page dispatcher = as("dispatcher");
        dispatcher.navigate(kerbwatch.server.url() + "/desk/#/orders/" + order);
        assertThat(button(dispatcher, "dispatch")).isVisible();
        assertThat(button(dispatcher, "cancel")).hasCount(0);
        dispatcher.locator("#tabs a[href='#/crews']").click();
        assertThat(dispatcher.locator("main h2").first()).hasText("班组");
        assertThat(dispatcher.locator("main button")).hasCount(0);
    }

    private Page as(String role) {
        return page(Map.of(
                "Authorization",
                "Bearer "
                        + kerbwatch
                                .server
                                .accounts()
                                .createToken(Caller.SYSTEM, new Accounts.NewToken(role, role, null, null, null, null))
                                .secret()));
    }

    private Page signedIn() {
        Page page = page(Map.of());
        page.navigate(kerbwatch.server.signInLink());
        assertThat(page.locator("#link.on")).isVisible();
        return page;
    }

    private Page page(Map<String, String> headers) {
        BrowserContext context = opened(browser.newContext(new Browser.NewContextOptions()
                .setLocale("zh-CN")
                .setTimezoneId("Asia/Shanghai")
                .setViewportSize(1280, 800)
                .setExtraHTTPHeaders(headers)));
        byte[] picture = jpeg();
        for (String pictures : List.of(
                "**/api/v1/snapshots/**",
                "**/api/v1/cameras/*/picture**",
                "**/api/v1/devices/*/picture",
                "**/api/v1/devices/*/proof?*")) {
            context.route(
                    pictures,
                    route -> route.fulfill(new Route.FulfillOptions()
                            .setContentType("image/jpeg")
                            .setBodyBytes(picture)));
        }
        Page page = context.newPage();
        page.onPageError(wrong::add);
        page.onDialog(Dialog::accept);
        return page;
    }

    private static Locator button(Page page, String event) {
        return page.locator("main [data-event=" + event + "]");
    }

    private static Locator state(Page page) {
        return page.locator(".head .tag").first();
    }

    private static Locator check(Page page, UUID order) {
        return page.locator("article[data-order='" + number(order) + "']");
    }

    private static UUID filed(UUID site, String note) {
        kerbwatch.clock.advance(Duration.ofSeconds(1));
        return TestServer.id(kerbwatch
                .api
                .post(
                        "/api/v1/orders",
                        "{\"site\":\"" + site + "\",\"kind\":\"litter\",\"note\":\"" + note.replace("\"", "\\\"")
                                + "\"}")
                .expect(201));
    }

    private static void move(UUID order, String move) {
        kerbwatch.api.post("/api/v1/orders/" + order + "/events", move).expect(200);
    }

    private static String number(UUID order) {
        return kerbwatch.order(order).get("number").asText();
    }

    /** Somebody whom no order goes to by itself. */
    private static UUID member(String name) {
        return TestServer.id(kerbwatch
                .api
                .post("/api/v1/crews", "{\"name\":\"" + name + "\",\"available\":false}")
                .expect(201));
    }

    private static byte[] jpeg() {
        BufferedImage picture = new BufferedImage(960, 540, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(96, 110, 100));
        graphics.fillRect(0, 0, 960, 540);
        graphics.setColor(new Color(40, 90, 60));
        graphics.fillRect(380, 200, 160, 220);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "jpg", out);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return out.toByteArray();
    }

    /** Takes what an endpoint is told and answers as a test says. */
    private static final class Hook implements AutoCloseable {
        private final HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private volatile int status = 200;

        Hook() throws IOException {
            server.createContext("/", exchange -> {
                try (exchange) {
                    var unused = exchange.getRequestBody().readAllBytes();
                    exchange.sendResponseHeaders(status, -1);
                }
            });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
