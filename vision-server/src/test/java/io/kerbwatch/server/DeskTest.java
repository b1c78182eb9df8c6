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
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.SelectOption;
import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Crew;
import io.kerbwatch.samples.DispatchConsumer;
import io.kerbwatch.samples.Login;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.vision.CameraVision;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a person does at the desk, in a real browser, with a real camera stream behind it: signs in, registers a camera,
 * draws a zone, watches an order come and close, and sees the place before and after.
 */
class DeskTest {
    private static final double SOON = 20_000;
    private static final double AS_LONG_AS_THE_JOB_TAKES = 240_000;

    @Test
    void theMainJobAsAnOperatorSeesIt(@TempDir Path data) throws Exception {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the desk was not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        Settings settings = Settings.load(
                null,
                Map.of(),
                Map.of(
                        "data", data.toString(),
                        "server.listen", "127.0.0.1:0",
                        "cameras.allow", "loopback",
                        "dispatch.allow", "loopback"));
        Login login = new Login("kerb", "s3cret-of-the-camera", Login.Scheme.DIGEST);
        try (SampleStation station =
                        SampleStation.start(List.of(SampleCamera.of("gate", Clip.named("overflow-from-start"))
                                .behind(login)));
                DispatchConsumer consumer = DispatchConsumer.start(Crew.nearby(), site -> station.clean("gate"));
                CameraVision vision = CameraVision.load(settings, InstantSource.system());
                Kerbwatch server = Kerbwatch.start(settings, vision, InstantSource.system());
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of(chromium))
                                .setArgs(List.of("--no-sandbox", "--disable-background-networking")))) {
            BrowserContext context = browser.newContext(
                    new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1280, 800));
            Page page = context.newPage();
            List<String> wrong = new CopyOnWriteArrayList<>();
            page.onPageError(wrong::add);
            page.onRequest(request -> {
                if (!request.url().startsWith(server.url())
                        && !request.url().startsWith("blob:")
                        && !request.url().startsWith("data:")) {
                    wrong.add("asked for " + request.url());
                }
            });

            String endpoint = endpoint(server, consumer);
            String link = server.signInLink();
            page.navigate(link);
            assertThat(page.locator("#link.on")).isVisible(within(SOON));
            BrowserContext stranger = browser.newContext();
            Page second = stranger.newPage();
            second.navigate(link);
            assertThat(second.locator("body")).containsText("link");

            registerCamera(page, server, station.url("gate").toString(), endpoint);
            drawZone(page);

            page.navigate(server.url() + "/desk/#/");
            Locator order = page.locator("a.order");
            assertThat(order).hasCount(1, new LocatorAssertions.HasCountOptions().setTimeout(AS_LONG_AS_THE_JOB_TAKES));
            assertThat(order).containsText("East Gate");
            order.click();
            assertThat(page.locator(".head .tag", new Page.LocatorOptions().setHasText("closed")))
                    .isVisible(within(AS_LONG_AS_THE_JOB_TAKES));
            assertThat(page.locator(".pair img")).hasCount(2);
            assertThat(page.locator(".facts")).containsText("in time");
            assertThat(page.locator(".facts")).containsText("camera");
            page.locator("#language").click();
            assertThat(page.locator(".head .tag").first()).containsText("已结案");

            assertThat(wrong).as("errors of the page, and requests elsewhere").isEmpty();
            assertThat(everything(data))
                    .as("files that hold the camera's password")
                    .isEmpty();
        }
    }

    private static LocatorAssertions.IsVisibleOptions within(double millis) {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(millis);
    }

    private static String endpoint(Kerbwatch server, DispatchConsumer consumer) throws Exception {
        String token = server.accounts()
                .createToken(Caller.SYSTEM, new Accounts.NewToken("test", "admin", null, null, null, null))
                .secret();
        Api api = new Api(server.url(), token);
        JsonNode created = api.post(
                        "/api/v1/endpoints",
                        "{\"name\":\"crew\",\"url\":\"%s\",\"reports\":\"steps\"}".formatted(consumer.url()))
                .expect(201);
        consumer.trust(created.required("secret").asText());
        String id = created.required("endpoint").required("id").asText();
        String reporter = server.accounts()
                .createToken(
                        Caller.SYSTEM,
                        new Accounts.NewToken(
                                "crew", "crew", List.of("orders:report"), null, UUID.fromString(id), null))
                .secret();
        consumer.reportTo(URI.create(server.url()), reporter);
        api.post("/api/v1/sites", """
                        {"name":"East Gate","kind":"refuse-station","dispatchMode":"webhook","dispatchEndpoint":"%s"}""".formatted(id)).expect(201);
        return id;
    }

    private static void registerCamera(Page page, Kerbwatch server, String url, String endpoint) {
        page.navigate(server.url() + "/desk/#/register");
        page.locator("select[name=site]").selectOption(new SelectOption().setLabel("East Gate"));
        page.locator("input[name=name]").fill("Gate camera");
        page.locator("input[name=url]").fill(url.replace("s3cret-of-the-camera", "wrong"));
        page.locator("button.second").click();
        assertThat(page.locator(".notice.bad")).containsText("user name or password", containsWithin());
        page.locator("input[name=url]").fill(url);
        page.locator("button.second").click();
        assertThat(page.locator(".notice.good")).containsText("960 × 540", containsWithin());
        page.locator("button[type=submit]").click();
        assertThat(page.locator(".draw svg")).isVisible(within(SOON));
        assertThat(endpoint).isNotEmpty();
    }

    private static LocatorAssertions.ContainsTextOptions containsWithin() {
        return new LocatorAssertions.ContainsTextOptions().setTimeout(SOON);
    }

    private static void drawZone(Page page) {
        BoundingBox box = page.locator(".draw svg").boundingBox();
        double[][] corners = {{0.05, 0.1}, {0.95, 0.1}, {0.95, 0.95}, {0.05, 0.95}, {0.05, 0.1}};
        for (double[] corner : corners) {
            page.mouse().click(box.x + corner[0] * box.width, box.y + corner[1] * box.height);
        }
        assertThat(page.locator(".zone")).hasCount(1);
        page.locator(".zone input").first().fill("All bins");
        page.locator(".card .row button").last().click();
        assertThat(page.locator(".toast", new Page.LocatorOptions().setHasText("Saved")))
                .isVisible(within(SOON));
        page.reload();
        assertThat(page.locator(".zone input").first()).hasValue("All bins");
    }

    /** Files of the data directory in which the password can be read. */
    private static List<Path> everything(Path data) throws Exception {
        try (var walk = Files.walk(data)) {
            return walk.filter(Files::isRegularFile)
                    .filter(Files::isReadable)
                    .filter(DeskTest::holdsThePassword)
                    .toList();
        }
    }

    private static boolean holdsThePassword(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains("s3cret-of-the-camera");
        } catch (IOException e) {
            return false; // a file of the running database that has gone meanwhile
        }
    }
}
