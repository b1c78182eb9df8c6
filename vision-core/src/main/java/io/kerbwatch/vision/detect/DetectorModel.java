package io.kerbwatch.vision.detect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/**
 * What {@code model.json} says of the weights that lie beside it. Sizes, labels, thresholds and version come from
 * there; no figure of a model stands in code.
 *
 * @param labels what the columns of the scores mean, in order
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param nmsIou two boxes of one label that overlap more are one thing (intersection over union)
 * @param candidates best scores a label that enter that comparison
 * @param keep detections a picture at most
 * @param variants files of weights by name, the preferred first
 * @param thresholds by label
 */
public record DetectorModel(
        String name,
        String version,
        List<Label> labels,
        int width,
        int height,
        double nmsIou,
        int candidates,
        int keep,
        Map<String, Variant> variants,
        Map<Label, Threshold> thresholds,
        Source source) {
    private static final String BUNDLED = "/io/kerbwatch/models/refuse/";
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * A file of weights.
     *
     * @param needs processor features, any of which will do, as Linux names them; empty if it runs everywhere
     */
    public record Variant(String file, List<String> needs) {}

    /**
     * Scores that mean something.
     *
     * @param on the working threshold: it is there
     * @param off below it, it is not there; in between nobody knows
     */
    public record Threshold(double on, double off) {}

    /** Where the files lie. */
    @FunctionalInterface
    public interface Source {
        /**
         * Opens one of the model's files.
         *
         * @throws IOException if there is none of that name
         */
        InputStream open(String file) throws IOException;
    }

    public DetectorModel {
        labels = List.copyOf(labels);
        variants = new LinkedHashMap<>(variants);
        thresholds = new EnumMap<>(thresholds);
        if (width % 32 != 0 || height % 32 != 0 || width <= 0 || height <= 0) {
            throw new IllegalArgumentException(
                    "model " + name + ": an input of " + width + " x " + height + " is no multiple of 32");
        }
        for (Label label : labels) {
            Threshold t = thresholds.get(label);
            if (t == null || !(t.off > 0 && t.off <= t.on && t.on < 1)) {
                throw new IllegalArgumentException(
                        "model " + name + ": thresholds of " + label.code() + " are not 0 < off <= on < 1: " + t);
            }
        }
        if (variants.isEmpty()) {
            throw new IllegalArgumentException("model " + name + " names no weights");
        }
    }

    /** The model that comes with the product. */
    public static DetectorModel bundled() {
        return read("bundled model", file -> {
            InputStream in = DetectorModel.class.getResourceAsStream(BUNDLED + file);
            if (in == null) {
                throw new IOException("the models jar is not on the class path, or it lacks " + file);
            }
            return in;
        });
    }

    /**
     * A model from a folder with a {@code model.json}.
     *
     * @throws IllegalArgumentException if there is none or it says something impossible
     */
    public static DetectorModel at(Path folder) {
        return read(folder.toString(), file -> {
            Path path = folder.resolve(file).normalize();
            if (!path.startsWith(folder.normalize())) {
                throw new IOException(file + " lies outside of " + folder);
            }
            return Files.newInputStream(path);
        });
    }

    private static DetectorModel read(String where, Source source) {
        JsonNode json;
        try (InputStream in = source.open("model.json")) {
            json = JSON.readTree(in);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(where + ": model.json is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(where + ": model.json cannot be read: " + e.getMessage(), e);
        }
        try {
            return read(json, source);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": model.json: " + e.getMessage(), e);
        }
    }

    private static DetectorModel read(JsonNode json, Source source) {
        JsonNode input = json.required("input");
        String layout = input.required("layout").asText();
        String type = input.required("type").asText();
        String colour = input.required("colour").asText();
        if (!layout.equals("NCHW") || !type.equals("uint8") || !colour.equals("RGB")) {
            throw new IllegalArgumentException(
                    "input is " + layout + " " + type + " " + colour + "; NCHW uint8 RGB is what is fed");
        }
        List<Label> labels = StreamSupport.stream(json.required("labels").spliterator(), false)
                .map(JsonNode::asText)
                .map(Label::of)
                .toList();
        Map<String, Variant> variants = new LinkedHashMap<>();
        json.required("variants").properties().forEach(e -> {
            String needs = e.getValue().path("needs").asText();
            variants.put(
                    e.getKey(),
                    new Variant(
                            e.getValue().required("file").asText(),
                            needs.isEmpty() ? List.of() : List.of(needs.split(" or "))));
        });
        Map<Label, Threshold> thresholds = new EnumMap<>(Label.class);
        json.required("thresholds")
                .properties()
                .forEach(e -> thresholds.put(
                        Label.of(e.getKey()),
                        new Threshold(
                                e.getValue().required("on").asDouble(),
                                e.getValue().required("off").asDouble())));
        JsonNode nms = json.required("nms");
        return new DetectorModel(
                json.required("name").asText(),
                json.required("version").asText(),
                labels,
                input.required("width").asInt(),
                input.required("height").asInt(),
                nms.required("iou").asDouble(),
                nms.required("candidates").asInt(),
                nms.required("keep").asInt(),
                variants,
                thresholds,
                source);
    }

    /** Thresholds of a label. */
    public Threshold threshold(Label label) {
        Threshold threshold = thresholds.get(label);
        if (threshold == null) {
            throw new IllegalArgumentException("model " + name + " has no label " + label.code());
        }
        return threshold;
    }
}
