package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.vision.frame.Picture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;

/**
 * What a camera of the benchmark sees: a still of a sample clip through a fixed window of 1920 x 1080 pixels, with a
 * fine grain that stays where it is, as the ground has and renderings lack; sensor noise that does not; and people
 * who walk through. Begins again where it began, after {@link #SECONDS}.
 */
final class Scenery {
    static final int WIDTH = 1920;
    static final int HEIGHT = 1080;
    static final int FPS = 25;
    /** Nine groups of pictures; has no common divisor with a rhythm of 5 s, so that looks see all of it. */
    static final int SECONDS = 18;

    // Chosen so that key frames have about 300 kB and streams about 3 Mbit/s, as panned photographs with noise had.
    private static final double GRAIN = 10;
    private static final double SENSOR_NOISE = 3.25;
    private static final int NOISE_TABLE = 1 << 20;

    private final byte[] luma = new byte[WIDTH * HEIGHT];
    private final byte[] cb = new byte[WIDTH * HEIGHT / 4];
    private final byte[] cr = new byte[WIDTH * HEIGHT / 4];
    private final byte[] noise = new byte[NOISE_TABLE];
    private final byte[] out = new byte[WIDTH * HEIGHT * 3 / 2];
    private final Random random;
    private final double zoom;
    private final int cropY;
    private final List<Walk> walks;

    /**
     * Somebody's way through the view.
     *
     * @param from second at which they come in
     * @param seconds that they take to the other side
     * @param leftwards from right to left
     */
    record Walk(Walker walker, double from, double seconds, boolean leftwards) {}

    /**
     * Upscales the still.
     *
     * @param zoom how much larger than the window the upscaled still is, at least 1
     */
    Scenery(Picture still, double zoom, List<Walk> walks, long seed) {
        this.random = new Random(seed);
        this.zoom = zoom;
        this.walks = List.copyOf(walks);
        double scale = zoom * WIDTH / still.width();
        int spareX = (int) (still.width() * scale) - WIDTH;
        int spareY = (int) (still.height() * scale) - HEIGHT;
        int cropX = spareX <= 0 ? 0 : random.nextInt(spareX);
        this.cropY = spareY <= 0 ? 0 : random.nextInt(spareY);
        for (int i = 0; i < NOISE_TABLE; i++) {
            noise[i] = (byte) Math.round(random.nextGaussian() * SENSOR_NOISE);
        }
        paint(still, scale, cropX);
    }

    private void paint(Picture still, double scale, int cropX) {
        double[] rgb = new double[3];
        double[] coarse = new double[(WIDTH / 3 + 1) * (HEIGHT / 3 + 1)];
        for (int i = 0; i < coarse.length; i++) {
            coarse[i] = random.nextGaussian() * GRAIN / 2;
        }
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                sample(still, (x + cropX) / scale, (y + cropY) / scale, rgb);
                double grain = random.nextGaussian() * GRAIN / 2 + coarse[y / 3 * (WIDTH / 3 + 1) + x / 3];
                luma[y * WIDTH + x] = clamp(lumaOf(rgb) + grain);
                if (x % 2 == 0 && y % 2 == 0) {
                    cb[y / 2 * (WIDTH / 2) + x / 2] = clamp(cbOf(rgb));
                    cr[y / 2 * (WIDTH / 2) + x / 2] = clamp(crOf(rgb));
                }
            }
        }
    }

    /** Bilinear; blue, green, red as in the picture. */
    private static void sample(Picture picture, double x, double y, double[] bgr) {
        int x0 = Math.min(picture.width() - 1, (int) x);
        int y0 = Math.min(picture.height() - 1, (int) y);
        int x1 = Math.min(picture.width() - 1, x0 + 1);
        int y1 = Math.min(picture.height() - 1, y0 + 1);
        double fx = Math.min(1, x - x0);
        double fy = Math.min(1, y - y0);
        byte[] data = picture.bgr();
        for (int c = 0; c < 3; c++) {
            double top = (data[(y0 * picture.width() + x0) * 3 + c] & 0xff) * (1 - fx)
                    + (data[(y0 * picture.width() + x1) * 3 + c] & 0xff) * fx;
            double bottom = (data[(y1 * picture.width() + x0) * 3 + c] & 0xff) * (1 - fx)
                    + (data[(y1 * picture.width() + x1) * 3 + c] & 0xff) * fx;
            bgr[c] = top * (1 - fy) + bottom * fy;
        }
    }

    /** Paints one picture of the loop: planes of luma, blue and red difference one after the other (I420). */
    void paint(int frame, ByteBuffer into) throws IOException {
        if (into.capacity() < out.length) {
            throw new IOException("a picture has " + out.length + " bytes; there is room for " + into.capacity());
        }
        System.arraycopy(luma, 0, out, 0, luma.length);
        System.arraycopy(cb, 0, out, luma.length, cb.length);
        System.arraycopy(cr, 0, out, luma.length + cb.length, cr.length);
        for (Walk walk : walks) {
            double part = ((double) frame / FPS - walk.from()) / walk.seconds();
            if (part >= 0 && part < 1) {
                draw(walk, walk.leftwards() ? 1 - part : part);
            }
        }
        for (int y = 0; y < HEIGHT; y++) {
            int offset = random.nextInt(NOISE_TABLE - WIDTH);
            int row = y * WIDTH;
            for (int x = 0; x < WIDTH; x++) {
                int v = (out[row + x] & 0xff) + noise[offset + x];
                out[row + x] = (byte) Math.max(16, Math.min(235, v));
            }
        }
        into.clear();
        into.put(out).flip();
    }

    private void draw(Walk walk, double part) {
        Walker walker = walk.walker();
        double scale = zoom * WIDTH / walker.pictureWidth();
        int width = (int) (walker.width() * scale);
        int height = (int) (walker.height() * scale);
        int left = (int) (-width + part * (WIDTH + width)) & ~1;
        int top = (int) (walker.top() * scale) - cropY;
        for (int y = Math.max(0, top); y < Math.min(HEIGHT, top + height); y++) {
            int sy = Math.min(walker.height() - 1, (int) ((y - top) / scale));
            for (int x = Math.max(0, left); x < Math.min(WIDTH, left + width); x++) {
                int sx = Math.min(walker.width() - 1, (int) ((x - left) / scale));
                blend(walker, sy * walker.width() + sx, x, y);
            }
        }
    }

    private void blend(Walker walker, int pixel, int x, int y) {
        double opacity = walker.opacity()[pixel];
        if (opacity <= 0) {
            return;
        }
        byte[] bgr = walker.bgr();
        double[] colour = {bgr[pixel * 3] & 0xff, bgr[pixel * 3 + 1] & 0xff, bgr[pixel * 3 + 2] & 0xff};
        mix(y * WIDTH + x, lumaOf(colour), opacity);
        if (x % 2 == 0 && y % 2 == 0) {
            int i = luma.length + y / 2 * (WIDTH / 2) + x / 2;
            mix(i, cbOf(colour), opacity);
            mix(i + cb.length, crOf(colour), opacity);
        }
    }

    private void mix(int index, double value, double opacity) {
        out[index] = clamp((out[index] & 0xff) * (1 - opacity) + value * opacity);
    }

    // ITU-R BT.601, narrow range.
    private static double lumaOf(double[] bgr) {
        return 16 + 0.257 * bgr[2] + 0.504 * bgr[1] + 0.098 * bgr[0];
    }

    private static double cbOf(double[] bgr) {
        return 128 - 0.148 * bgr[2] - 0.291 * bgr[1] + 0.439 * bgr[0];
    }

    private static double crOf(double[] bgr) {
        return 128 + 0.439 * bgr[2] - 0.368 * bgr[1] - 0.071 * bgr[0];
    }

    private static byte clamp(double value) {
        return (byte) Math.max(16, Math.min(240, Math.round(value)));
    }
}
