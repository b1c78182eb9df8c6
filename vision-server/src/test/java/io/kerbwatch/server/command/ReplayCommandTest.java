package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.stream.ClipReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    private static final String[] NUMBERS = {
        "events",
        "found",
        "false",
        "earlyCleared",
        "medianSecondsToConfirm",
        "p95SecondsToConfirm",
        "worstSecondsToConfirm",
        "faults",
        "faultsTold"
    };

    private final Path folder;

    ReplayCommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @Test
    void twoClipsAreHeldAgainstTheirTruth() throws Exception {
        clip("overflow-from-start");
        clip("clean-quiet");

        Ran ran = Ran.of("replay", "--json", folder);

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertThat(keys(json)).containsExactly("clips", "total");
        assertThat(keys(json.get("total"))).containsExactly(NUMBERS);
        for (JsonNode of : json.get("clips")) {
            assertThat(keys(of)).startsWith("clip").containsAll(List.of(NUMBERS));
        }
        assertThat(json.get("clips").findValuesAsText("clip"))
                .containsExactly("clean-quiet.mp4", "overflow-from-start.mp4");
        JsonNode total = json.get("total");
        assertThat(total.get("events").asInt())
                .isEqualTo(Clip.named("overflow-from-start").truth().events().size());
        assertThat(total.get("found").asInt()).isEqualTo(total.get("events").asInt());
        assertThat(total.get("false").asInt()).isZero();
        assertThat(total.get("worstSecondsToConfirm").asDouble())
                .isPositive()
                .isGreaterThanOrEqualTo(total.get("medianSecondsToConfirm").asDouble());
    }

    @Test
    void aFaultOfTheTruthIsCountedAndToldOnlyIfItWasThere() throws Exception {
        Path clip = clip("clean-quiet");
        Files.writeString(
                clip.resolveSibling("clean-quiet.json"),
                "{\"events\":[],\"faults\":[{\"fault\":\"covered\",\"from\":5,\"to\":20}]}");

        Ran ran = Ran.of("replay", "--json", clip);

        assertThat(ran.code()).isZero();
        JsonNode total = new ObjectMapper().readTree(ran.out()).get("total");
        assertThat(total.get("faults").asInt()).isEqualTo(1);
        assertThat(total.get("faultsTold").asInt()).isZero();
        assertThat(total.get("medianSecondsToConfirm").isNull()).isTrue();
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        Path none = folder.resolve("none.mp4");
        Ran missing = Ran.of("replay", none);
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("there is no clip " + none);
        Ran empty = Ran.of("replay", folder);
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("no clips (mp4) in " + folder);
        Files.writeString(none, "no clip");
        assertThat(Ran.of("replay", none).err()).contains(none + " is no clip that can be read");
        Files.delete(none);

        Path clip = clip("clean-quiet");
        Files.writeString(
                clip.resolveSibling("clean-quiet.json"), "{\"faults\":[{\"fault\":\"haunted\",\"from\":5,\"to\":20}]}");
        Ran unknown = Ran.of("replay", clip);
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("haunted").contains("covered").contains("not-recognised");

        assertThat(Ran.of("replay").code()).isEqualTo(2);
    }

    @Test
    void photographsAreHeldForTwoMinutes() throws Exception {
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("labels"));
        firstPicture("overflow-from-start");
        firstPicture("clean-quiet");
        Path label = folder.resolve("labels/overflow-from-start.txt");
        Files.writeString(label, "1 0.5 0.5 0.2 0.3\n0 0.2 0.5 0.1 0.2\n");

        Ran ran = Ran.of("replay", "--photographs", folder, "--json");

        assertThat(ran.code()).isZero();
        JsonNode json = new ObjectMapper().readTree(ran.out());
        assertThat(json.get("dirty").asInt()).isEqualTo(1);
        assertThat(json.get("dirtyFound").asInt()).isEqualTo(1);
        assertThat(json.get("clean").asInt()).isEqualTo(1);
        assertThat(json.get("cleanFired").asInt()).isZero();
        assertThat(json.get("medianSecondsToConfirm").asDouble()).isBetween(20.0, 75.0);

        Files.writeString(label, "1 0.5 0.5 0.2 0.3\n7 0.2 0.5 0.1 0.2\n");
        Ran wrong = Ran.of("replay", "--photographs", folder);
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains(label + ", line 2").contains("7 0.2 0.5 0.1 0.2");
        assertThat(Ran.of("replay", "--photographs", folder, folder).code()).isEqualTo(2);
    }

    private void firstPicture(String name) throws Exception {
        try (ClipReader reader = new ClipReader(clip(name), Instant.EPOCH);
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            decoder.decode(reader.next().orElseThrow());
            Files.write(folder.resolve("images/" + name + ".jpg"), Jpeg.encode(decoder.picture(), 95));
        }
    }

    private Path clip(String name) throws Exception {
        Path mp4 = folder.resolve(name + ".mp4");
        Clip.copyTo(name, "mp4", mp4);
        Clip.copyTo(name, "json", folder.resolve(name + ".json"));
        return mp4;
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
