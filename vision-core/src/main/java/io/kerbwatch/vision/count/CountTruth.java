package io.kerbwatch.vision.count;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What really happens in a clip of an entrance: {@code NAME.json} beside {@code NAME.mp4}.
 *
 * @param line where to count
 * @param passages who crosses it, in order of time
 */
public record CountTruth(CountLine line, List<Passage> passages) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Somebody's feet cross the line.
     *
     * @param seconds from the clip's beginning
     */
    public record Passage(double seconds, Direction direction) {}

    public CountTruth {
        passages = List.copyOf(passages);
    }

    /**
     * Reads {@code {"line":{"from":[x,y],"to":[x,y],"inside":"left"},"crossings":[{"t":1.5,"direction":"in"}]}}.
     *
     * @throws IOException if the file cannot be read or says something else; the message names it
     */
    public static CountTruth read(Path file) throws IOException {
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            JsonNode line = json.required("line");
            List<Passage> passages = new ArrayList<>();
            for (JsonNode c : json.required("crossings")) {
                passages.add(new Passage(
                        c.required("t").asDouble(),
                        Direction.valueOf(c.required("direction").asText().toUpperCase(Locale.ROOT))));
            }
            return new CountTruth(
                    new CountLine(
                            point(line.required("from")),
                            point(line.required("to")),
                            CountLine.Side.valueOf(
                                    line.required("inside").asText().toUpperCase(Locale.ROOT))),
                    passages);
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " is no truth of an entrance: " + e.getMessage(), e);
        }
    }

    private static Point point(JsonNode pair) {
        if (pair.size() != 2) {
            throw new IllegalArgumentException("an end of the line is not [x, y]: " + pair);
        }
        return new Point(pair.get(0).asDouble(), pair.get(1).asDouble());
    }
}
