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
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** An administrator makes an account, and its owner signs in, in a real browser without JavaScript and without TLS. */
class AccountPageTest {
    private static final String PASSWORD = "a bin that never overflows";

    @Test
    void anAccountIsMadeAndItsOwnerSignsIn() {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the sign-in page was not looked at.");
        }
        assumeTrue(!chromium.isEmpty());
        try (TestServer kerbwatch = TestServer.start();
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                // A name of the network, not of this machine: there a browser sends no Sec-Fetch-Site over http.
                Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of(chromium))
                                .setArgs(List.of(
                                        "--no-sandbox",
                                        "--disable-background-networking",
                                        "--host-resolver-rules=MAP kerbwatch.test 127.0.0.1")))) {
            String base = "http://kerbwatch.test:" + kerbwatch.server.port();
            kerbwatch.site("North Gate");
            List<String> wrong = new CopyOnWriteArrayList<>();
            Page desk = browser.newContext(new Browser.NewContextOptions().setLocale("en-GB"))
                    .newPage();
            desk.onPageError(wrong::add);

            desk.navigate(base + "/desk/");
            assertThat(desk.locator("a.button")).hasText("Sign in");
            desk.locator("a.button").click();
            assertThat(desk.locator("h1")).hasText("Sign in to Kerbwatch");
            desk.navigate(kerbwatch.server.signInLink().replace(kerbwatch.server.url(), base));
            desk.locator("#tabs a[href='#/accounts']").click();
            Locator form = desk.locator("form");
            form.locator("input").nth(0).fill("wang");
            form.locator("input").nth(1).fill("王芳");
            form.locator("select").selectOption("operator");
            form.locator("fieldset label", new Locator.LocatorOptions().setHasText("North Gate"))
                    .click();
            form.locator("button[type=submit]").click();
            String link = desk.locator("dialog input").inputValue().replace(kerbwatch.server.url(), base);
            desk.locator("dialog button.second").click();
            Locator row = desk.locator("tr[data-account=wang]");
            assertThat(row).containsText("North Gate");
            assertThat(row).containsText("no password yet");

            BrowserContext plain = browser.newContext(
                    new Browser.NewContextOptions().setLocale("zh-CN").setJavaScriptEnabled(false));
            Page page = plain.newPage();
            page.navigate(link);
            assertThat(page.locator("h1")).hasText("设置密码：wang");
            page.locator("input[name=password]").fill(PASSWORD);
            page.locator("input[name=again]").fill(PASSWORD);
            page.locator("button").click();
            assertThat(page.url()).isEqualTo(base + "/desk/");
            plain.clearCookies();
            page.navigate(base + "/sign-in?to=/desk/%23/orders");
            page.locator("input[name=name]").fill("Wang");
            page.locator("input[name=password]").fill("not it at all");
            page.locator("button").click();
            assertThat(page.locator(".notice.bad")).hasText("用户名或密码不对。");
            page.locator("input[name=password]").fill(PASSWORD);
            page.locator("button").click();
            assertThat(page.url()).isEqualTo(base + "/desk/#/orders");

            desk.reload();
            assertThat(row).containsText("in use");
            row.locator("button", new Locator.LocatorOptions().setHasText("Disable"))
                    .click();
            assertThat(row).containsText("disabled");
            page.navigate(base + "/api/v1/me");
            assertThat(page.content()).contains("not-signed-in");
            assertThat(wrong).isEmpty();
        }
    }
}
