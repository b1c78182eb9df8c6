package io.kerbwatch.server.standard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Settings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Standards out of spreadsheets and into them, and what people do to spreadsheets in between. */
class StandardTableTest {
    private static final List<String> HEAD = List.of(
            "space",
            "spaceName",
            "standard",
            "standardName",
            "clause",
            "what",
            "method",
            "kinds",
            "withinMinutes",
            "every",
            "points",
            "most");

    private final TestServer kerbwatch =
            TestServer.start(settings -> settings.with(Settings.SERVER_BODY_LIMIT, "32MiB"));

    @AfterEach
    void end() {
        kerbwatch.close();
    }

    @Test
    void whatGoesOutComesInAgainUnchanged() {
        JsonNode before = kerbwatch.api.get("/api/v1/standards").expect(200);
        for (String query : List.of("format=xlsx", "format=xlsx&language=en", "format=csv", "format=csv&language=en")) {
            Api.Answer table = kerbwatch.api.get("/api/v1/standards?" + query);
            assertThat(table.status()).isEqualTo(200);
            assertThat(table.header("content-disposition")).contains("attachment", "standards.");
            JsonNode taken = take(table.response().body(), false).expect(200);
            assertThat(taken.get("standards").asInt()).isEqualTo(3);
            assertThat(taken.get("begun").asInt()).as(query).isZero();
            assertThat(taken.get("ended").asInt()).isZero();
        }
        JsonNode after = kerbwatch.api.get("/api/v1/standards").expect(200);
        assertThat(after.findValuesAsText("id")).isEqualTo(before.findValuesAsText("id"));
    }

    @Test
    void aTableMakesSpacesAndStandardsAndChangesNoOthers() throws IOException {
        byte[] file = workbook(List.of(
                HEAD,
                List.of("green", "绿地", "GR", "绿地保洁", "1.1", "无垃圾", "check", "", "", "week", "2", "8"),
                List.of(),
                List.of("green", "", "GR", "绿地保洁", "1.2", "及时清理", "incident", "litter overflow", "30", "", "0.5", ""),
                List.of("road", "", "RD", "道路", "9", "换了", "check", "", "", "", "1", "")));
        JsonNode dry = take(file, true).expect(200);
        assertThat(dry.get("begun").asInt()).isEqualTo(3);
        assertThat(dry.get("ended").asInt()).isEqualTo(roadClauses());
        assertThat(kerbwatch.api.get("/api/v1/standards/GR").status())
                .as("only tried")
                .isEqualTo(404);
        assertThat(kerbwatch.api.get("/api/v1/spaces").expect(200).get("items")).hasSize(3);
        take(file, false).expect(200);
        JsonNode green = kerbwatch.api.get("/api/v1/standards/GR").expect(200);
        assertThat(green.at("/clauses/1/kinds")).hasSize(2);
        assertThat(green.at("/clauses/1/withinMinutes").asInt()).isEqualTo(30);
        assertThat(green.at("/clauses/1/most").isNull()).isTrue();
        assertThat(roadClauses()).isEqualTo(1);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/standards/RS")
                        .expect(200)
                        .get("version")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void everyWrongCellIsNamedAndNothingIsTaken() throws IOException {
        byte[] file = workbook(List.of(
                HEAD,
                List.of("moon", "", "MO", "月", "1", "x", "check", "", "", "", "1", ""),
                List.of("road", "", "RD", "道路", "1", "x", "looking", "", "", "", "1", ""),
                List.of("road", "", "RD", "道路", "1", "", "check", "", "soon", "", "a lot", ""),
                List.of("road", "", "R D", "道路", "2", "x", "incident", "rain", "", "never", "1", "0")));
        JsonNode problem = take(file, false).expect(400);
        List<String> where = problem.get("errors").findValuesAsText("pointer");
        assertThat(where)
                .contains(
                        "row 2, space",
                        "row 3, method",
                        "row 4, what",
                        "row 4, clause",
                        "row 4, withinMinutes",
                        "row 4, points",
                        "row 5, standard",
                        "row 5, kinds",
                        "row 5, every",
                        "row 5, most");
        assertThat(problem.get("detail").asText()).contains("moon");
        assertThat(kerbwatch.api.get("/api/v1/standards").expect(200).get("items"))
                .hasSize(3);
        assertThat(roadClauses()).isGreaterThan(1);
        assertThat(take(workbook(List.of(List.of("a", "b"))), false)
                        .expect(400)
                        .get("errors")
                        .findValuesAsText("detail")
                        .toString())
                .contains("'标准' or 'standard'", "first row");
        assertThat(take(workbook(List.of(HEAD)), false)
                        .expect(400)
                        .get("detail")
                        .asText())
                .contains("No clause");
    }

    @Test
    void aFormulaIsWhatTheSpreadsheetComputedAndNeverComputedHere() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Workbook book = new Workbook(out, "test", "1.0")) {
            Worksheet sheet = book.newWorksheet("standards");
            put(sheet, 0, HEAD);
            put(sheet, 1, List.of("road", "", "RF", "道路", "1", "x", "check", "", "", "", "", "8"));
            sheet.formula(1, 10, "1+1");
        }
        // As a spreadsheet saves it: with the value that it computed.
        byte[] computed = edited(out.toByteArray(), "<f>1+1</f>", "<f>1+1</f><v>2.5</v>");
        take(computed, false).expect(200);
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/standards/RF")
                        .expect(200)
                        .at("/clauses/0/points")
                        .asDouble())
                .isEqualTo(2.5);
        assertThat(take(out.toByteArray(), false).expect(400).get("detail").asText())
                .contains("K2", "formula without a value");
        byte[] failed = edited(out.toByteArray(), "<f>1+1</f>", "<f>1/0</f><v>#DIV/0!</v>");
        assertThat(take(failed, false).expect(400).get("detail").asText()).contains("K2", "#DIV/0!");
    }

    @Test
    void whatASpreadsheetWouldTakeForAFormulaGoesOutAsText() throws IOException {
        take(
                        workbook(List.of(
                                HEAD,
                                List.of(
                                        "road",
                                        "",
                                        "RX",
                                        "=HYPERLINK(\"http://x\")",
                                        "1",
                                        "-2+3",
                                        "check",
                                        "",
                                        "",
                                        "",
                                        "1",
                                        ""))),
                        false)
                .expect(200);
        String csv = kerbwatch.api.get("/api/v1/standards?format=csv").text();
        assertThat(take(csv.getBytes(StandardCharsets.UTF_8), true)
                        .expect(200)
                        .get("begun")
                        .asInt())
                .as("and comes in again as what it was")
                .isZero();
        assertThat(csv).contains("\"'=HYPERLINK(\"\"http://x\"\")\"", ",'-2+3,");
        byte[] excel =
                kerbwatch.api.get("/api/v1/standards?format=xlsx").response().body();
        List<Row> rows = rows(excel);
        assertThat(rows.stream().flatMap(Row::stream).filter(cell -> cell != null && cell.getFormula() != null))
                .isEmpty();
        assertThat(rows.stream().flatMap(Row::stream).map(cell -> cell == null ? "" : cell.getText()))
                .contains("=HYPERLINK(\"http://x\")");
    }

    @Test
    void aHundredThousandRowsAreRefusedSoonAndInLittleMemory() throws IOException {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        for (int i = 0; i < 100_000; i++) {
            rows.add(List.of("road", "", "RD", "道路", "c" + i, "x" + i, "check", "", "", "", "1", ""));
        }
        byte[] file = workbook(rows);
        assertThat(take(file, false).expect(400).get("detail").asText()).contains("more than 5001 rows");
        String csv = String.join(
                "\r\n", rows.stream().map(row -> String.join(",", row)).toList());
        assertThat(take(csv.getBytes(StandardCharsets.UTF_8), false)
                        .expect(400)
                        .get("detail")
                        .asText())
                .contains("more than 5001 rows");
        assertThat(roadClauses()).isLessThan(20);
        // A single row far below the others must not be filled up to.
        byte[] far = edited(workbook(List.of(HEAD, List.of("road"))), "<row r=\"2\"", "<row r=\"1048576\"");
        assertThat(take(far, false).expect(400).get("detail").asText()).contains("rows");
        try (TestServer small = TestServer.start()) {
            String body = "{\"file\":\"" + Base64.getEncoder().encodeToString(file) + "\"}";
            assertThat(small.api.post("/api/v1/standard-imports", body).status())
                    .as("larger than server.body-limit")
                    .isEqualTo(413);
        }
    }

    @Test
    void aTableFromExcelInChinaIsRead() {
        String csv = "空间,标准,标准名称,条款,要求,检查方式,扣分\r\nroad,RG,道路,1,路面\"干净,check,1\r\n".replace("路面\"干净", "路面干净");
        for (Charset charset : List.of(Charset.forName("GB18030"), StandardCharsets.UTF_8)) {
            take(csv.getBytes(charset), false).expect(200);
            assertThat(kerbwatch
                            .api
                            .get("/api/v1/standards/RG")
                            .expect(200)
                            .at("/clauses/0/what")
                            .asText())
                    .isEqualTo("路面干净");
        }
    }

    @Test
    void whatIsNoTableIsSaidSo() throws IOException {
        assertThat(refused(new byte[] {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0, 0, 0, 0, 0}))
                .contains("old Excel");
        assertThat(refused(new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 1, (byte) 0xFF}))
                .isNotEmpty();
        assertThat(refused(zip("readme.txt", new byte[10]))).contains("cannot be read");
        assertThat(refused(zip("xl/worksheets/sheet1.xml", new byte[80 << 20]))).contains("64 MiB");
        for (int length = 1; length < 8; length++) {
            assertThat(refused(Arrays.copyOf(new byte[] {'P', 'K', 3, 4}, length)))
                    .isNotEmpty();
        }
        assertThat(take("{\"file\":\"nonsense!\"}").problem(400)).isEqualTo("invalid-request");
        byte[] whole = workbook(List.of(HEAD, List.of("road", "", "RD", "道路", "1", "x", "check", "", "", "", "1", "")));
        byte[] bomb = edited(
                whole,
                "<sst",
                "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]><sst");
        assertThat(take(bomb, true).status()).isIn(200, 400);
    }

    /** Files that were damaged on their way are refused or read, and never end in a fault. */
    @Test
    void damagedWorkbooksAreRefused() throws IOException {
        byte[] whole = workbook(List.of(HEAD, List.of("road", "", "RD", "道路", "1", "x", "check", "", "", "", "1", "")));
        Random random = new Random(20261123);
        for (int i = 0; i < 400; i++) {
            byte[] damaged =
                    Arrays.copyOf(whole, random.nextInt(4) == 0 ? random.nextInt(whole.length) + 1 : whole.length);
            for (int n = random.nextInt(6); n > 0; n--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            assertThat(take(damaged, true).status()).as("damage %d", i).isIn(200, 400);
        }
    }

    @Test
    void assessmentsGoOutAsTables() {
        kerbwatch.site("=gate");
        for (String by : List.of("place", "team", "contract", "clause")) {
            for (String format : List.of("csv", "xlsx")) {
                Api.Answer table = kerbwatch.api.get("/api/v1/assessments/2026-11?by=" + by + "&format=" + format);
                assertThat(table.status()).isEqualTo(200);
                assertThat(table.header("content-disposition")).contains("assessment-2026-11-" + by + "." + format);
            }
        }
        assertThat(kerbwatch.api.get("/api/v1/assessments/2026-11?format=csv").text())
                .contains("得分", "'=gate,")
                .doesNotContain(",=gate");
        assertThat(kerbwatch
                        .api
                        .get("/api/v1/assessments/2026-11/points?format=csv&language=en")
                        .text())
                .contains("evidenceId");
    }

    private int roadClauses() {
        return kerbwatch
                .api
                .get("/api/v1/standards/RD")
                .expect(200)
                .get("clauses")
                .size();
    }

    private String refused(byte[] file) {
        return take(file, false).expect(400).get("detail").asText();
    }

    private Api.Answer take(byte[] file, boolean dryRun) {
        return take("{\"file\":\"" + Base64.getEncoder().encodeToString(file) + "\",\"dryRun\":" + dryRun + "}");
    }

    private Api.Answer take(String body) {
        return kerbwatch.api.post("/api/v1/standard-imports", body);
    }

    private static byte[] workbook(List<List<String>> rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Workbook book = new Workbook(out, "test", "1.0")) {
            Worksheet sheet = book.newWorksheet("standards");
            for (int r = 0; r < rows.size(); r++) {
                put(sheet, r, rows.get(r));
            }
        }
        return out.toByteArray();
    }

    private static void put(Worksheet sheet, int row, List<String> cells) {
        for (int c = 0; c < cells.size(); c++) {
            if (!cells.get(c).isEmpty()) {
                sheet.value(row, c, cells.get(c));
            }
        }
    }

    private static List<Row> rows(byte[] excel) throws IOException {
        try (ReadableWorkbook book = new ReadableWorkbook(new ByteArrayInputStream(excel))) {
            return book.getFirstSheet().read();
        }
    }

    /** The workbook with a text within it replaced. */
    private static byte[] edited(byte[] workbook, String old, String now) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean found = false;
        try (ZipFile whole = ZipFile.builder().setByteArray(workbook).get();
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (ZipArchiveEntry entry : Collections.list(whole.getEntries())) {
                String text = new String(whole.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
                found |= text.contains(old);
                zip.putNextEntry(new ZipEntry(entry.getName()));
                zip.write(text.replace(old, now).getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(found).as("there is " + old).isTrue();
        return out.toByteArray();
    }

    private static byte[] zip(String name, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
        return out.toByteArray();
    }
}
