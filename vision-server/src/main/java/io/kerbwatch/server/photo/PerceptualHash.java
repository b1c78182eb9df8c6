package io.kerbwatch.server.photo;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/**
 * A perceptual hash of 64 bits: the picture in grey at 32 x 32, its discrete cosine transform (DCT-II), and of the 8 x 8
 * slowest waves beside the constant one whether each is stronger than their median. The same picture made smaller,
 * brighter or encoded anew differs in few bits, another picture in about half of them.
 */
final class PerceptualHash {
    private static final int SIZE = 32;
    private static final int WAVES = 8;
    private static final double[][] COSINES = cosines();

    private PerceptualHash() {}

    static long of(BufferedImage picture) {
        double[] waves = waves(grey(picture));
        double[] sorted = waves.clone();
        Arrays.sort(sorted);
        double median = (sorted[WAVES * WAVES / 2 - 1] + sorted[WAVES * WAVES / 2]) / 2;
        long hash = 0;
        for (double wave : waves) {
            hash = hash << 1 | (wave > median ? 1 : 0);
        }
        return hash;
    }

    /** Of frequencies 1..8 in both directions: how bright the picture is says nothing. */
    private static double[] waves(double[][] grey) {
        double[] waves = new double[WAVES * WAVES];
        for (int v = 0; v < WAVES; v++) {
            for (int u = 0; u < WAVES; u++) {
                double sum = 0;
                for (int y = 0; y < SIZE; y++) {
                    for (int x = 0; x < SIZE; x++) {
                        sum += grey[y][x] * COSINES[u][x] * COSINES[v][y];
                    }
                }
                waves[v * WAVES + u] = sum;
            }
        }
        return waves;
    }

    private static double[][] cosines() {
        double[][] cosines = new double[WAVES][SIZE];
        for (int u = 0; u < WAVES; u++) {
            for (int x = 0; x < SIZE; x++) {
                cosines[u][x] = Math.cos((2 * x + 1) * (u + 1) * Math.PI / (2 * SIZE));
            }
        }
        return cosines;
    }

    private static double[][] grey(BufferedImage picture) {
        BufferedImage small = picture;
        // By halves, or the last step would look at a few pixels only.
        while (small.getWidth() >= 2 * SIZE && small.getHeight() >= 2 * SIZE) {
            small = scaled(small, small.getWidth() / 2, small.getHeight() / 2);
        }
        small = scaled(small, SIZE, SIZE);
        double[][] grey = new double[SIZE][SIZE];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                grey[y][x] = small.getRaster().getSample(x, y, 0);
            }
        }
        return grey;
    }

    private static BufferedImage scaled(BufferedImage picture, int width, int height) {
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = out.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(picture, 0, 0, width, height, null);
        graphics.dispose();
        return out;
    }
}
