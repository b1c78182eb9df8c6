package io.kerbwatch.server.command.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.vision.CameraVision;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The district of the demo on a real server: what is registered, and that all of it tells something. */
class DistrictTest {
    @Test
    void monitorsCountersAndTheCameraAtAnEntranceTell() throws Exception {
        Settings settings = TestServer.settings(all -> all.with(Settings.DUST_LISTEN, "127.0.0.1:0"));
        TestServer kerbwatch = TestServer.counting(
                settings, clock -> CameraVision.load(settings, clock).counting());
        String token = kerbwatch
                .server
                .accounts()
                .createToken(Caller.SYSTEM, new Accounts.NewToken("demo", "admin", null, null, null, null))
                .secret();
        try (kerbwatch;
                District district = new District(
                        new Api(kerbwatch.server.url(), token),
                        URI.create(kerbwatch.server.url()),
                        kerbwatch.server.dustPort(),
                        kerbwatch.clock)) {
            // 10:31 in Shanghai: the lines that are lost in the morning have come back.
            kerbwatch.clock.advance(Duration.ofMinutes(31));
            district.begin();
            assertThat(devices(kerbwatch, "dust-monitor")).hasSize(8);
            assertThat(devices(kerbwatch, "people-counter")).hasSize(11);
            assertThat(devices(kerbwatch, "entrance-camera")).hasSize(1);
            assertThat(kerbwatch.api.get("/api/v1/contracts").expect(200).get("items"))
                    .hasSize(3);
            await().atMost(Duration.ofSeconds(30)).until(() -> !kerbwatch
                    .api
                    .get("/api/v1/checks")
                    .expect(200)
                    .get("items")
                    .isEmpty());
            String toilet =
                    devices(kerbwatch, "entrance-camera").get(0).get("site").asText();
            // The first who passes does so in the ninth second of the clip.
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(500))
                    .until(() -> {
                        kerbwatch.lookAtDevices();
                        JsonNode flow = kerbwatch
                                .api
                                .get("/api/v1/sites/" + toilet + "/flow")
                                .expect(200);
                        return flow.get("today").asInt() > 0
                                && !flow.get("present").isNull();
                    });
            assertThat(devices(kerbwatch, "entrance-camera")
                            .get(0)
                            .get("health")
                            .asText())
                    .isEqualTo("ok");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> devices(kerbwatch, "dust-monitor").stream()
                                    .allMatch(one -> one.get("health").asText().equals("ok"))
                            && devices(kerbwatch, "people-counter").stream()
                                    .noneMatch(one -> one.get("health").asText().equals("waiting")));
        }
    }

    private static List<JsonNode> devices(TestServer kerbwatch, String kind) {
        List<JsonNode> some = new ArrayList<>();
        kerbwatch
                .api
                .get("/api/v1/devices?kind=" + kind)
                .expect(200)
                .get("items")
                .forEach(some::add);
        return some;
    }
}
