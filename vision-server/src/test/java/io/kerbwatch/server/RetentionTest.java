package io.kerbwatch.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.Verification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Pictures whose time is over are gone from the disk, and who asks for one is told so. */
class RetentionTest {
    @Test
    void picturesOfIncidentsAreKeptAMonthAndOthersADay() {
        Path[] data = new Path[1];
        try (TestServer kerbwatch = TestServer.start(settings -> {
            data[0] = Path.of(settings.get(Settings.DATA));
            return settings;
        })) {
            UUID camera = kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8");
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(kerbwatch.orders().get(0));
            String before = kerbwatch.order(order).at("/snapshots/before").asText();
            // A verification leaves a picture; after the next one nothing rests on it any more.
            for (String event : List.of(
                    "dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"},\"reason\":\"", "arrive", "done")) {
                kerbwatch
                        .api
                        .post("/api/v1/orders/" + order + "/events", "{\"event\":\"" + event + "\"}")
                        .expect(200);
            }
            kerbwatch.answer(Verification.Outcome.CANNOT_TELL);
            String first = kerbwatch.order(order).at("/snapshots/after").asText();
            kerbwatch
                    .as("operator", null)
                    .post("/api/v1/orders/" + order + "/events", "{\"event\":\"pass\"}")
                    .expect(200);
            JsonNode closed = kerbwatch.order(order);
            assertThat(closed.get("state").asText()).isEqualTo("closed");
            kerbwatch.tell(camera, Kind.LITTER, Finding.Type.CLEARED); // of nothing: a picture nobody needs
            assertThat(files(data[0])).hasSize(6); // three pictures and their originals

            kerbwatch.clock.advance(Duration.ofHours(23));
            kerbwatch.server.prune();
            assertThat(files(data[0])).hasSize(6);

            kerbwatch.clock.advance(Duration.ofHours(2));
            kerbwatch.server.prune();
            assertThat(files(data[0])).hasSize(4);
            assertThat(kerbwatch.api.get(before).status()).isEqualTo(200);
            assertThat(kerbwatch.api.get(first).status()).isEqualTo(200);

            kerbwatch.clock.advance(Duration.ofDays(30));
            kerbwatch.server.prune();
            assertThat(files(data[0])).isEmpty();
            assertThat(kerbwatch.api.get(before).problem(410)).isEqualTo("picture-deleted");
            kerbwatch.server.prune(); // nothing left to do
            assertThat(kerbwatch.order(order).get("state").asText()).isEqualTo("closed");
        }
    }

    @Test
    void whatEarlierRoundsOfAnOrderRestOnIsKeptAsLong() {
        Path[] data = new Path[1];
        try (TestServer kerbwatch = TestServer.start(settings -> {
            data[0] = Path.of(settings.get(Settings.DATA));
            return settings;
        })) {
            UUID camera = kerbwatch.camera(kerbwatch.site("station"), "10.0.0.8");
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            UUID order = TestServer.id(kerbwatch.orders().get(0));
            for (int round = 1; round <= 2; round++) {
                for (String event : List.of(
                        "dispatch\",\"receiver\":{\"kind\":\"crew\",\"id\":\"Li\"},\"reason\":\"", "arrive", "done")) {
                    kerbwatch
                            .api
                            .post("/api/v1/orders/" + order + "/events", "{\"event\":\"" + event + "\"}")
                            .expect(200);
                }
                kerbwatch.answer(Verification.Outcome.CLEAN);
                kerbwatch.clock.advance(Duration.ofMinutes(1));
                kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            }
            assertThat(kerbwatch.order(order).get("round").asInt()).isEqualTo(3);
            int all = files(data[0]).size();

            kerbwatch.clock.advance(Duration.ofHours(25));
            kerbwatch.server.prune();
            assertThat(files(data[0])).hasSize(all);
        }
    }

    private static List<Path> files(Path data) {
        try (Stream<Path> all = Files.walk(data.resolve("snapshots"))) {
            return all.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
