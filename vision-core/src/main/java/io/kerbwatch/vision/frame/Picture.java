package io.kerbwatch.vision.frame;

/**
 * A picture of full size in memory.
 *
 * @param bgr rows from the top, three bytes a pixel, no gaps; not copied
 */
public record Picture(int width, int height, byte[] bgr) {
    public Picture {
        if (bgr.length != Math.multiplyExact(Math.multiplyExact(width, height), 3)) {
            throw new IllegalArgumentException(
                    bgr.length + " bytes are no picture of " + width + " x " + height + " pixels");
        }
    }
}
