package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountCommandTest {
    private static final String CLIPS = "/io/kerbwatch/samples/entrances/";

    private final Path folder;

    CountCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void twoClipsAreHeldAgainstTheirTruth() throws Exception {
        clip("entrance-busy");
        clip("entrance-night");

        Ran ran = Ran.of("count", "--json", folder);

        assertThat(ran.err()).isEmpty();
        assertThat(ran.code()).isZero();
        assertThat(ran.out().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertThat(json.get("clips").findValuesAsText("clip"))
                .containsExactly("entrance-busy.mp4", "entrance-night.mp4");
        JsonNode total = json.get("total");
        assertThat(total.get("trueIn").asInt() + total.get("trueOut").asInt()).isEqualTo(85);
        assertThat(total.get("countedIn").asInt() + total.get("countedOut").asInt())
                .isBetween(77, 93);
        assertThat(total.get("share").asDouble()).isBetween(0.9, 1.0);
        assertThat(total.get("share").asDouble()).isEqualTo(total.get("found").asDouble() / 85);
        assertThat(total.get("error").asDouble()).isBetween(0.0, 0.1);
        assertThat(total.get("cpuMillisPerSecond").asDouble()).isBetween(1.0, 1000.0);
        for (JsonNode of : json.get("clips")) {
            assertThat(of.get("seconds").asDouble()).isGreaterThan(60);
        }
    }

    @Test
    void peopleReadItALineAClip() throws Exception {
        Path clip = clip("entrance-busy");
        // Nobody comes out at 1 s: the truth is wrong, and whoever reads is told where.
        Path truth = clip.resolveSibling("entrance-busy.json");
        Files.writeString(
                truth,
                Files.readString(truth)
                        .replaceFirst("\\{\"t\": 5\\.63", "{\"t\": 1.0, \"direction\": \"out\"}, {\"t\": 5.63"));

        Ran ran = Ran.of("count", clip);

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("entrance-busy.mp4").contains(" of 61 (").contains("ms CPU a second");
        assertThat(ran.out().lines().filter(line -> line.contains("1.0 s  missed, out")))
                .hasSize(1);
        assertThat(ran.out()).doesNotContain("total");
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        Path none = folder.resolve("none.mp4");
        Ran missing = Ran.of("count", none);
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no clip " + none);
        Ran empty = Ran.of("count", folder);
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("no clips (mp4) in " + folder);
        Files.writeString(none, "no clip");
        Ran alone = Ran.of("count", none);
        assertThat(alone.code()).isEqualTo(1);
        assertThat(alone.err()).contains("has no truth beside it").contains("none.json");

        Path truth = folder.resolve("none.json");
        Files.writeString(truth, "{\"line\":");
        assertThat(Ran.of("count", none).err()).contains(truth + " is not JSON");
        Files.writeString(truth, "{\"crossings\":[]}");
        assertThat(Ran.of("count", none).err()).contains(truth + " is no truth of an entrance");
        String line = "\"line\":{\"from\":[0.1,0.5],\"to\":[0.9,0.5],\"inside\":\"left\"}";
        Files.writeString(truth, "{" + line + ",\"crossings\":[{\"t\":1,\"direction\":\"up\"}]}");
        Ran up = Ran.of("count", none);
        assertThat(up.code()).isEqualTo(1);
        assertThat(up.err()).contains(truth.toString()).contains("UP");
        Files.writeString(truth, "{" + line + ",\"crossings\":[]}");
        Ran noClip = Ran.of("count", none);
        assertThat(noClip.code()).isEqualTo(1);
        assertThat(noClip.err()).contains(none + " is no clip that can be read");
        assertThat(noClip.err()).doesNotContain("\tat ");

        assertThat(Ran.of("count").code()).isEqualTo(2);
        assertThat(Ran.of("count", "--model", folder, none).code()).isEqualTo(1);
    }

    private Path clip(String name) throws IOException {
        for (String file : new String[] {name + ".mp4", name + ".json"}) {
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(CLIPS + file), file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        return folder.resolve(name + ".mp4");
    }
}
