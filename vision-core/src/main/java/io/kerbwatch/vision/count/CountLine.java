package io.kerbwatch.vision.count;

/**
 * A line across the ground before an entrance, in fractions of the picture (0..1).
 *
 * @param from one end
 * @param to the other end
 * @param inside which side of the line is inside, for someone who looks from {@code from} to {@code to} on the picture
 */
public record CountLine(Point from, Point to, Side inside) {
    /** A side of a line, seen along it. */
    public enum Side {
        LEFT,
        RIGHT
    }

    private static final double SHORTEST = 0.03;

    public CountLine {
        for (Point p : new Point[] {from, to}) {
            if (!(p.x() >= 0 && p.x() <= 1 && p.y() >= 0 && p.y() <= 1)) {
                throw new IllegalArgumentException(
                        "the line has an end at " + p.x() + ", " + p.y() + "; ends lie within 0..1");
            }
        }
        if (from.distance(to) < SHORTEST) {
            throw new IllegalArgumentException("the line from " + from.x() + ", " + from.y() + " to " + to.x() + ", "
                    + to.y() + " is too short to be crossed; draw it as wide as people walk");
        }
    }

    /**
     * How far a point lies inside of the endless line, in picture heights; negative outside.
     *
     * @param aspect width of the picture in heights
     */
    double depth(Point p, double aspect) {
        double dx = (to.x() - from.x()) * aspect;
        double dy = to.y() - from.y();
        // y points down, so that the cross product is negative to the left
        double cross = dx * (p.y() - from.y()) - dy * (p.x() - from.x()) * aspect;
        return (inside == Side.LEFT ? -cross : cross) / Math.hypot(dx, dy);
    }

    /** Where the way from a to b meets the endless line: 0 at {@code from}, 1 at {@code to}; NaN if it runs along it. */
    double meets(Point a, Point b) {
        double dx = to.x() - from.x();
        double dy = to.y() - from.y();
        double ex = b.x() - a.x();
        double ey = b.y() - a.y();
        double cross = dx * ey - dy * ex;
        return cross == 0 ? Double.NaN : ((a.x() - from.x()) * ey - (a.y() - from.y()) * ex) / cross;
    }
}
