package io.kerbwatch.vision.detect;

/**
 * An upright rectangle; x to the right, y down. Whoever holds one says whether its unit is pixels of the picture or
 * fractions of it (0..1).
 *
 * @param x left edge
 * @param y upper edge
 * @param width not negative
 * @param height not negative
 */
public record Box(double x, double y, double width, double height) {
    public Box {
        if (!(width >= 0 && height >= 0)) {
            throw new IllegalArgumentException("a box has no negative size: " + width + " x " + height);
        }
    }

    /** The smallest box around both corners, whatever their order. */
    public static Box ofCorners(double x1, double y1, double x2, double y2) {
        return new Box(Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1));
    }

    public double right() {
        return x + width;
    }

    public double bottom() {
        return y + height;
    }

    public double area() {
        return width * height;
    }

    /** Area that both cover; 0 if they do not touch. */
    public double intersection(Box other) {
        double w = Math.min(right(), other.right()) - Math.max(x, other.x);
        double h = Math.min(bottom(), other.bottom()) - Math.max(y, other.y);
        return w > 0 && h > 0 ? w * h : 0;
    }

    /** Intersection over union, 0..1; 0 if both are empty. */
    public double iou(Box other) {
        double inter = intersection(other);
        double union = area() + other.area() - inter;
        return union > 0 ? inter / union : 0;
    }

    /** Share of the smaller box that the other covers, 0..1; 0 if it is empty. */
    public double coverOfSmaller(Box other) {
        double smaller = Math.min(area(), other.area());
        return smaller > 0 ? intersection(other) / smaller : 0;
    }

    /** Multiplies x and width by {@code sx}, y and height by {@code sy}: between pixels and fractions. */
    public Box scaled(double sx, double sy) {
        return new Box(x * sx, y * sy, width * sx, height * sy);
    }

    /** This box grown on each side by a share of its size. */
    public Box grown(double share) {
        return new Box(x - width * share, y - height * share, width * (1 + 2 * share), height * (1 + 2 * share));
    }
}
