package io.kerbwatch.server.ioc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileArchiveTest {
    @TempDir
    private Path folder = Path.of("");

    /** Against the numbers that the format's description gives. */
    @Test
    void tilesAreNumberedAlongTheCurve() {
        assertThat(TileArchive.id(0, 0, 0)).isEqualTo(0);
        assertThat(TileArchive.id(1, 0, 0)).isEqualTo(1);
        assertThat(TileArchive.id(1, 0, 1)).isEqualTo(2);
        assertThat(TileArchive.id(1, 1, 1)).isEqualTo(3);
        assertThat(TileArchive.id(1, 1, 0)).isEqualTo(4);
        assertThat(TileArchive.id(2, 0, 0)).isEqualTo(5);
        assertThat(TileArchive.id(12, 3423, 1763)).isEqualTo(19078479);
    }

    @Test
    void everyTileIsFoundInOneDirectoryAndInMany() throws IOException {
        for (int entries : new int[] {100_000, 7}) {
            Path file = new Tiles().pyramid(5).write(folder.resolve("map" + entries), 5, entries);
            try (TileArchive archive = TileArchive.open(file)) {
                for (int x = 0; x < 32; x++) {
                    for (int y = 0; y < 32; y++) {
                        assertThat(archive.tile(5, x, y)).hasValue(Tiles.content(5, x, y));
                    }
                }
                assertThat(archive.tile(6, 0, 0)).isEmpty();
                assertThat(archive.tile(5, 32, 0)).isEmpty();
                assertThat(archive.header().bounds()[0]).isEqualTo(113.8);
            }
        }
    }

    @Test
    void whatIsBrokenSaysSo() throws IOException {
        Path whole = new Tiles().pyramid(4).write(folder.resolve("map"), 4, 50);
        byte[] bytes = Files.readAllBytes(whole);
        refused(new byte[0], "0 bytes");
        refused("{\"this\": \"is a style\"}".repeat(20).getBytes(StandardCharsets.UTF_8), "PMTiles");
        byte[] old = bytes.clone();
        old[7] = 2;
        refused(old, "version 2");
        refused(Arrays.copyOf(bytes, 140), "outside of it");
        byte[] garbled = bytes.clone();
        Arrays.fill(garbled, 127, 160, (byte) 0x55);
        refused(garbled, "directory");
        assertThatThrownBy(() -> TileArchive.open(folder.resolve("nothing"))).hasMessageContaining("cannot be opened");
        assertThatThrownBy(() -> TileArchive.open(folder)).isInstanceOf(IOException.class);
        // Cut off in the tiles: what is there is shown, what is missing is told.
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 10));
        try (TileArchive archive = TileArchive.open(cut)) {
            assertThat(archive.tile(0, 0, 0)).isPresent();
            assertThatThrownBy(() -> {
                        for (int x = 0; x < 16; x++) {
                            for (int y = 0; y < 16; y++) {
                                var unused = archive.tile(4, x, y);
                            }
                        }
                    })
                    .hasMessageContaining("cut off");
        }
    }

    /** Whatever bytes are hit, an answer or a clear refusal comes, and soon. */
    @Test
    void noDamageDoesMoreThanBeRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(new Tiles().pyramid(4).write(folder.resolve("map"), 4, 20));
        Random random = new Random(20261124);
        for (int i = 0; i < 3_000; i++) {
            byte[] hit = bytes.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                hit[random.nextInt(random.nextBoolean() ? 127 : hit.length)] = (byte) random.nextInt();
            }
            Path file = Files.write(folder.resolve("hit"), hit);
            try (TileArchive archive = TileArchive.open(file)) {
                var unused = archive.tile(4, random.nextInt(16), random.nextInt(16));
            } catch (IOException expected) {
                assertThat(expected).hasMessageContaining("hit");
            }
        }
    }

    @Test
    void aServerShowsItsMapOrSaysWhyItHasNone() throws IOException {
        Path file = new Tiles().pyramid(3).write(folder.resolve("district.pmtiles"), 3, 100);
        try (TestServer kerbwatch = TestServer.start(
                settings -> settings.with(Settings.MAP_TILES, file.toString()).with(Settings.MAP_DATUM, "gcj02"))) {
            JsonNode map = kerbwatch.api.get("/api/v1/map/base").expect(200);
            assertThat(map.get("type").asText()).isEqualTo("application/vnd.mapbox-vector-tile");
            assertThat(map.get("datum").asText()).isEqualTo("gcj02");
            Api.Answer tile = kerbwatch.api.get("/api/v1/map/tiles/3/4/5");
            assertThat(tile.status()).isEqualTo(200);
            assertThat(tile.text()).isEqualTo("3/4/5");
            assertThat(kerbwatch.api.get("/api/v1/map/tiles/4/4/5").status()).isEqualTo(204);
            kerbwatch.api.get("/api/v1/map/tiles/3/-1/5").expect(400);
        }
        Path broken = Files.write(folder.resolve("broken.pmtiles"), new byte[500]);
        try (TestServer kerbwatch =
                TestServer.start(settings -> settings.with(Settings.MAP_TILES, broken.toString()))) {
            assertThat(kerbwatch
                            .api
                            .get("/api/v1/map/base")
                            .expect(200)
                            .get("problem")
                            .asText())
                    .contains("does not begin with 'PMTiles'");
            kerbwatch.api.get("/api/v1/map/tiles/3/4/5").expect(404);
            kerbwatch.api.get("/api/v1/wall").expect(200);
        }
    }

    private void refused(byte[] bytes, String why) throws IOException {
        Path file = Files.write(folder.resolve("refused"), bytes);
        assertThatThrownBy(() -> TileArchive.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }
}
