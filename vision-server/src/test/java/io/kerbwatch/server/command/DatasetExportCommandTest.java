package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.TestVision;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetExportCommandTest {
    @Test
    void verdictsBecomeADataSetWhileTheServerRuns(@TempDir Path folder) throws Exception {
        Settings settings = TestServer.settings(same -> same);
        try (TestServer server = TestServer.over(settings)) {
            UUID site = server.site("gate");
            for (String verdict : List.of("true", "false", "unsure", "")) {
                UUID camera = server.camera(site, "10.9.0." + verdict.length());
                server.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
                if (!verdict.isEmpty()) {
                    JsonNode incident = server.api
                            .get("/api/v1/incidents?camera=" + camera)
                            .expect(200)
                            .get("items")
                            .get(0);
                    server.api
                            .post(
                                    "/api/v1/incidents/" + incident.get("id").asText() + "/verdict",
                                    "{\"verdict\":\"" + verdict + "\""
                                            + (verdict.equals("true") ? "}" : ",\"reason\":\"not-refuse\"}"))
                            .expect(200);
                }
                if (verdict.equals("true")) {
                    server.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
                }
            }
            Path out = folder.resolve("own");
            Object[] export = {
                "dataset",
                "export",
                "--data",
                settings.data(),
                "--database",
                settings.get(Settings.DATABASE_URL).orElseThrow(),
                "--database.user",
                settings.get(Settings.DATABASE_USER),
                "--database.password",
                settings.get(Settings.DATABASE_PASSWORD),
                "--out",
                out,
                "--json"
            };
            Ran ran = Ran.of(export);

            assertThat(ran.err()).isEmpty();
            assertThat(ran.code()).isZero();
            JsonNode json = new ObjectMapper().readTree(ran.out());
            assertThat(json.get("pictures").asInt()).isEqualTo(3);
            assertThat(json.get("boxes").get("overflow").asInt()).isEqualTo(1);
            List<Path> pictures;
            try (Stream<Path> files = Files.list(out.resolve("images"))) {
                pictures = files.toList();
            }
            assertThat(pictures).hasSize(3).allSatisfy(p -> assertThat(p).hasBinaryContent(TestVision.JPEG));
            List<String> labels;
            try (Stream<Path> files = Files.list(out.resolve("labels"))) {
                labels = files.map(DatasetExportCommandTest::read).sorted().toList();
            }
            assertThat(labels.get(0)).isEmpty();
            assertThat(labels.get(1)).startsWith("0 0.").hasLineCount(1);
            assertThat(labels.get(2)).startsWith("1 0.").hasLineCount(1);
            JsonNode coco = new ObjectMapper().readTree(Files.readAllBytes(out.resolve("coco.json")));
            assertThat(coco.get("images")).hasSize(3);
            assertThat(coco.get("annotations")).hasSize(2);
            assertThat(coco.get("categories").findValuesAsText("name")).containsExactly("bin", "overflow", "litter");

            Ran again = Ran.of(export);
            assertThat(again.code()).isEqualTo(1);
            assertThat(again.err()).contains(out + " is not empty");
        }
    }

    @Test
    void aFolderWithoutAnInstallationStaysOne(@TempDir Path folder) {
        Path typo = folder.resolve("typo");
        for (Ran ran : List.of(
                Ran.of("dataset", "export", "--data", typo, "--out", folder.resolve("own")),
                Ran.of("verify-history", "--data", typo))) {
            assertThat(ran.code()).isEqualTo(1);
            assertThat(ran.err()).contains("no installation in " + typo);
        }
        assertThat(typo).doesNotExist();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
