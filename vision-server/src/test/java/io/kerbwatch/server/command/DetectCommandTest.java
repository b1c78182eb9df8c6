package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.stream.ClipReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looks at a folder with a dirty place, an empty picture, a damaged one and a file that is none. */
class DetectCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Path folder;
    private static Path dirty;
    private static Path empty;
    private static Path broken;
    private static Path rubbish;
    private static Picture picture;

    @BeforeAll
    static void put(@TempDir Path made) throws Exception {
        folder = made;
        Path clip = folder.resolve("clip.mp4");
        Clip.copyTo("overflow-from-start", "mp4", clip);
        try (ClipReader reader = new ClipReader(clip, Instant.EPOCH);
                KeyFrameDecoder decoder = new KeyFrameDecoder()) {
            decoder.decode(reader.next().orElseThrow());
            picture = decoder.picture();
        }
        byte[] jpeg = Jpeg.encode(picture, 90);
        dirty = Files.write(folder.resolve("dirty.jpg"), jpeg);
        byte[] grey = new byte[320 * 200 * 3];
        Arrays.fill(grey, (byte) 110);
        empty = Files.write(folder.resolve("empty.JPEG"), Jpeg.encode(new Picture(320, 200, grey), 90));
        broken = Files.write(folder.resolve("broken.jpg"), Arrays.copyOf(jpeg, 300));
        rubbish = Files.writeString(folder.resolve("rubbish.png"), "not a picture", StandardCharsets.UTF_8);
    }

    @Test
    void whatIsBrokenIsNamedAndTheRestIsReported() throws Exception {
        Ran ran = Ran.of("detect", "--format", "json", folder);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith(broken + ": "))
                .anyMatch(line -> line.equals(rubbish + " is no JPEG, PNG or WebP picture"));
        List<JsonNode> seen = Stream.of(ran.out().split("\n", -1))
                .filter(line -> !line.isEmpty())
                .map(DetectCommandTest::json)
                .toList();
        assertThat(seen)
                .extracting(s -> s.get("file").asText())
                .containsExactlyInAnyOrder(dirty.toString(), empty.toString());
        JsonNode found = seen.stream()
                .filter(s -> s.get("file").asText().equals(dirty.toString()))
                .findFirst()
                .orElseThrow();
        assertThat(found.get("width").asInt()).isEqualTo(picture.width());
        assertThat(found.get("height").asInt()).isEqualTo(picture.height());
        assertThat(found.get("detections").findValuesAsText("label")).contains("overflow");
        for (JsonNode d : found.get("detections")) {
            assertThat(d.get("score").asDouble()).isBetween(0.0, 1.0);
            assertThat(d.get("box")).hasSize(4);
        }
    }

    @Test
    void textTellsSizeLabelScoreAndPlace() {
        Ran ran = Ran.of("detect", dirty);

        assertThat(ran.code()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .startsWith(dirty + "  " + picture.width() + " x " + picture.height())
                .containsPattern("overflow +0\\.\\d\\d +at \\d+,\\d+ +\\d+ x \\d+");
    }

    @Test
    void cocoListsEveryPictureAndTheThreeCategories() throws Exception {
        Path file = folder.resolve("coco.json");
        Ran ran = Ran.of("detect", "--format", "coco", "--output", file, dirty, empty);

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).isEmpty();
        JsonNode coco = JSON.readTree(Files.readAllBytes(file));
        assertThat(coco.get("images").findValuesAsText("file_name")).containsExactly("dirty.jpg", "empty.JPEG");
        assertThat(coco.get("images").findValuesAsText("id")).containsExactly("1", "2");
        assertThat(coco.get("categories").findValuesAsText("id")).containsExactly("1", "2", "3");
        assertThat(coco.get("categories").findValuesAsText("name")).containsExactly("bin", "overflow", "litter");
        assertThat(coco.get("annotations").findValuesAsText("image_id")).contains("1");
        assertThat(coco.get("annotations").findValuesAsText("category_id")).contains("2");
        for (JsonNode a : coco.get("annotations")) {
            assertThat(a.get("score").asDouble()).isGreaterThanOrEqualTo(0.01);
            JsonNode box = a.get("bbox");
            assertThat(box.get(0).asDouble() + box.get(2).asDouble()).isLessThanOrEqualTo(picture.width() + 0.01);
            assertThat(box.get(1).asDouble() + box.get(3).asDouble()).isLessThanOrEqualTo(picture.height() + 0.01);
        }
    }

    @Test
    void annotatedCopiesAreDrawnOn() throws Exception {
        Path copies = folder.resolve("copies");
        Ran ran = Ran.of("detect", "--format", "pictures", "--output", copies, dirty);

        assertThat(ran.code()).isZero();
        Picture copy = Jpeg.decode(Files.readAllBytes(copies.resolve("dirty.jpg.jpg")));
        assertThat(copy.width()).isEqualTo(picture.width());
        assertThat(copy.height()).isEqualTo(picture.height());
        int drawn = 0;
        for (int i = 0; i < copy.bgr().length; i++) {
            drawn += Math.abs((copy.bgr()[i] & 0xff) - (picture.bgr()[i] & 0xff)) > 60 ? 1 : 0;
        }
        assertThat(drawn).as("bytes that were drawn over").isGreaterThan(1000);
    }

    @Test
    void aHigherLeastScoreLeavesLess() throws Exception {
        int some = json(Ran.of("detect", "--format", "json", "--min-score", "0.01", dirty)
                        .out())
                .get("detections")
                .size();
        int none = json(Ran.of("detect", "--format", "json", "--min-score", "1", dirty)
                        .out())
                .get("detections")
                .size();

        assertThat(some).isPositive();
        assertThat(none).isZero();
    }

    @Test
    void badUsageIsToldBeforeAnythingIsLookedAt() throws Exception {
        for (String score : List.of("2", "-0.1", "NaN", "much")) {
            Ran ran = Ran.of("detect", "--min-score", score, dirty);
            assertThat(ran.code()).as(score).isEqualTo(2);
            assertThat(ran.err()).contains("--min-score is a number from 0 to 1, or working: " + score);
            assertThat(ran.out()).isEmpty();
        }
        Ran nowhere = Ran.of("detect", "--format", "pictures", dirty);
        assertThat(nowhere.code()).isEqualTo(2);
        assertThat(nowhere.err()).contains("--output FOLDER");
        Ran nothing = Ran.of("detect", Files.createDirectories(folder.resolve("nothing")));
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.err()).contains("no JPEG, PNG or WebP pictures in").contains("nothing");
        assertThat(Ran.of("detect").code()).isEqualTo(2);
    }

    @Test
    void aFileThatIsNotThereIsTold() {
        Path missing = folder.resolve("missing.jpg");
        Ran ran = Ran.of("detect", missing);

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err().strip()).isEqualTo(missing + ": there is no such file");
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }
}
