package io.kerbwatch.vision.count;

import io.kerbwatch.vision.detect.Box;

/**
 * Somebody on one picture, in pixels of it.
 *
 * @param head middle of the head
 * @param box the whole person, hidden parts too; may reach beyond the picture
 * @param score 0..1
 */
public record Person(Point head, Box box, double score) {
    /** Where the person stands: the middle of the box's lower edge. */
    public Point foot() {
        return new Point(box.x() + box.width() / 2, box.bottom());
    }
}
