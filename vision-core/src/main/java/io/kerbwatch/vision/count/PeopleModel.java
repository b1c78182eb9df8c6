package io.kerbwatch.vision.count;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code model.json} says of the finder of people.
 *
 * @param width of the input in pixels
 * @param height of the input in pixels
 * @param file of the weights
 * @param on score from which on somebody is there
 * @param off score from which on somebody who was there before still is
 */
public record PeopleModel(
        String name, String version, int width, int height, String file, double on, double off, Source source) {
    private static final String BUNDLED = "/io/kerbwatch/models/people/";
    private static final ObjectMapper JSON = new ObjectMapper();

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

    public PeopleModel {
        if (width <= 0 || height <= 0 || width % 16 != 0 || height % 16 != 0) {
            throw new IllegalArgumentException(
                    "model " + name + ": an input of " + width + " x " + height + " is no multiple of 16");
        }
        if (!(off > 0 && off <= on && on < 1)) {
            throw new IllegalArgumentException(
                    "model " + name + ": thresholds are not 0 < off <= on < 1: " + off + ", " + on);
        }
    }

    /** The model that comes with the product. */
    public static PeopleModel bundled() {
        return read("bundled model of people", file -> {
            InputStream in = PeopleModel.class.getResourceAsStream(BUNDLED + file);
            if (in == null) {
                throw new IOException("the models jar is not on the class path, or it lacks people/" + file);
            }
            return in;
        });
    }

    /**
     * A model from a folder with a {@code model.json}.
     *
     * @throws IllegalArgumentException if there is none or it says something impossible
     */
    public static PeopleModel at(Path folder) {
        return read(folder.toString(), file -> {
            Path path = folder.resolve(file).normalize();
            if (!path.startsWith(folder.normalize())) {
                throw new IOException(file + " lies outside of " + folder);
            }
            return Files.newInputStream(path);
        });
    }

    private static PeopleModel read(String where, Source source) {
        try (InputStream in = source.open("model.json")) {
            JsonNode json = JSON.readTree(in);
            JsonNode input = json.required("input");
            JsonNode threshold = json.required("threshold");
            return new PeopleModel(
                    json.required("name").asText(),
                    json.required("version").asText(),
                    input.required("width").asInt(),
                    input.required("height").asInt(),
                    json.required("file").asText(),
                    threshold.required("on").asDouble(),
                    threshold.required("off").asDouble(),
                    source);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(where + ": model.json is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException(where + ": model.json cannot be read: " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(where + ": model.json: " + e.getMessage(), e);
        }
    }
}
