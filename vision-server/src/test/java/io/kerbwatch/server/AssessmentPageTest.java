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
import com.microsoft.playwright.options.FilePayload;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A month at the desk in a real browser: standards, checks, what it comes to, and who does not agree. */
class AssessmentPageTest {
    private final TestServer kerbwatch = TestServer.start();
    private final List<String> wrong = new CopyOnWriteArrayList<>();
    private Playwright playwright;
    private Page page;

    @BeforeEach
    void begin() {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; assessments were not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        Browser browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(chromium))
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking")));
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setLocale("zh-CN")
                .setTimezoneId("Asia/Shanghai")
                .setViewportSize(1280, 800));
        page = context.newPage();
        page.onPageError(wrong::add);
        page.clock().setFixedTime("2026-12-02T02:00:00Z"); // the month that the tests' clock begins in is over
        page.navigate(kerbwatch.server.signInLink());
        assertThat(page.locator("#link.on")).isVisible();
    }

    @AfterEach
    void end() {
        kerbwatch.close();
        if (playwright != null) {
            playwright.close();
        }
        assertThat(wrong).as("errors of the page").isEmpty();
    }

    @Test
    void aMonthGoesFromCheckToDecision() throws IOException {
        UUID site = kerbwatch.site("祠堂口");
        kerbwatch
                .api
                .post(
                        "/api/v1/contracts",
                        "{\"name\":\"一标\",\"contractor\":\"洁城\",\"firstMonth\":\"2026-10\",\"sites\":[\"" + site
                                + "\"]}")
                .expect(201);
        kerbwatch.tell(kerbwatch.camera(site, "10.0.0.8"), Kind.OVERFLOW, Finding.Type.CONFIRMED);
        kerbwatch.clock.advance(Duration.ofHours(1));

        page.locator("#tabs a[href='#/assessment']").click();
        page.locator(".parts a[href='#/assessment/checks']").click();
        Locator due = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("祠堂口"));
        due.locator("[data-act=check]").click();
        Locator bins = page.locator("dialog [data-clause='3.1']");
        bins.getByText("不符合").click();
        page.locator("dialog input[name='why-3.1']").fill("桶盖破损");
        page.locator("dialog [data-clause='3.3']")
                .getByText("符合", new Locator.GetByTextOptions().setExact(true))
                .click();
        page.locator("dialog input[name=photos]").setInputFiles(new FilePayload("bin.jpg", "image/jpeg", jpeg()));
        Looks.look(page, "check-dialog");
        page.locator("dialog button[type=submit]").click();
        Locator check = page.locator("[data-check]");
        assertThat(check).hasCount(1);
        assertThat(check).containsText("桶盖破损");
        assertThat(check.locator("img")).hasCount(1);
        Looks.look(page, "checks");

        page.navigate(kerbwatch.server.url() + "/desk/#/assessment?month=2026-11");
        Locator row = page.locator("tbody tr").filter(new Locator.FilterOptions().setHasText("祠堂口"));
        assertThat(row).containsText("一标");
        assertThat(row.locator(".score")).hasText("94.0"); // overflow 2, nobody came 1, not done 1, the bin 2
        Looks.look(page, "assessment");
        row.locator("[data-act=points]").click();
        assertThat(page.locator("tbody tr")).hasCount(4);
        Looks.look(page, "points");
        page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText("3.1"))
                .locator("[data-act=evidence]")
                .click();
        assertThat(check).containsText("桶盖破损");
        page.goBack();
        page.locator("tbody tr")
                .filter(new Locator.FilterOptions().setHasText("1.1"))
                .locator("[data-act=evidence]")
                .click();
        assertThat(page.locator(".head")).containsText("祠堂口");
        assertThat(page.locator("details", new Page.LocatorOptions().setHasText("适用条款")))
                .containsText("(6)");

        kerbwatch.clock.advance(Duration.ofDays(9));
        page.navigate(kerbwatch.server.signInLink()); // a session does not last that long
        assertThat(page.locator("#link.on")).isVisible();
        page.navigate(kerbwatch.server.url() + "/desk/#/assessment?month=2026-11");
        Download saved = page.waitForDownload(() -> page.getByText("导出 CSV").click());
        assertThat(Files.readString(saved.path(), StandardCharsets.UTF_8)).contains("祠堂口", "一标");
        page.locator("[data-act=issue]").click();
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator(".head .tag")).containsText("已发布");
        assertThat(page.locator("[data-act=issue]")).hasCount(0);

        JsonNode points = kerbwatch
                .api
                .get("/api/v1/assessments/2026-11/points?clause=3.1")
                .expect(200)
                .at("/items/0");
        kerbwatch
                .limited("supervisor", site)
                .post("/api/v1/appeals", "{\"line\":\"" + points.get("id").asText() + "\",\"reason\":\"当天已换新桶\"}")
                .expect(201);
        Locator appeals = page.locator("section").filter(new Locator.FilterOptions().setHasText("待裁定的申诉"));
        assertThat(appeals).containsText("当天已换新桶"); // it came by itself
        Looks.look(page, "appeals");
        appeals.locator("[data-act=uphold]").click();
        page.locator("dialog textarea").fill("核实属实");
        page.locator("dialog button[type=submit]").click();
        assertThat(appeals).hasCount(0);
        assertThat(row.locator(".score")).not().hasText("94.0");
        row.locator("[data-act=points]").click();
        assertThat(page.locator("tbody")).containsText("核实属实");
        for (String by : List.of("team", "contract", "clause")) {
            page.navigate(kerbwatch.server.url() + "/desk/#/assessment?month=2026-11&by=" + by);
            assertThat(page.locator(".choice [data-by=" + by + "]")).not().hasClass("second");
        }
        Looks.look(page, "by-clause");
        page.locator("#language").click();
        assertThat(page.locator("h2").first()).hasText("Assessment");
        Looks.look(page, "assessment-en");
    }

    @Test
    void standardsAreChangedAndComeFromATable() {
        page.navigate(kerbwatch.server.url() + "/desk/#/assessment/standards");
        Locator stations = page.locator("[data-standard=RS]");
        assertThat(stations.locator("tbody tr")).hasCount(9);
        Looks.look(page, "standards");
        Locator first = stations.locator("tbody tr").first();
        first.locator("[data-act=edit]").click();
        Looks.look(page, "clause-dialog");
        // Somebody else changes the same standard meanwhile: what they wrote stays, and so does what is typed here.
        try (Page theirs = page.context().newPage()) {
            theirs.navigate(kerbwatch.server.url() + "/desk/#/assessment/standards");
            Locator last = theirs.locator("[data-standard=RS] tbody tr").last();
            last.locator("[data-act=edit]").click();
            theirs.locator("dialog input[name=points]").fill("1.5");
            theirs.locator("dialog button[type=submit]").click();
            assertThat(last).containsText("1.5");
        }
        page.locator("dialog input[name=points]").fill("3.5");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator("dialog .bad")).hasText("打开之后已被他人修改，请重新打开再改。");
        assertThat(page.locator("dialog input[name=points]")).hasValue("3.5");
        page.reload();
        assertThat(stations.locator("tbody tr").last()).containsText("1.5");
        first.locator("[data-act=edit]").click();
        page.locator("dialog input[name=points]").fill("3.5");
        page.locator("dialog button[type=submit]").click();
        assertThat(first).containsText("3.5");
        page.onDialog(Dialog::accept);
        stations.locator("tbody tr").last().locator("[data-act=remove]").click();
        assertThat(stations.locator("tbody tr")).hasCount(8);
        stations.locator("[data-act=add-clause]").click();
        page.locator("dialog input[name=code]").fill("9");
        page.locator("dialog input[name=what]").fill("夜间有灯");
        page.locator("dialog button[type=submit]").click();
        assertThat(stations.locator("tbody tr").last()).containsText("夜间有灯");

        page.locator("[data-act=import]").click();
        Locator file = page.locator("dialog input[type=file]");
        String head = "space,spaceName,standard,standardName,clause,what,method,points\r\n";
        file.setInputFiles(table(head + "green,,GR,绿地,1,无垃圾,look,1\r\n"));
        assertThat(page.locator("dialog [aria-live] .bad")).containsText("row 2, method");
        file.setInputFiles(table(head + "green,绿地,GR,绿地保洁,1,无垃圾,check,1\r\n"));
        assertThat(page.locator("dialog .good")).containsText("1 个标准、1 条");
        assertThat(page.locator("[data-standard=GR]")).hasCount(0);
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator("[data-standard=GR]")).containsText("绿地保洁");

        page.locator(".parts a[href='#/assessment/contracts']").click();
        kerbwatch.site("菜场");
        page.reload();
        page.locator("[data-act=add]").click();
        page.locator("dialog input[name=name]").fill("二标");
        page.locator("dialog input[name=contractor]").fill("清源");
        page.locator("dialog").getByText("菜场").click();
        Looks.look(page, "contract-dialog");
        page.locator("dialog button[type=submit]").click();
        assertThat(page.locator("tbody tr")).containsText("菜场");
        Looks.look(page, "contracts");
    }

    private static FilePayload table(String text) {
        return new FilePayload("standards.csv", "text/csv", text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] jpeg() throws IOException {
        BufferedImage picture = new BufferedImage(640, 480, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = picture.createGraphics();
        pen.setColor(new Color(90, 120, 100));
        pen.fillRect(100, 100, 300, 300);
        pen.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", out);
        return out.toByteArray();
    }
}
