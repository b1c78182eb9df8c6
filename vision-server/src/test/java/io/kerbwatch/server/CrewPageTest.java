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
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.Geolocation;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a cleaner does with a phone, in a real browser of a phone's size, with and without a signal. */
class CrewPageTest {
    @Test
    void anOrderIsDoneWithAPhoneThatLosesItsSignalForAnHour() throws IOException {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the crew page was not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        try (TestServer kerbwatch = TestServer.start();
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of(chromium))
                                .setArgs(List.of("--no-sandbox", "--disable-background-networking")))) {
            UUID camera = kerbwatch.camera(
                    TestServer.id(kerbwatch
                            .api
                            .post("/api/v1/sites", "{\"name\":\"东门 East Gate\",\"latitude\":22.5,\"longitude\":114.0}")
                            .expect(201)),
                    "10.0.0.8");
            UUID li = TestServer.id(kerbwatch
                    .api
                    .post(
                            "/api/v1/crews",
                            "{\"name\":\"李阿姨\",\"skills\":[{\"name\":\"refuse\"},{\"name\":\"toilet\"}]}")
                    .expect(201));
            String link = kerbwatch
                    .api
                    .post("/api/v1/crews/" + li + "/link", "")
                    .expect(201)
                    .get("url")
                    .asText();
            BrowserContext phone = browser.newContext(new Browser.NewContextOptions()
                    .setLocale("zh-CN")
                    .setViewportSize(390, 844)
                    .setHasTouch(true)
                    .setGeolocation(new Geolocation(22.5012, 114.0008))
                    .setPermissions(List.of("geolocation")));
            Page page = phone.newPage();
            List<String> wrong = new CopyOnWriteArrayList<>();
            page.onPageError(wrong::add);

            page.navigate(link);
            assertThat(page.locator("#who")).hasText("李阿姨");
            assertThat(page.locator(".empty")).isVisible();
            page.waitForFunction("navigator.serviceWorker.controller !== null || navigator.serviceWorker.ready");

            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(kerbwatch.orders().get(0));
            Locator card = page.locator("article.card");
            assertThat(card).hasCount(1); // it came by itself
            assertThat(card).containsText("东门");
            assertThat(card).containsText("垃圾满溢");
            assertThat(card.locator(".guide")).containsText("作业指引");
            assertThat(card.locator(".guide li").first()).containsText("先换空桶再收满桶");
            assertThat(card.locator(".clock")).containsText("接单剩");
            assertThat(card.locator(".map figcaption")).containsText("距此 15");
            picture(page, "phone-new");
            card.locator("button", new Locator.LocatorOptions().setHasText("接单").setHasNotText("不接"))
                    .first()
                    .click();
            assertThat(card.locator(".tag")).hasText("已接单，请前往");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(kerbwatch, order)
                    .equals("accepted"));

            // No signal from here on: what is done stays on the phone, over a restart of the page, too.
            phone.setOffline(true);
            card.getByText("我到了").click();
            assertThat(card.locator(".tag")).hasText("已到场");
            assertThat(page.locator("#waiting")).containsText("1 项");
            page.locator("input[type=file]").setInputFiles(new FilePayload("p.jpg", "image/jpeg", jpeg()));
            assertThat(page.locator("#waiting")).containsText("2 项");
            card.getByText("做完了").click();
            assertThat(page.locator("#waiting")).containsText("3 项");
            picture(page, "phone-offline");
            page.reload();
            assertThat(page.locator("article.card .tag")).hasText("核查中");
            assertThat(page.locator("#waiting")).containsText("3 项");
            assertThat(state(kerbwatch, order)).isEqualTo("accepted");

            kerbwatch.clock.advance(Duration.ofMinutes(9));
            phone.setOffline(false);
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> state(kerbwatch, order)
                    .equals("verifying"));
            JsonNode done = kerbwatch.order(order);
            assertThat(done.get("photos")).hasSize(1);
            assertThat(done.at("/photos/0/findings")).isEmpty();
            assertThat(done.get("history").findValuesAsText("event"))
                    .containsSubsequence("accept", "arrive", "photo", "done");
            assertThat(done.get("history").findValuesAsText("event")).doesNotHaveDuplicates();
            assertThat(page.locator("#waiting")).isHidden();

            kerbwatch.clock.advance(Duration.ofSeconds(50));
            kerbwatch.answer(Verification.Outcome.CLEAN);
            assertThat(page.locator(".over .tag")).hasText("已结案");

            // Without a signal it does what meanwhile has become impossible, and is told so when there is one.
            kerbwatch.clock.advance(Duration.ofHours(1));
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CONFIRMED);
            assertThat(page.locator("article.card")).hasCount(1);
            phone.setOffline(true);
            page.locator("article.card button")
                    .filter(new Locator.FilterOptions().setHasText("接单").setHasNotText("不接"))
                    .first()
                    .click();
            assertThat(page.locator("#waiting")).containsText("1 项");
            UUID second = TestServer.id(kerbwatch.orders().get(0));
            kerbwatch
                    .api
                    .post("/api/v1/orders/" + second + "/events", "{\"event\":\"cancel\",\"reason\":\"rain\"}")
                    .expect(200);
            phone.setOffline(false);
            assertThat(page.locator(".toast.bad")).containsText("没有成功");
            assertThat(page.locator("#waiting")).isHidden();
            assertThat(state(kerbwatch, second)).isEqualTo("cancelled");

            // The code on a door leads to this page, and says who came when.
            UUID toilet = TestServer.id(kerbwatch
                    .api
                    .post(
                            "/api/v1/sites",
                            "{\"name\":\"市场公厕\",\"kind\":\"public-toilet\",\"latitude\":22.5012,\"longitude\":114.0008}")
                    .expect(201));
            UUID third = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/orders", "{\"site\":\"" + toilet + "\",\"class\":\"toilet\"}")
                    .expect(201));
            assertThat(page.locator("article.card")).containsText("公厕保洁");
            String door = kerbwatch
                    .api
                    .get("/api/v1/sites/" + toilet + "/door")
                    .expect(200)
                    .get("path")
                    .asText();
            page.navigate(kerbwatch.server.url() + door);
            assertThat(page.locator("article.card .tag")).hasText("已到场");
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> kerbwatch
                    .order(third)
                    .get("history")
                    .findValuesAsText("event")
                    .containsAll(List.of("arrive", "checked-in")));
            assertThat(kerbwatch.order(third).get("history").findValuesAsText("reason"))
                    .contains("0 m from the door");
            picture(page, "phone-door");
            page.locator("article.card").getByText("做完了").click();
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> state(kerbwatch, third)
                    .equals("human-check"));
            kerbwatch
                    .api
                    .post("/api/v1/orders/" + third + "/events", "{\"event\":\"pass\",\"reason\":\"clean\"}")
                    .expect(200);

            page.locator("#language").click();
            assertThat(page.locator(".empty")).containsText("No order is yours");
            assertThat(wrong).as("errors of the page").isEmpty();
        }
    }

    /** For who wants to look at it: {@code -Dkerbwatch.test.screenshots=DIR}. */
    private static void picture(Page page, String name) {
        String folder = System.getProperty("kerbwatch.test.screenshots", "");
        if (!folder.isEmpty()) {
            page.screenshot(new Page.ScreenshotOptions().setPath(Path.of(folder, name + ".png")));
        }
    }

    private static String state(TestServer kerbwatch, UUID order) {
        return kerbwatch.order(order).get("state").asText();
    }

    private static byte[] jpeg() throws IOException {
        BufferedImage picture = new BufferedImage(1200, 900, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setColor(new Color(90, 110, 90));
        graphics.fillRect(0, 0, 1200, 900);
        graphics.setColor(new Color(40, 60, 140));
        graphics.fillRect(400, 300, 300, 400);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", out);
        return out.toByteArray();
    }
}
