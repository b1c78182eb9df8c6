package io.kerbwatch.vision.scene;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import java.nio.ByteBuffer;

/**
 * A picture in grey, as large as it lies in the detector's input (without the bars).
 *
 * @param grey rows from the top, a byte a pixel, 0 black to 255 white; not copied, not to be changed
 */
public record Luma(int width, int height, byte[] grey) {
    public Luma {
        if (grey.length != width * height) {
            throw new IllegalArgumentException(grey.length + " bytes are no picture of " + width + " x " + height);
        }
    }

    /** The grey of an input: ITU-R BT.601 luma of its red, green and blue. */
    public static Luma of(InputBuffer input, Letterbox box) {
        int w = box.width();
        int h = box.height();
        int plane = input.width() * input.height();
        byte[] grey = new byte[w * h];
        byte[] red = new byte[w];
        byte[] green = new byte[w];
        byte[] blue = new byte[w];
        ByteBuffer bytes = input.bytes();
        for (int y = 0; y < h; y++) {
            int row = (box.top() + y) * input.width() + box.left();
            bytes.get(row, red);
            bytes.get(plane + row, green);
            bytes.get(2 * plane + row, blue);
            int out = y * w;
            for (int x = 0; x < w; x++) {
                grey[out + x] =
                        (byte) ((77 * (red[x] & 0xff) + 150 * (green[x] & 0xff) + 29 * (blue[x] & 0xff) + 128) >> 8);
            }
        }
        return new Luma(w, h, grey);
    }

    /** Grey level of a pixel, 0..255. */
    public int at(int x, int y) {
        return grey[y * width + x] & 0xff;
    }

    /** The part of this picture that a box covers (in fractions of the picture, clipped to it), at least 8 x 8 pixels. */
    public Patch patch(Box fractions) {
        int x0 = clamp((int) Math.floor(fractions.x() * width), 0, Math.max(0, width - 8));
        int y0 = clamp((int) Math.floor(fractions.y() * height), 0, Math.max(0, height - 8));
        int x1 = clamp((int) Math.ceil(fractions.right() * width), Math.min(width, x0 + 8), width);
        int y1 = clamp((int) Math.ceil(fractions.bottom() * height), Math.min(height, y0 + 8), height);
        byte[] part = new byte[(x1 - x0) * (y1 - y0)];
        for (int y = y0; y < y1; y++) {
            System.arraycopy(grey, y * width + x0, part, (y - y0) * (x1 - x0), x1 - x0);
        }
        Box exact = new Box(
                (double) x0 / width, (double) y0 / height, (double) (x1 - x0) / width, (double) (y1 - y0) / height);
        return new Patch(exact, new Luma(x1 - x0, y1 - y0, part));
    }

    /** This picture at another size, each pixel the bilinear mean of those around it. */
    public Luma resized(int newWidth, int newHeight) {
        if (newWidth == width && newHeight == height) {
            return this;
        }
        byte[] out = new byte[newWidth * newHeight];
        for (int y = 0; y < newHeight; y++) {
            double sy = Math.max(0, Math.min(height - 1.0, (y + 0.5) * height / newHeight - 0.5));
            int y0 = (int) sy;
            int y1 = Math.min(height - 1, y0 + 1);
            for (int x = 0; x < newWidth; x++) {
                double sx = Math.max(0, Math.min(width - 1.0, (x + 0.5) * width / newWidth - 0.5));
                int x0 = (int) sx;
                int x1 = Math.min(width - 1, x0 + 1);
                double top = at(x0, y0) + (sx - x0) * (at(x1, y0) - at(x0, y0));
                double bottom = at(x0, y1) + (sx - x0) * (at(x1, y1) - at(x0, y1));
                out[y * newWidth + x] = (byte) Math.round(top + (sy - y0) * (bottom - top));
            }
        }
        return new Luma(newWidth, newHeight, out);
    }

    /** Means over blocks of that many pixels a side: a smaller picture; blocks at the edges may be cut. */
    public Luma shrunk(int block) {
        int w = Math.max(1, width / block);
        int h = Math.max(1, height / block);
        byte[] out = new byte[w * h];
        for (int by = 0; by < h; by++) {
            for (int bx = 0; bx < w; bx++) {
                int sum = 0;
                int n = 0;
                for (int y = by * block; y < Math.min(height, (by + 1) * block); y++) {
                    for (int x = bx * block; x < Math.min(width, (bx + 1) * block); x++) {
                        sum += at(x, y);
                        n++;
                    }
                }
                out[by * w + bx] = (byte) ((sum + n / 2) / n);
            }
        }
        return new Luma(w, h, out);
    }

    private static int clamp(int value, int least, int most) {
        return Math.max(least, Math.min(most, value));
    }

    /**
     * A part of a picture.
     *
     * @param where in fractions of the picture that it was cut from
     */
    public record Patch(Box where, Luma luma) {}
}
