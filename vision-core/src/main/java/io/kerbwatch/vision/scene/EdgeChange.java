package io.kerbwatch.vision.scene;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.scene.Luma.Patch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Tells by its edges whether a part of the view looks different from what it looked like then. Brightness and contrast
 * may have changed, clouds and lamps do that; the outlines of a heap do not move for them.
 *
 * <p>Both pictures are smoothed and their gradients compared block by block (8 x 8 pixels). With {@code g} and
 * {@code h} the gradients then and now, {@code h} scaled to the same strength where the light changed, a block has
 * changed by {@code sum |g - h|^2 / (sum |g|^2 + sum |h|^2)}: 0 for equal, 1 for unrelated. What sensor noise of the
 * given strength would add is taken off both sums first, so that an even wall does not "change" by its noise.
 */
public final class EdgeChange {
    private static final int BLOCK = 8;
    private static final double BLOCK_CHANGED = 0.55;
    /** An emptied bin keeps its body: what changes is the heap, less than half of the place. Unchanged ones have none. */
    private static final double PART_CHANGED = 0.15;
    /** Squared gradient a pixel under which there is no edge to speak of. */
    private static final double FLAT = 12;

    private final Patch then;
    private final int columns;
    private final int rows;
    private final boolean[] changed;

    /**
     * Compares.
     *
     * @param then what it looked like
     * @param now the whole picture now; may be of another size
     * @param noise standard deviation of the sensor's noise in grey levels
     */
    public EdgeChange(Patch then, Luma now, double noise) {
        this.then = then;
        Luma a = then.luma();
        Luma b = now.patch(then.where()).luma().resized(a.width(), a.height());
        this.columns = Math.max(1, a.width() / BLOCK);
        this.rows = Math.max(1, a.height() / BLOCK);
        this.changed = new boolean[columns * rows];
        compare(Gradients.of(a), Gradients.of(b), noise);
    }

    private void compare(Gradients a, Gradients b, double noise) {
        // Smoothing by 3 x 3 means and central differences leave this share of the noise's variance in a gradient.
        double floor = noise * noise * 4.0 / 9.0;
        double strengthA = Math.max(1e-9, a.energy() - floor);
        double strengthB = Math.max(1e-9, b.energy() - floor);
        // Beyond a factor of three something other than the light has changed.
        double scale = Math.sqrt(Math.max(1.0 / 9, Math.min(9, strengthA / strengthB)));
        for (int by = 0; by < rows; by++) {
            for (int bx = 0; bx < columns; bx++) {
                double difference = 0;
                double sum = 0;
                int n = 0;
                for (int y = by * BLOCK; y < Math.min(a.height, (by + 1) * BLOCK); y++) {
                    for (int x = bx * BLOCK; x < Math.min(a.width, (bx + 1) * BLOCK); x++) {
                        int i = y * a.width + x;
                        double hx = b.x[i] * scale;
                        double hy = b.y[i] * scale;
                        double dx = a.x[i] - hx;
                        double dy = a.y[i] - hy;
                        difference += dx * dx + dy * dy;
                        sum += a.x[i] * a.x[i] + a.y[i] * a.y[i] + hx * hx + hy * hy;
                        n++;
                    }
                }
                double noiseShare = floor * (1 + scale * scale);
                double d = difference / n - noiseShare;
                double s = sum / n - noiseShare;
                changed[by * columns + bx] = d > FLAT && d > BLOCK_CHANGED * Math.max(s, FLAT);
            }
        }
    }

    /** Share of the blocks of that part (fractions of the whole picture) that have changed, 0..1. */
    public double share(Box part) {
        int in = 0;
        int hit = 0;
        for (int by = 0; by < rows; by++) {
            for (int bx = 0; bx < columns; bx++) {
                if (inside(part, bx, by)) {
                    in++;
                    hit += changed[by * columns + bx] ? 1 : 0;
                }
            }
        }
        return in == 0 ? 0 : (double) hit / in;
    }

    /** Whether that part has changed. */
    public boolean changed(Box part) {
        return share(part) >= PART_CHANGED;
    }

    /**
     * Of the changed region that reaches into the part (blocks that touch, corners counted), the share that lies outside
     * of all the given places, 0..1; 0 if nothing changed there. Something that stands in front reaches far beyond what
     * it hides.
     */
    public double shareOutside(Box part, List<Box> places) {
        boolean[] seen = new boolean[changed.length];
        Deque<Integer> open = new ArrayDeque<>();
        for (int i = 0; i < changed.length; i++) {
            if (changed[i] && inside(part, i % columns, i / columns)) {
                seen[i] = true;
                open.add(i);
            }
        }
        int all = 0;
        int outside = 0;
        while (!open.isEmpty()) {
            int i = open.remove();
            int bx = i % columns;
            int by = i / columns;
            all++;
            if (places.stream().noneMatch(p -> inside(p, bx, by))) {
                outside++;
            }
            for (int y = Math.max(0, by - 1); y <= Math.min(rows - 1, by + 1); y++) {
                for (int x = Math.max(0, bx - 1); x <= Math.min(columns - 1, bx + 1); x++) {
                    int next = y * columns + x;
                    if (changed[next] && !seen[next]) {
                        seen[next] = true;
                        open.add(next);
                    }
                }
            }
        }
        return all == 0 ? 0 : (double) outside / all;
    }

    private boolean inside(Box part, int bx, int by) {
        double x = then.where().x()
                + then.where().width() * (bx + 0.5) * BLOCK / then.luma().width();
        double y = then.where().y()
                + then.where().height() * (by + 0.5) * BLOCK / then.luma().height();
        return x >= part.x() && x <= part.right() && y >= part.y() && y <= part.bottom();
    }

    private record Gradients(int width, int height, float[] x, float[] y) {
        static Gradients of(Luma luma) {
            int w = luma.width();
            int h = luma.height();
            float[] smooth = new float[w * h];
            for (int y = 0; y < h; y++) {
                int up = Math.max(0, y - 1);
                int down = Math.min(h - 1, y + 1);
                for (int x = 0; x < w; x++) {
                    int left = Math.max(0, x - 1);
                    int right = Math.min(w - 1, x + 1);
                    smooth[y * w + x] = (luma.at(left, up)
                                    + luma.at(x, up)
                                    + luma.at(right, up)
                                    + luma.at(left, y)
                                    + luma.at(x, y)
                                    + luma.at(right, y)
                                    + luma.at(left, down)
                                    + luma.at(x, down)
                                    + luma.at(right, down))
                            / 9f;
                }
            }
            float[] gx = new float[w * h];
            float[] gy = new float[w * h];
            for (int y = 0; y < h; y++) {
                for (int x = 0; x < w; x++) {
                    gx[y * w + x] = smooth[y * w + Math.min(w - 1, x + 1)] - smooth[y * w + Math.max(0, x - 1)];
                    gy[y * w + x] = smooth[Math.min(h - 1, y + 1) * w + x] - smooth[Math.max(0, y - 1) * w + x];
                }
            }
            return new Gradients(w, h, gx, gy);
        }

        /** Mean squared gradient. */
        double energy() {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                sum += (double) x[i] * x[i] + (double) y[i] * y[i];
            }
            return sum / x.length;
        }
    }
}
