package io.kerbwatch.server.platform;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;
import org.dhatim.fastexcel.Workbook;
import org.dhatim.fastexcel.Worksheet;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.jspecify.annotations.Nullable;

/** Tables as people have them: CSV (RFC 4180) and Excel workbooks (.xlsx), out and in. */
public final class Sheet {
    public static final String CSV = "csv";
    public static final String XLSX = "xlsx";

    /** More than any table here needs, and little enough to be unpacked in memory. */
    private static final long MOST_UNPACKED = 64L << 20;

    private static final int MOST_COLUMNS = 200;
    private static final String EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    /** A zip file. */
    private static final byte[] EXCEL = {'P', 'K', 3, 4};

    private static final byte[] OLD_EXCEL = {(byte) 0xD0, (byte) 0xCF, 0x11, (byte) 0xE0};

    private Sheet() {}

    /**
     * A table to be saved.
     *
     * @param rows texts and numbers; the first row is the head
     * @param format {@link #CSV} or {@link #XLSX}
     * @param name of the file, without its ending
     */
    public static Reply reply(List<List<Object>> rows, String format, String name) {
        boolean excel = format.equals(XLSX);
        return Reply.of(excel ? EXCEL_TYPE : "text/csv; charset=utf-8", excel ? workbook(rows, name) : saved(csv(rows)))
                .with("content-disposition", "attachment; filename=\"" + name + "." + format + "\"");
    }

    /**
     * A table as CSV (RFC 4180). What a spreadsheet would take for a formula is told to be text.
     *
     * @param rows texts and numbers
     */
    public static String csv(List<List<Object>> rows) {
        StringWriter out = new StringWriter();
        try (CSVPrinter printer = new CSVPrinter(out, CSVFormat.RFC4180)) {
            for (List<Object> row : rows) {
                printer.printRecord(row.stream()
                        .map(value -> value instanceof Number ? value : harmless(value.toString()))
                        .toList());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString();
    }

    /** As a file that a browser saves: a spreadsheet takes it for UTF-8 only if it begins so. */
    public static byte[] saved(String csv) {
        return ("\uFEFF" + csv).getBytes(StandardCharsets.UTF_8);
    }

    /** What stands in a cell for what may be absent. */
    public static Object orEmpty(@Nullable Object value) {
        return value == null ? "" : value;
    }

    private static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    }

    /** Takes off what {@link #harmless} put before a text. */
    private static String asWritten(String cell) {
        return cell.length() > 1 && harmless(cell.substring(1)).equals(cell) ? cell.substring(1) : cell;
    }

    private static byte[] workbook(List<List<Object>> rows, String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Workbook book = new Workbook(out, "Kerbwatch", "1.0")) {
            Worksheet sheet = book.newWorksheet(name);
            for (int r = 0; r < rows.size(); r++) {
                List<Object> row = rows.get(r);
                for (int c = 0; c < row.size(); c++) {
                    if (row.get(c) instanceof Number number) {
                        sheet.value(r, c, number);
                    } else {
                        sheet.value(r, c, row.get(c).toString());
                    }
                }
            }
            if (!rows.isEmpty()) {
                sheet.range(0, 0, 0, Math.max(0, rows.get(0).size() - 1))
                        .style()
                        .bold()
                        .set();
                sheet.freezePane(0, 1);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Reads a table; of a workbook the first sheet. Of a formula the value counts that the spreadsheet saved with it:
     * nothing is computed here. CSV is UTF-8, or else GB 18030, as Excel saves it in China.
     *
     * @param most rows that are taken, the head included
     * @return rows of texts without spaces around them; empty rows are among them, so that numbers of rows hold
     * @throws Problem.Raised 400 if it is neither, has more rows, or has cells without a value that can be read
     */
    public static List<List<String>> read(byte[] file, int most) {
        if (begins(file, EXCEL)) {
            return fromWorkbook(file, most);
        }
        if (begins(file, OLD_EXCEL)) {
            throw refused("This is a workbook of an old Excel; save it as .xlsx or CSV.");
        }
        return fromText(file, most);
    }

    private static boolean begins(byte[] file, byte[] with) {
        return file.length >= with.length && Arrays.equals(file, 0, with.length, with, 0, with.length);
    }

    private static List<List<String>> fromText(byte[] file, int most) {
        List<List<String>> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(decoded(file)), CSVFormat.RFC4180)) {
            for (CSVRecord record : parser) {
                tooMany(rows.size(), most);
                rows.add(record.stream().map(cell -> asWritten(cell.strip())).toList());
            }
        } catch (IOException | UncheckedIOException e) {
            throw refused("This is no table: neither a workbook (.xlsx) nor CSV (" + e.getMessage() + ").");
        }
        rows.forEach(row -> row.forEach(cell -> Text.check("/file", cell)));
        return rows;
    }

    private static String decoded(byte[] file) {
        for (Charset charset : List.of(StandardCharsets.UTF_8, Charset.forName("GB18030"))) {
            try {
                String text = charset.newDecoder().decode(ByteBuffer.wrap(file)).toString();
                return text.startsWith("\uFEFF") ? text.substring(1) : text;
            } catch (CharacterCodingException e) {
                // the next one
            }
        }
        throw refused("This is no table: neither a workbook (.xlsx) nor CSV in UTF-8 or GB 18030.");
    }

    private static List<List<String>> fromWorkbook(byte[] file, int most) {
        unpacksToLittle(file);
        List<List<String>> rows = new ArrayList<>();
        try (ReadableWorkbook book =
                        new ReadableWorkbook(new ByteArrayInputStream(file), new ReadingOptions(false, true));
                Stream<Row> all = book.getFirstSheet().openStream()) {
            Iterator<Row> each = all.iterator();
            while (each.hasNext()) {
                Row row = each.next();
                tooMany(Math.max(rows.size(), row.getRowNum() - 1), most);
                while (rows.size() < row.getRowNum() - 1) {
                    rows.add(List.of());
                }
                rows.add(texts(row));
            }
        } catch (Problem.Raised e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // Whatever the library stumbles over, the file is what is wrong.
            throw refused("This workbook cannot be read (" + e.getMessage() + "); save it anew as .xlsx.");
        }
        return rows;
    }

    private static List<String> texts(Row row) {
        List<String> texts = new ArrayList<>();
        for (int c = 0; c < Math.min(row.getCellCount(), MOST_COLUMNS); c++) {
            Cell cell = row.getCell(c);
            texts.add(cell == null ? "" : text(cell));
        }
        return texts;
    }

    private static String text(Cell cell) {
        String raw = cell.getRawValue();
        if (cell.getType() == CellType.ERROR
                || (cell.getType() == CellType.FORMULA && (raw == null || raw.startsWith("#")))) {
            throw refused(
                    "The cell " + cell.getAddress() + " holds " + (raw == null ? "a formula without a value" : raw)
                            + "; let the spreadsheet compute it, or put the value there.");
        }
        String text = raw == null ? "" : raw.strip();
        if (cell.getType() == CellType.NUMBER) {
            text = new BigDecimal(text).stripTrailingZeros().toPlainString();
        } else if (cell.getType() == CellType.STRING) {
            text = String.valueOf(cell.getValue()).strip();
        } else if (cell.getType() == CellType.BOOLEAN) {
            text = String.valueOf(cell.getValue());
        }
        Text.check("/file", text);
        return text;
    }

    /** So that a small file does not become a large one in memory. */
    private static void unpacksToLittle(byte[] file) {
        byte[] piece = new byte[64 << 10];
        long size = 0;
        // Not the JDK's stream of entries: it cannot read what writers of large workbooks leave to the end of an entry.
        try (ZipFile zip = ZipFile.builder().setByteArray(file).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                try (InputStream in = zip.getInputStream(entry)) {
                    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                        size += n;
                        if (size > MOST_UNPACKED) {
                            throw refused("This workbook is larger than " + (MOST_UNPACKED >> 20) + " MiB inside.");
                        }
                    }
                }
            }
        } catch (Problem.Raised e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw refused("This workbook cannot be unpacked (" + e.getMessage() + "); save it anew as .xlsx.");
        }
    }

    private static void tooMany(int rows, int most) {
        if (rows >= most) {
            throw refused("This table has more than " + most + " rows; divide it.");
        }
    }

    private static Problem.Raised refused(String why) {
        return Problem.invalid("/file", why).raised();
    }
}
