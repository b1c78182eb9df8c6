package io.kerbwatch.server.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.Login;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.samples.Truth;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.vision.CameraVision;
import io.kerbwatch.vision.count.CountTruth;
import io.kerbwatch.vision.count.Direction;
import io.kerbwatch.vision.snapshot.Jpeg;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** People before a rendered entrance, over real RTSP, to the visitors of a toilet; and a stream that is cut. */
class EntranceStreamTest {
    private static final Logger LOG = LoggerFactory.getLogger(EntranceStreamTest.class);
    private static final String CLIPS = "/io/kerbwatch/samples/entrances/";
    /** Nobody is near the line before it, and nobody is on it then. */
    private static final double QUIET_UNTIL = 2;

    private static final double UNTIL = 66;

    @Test
    void visitorsArriveInTheirTrueNumberAndACutStreamIsUnknown(@TempDir Path folder) throws IOException {
        Clip clip = story(folder);
        CountTruth truth = CountTruth.read(folder.resolve("entrance-day.json"));
        Settings settings = TestServer.settings(
                all -> all.with(Settings.CAMERAS_LONGEST_RETRY, "1s").with(Settings.CAMERAS_SILENT_FOR, "2s"));
        TestServer kerbwatch = TestServer.counting(
                settings, clock -> CameraVision.load(settings, clock).counting());
        Login login = new Login("kerb", "s3cret-of-the-camera", Login.Scheme.DIGEST);
        try (kerbwatch;
                SampleStation station = SampleStation.start(
                        List.of(SampleCamera.of("door", clip).behind(login)))) {
            UUID toilet = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/sites", "{\"name\":\"Market toilet\",\"kind\":\"public-toilet\"}")
                    .expect(201));
            String url = station.url("door").toString();
            JsonNode probed = kerbwatch
                    .api
                    .post("/api/v1/devices/probe", "{\"url\":\"" + url + "\"}")
                    .expect(200);
            assertThat(probed.get("reached").asBoolean()).as("%s", probed).isTrue();
            UUID device = TestServer.id(kerbwatch
                    .api
                    .post("/api/v1/devices", registration(toilet, url, truth))
                    .expect(201)
                    .get("device"));
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                kerbwatch.lookAtDevices();
                return health(kerbwatch, device).equals("ok");
            });
            assertThat(flow(kerbwatch, toilet).get("present").asInt()).isZero();

            // From here on the clip is played once, from its beginning.
            station.clean("door");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> station.segment("door").equals("cleaning"));
            await().atMost(Duration.ofSeconds((long) UNTIL + 30))
                    .until(() -> station.segment("door").equals("clean"));
            byte[] shown = kerbwatch
                    .api
                    .get("/api/v1/devices/" + device + "/picture")
                    .response()
                    .body();
            assertThat(Jpeg.decode(shown).width()).isLessThanOrEqualTo(640);
            kerbwatch.clock.advance(Duration.ofMinutes(1));
            kerbwatch.lookAtDevices();
            JsonNode counted = flow(kerbwatch, toilet);
            long in = truth(truth, Direction.IN);
            long out = truth(truth, Direction.OUT);
            LOG.info("true in {} out {}, counted {}", in, out, counted.get("hours"));
            // The server's clock stands still meanwhile, at the begin of an hour.
            long entered = 0;
            long went = 0;
            for (JsonNode hour : counted.get("hours")) {
                entered += hour.get("entered").asLong();
                went += hour.get("went").asLong();
            }
            long all = entered + went;
            assertThat(Math.abs(all - (in + out))).isLessThanOrEqualTo(Math.round(0.05 * (in + out)));
            assertThat(counted.get("today").asLong()).isEqualTo(entered);
            Api.Answer proof = kerbwatch.api.get("/api/v1/devices/" + device + "/proof");
            assertThat(Jpeg.decode(proof.response().body()).width()).isLessThanOrEqualTo(640);

            station.refuse("door");
            station.drop("door");
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                kerbwatch.lookAtDevices();
                return health(kerbwatch, device).equals("faulty");
            });
            assertThat(flow(kerbwatch, toilet).get("present").isNull()).isTrue();
            assertThat(flow(kerbwatch, toilet).get("today")).isEqualTo(counted.get("today"));
            String said = kerbwatch.api.get("/api/v1/devices/" + device).text();
            assertThat(said).doesNotContain("s3cret");

            station.allow("door");
            await().atMost(Duration.ofSeconds(40)).until(() -> {
                kerbwatch.lookAtDevices();
                return health(kerbwatch, device).equals("ok");
            });
            assertThat(flow(kerbwatch, toilet).get("present").isNull()).isFalse();
        }
    }

    /** The clip's first seconds again and again until the story is told to go on, then some more of it, then its end held. */
    private static Clip story(Path folder) throws IOException {
        for (String file : List.of("entrance-day.mp4", "entrance-day.json")) {
            try (InputStream in =
                    Objects.requireNonNull(EntranceStreamTest.class.getResourceAsStream(CLIPS + file), file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        Clip whole = Clip.read(folder.resolve("entrance-day.mp4"));
        Truth played = new Truth(
                whole.truth().fps(),
                null,
                null,
                null,
                List.of(
                        new Truth.Segment("waiting", 0, QUIET_UNTIL, true),
                        new Truth.Segment("cleaning", 0, UNTIL, false),
                        new Truth.Segment("clean", 0, QUIET_UNTIL, true)),
                null);
        return new Clip(whole.name(), played, whole.footage());
    }

    private static long truth(CountTruth truth, Direction direction) {
        return truth.passages().stream()
                .filter(one -> one.direction() == direction && one.seconds() < UNTIL)
                .count();
    }

    private static String registration(UUID site, String url, CountTruth truth) {
        return String.format(
                Locale.ROOT,
                "{\"site\":\"%s\",\"kind\":\"entrance-camera\",\"link\":\"stream\",\"name\":\"door\",\"url\":\"%s\","
                        + "\"setup\":{\"entrance\":{\"outside\":true,\"line\":{\"from\":{\"x\":%f,\"y\":%f},"
                        + "\"to\":{\"x\":%f,\"y\":%f},\"inside\":\"%s\"}}}}",
                site,
                url,
                truth.line().from().x(),
                truth.line().from().y(),
                truth.line().to().x(),
                truth.line().to().y(),
                truth.line().inside().name().toLowerCase(Locale.ROOT));
    }

    private static JsonNode flow(TestServer kerbwatch, UUID toilet) {
        return kerbwatch.api.get("/api/v1/sites/" + toilet + "/flow").expect(200);
    }

    private static String health(TestServer kerbwatch, UUID device) {
        return kerbwatch
                .api
                .get("/api/v1/devices/" + device)
                .expect(200)
                .get("health")
                .asText();
    }
}
