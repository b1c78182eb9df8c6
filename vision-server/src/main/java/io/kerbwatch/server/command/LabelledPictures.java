package io.kerbwatch.server.command;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** A folder of pictures with YOLO labels beside them: {@code images/NAME.jpg}, {@code labels/NAME.txt}. */
final class LabelledPictures {
    private static final List<Label> CLASSES = List.of(Label.BIN, Label.OVERFLOW, Label.LITTER);

    private LabelledPictures() {}

    /** What is on a picture; the box in fractions of it. */
    record Labelled(Label label, Box box) {}

    /** One picture with its labels; none if there is no file of them. */
    record One(Path file, List<Labelled> labels) {}

    /**
     * Reads the labels of all pictures, by name.
     *
     * @throws IOException if the folder has no pictures, or a label cannot be read; says which file and line
     */
    static List<One> read(Path folder) throws IOException {
        Path images = Files.isDirectory(folder.resolve("images")) ? folder.resolve("images") : folder;
        List<One> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(images)) {
            for (Path file : files.filter(LabelledPictures::isPicture).sorted().toList()) {
                String name = file.getFileName().toString();
                Path labels = folder.resolve("labels").resolve(name.substring(0, name.lastIndexOf('.')) + ".txt");
                all.add(new One(file, Files.exists(labels) ? labels(labels) : List.of()));
            }
        }
        if (all.isEmpty()) {
            throw new IOException(images + " has no pictures (JPEG, PNG, WebP)");
        }
        return all;
    }

    private static boolean isPicture(Path file) {
        return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(jpg|jpeg|png|webp)");
    }

    private static List<Labelled> labels(Path file) throws IOException {
        List<Labelled> labels = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty()) {
                continue;
            }
            try {
                String[] parts = line.split("\\s+", -1);
                double w = Double.parseDouble(parts[3]);
                double h = Double.parseDouble(parts[4]);
                labels.add(new Labelled(
                        CLASSES.get(Integer.parseInt(parts[0])),
                        new Box(Double.parseDouble(parts[1]) - w / 2, Double.parseDouble(parts[2]) - h / 2, w, h)));
            } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                throw new IOException(file + ", line " + (i + 1) + ": '" + line
                        + "' is not 'class cx cy width height' with a class 0 (bin), 1 (overflow) or 2 (litter)");
            }
        }
        return labels;
    }
}
