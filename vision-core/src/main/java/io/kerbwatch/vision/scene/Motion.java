package io.kerbwatch.vision.scene;

import io.kerbwatch.vision.detect.Box;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What moves: where a picture differs from the one inspected before it. Works on blocks of 8 x 8 pixels; single blocks
 * are dropped (opening) and what is left is grown by a block on each side. What brightness and contrast of the whole
 * picture did meanwhile is fitted and taken off first: clouds and a camera's exposure move nothing.
 *
 * <p>It also estimates the sensor's noise from the blocks that did not change.
 */
public final class Motion {
    private static final int BLOCK = 8;
    private static final double LEAST_DIFFERENCE = 9;
    private static final double NOISE_MARGIN = 2.5;

    private Motion() {}

    /**
     * One connected part of the picture that moves, in fractions of the picture.
     *
     * @param box around all of it
     * @param strips upright ones, side by side, that cover it more closely than the box
     */
    public record Region(Box box, List<Box> strips) {
        public Region {
            strips = List.copyOf(strips);
        }
    }

    /**
     * What came of comparing two pictures.
     *
     * @param parts that move
     * @param noise standard deviation of the sensor's noise, grey levels
     */
    public record Result(List<Region> parts, double noise) {
        public Result {
            parts = List.copyOf(parts);
        }

        /** Boxes around what moves, in fractions of the picture. */
        public List<Box> regions() {
            return parts.stream().map(Region::box).toList();
        }
    }

    /** Compares two pictures of the same size. */
    public static Result between(Luma before, Luma now) {
        if (before.width() != now.width() || before.height() != now.height()) {
            throw new IllegalArgumentException("pictures of different sizes cannot be compared");
        }
        int columns = Math.max(1, now.width() / BLOCK);
        int rows = Math.max(1, now.height() / BLOCK);
        double[] level = new double[columns * rows];
        double[] mean = new double[columns * rows];
        double[] spread = new double[columns * rows];
        for (int by = 0; by < rows; by++) {
            for (int bx = 0; bx < columns; bx++) {
                measure(before, now, bx, by, columns, level, mean, spread);
            }
        }
        takeLightOff(level, mean);
        double noise = Math.max(0.5, median(spread) / Math.sqrt(2));
        double limit = Math.max(LEAST_DIFFERENCE, NOISE_MARGIN * noise);
        boolean[] moving = new boolean[mean.length];
        for (int i = 0; i < moving.length; i++) {
            // A block moves if its mean moved, or if its pattern changed while its mean did not.
            moving[i] = Math.abs(mean[i]) > limit || spread[i] > 2.5 * limit;
        }
        return new Result(regions(grown(opened(moving, columns, rows), columns, rows), columns, rows), noise);
    }

    private static void measure(
            Luma before, Luma now, int bx, int by, int columns, double[] level, double[] mean, double[] spread) {
        double sum = 0;
        double levels = 0;
        double squares = 0;
        int n = 0;
        for (int y = by * BLOCK; y < Math.min(now.height(), (by + 1) * BLOCK); y++) {
            for (int x = bx * BLOCK; x < Math.min(now.width(), (bx + 1) * BLOCK); x++) {
                int was = before.at(x, y);
                int d = now.at(x, y) - was;
                levels += was;
                sum += d;
                squares += (double) d * d;
                n++;
            }
        }
        level[by * columns + bx] = levels / n;
        mean[by * columns + bx] = sum / n;
        spread[by * columns + bx] = Math.sqrt(Math.max(0, squares / n - (sum / n) * (sum / n)));
    }

    /**
     * Fits the differences as a line over the levels, by least squares over the blocks that agree with it (three rounds,
     * starting from their median), and leaves what the line does not explain.
     */
    private static void takeLightOff(double[] level, double[] difference) {
        double offset = median(difference);
        double slope = 0;
        for (int round = 0; round < 3; round++) {
            double n = 0;
            double x = 0;
            double y = 0;
            double xx = 0;
            double xy = 0;
            for (int i = 0; i < level.length; i++) {
                if (Math.abs(difference[i] - offset - slope * level[i]) < 2 * LEAST_DIFFERENCE) {
                    n++;
                    x += level[i];
                    y += difference[i];
                    xx += level[i] * level[i];
                    xy += level[i] * difference[i];
                }
            }
            double spread = n * xx - x * x;
            if (n < level.length / 4.0 || spread < 1e-6) {
                break;
            }
            slope = (n * xy - x * y) / spread;
            offset = (y - slope * x) / n;
        }
        for (int i = 0; i < level.length; i++) {
            difference[i] -= offset + slope * level[i];
        }
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** Without blocks that have fewer than two moving neighbours. */
    private static boolean[] opened(boolean[] moving, int columns, int rows) {
        boolean[] out = new boolean[moving.length];
        for (int i = 0; i < moving.length; i++) {
            out[i] = moving[i] && neighbours(moving, i % columns, i / columns, columns, rows) >= 3;
        }
        return out;
    }

    private static boolean[] grown(boolean[] moving, int columns, int rows) {
        boolean[] out = new boolean[moving.length];
        for (int i = 0; i < moving.length; i++) {
            out[i] = neighbours(moving, i % columns, i / columns, columns, rows) >= 1;
        }
        return out;
    }

    /** Moving blocks among this one and the eight around it. */
    private static int neighbours(boolean[] moving, int bx, int by, int columns, int rows) {
        int n = 0;
        for (int y = Math.max(0, by - 1); y <= Math.min(rows - 1, by + 1); y++) {
            for (int x = Math.max(0, bx - 1); x <= Math.min(columns - 1, bx + 1); x++) {
                n += moving[y * columns + x] ? 1 : 0;
            }
        }
        return n;
    }

    private static List<Region> regions(boolean[] moving, int columns, int rows) {
        List<Region> regions = new ArrayList<>();
        boolean[] seen = new boolean[moving.length];
        Deque<Integer> open = new ArrayDeque<>();
        for (int start = 0; start < moving.length; start++) {
            if (!moving[start] || seen[start]) {
                continue;
            }
            int x0 = columns;
            int y0 = rows;
            int x1 = 0;
            int y1 = 0;
            int[] top = new int[columns];
            int[] bottom = new int[columns];
            Arrays.fill(top, rows);
            seen[start] = true;
            open.add(start);
            while (!open.isEmpty()) {
                int i = open.remove();
                int bx = i % columns;
                int by = i / columns;
                x0 = Math.min(x0, bx);
                y0 = Math.min(y0, by);
                x1 = Math.max(x1, bx + 1);
                y1 = Math.max(y1, by + 1);
                top[bx] = Math.min(top[bx], by);
                bottom[bx] = Math.max(bottom[bx], by + 1);
                for (int y = Math.max(0, by - 1); y <= Math.min(rows - 1, by + 1); y++) {
                    for (int x = Math.max(0, bx - 1); x <= Math.min(columns - 1, bx + 1); x++) {
                        int next = y * columns + x;
                        if (moving[next] && !seen[next]) {
                            seen[next] = true;
                            open.add(next);
                        }
                    }
                }
            }
            List<Box> strips = new ArrayList<>();
            for (int x = x0; x < x1; x++) {
                strips.add(box(x, top[x], x + 1, bottom[x], columns, rows));
            }
            regions.add(new Region(box(x0, y0, x1, y1, columns, rows), strips));
        }
        return regions;
    }

    private static Box box(int x0, int y0, int x1, int y1, int columns, int rows) {
        return new Box(
                (double) x0 / columns, (double) y0 / rows, (double) (x1 - x0) / columns, (double) (y1 - y0) / rows);
    }

    /** Share of a box that lies in any of the regions, 0..1; sampled on a grid of 12 x 12 points. */
    public static double share(Box box, List<Box> regions) {
        if (regions.isEmpty()) {
            return 0;
        }
        int hit = 0;
        for (int i = 0; i < 144; i++) {
            int row = i / 12;
            double x = box.x() + box.width() * (i % 12 + 0.5) / 12;
            double y = box.y() + box.height() * (row + 0.5) / 12;
            if (regions.stream().anyMatch(r -> x >= r.x() && x <= r.right() && y >= r.y() && y <= r.bottom())) {
                hit++;
            }
        }
        return hit / 144.0;
    }
}
