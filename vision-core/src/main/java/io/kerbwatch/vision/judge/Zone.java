package io.kerbwatch.vision.judge;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A part of a camera's picture that is judged by itself.
 *
 * @param id kept when the zone is replaced by one with other corners
 * @param name what people call it
 * @param polygon at least three corners in fractions of the picture (0..1), so that another resolution moves nothing
 * @param kinds what counts here; empty for a zone that is ignored
 */
public record Zone(String id, String name, List<Point> polygon, Set<Kind> kinds) {
    /** Corner of a zone, in fractions of the picture. */
    public record Point(double x, double y) {}

    public Zone {
        if (polygon.size() < 3) {
            throw new IllegalArgumentException("zone " + name + " has " + polygon.size() + " corners; it needs 3");
        }
        for (Point p : polygon) {
            if (!(p.x >= 0 && p.x <= 1 && p.y >= 0 && p.y <= 1)) {
                throw new IllegalArgumentException(
                        "zone " + name + " has a corner at " + p.x + ", " + p.y + "; corners lie within 0..1");
            }
        }
        polygon = List.copyOf(polygon);
        kinds = Set.copyOf(kinds);
    }

    /** The zone that counts when nobody drew one: the whole picture, every kind. */
    public static Zone wholePicture(String id) {
        return new Zone(
                id,
                "whole picture",
                List.of(new Point(0, 0), new Point(1, 0), new Point(1, 1), new Point(0, 1)),
                EnumSet.allOf(Kind.class));
    }

    /** Whether what stands in this zone is left out of every judgement. */
    public boolean ignored() {
        return kinds.isEmpty();
    }

    /** Whether a point, in fractions of the picture, lies inside (even-odd rule; a point on an edge may fall either way). */
    public boolean contains(double px, double py) {
        boolean inside = false;
        for (int i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
            Point a = polygon.get(i);
            Point b = polygon.get(j);
            if (a.y > py != b.y > py && px < (b.x - a.x) * (py - a.y) / (b.y - a.y) + a.x) {
                inside = !inside;
            }
        }
        return inside;
    }
}
