package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example consumer for Node, whose library has never seen our code, takes what we sign and nothing else. */
class NodeConsumerTest {
    private static final Path EXAMPLE = Path.of("..", "samples", "consumer");

    @Test
    void theExampleForNodeTakesWhatWeSignAndNothingElse(@TempDir Path folder) throws Exception {
        String node = System.getProperty("kerbwatch.test.node", "");
        if (node.isEmpty()) {
            System.out.println("No Node is named by -Dkerbwatch.test.node; its example consumer was not tried.");
        }
        assumeTrue(!node.isEmpty());
        for (String file : List.of("package.json", "consumer.mjs")) {
            Files.copy(EXAMPLE.resolve(file), folder.resolve(file));
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

        String secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
        ProcessBuilder command = new ProcessBuilder(node, "consumer.mjs")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        command.environment().put("SECRET", secret);
        command.environment().put("PORT", "0");
        Process consumer = command.start();
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread reader = new Thread(() -> read(consumer, lines), "node-consumer");
        reader.start();
        // Its library holds the signature's time against the machine's clock, so the server must have that one, too.
        try (TestServer kerbwatch = TestServer.start()) {
            kerbwatch.clock.advance(Duration.between(
                    kerbwatch.clock.instant(), InstantSource.system().instant()));
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !lines.isEmpty());
            String url = "http://127.0.0.1:" + lines.get(0).replaceAll("\\D+", "") + "/hook";
            JsonNode created = kerbwatch
                    .api
                    .post(
                            "/api/v1/endpoints",
                            "{\"name\":\"node\",\"url\":\"" + url + "\",\"secret\":\"" + secret + "\"}")
                    .expect(201);
            assertThat(created.at("/endpoint/ping/delivered").asBoolean()).isTrue();
            UUID endpoint = TestServer.id(created.get("endpoint"));
            UUID site = TestServer.id(kerbwatch
                    .api
                    .post(
                            "/api/v1/sites",
                            "{\"name\":\"村口 Gate\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"" + endpoint
                                    + "\"}")
                    .expect(201));
            kerbwatch.tell(kerbwatch.camera(site, "10.0.0.8"), Kind.OVERFLOW, Finding.Type.CONFIRMED);
            String number = kerbwatch.orders().get(0).get("number").asText();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> lines.contains("order.filed " + number + " 村口 Gate"));

            HttpResponse<String> forged = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .header("webhook-id", "msg_1")
                                    .header(
                                            "webhook-timestamp",
                                            Long.toString(InstantSource.system()
                                                    .instant()
                                                    .getEpochSecond()))
                                    .header("webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")
                                    .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"order.filed\",\"data\":{}}"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(forged.statusCode()).isEqualTo(401);
        } finally {
            consumer.destroy();
            reader.join(10_000);
        }
    }

    private static void read(Process process, List<String> lines) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        } catch (IOException e) {
            lines.add(e.toString());
        }
    }
}
