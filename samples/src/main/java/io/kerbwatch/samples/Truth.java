package io.kerbwatch.samples;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What really happens in a clip. Times are seconds from its start; boxes are fractions of the picture: x, y, width,
 * height.
 *
 * @param fps pictures a second
 * @param events what a detector should find
 * @param faults what a check of the view should tell
 * @param zones polygons in which it counts, as they stand in the file; none means the whole picture
 * @param segments the parts that a story is played from, in order; empty for a clip that is simply repeated
 * @param people where people are on the key frames
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Truth(
        double fps,
        List<Event> events,
        List<ViewFault> faults,
        List<JsonNode> zones,
        List<Segment> segments,
        List<Person> people) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public Truth(
            double fps,
            @Nullable List<Event> events,
            @Nullable List<ViewFault> faults,
            @Nullable List<JsonNode> zones,
            @Nullable List<Segment> segments,
            @Nullable List<Person> people) {
        this.fps = fps;
        this.events = orNone(events);
        this.faults = orNone(faults);
        this.zones = orNone(zones);
        this.segments = orNone(segments);
        this.people = orNone(people);
    }

    /** A dirty place: {@code overflow} or {@code litter}. */
    public record Event(String kind, double from, double to, List<Double> box) {}

    /** Something wrong with the view, such as {@code covered}. */
    public record ViewFault(String fault, double from, double to) {}

    /** A part between two key frames; with {@code loop} it is held until someone moves the story on. */
    public record Segment(String name, double from, double to, boolean loop) {}

    /** Somebody on the key frame at second {@code t}. */
    public record Person(double t, List<Double> box) {}

    /** The first segment of that name. */
    public Optional<Segment> segment(String name) {
        return segments.stream().filter(segment -> segment.name().equals(name)).findFirst();
    }

    static Truth read(InputStream json) throws IOException {
        return JSON.readValue(json, Truth.class);
    }

    /** The truth of a clip that nobody described. */
    static Truth unknown(double fps) {
        return new Truth(fps, null, null, null, null, null);
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }
}
