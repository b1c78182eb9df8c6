package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Kills the server, with all it has, in the middle of its work, and looks at what is left. */
class KillTest {
    private static final int FINDINGS = 120;
    private static final int KILLS = 4;

    @Test
    void whateverMomentItIsKilledNothingIsLostAndNothingIsTwice() throws Exception {
        long seed = 7;
        System.out.println("kills at random moments, seed " + seed);
        Random random = new Random(seed);
        // A database of its own, so that its postmaster is left behind as well.
        Settings settings =
                TestServer.settings(each -> each.with(Settings.DATABASE_URL, "").with(Settings.DATABASE_PASSWORD, ""));
        try (Receiver receiver = new Receiver(got -> random.nextInt(4) == 0 ? 503 : 200)) {
            List<String> cameras = village(settings, receiver);
            int next = 0;
            for (int kill = 0; kill < KILLS; kill++) {
                int until = next + 1 + random.nextInt(FINDINGS / KILLS - 2);
                next = runUntil(settings.data(), next, until, random.nextInt(25), cameras);
            }
            runUntil(settings.data(), next, FINDINGS, 0, cameras);

            try (TestServer kerbwatch = TestServer.over(settings.with(Settings.DATABASE_CONNECTIONS, "8"))) {
                Set<String> expected = new HashSet<>();
                for (JsonNode order : all(kerbwatch.api, "/api/v1/orders")) {
                    JsonNode detail =
                            kerbwatch.order(UUID.fromString(order.get("id").asText()));
                    for (JsonNode line : detail.get("history")) {
                        String event = line.get("event").asText();
                        if (event.equals("file") || event.equals("reopen")) {
                            expected.add(order.get("id").asText() + "/"
                                    + line.get("round").asInt());
                        }
                    }
                }
                long confirmed = FINDINGS / 2;
                assertThat(expected)
                        .as("each confirmation filed or reopened once")
                        .hasSize((int) confirmed);
                assertThat(all(kerbwatch.api, "/api/v1/orders"))
                        .as("one order a camera: each reopened the one before")
                        .hasSize(cameras.size());
                assertThat(all(kerbwatch.api, "/api/v1/incidents")).hasSize(cameras.size());
                // The servers that were killed had the machine's clock; this one's stands still but for what follows.
                kerbwatch.clock.advance(Duration.between(kerbwatch.clock.instant(), Instant.now()));
                Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> {
                    kerbwatch.clock.advance(Duration.ofMinutes(2));
                    return delivered(receiver).keySet().containsAll(expected);
                });
                assertThat(delivered(receiver).values())
                        .as("one webhook-id for each order's round")
                        .allSatisfy(ids -> assertThat(ids).hasSize(1));
            }
        }
    }

    /** Feeds a server in another process, and kills it so many milliseconds after it took a finding. */
    private static int runUntil(Path data, int from, int until, int delayMillis, List<String> cameras)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.kerbwatch.server.FaultChild",
                data.toString(),
                Integer.toString(from),
                Integer.toString(FINDINGS)));
        command.addAll(cameras);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        int taken = from;
        StringBuilder said = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.startsWith("taken ")) {
                    taken = Integer.parseInt(line.substring(6)) + 1;
                }
                if (taken >= until) {
                    break;
                }
            }
            assertThat(taken).as(said.toString()).isGreaterThanOrEqualTo(until);
            // The moment of the kill is meant to be anywhere; nothing is waited for.
            process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
            process.toHandle().destroyForcibly(); // by its handle, which leaves what it said to be read
            process.waitFor();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("taken ")) {
                    taken = Integer.parseInt(line.substring(6)) + 1;
                }
            }
        }
        return taken;
    }

    private static List<String> village(Settings settings, Receiver receiver) {
        List<String> cameras = new ArrayList<>();
        try (TestServer kerbwatch = TestServer.over(settings)) {
            UUID endpoint = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/endpoints", "{\"name\":\"receiver\",\"url\":\"" + receiver.url() + "\"}")
                    .expect(201)
                    .get("endpoint"));
            for (int i = 0; i < 4; i++) {
                UUID site = TestServer.id(kerbwatch
                        .api
                        .post(
                                "/api/v1/sites",
                                "{\"name\":\"station " + i + "\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\""
                                        + endpoint + "\"}")
                        .expect(201));
                cameras.add(kerbwatch.camera(site, "10.0.0." + i).toString());
            }
        }
        return cameras;
    }

    private static List<JsonNode> all(Api api, String path) {
        List<JsonNode> items = new ArrayList<>();
        api.get(path + "?limit=200").expect(200).get("items").forEach(items::add);
        return items;
    }

    /** Message ids by order and round, of what came to file an order. */
    private static Map<String, Set<String>> delivered(Receiver receiver) {
        return receiver.of("order.filed").stream()
                .collect(Collectors.groupingBy(
                        got -> got.data().get("order").get("id").asText() + "/"
                                + got.data().get("order").get("round").asInt(),
                        TreeMap::new,
                        Collectors.mapping(Receiver.Got::id, Collectors.toSet())));
    }
}
