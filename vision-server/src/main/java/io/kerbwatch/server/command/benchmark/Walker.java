package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.samples.Truth;
import io.kerbwatch.vision.frame.Picture;
import java.util.List;

/**
 * Somebody cut out of a still: the pixels inside their box that differ from the same view without them.
 *
 * @param pictureWidth of the still in pixels
 * @param top row of the still at which they begin
 * @param bgr three bytes a pixel, rows from the top
 * @param opacity 0..1 a pixel
 */
record Walker(int pictureWidth, int width, int height, int top, byte[] bgr, float[] opacity) {
    private static final int CERTAINLY_VIEW = 10;
    private static final int CERTAINLY_SOMEBODY = 28;

    /** Cuts out; both pictures are of the same fixed camera and light. */
    static Walker cut(Picture with, Picture without, Truth.Person person) {
        List<Double> box = person.box();
        int x0 = (int) (box.get(0) * with.width());
        int y0 = (int) (box.get(1) * with.height());
        int width = Math.min(with.width() - x0, (int) Math.ceil(box.get(2) * with.width()));
        int height = Math.min(with.height() - y0, (int) Math.ceil(box.get(3) * with.height()));
        byte[] bgr = new byte[width * height * 3];
        float[] opacity = new float[width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int from = ((y0 + y) * with.width() + x0 + x) * 3;
                System.arraycopy(with.bgr(), from, bgr, (y * width + x) * 3, 3);
                double difference = difference(with, without, x0 + x, y0 + y);
                opacity[y * width + x] = (float)
                        Math.max(0, Math.min(1, (difference - CERTAINLY_VIEW) / (CERTAINLY_SOMEBODY - CERTAINLY_VIEW)));
            }
        }
        return new Walker(with.width(), width, height, y0, bgr, opacity);
    }

    /** Mean over 5 x 5 pixels of the largest difference of a colour: the clips' own noise is not cut out. */
    private static double difference(Picture a, Picture b, int cx, int cy) {
        int sum = 0;
        int n = 0;
        for (int y = Math.max(0, cy - 2); y <= Math.min(a.height() - 1, cy + 2); y++) {
            for (int x = Math.max(0, cx - 2); x <= Math.min(a.width() - 1, cx + 2); x++) {
                int i = (y * a.width() + x) * 3;
                int most = 0;
                for (int c = 0; c < 3; c++) {
                    most = Math.max(most, Math.abs((a.bgr()[i + c] & 0xff) - (b.bgr()[i + c] & 0xff)));
                }
                sum += most;
                n++;
            }
        }
        return (double) sum / n;
    }
}
