package io.kerbwatch.vision.count;

/** A point of the picture; whoever holds one says whether in pixels or in fractions of the picture (0..1). */
public record Point(double x, double y) {
    Point plus(double dx, double dy) {
        return new Point(x + dx, y + dy);
    }

    double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }
}
