package io.kerbwatch.server.dataset;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes the pictures on which people gave a verdict, and those on which the same places were clean again, people on
 * them blurred, as a data set in two formats: YOLO ({@code images/}, {@code labels/}) and COCO ({@code coco.json}). The
 * training command takes the folder.
 */
public final class DatasetExport {
    private static final List<Label> CLASSES = List.of(Label.BIN, Label.OVERFLOW, Label.LITTER);

    private final Database database;
    private final Path snapshots;
    private final DetectorModel model;

    /** An export of what that database knows; the pictures lie under the data directory. */
    public DatasetExport(Database database, Path data, DetectorModel model) {
        this.database = database;
        this.snapshots = data.resolve("snapshots");
        this.model = model;
    }

    /**
     * What came of it.
     *
     * @param pictures that were written
     * @param boxes on them, by class
     * @param undecided left out, since they show refuse that nobody judged
     * @param gone left out, since their file is kept no longer
     */
    public record Result(int pictures, Map<String, Integer> boxes, int undecided, int gone) {}

    private record Row(UUID snapshot, String path, JudgedPicture picture) {}

    /**
     * Writes to a folder that is new or empty.
     *
     * @throws IOException if it is not, or cannot be written
     */
    public Result write(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty; name a new folder");
                }
            }
        }
        Path images = Files.createDirectories(folder.resolve("images"));
        Path texts = Files.createDirectories(folder.resolve("labels"));
        Map<String, Integer> boxes = new LinkedHashMap<>();
        CLASSES.forEach(label -> boxes.put(label.code(), 0));
        List<Map<String, Object>> cocoImages = new ArrayList<>();
        List<Map<String, Object>> cocoBoxes = new ArrayList<>();
        int undecided = 0;
        int gone = 0;
        for (Row row : rows()) {
            JudgedPicture picture = row.picture;
            Path file = snapshots.resolve(row.path);
            Optional<List<JudgedPicture.Labelled>> labels = picture.labels(model);
            if (!Files.exists(file)) {
                gone++;
            } else if (labels.isEmpty()) {
                undecided++;
            } else {
                Files.copy(file, images.resolve(picture.name()));
                StringBuilder text = new StringBuilder();
                cocoImages.add(Map.of(
                        "id",
                        cocoImages.size() + 1,
                        "file_name",
                        picture.name(),
                        "width",
                        picture.width(),
                        "height",
                        picture.height()));
                for (JudgedPicture.Labelled found : labels.get()) {
                    boxes.merge(found.label().code(), 1, Integer::sum);
                    text.append(yolo(found, picture));
                    cocoBoxes.add(coco(cocoBoxes.size() + 1, cocoImages.size(), found));
                }
                Files.writeString(texts.resolve(picture.name().replace(".jpg", ".txt")), text);
            }
        }
        List<Map<String, Object>> categories = CLASSES.stream()
                .map(label -> Map.<String, Object>of("id", CLASSES.indexOf(label) + 1, "name", label.code()))
                .toList();
        Files.writeString(
                folder.resolve("coco.json"),
                Json.text(Map.of("images", cocoImages, "annotations", cocoBoxes, "categories", categories)));
        return new Result(cocoImages.size(), boxes, undecided, gone);
    }

    private static String yolo(JudgedPicture.Labelled found, JudgedPicture picture) {
        Box box = found.box().scaled(1.0 / picture.width(), 1.0 / picture.height());
        return String.format(
                Locale.ROOT,
                "%d %.6f %.6f %.6f %.6f%n",
                CLASSES.indexOf(found.label()),
                box.x() + box.width() / 2,
                box.y() + box.height() / 2,
                box.width(),
                box.height());
    }

    private static Map<String, Object> coco(int id, int image, JudgedPicture.Labelled found) {
        Box box = found.box();
        return Map.of(
                "id",
                id,
                "image_id",
                image,
                "category_id",
                CLASSES.indexOf(found.label()) + 1,
                "bbox",
                List.of(box.x(), box.y(), box.width(), box.height()),
                "area",
                box.area(),
                "iscrowd",
                0);
    }

    /** One row a picture, oldest first, with all verdicts on it; none on a picture of a place that was clean again. */
    private List<Row> rows() {
        Map<UUID, Row> rows = new LinkedHashMap<>();
        database.inTransaction(tx -> tx.handle()
                .createQuery("select s.id, s.path, s.width, s.height, s.detections, i.kind, i.verdict, i.places,"
                        + " s.id = i.opened_snapshot as dirty"
                        + " from incident i join snapshot s on s.id in (i.opened_snapshot, i.cleared_snapshot)"
                        + " where i.verdict in ('true', 'false') order by s.taken_at, s.id, i.id")
                .map((found, context) -> {
                    UUID id = found.getObject("id", UUID.class);
                    Row row = rows.get(id);
                    if (row == null) {
                        List<Detection> seen =
                                Json.read(found.getString("detections"), new TypeReference<List<Detection>>() {});
                        row = new Row(
                                id,
                                found.getString("path"),
                                new JudgedPicture(
                                        id + ".jpg",
                                        found.getInt("width"),
                                        found.getInt("height"),
                                        seen,
                                        new ArrayList<>()));
                        rows.put(id, row);
                    }
                    if (found.getBoolean("dirty")) {
                        row.picture
                                .verdicts()
                                .add(new JudgedPicture.Verdict(
                                        Kind.of(found.getString("kind")),
                                        found.getString("verdict").equals("true"),
                                        Json.read(found.getString("places"), new TypeReference<List<Box>>() {})));
                    }
                    return id;
                })
                .list());
        return List.copyOf(rows.values());
    }
}
