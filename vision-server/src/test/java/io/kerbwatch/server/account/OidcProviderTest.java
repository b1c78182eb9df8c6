package io.kerbwatch.server.account;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People sign in at a provider that has never seen our code: oidc-provider for Node, which is certified, with its pages. */
class OidcProviderTest {
    private static final Path SCRIPT = Path.of("src", "test", "resources", "oidc-provider");
    private static final String SECRET = "a secret: with % and +";

    /** Where its package is installed. */
    private static Path folder = SCRIPT;

    @BeforeAll
    static void install(@TempDir Path installed) throws Exception {
        folder = installed;
        if (node().isEmpty()) {
            System.out.println("No Node is named by -Dkerbwatch.test.node; a real OpenID provider was not tried.");
        }
        assumeTrue(!node().isEmpty());
        for (String file : List.of("package.json", "provider.mjs")) {
            Files.copy(SCRIPT.resolve(file), folder.resolve(file));
        }
        Process install = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("npm.log").toFile())
                .start();
        assertThat(install.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(install.exitValue())
                .as(Files.readString(folder.resolve("npm.log")))
                .isZero();
    }

    private static String node() {
        return System.getProperty("kerbwatch.test.node", "");
    }

    /** The provider and a server that people sign in to by it; its redirect URI has to be known before it listens. */
    private static final class Both implements AutoCloseable {
        final TestServer kerbwatch;
        final String issuer;
        private final Process process;
        private final Thread reader;

        /** @param userinfo whether groups and names are told by the userinfo endpoint alone */
        Both(boolean userinfo) throws IOException {
            int port = freePort();
            ProcessBuilder command = new ProcessBuilder(node(), "provider.mjs")
                    .directory(folder.toFile())
                    .redirectErrorStream(true);
            command.environment()
                    .putAll(Map.of(
                            "REDIRECT_URI",
                            "http://127.0.0.1:" + port + "/sign-in/oidc/callback",
                            "CLIENT_SECRET",
                            SECRET,
                            "CONFORM",
                            Boolean.toString(userinfo),
                            "PEOPLE",
                            "{\"wang\":[\"staff\",\"kw-operators\"],\"chen\":[\"kw-admins\"],\"guest\":[\"staff\"]}"));
            process = command.start();
            List<String> lines = new CopyOnWriteArrayList<>();
            reader = new Thread(() -> read(process, lines), "oidc-provider");
            reader.start();
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> lines.stream()
                    .anyMatch(line -> line.startsWith("listening ")));
            issuer = lines.stream()
                    .filter(line -> line.startsWith("listening "))
                    .findFirst()
                    .orElseThrow()
                    .substring("listening ".length());
            kerbwatch = TestServer.start(settings -> settings.with(Settings.SERVER_LISTEN, "127.0.0.1:" + port)
                    .with(Settings.OIDC_ISSUER, issuer)
                    .with(Settings.OIDC_CLIENT_ID, "kerbwatch")
                    .with(Settings.OIDC_CLIENT_SECRET, SECRET)
                    .with(Settings.OIDC_ROLES, "kw-admins=admin,kw-operators=operator")
                    .with(Settings.OIDC_TIMEOUT, "20s"));
            // Its tokens have the machine's time.
            kerbwatch.clock.advance(Duration.between(
                    kerbwatch.clock.instant(), InstantSource.system().instant()));
        }

        @Override
        public void close() {
            kerbwatch.close();
            process.destroy();
            try {
                reader.join(10_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }

        private static void read(Process process, List<String> lines) {
            try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
                out.lines().forEach(lines::add);
            } catch (IOException e) {
                lines.add(e.toString());
            }
        }
    }

    /** Follows links and sends forms with the cookies of each host, as a browser does; Java would quote these. */
    private static final class Visitor {
        private final HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        private final Map<String, Map<String, String>> cookies = new HashMap<>();

        HttpResponse<String> get(String url) throws IOException, InterruptedException {
            return followed(HttpRequest.newBuilder(URI.create(url)));
        }

        HttpResponse<String> send(HttpResponse<String> page, String form) throws IOException, InterruptedException {
            Matcher action = Pattern.compile("action=\"([^\"]+)\"").matcher(page.body());
            assertThat(action.find()).as(page.uri() + "\n" + page.body()).isTrue();
            return followed(HttpRequest.newBuilder(page.uri().resolve(action.group(1)))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form)));
        }

        private HttpResponse<String> followed(HttpRequest.Builder request) throws IOException, InterruptedException {
            Map<String, String> own =
                    cookies.computeIfAbsent(request.build().uri().getHost(), host -> new HashMap<>());
            own.put("none", "1");
            String all = own.entrySet().stream()
                    .map(one -> one.getKey() + "=" + one.getValue())
                    .collect(Collectors.joining("; "));
            HttpResponse<String> answer =
                    client.send(request.header("cookie", all).build(), HttpResponse.BodyHandlers.ofString());
            for (String header : answer.headers().allValues("set-cookie")) {
                String[] pair = header.split(";", -1)[0].split("=", 2);
                own.put(pair[0], pair[1]);
            }
            own.values().removeIf(String::isEmpty);
            return answer.statusCode() != 303
                    ? answer
                    : get(answer.uri()
                            .resolve(answer.headers().firstValue("location").orElseThrow())
                            .toString());
        }

        HttpResponse<String> signIn(String server, String name) throws IOException, InterruptedException {
            HttpResponse<String> login = get(server + "/sign-in/oidc?to=/desk/");
            HttpResponse<String> consent = send(login, "prompt=login&login=" + name + "&password=x");
            return send(consent, "prompt=consent");
        }
    }

    @Test
    void peopleSignInByTheirGroups() throws Exception {
        for (boolean userinfo : new boolean[] {false, true}) {
            try (Both both = new Both(userinfo)) {
                String url = both.kerbwatch.server.url();
                Visitor wang = new Visitor();
                HttpResponse<String> desk = wang.signIn(url, "wang");
                assertThat(desk.uri()).as(desk.statusCode() + " " + desk.body()).isEqualTo(URI.create(url + "/desk/"));
                JsonNode me = Json.tree(wang.get(url + "/api/v1/me").body());
                assertThat(me.get("name").asText()).isEqualTo("wang of the city");
                assertThat(me.get("role").asText()).isEqualTo("operator");
                HttpResponse<String> again = wang.get(url + "/sign-in/oidc");
                assertThat(again.uri()).as("the provider knows them").isEqualTo(URI.create(url + "/desk/"));

                HttpResponse<String> refused = new Visitor().signIn(url, "guest");
                assertThat(refused.uri().getQuery()).startsWith("failed=group&");
                HttpResponse<String> login = new Visitor().get(url + "/sign-in/oidc");
                assertThat(login.uri().toString()).startsWith(both.issuer);
                assertThat(both.kerbwatch
                                .api
                                .get("/api/v1/accounts")
                                .expect(200)
                                .get("items"))
                        .hasSize(1);
            }
        }
    }

    @Test
    void theButtonOfTheSignInPageLeadsToTheDesk() throws Exception {
        String chromium = System.getProperty("kerbwatch.test.browser", "");
        if (chromium.isEmpty()) {
            System.out.println("No browser is named by -Dkerbwatch.test.browser; the button was not pressed.");
        }
        assumeTrue(!chromium.isEmpty());
        try (Both both = new Both(false);
                Playwright playwright = Playwright.create(
                        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
                com.microsoft.playwright.Browser browser = playwright
                        .chromium()
                        .launch(new BrowserType.LaunchOptions()
                                .setExecutablePath(Path.of(chromium))
                                .setArgs(List.of("--no-sandbox", "--disable-background-networking")))) {
            String url = both.kerbwatch.server.url();
            List<String> wrong = new CopyOnWriteArrayList<>();
            Page page = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions().setLocale("zh-CN"))
                    .newPage();
            page.onPageError(wrong::add);
            page.navigate(url + "/sign-in?to=/desk/%23/accounts");
            Locator button = page.locator("a.button");
            assertThat(button).hasText("统一身份登录");
            button.click();
            page.waitForURL(both.issuer + "/**");
            // Whoever thinks better of it is told so, where they came from.
            page.locator("a", new Page.LocatorOptions().setHasText("Cancel")).click();
            assertThat(page.locator(".notice.bad")).hasText("统一身份登录被取消或被拒绝。");

            page.locator("a.button").click();
            page.locator("input[name=login]").fill("chen");
            page.locator("input[name=password]").fill("x");
            page.locator("button[type=submit]").click();
            page.locator("button[type=submit]", new Page.LocatorOptions().setHasText("Continue"))
                    .click();
            Locator row = page.locator("tr[data-account=chen]");
            assertThat(row).containsText("chen of the city");
            assertThat(row).containsText(URI.create(both.issuer).getAuthority());
            assertThat(row).containsText("可用");
            assertThat(row.locator("button", new Locator.LocatorOptions().setHasText("设置密码链接")))
                    .hasCount(0);
            assertThat(page.url()).isEqualTo(url + "/desk/#/accounts");
            assertThat(wrong).isEmpty();
        }
    }
}
