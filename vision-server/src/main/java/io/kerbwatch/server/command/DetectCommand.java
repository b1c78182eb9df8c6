package io.kerbwatch.server.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.detect.WorkingDetections;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.frame.PictureFile;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.snapshot.Annotator;
import io.kerbwatch.vision.snapshot.Jpeg;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at pictures that lie in files. */
@Command(
        name = "detect",
        description = "Finds bins, overflowing bins and litter on pictures (JPEG, PNG, WebP).",
        mixinStandardHelpOptions = true)
public final class DetectCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double LEAST_IN_COCO = 0.01;
    private static final List<Label> CATEGORIES = List.of(Label.BIN, Label.OVERFLOW, Label.LITTER);

    /** What is written. */
    enum Format {
        text,
        json,
        coco,
        pictures
    }

    @Parameters(paramLabel = "PICTURES-OR-FOLDER", arity = "1..*", description = "Files, or folders of files.")
    private List<Path> paths = List.of();

    @Option(
            names = "--format",
            description = "text, json (an object a line), coco (one data set), pictures (annotated copies).")
    private Format format = Format.text;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where to write; for pictures a folder. Standard output if left out.")
    private @Nullable Path output;

    @Option(
            names = "--min-score",
            paramLabel = "S|working",
            description = "Least score of 0..1, or working: the threshold of each label in model.json."
                    + " Working by default, " + LEAST_IN_COCO + " for coco.")
    private @Nullable String least;

    @Option(names = "--model", paramLabel = "DIR", description = "Folder with a model.json and its weights.")
    private @Nullable Path model;

    @Option(names = "--variant", description = "Weights of the model: int8, fp32. The first that runs here by default.")
    private @Nullable String variant;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private record Seen(Path file, int width, int height, List<Detection> detections) {}

    @Override
    public Integer call() throws IOException {
        Optional<Double> score = score();
        if (format == Format.pictures && output == null) {
            throw new ParameterException(spec.commandLine(), "--format pictures needs a folder: --output FOLDER");
        }
        List<Path> files = files();
        List<Seen> all = new ArrayList<>();
        int failed = 0;
        DetectorModel description = model == null ? DetectorModel.bundled() : DetectorModel.at(model);
        try (Detector detector = variant == null ? Detector.load(description) : Detector.load(description, variant);
                Detector.Session session = detector.session();
                InputBuffer input = new InputBuffer(description.width(), description.height());
                KeyFrameDecoder decoder = new KeyFrameDecoder();
                PrintWriter writer = writer()) {
            for (Path file : files) {
                try {
                    decoder.decode(PictureFile.read(file));
                } catch (NoSuchFileException e) {
                    err().println(file + ": there is no such file");
                    failed++;
                    continue;
                } catch (IOException | UndecodableException e) {
                    String why = String.valueOf(e.getMessage());
                    err().println(why.startsWith(file.toString()) ? why : file + ": " + why);
                    failed++;
                    continue;
                }
                Letterbox letterbox = decoder.letterbox(input);
                double lowest = score.orElse(lowestThreshold(description));
                List<Detection> found = session.detect(input, letterbox, lowest);
                Seen seen = new Seen(
                        file,
                        decoder.width(),
                        decoder.height(),
                        score.isPresent() ? found : WorkingDetections.at(description, found));
                switch (format) {
                    case text -> text(writer, seen);
                    case json -> writer.println(JSON.writeValueAsString(json(seen)));
                    case pictures -> picture(seen, decoder);
                    case coco -> all.add(seen);
                }
            }
            if (format == Format.coco) {
                writer.println(JSON.writeValueAsString(coco(all)));
            }
        } catch (IllegalArgumentException e) {
            err().println(e.getMessage());
            return 1;
        }
        return failed == 0 ? 0 : 1;
    }

    private Optional<Double> score() {
        String wanted = least;
        if (wanted == null) {
            return format == Format.coco ? Optional.of(LEAST_IN_COCO) : Optional.empty();
        } else if (wanted.equals("working")) {
            return Optional.empty();
        }
        try {
            double score = Double.parseDouble(wanted);
            if (score >= 0 && score <= 1) {
                return Optional.of(score);
            }
        } catch (NumberFormatException e) {
            // told below, like a number that is out of range
        }
        throw new ParameterException(spec.commandLine(), "--min-score is a number from 0 to 1, or working: " + wanted);
    }

    private static double lowestThreshold(DetectorModel model) {
        return model.labels().stream()
                .mapToDouble(l -> model.threshold(l).on())
                .min()
                .orElse(0.5);
    }

    private List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : paths) {
            if (Files.isDirectory(path)) {
                try (Stream<Path> list = Files.list(path)) {
                    list.filter(DetectCommand::isPicture).sorted().forEach(files::add);
                }
            } else {
                files.add(path);
            }
        }
        if (files.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "no JPEG, PNG or WebP pictures in " + paths);
        }
        return files;
    }

    private static boolean isPicture(Path path) {
        String name = path.getFileName().toString().toLowerCase(Locale.ROOT);
        return Stream.of(".jpg", ".jpeg", ".png", ".webp").anyMatch(name::endsWith);
    }

    private PrintWriter writer() throws IOException {
        Path file = output;
        if (file == null || format == Format.pictures) {
            // Closing a command's own output would close it for whoever started the command.
            return new PrintWriter(spec.commandLine().getOut(), true) {
                @Override
                public void close() {
                    flush();
                }
            };
        }
        return new PrintWriter(Files.newBufferedWriter(file));
    }

    private static void text(PrintWriter writer, Seen seen) {
        writer.printf("%s  %d x %d%n", seen.file, seen.width, seen.height);
        for (Detection d : seen.detections) {
            writer.printf(
                    Locale.ROOT,
                    "  %-8s %.2f  at %.0f,%.0f  %.0f x %.0f%n",
                    d.label().code(),
                    d.score(),
                    d.box().x(),
                    d.box().y(),
                    d.box().width(),
                    d.box().height());
        }
    }

    private static Map<String, Object> json(Seen seen) {
        Map<String, Object> out = new LinkedHashMap<>();
        out.put("file", seen.file.toString());
        out.put("width", seen.width);
        out.put("height", seen.height);
        out.put(
                "detections",
                seen.detections.stream()
                        .map(d -> Map.of("label", d.label().code(), "score", round(d.score()), "box", box(d)))
                        .toList());
        return out;
    }

    private void picture(Seen seen, KeyFrameDecoder decoder) throws IOException {
        Path folder = output;
        if (folder == null) {
            throw new IllegalStateException("checked before");
        }
        Files.createDirectories(folder);
        Annotator.Caption caption =
                new Annotator.Caption(seen.file.getFileName().toString(), "", Instant.EPOCH, ZoneOffset.UTC);
        byte[] jpeg = Jpeg.encode(
                new Annotator().annotate(decoder.picture(), seen.detections, List.of(), caption),
                Jpeg.EVIDENCE_QUALITY);
        Files.write(folder.resolve(seen.file.getFileName() + ".jpg"), jpeg);
    }

    /** One COCO data set: every picture, found or not. */
    private static Map<String, Object> coco(List<Seen> all) {
        List<Map<String, Object>> images = new ArrayList<>();
        List<Map<String, Object>> annotations = new ArrayList<>();
        for (Seen seen : all) {
            int image = images.size() + 1;
            images.add(Map.of(
                    "id",
                    image,
                    "file_name",
                    seen.file.getFileName().toString(),
                    "width",
                    seen.width,
                    "height",
                    seen.height));
            for (Detection d : seen.detections) {
                annotations.add(Map.of(
                        "id",
                        annotations.size() + 1,
                        "image_id",
                        image,
                        "category_id",
                        CATEGORIES.indexOf(d.label()) + 1,
                        "bbox",
                        box(d),
                        "area",
                        round(d.box().area()),
                        "iscrowd",
                        0,
                        "score",
                        round(d.score())));
            }
        }
        List<Map<String, Object>> categories = CATEGORIES.stream()
                .map(l -> Map.<String, Object>of("id", CATEGORIES.indexOf(l) + 1, "name", l.code()))
                .toList();
        return Map.of("images", images, "annotations", annotations, "categories", categories);
    }

    private static List<Double> box(Detection d) {
        return List.of(
                round(d.box().x()),
                round(d.box().y()),
                round(d.box().width()),
                round(d.box().height()));
    }

    private static double round(double value) {
        return Math.round(value * 1e5) / 1e5;
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
