package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What a camera is now sure of.
 *
 * @param id derived from camera, zone, kind, type and instant: the same finding told twice has the same id
 * @param places where, in fractions of the picture: every dirty place of the zone, the surest first; for a cleared
 *     finding the places that were dirty
 * @param score of the best detection that spoke for it, 0..1; 0 for a cleared finding
 */
public record Finding(
        UUID id, String camera, String zone, Kind kind, Type type, Instant at, List<Box> places, double score) {
    /** Which way it went. */
    public enum Type {
        CONFIRMED,
        CLEARED
    }

    public Finding {
        places = List.copyOf(places);
    }

    /** A finding with the id that belongs to it. */
    public static Finding of(
            String camera, String zone, Kind kind, Type type, Instant at, List<Box> places, double score) {
        String name = camera + '\n' + zone + '\n' + kind + '\n' + type + '\n' + at;
        UUID id = UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
        return new Finding(id, camera, zone, kind, type, at, places, score);
    }
}
