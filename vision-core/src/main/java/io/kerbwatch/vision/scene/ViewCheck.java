package io.kerbwatch.vision.scene;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_imgproc.createHanningWindow;
import static org.bytedeco.opencv.global.opencv_imgproc.phaseCorrelate;

import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2d;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * Whether a camera's view can be judged. One a camera; for one thread at a time.
 *
 * <p>Each look is measured by itself, and one that measures badly is not judged, at once. A <em>fault</em>, which people
 * are told of, begins only when looks have been bad for a while and ends when they have been good for a while. What is
 * sharp and what the view looks like is learnt from the camera itself, by colour and by infrared light apart: a wall
 * has few edges, and a lamp at night makes others than the sun.
 *
 * <p>A camera that was knocked aside is told from a truck in front of it by <em>measuring</em> the displacement: the
 * edges of the view are registered against the learnt ones by phase correlation (Kuglin and Hines, 1975) and the found
 * shift is believed only if the edges then match. Without a match the view is merely not recognised, which ends by
 * itself.
 */
public final class ViewCheck {
    static final int WIDTH = 160;
    static final int HEIGHT = 96;

    private static final double DARK_MEAN = 16;
    private static final double DARK_BRIGHTEST = 45;
    private static final double EVEN_SPREAD = 3.5;
    private static final double EVEN_SHARE = 0.85;
    private static final double SHARPNESS_LEFT = 0.2;
    private static final double MATCHES = 0.35;
    private static final double MOVED_BY = 0.08;
    private static final int LEARNT_LOOKS = 6;
    private static final int FROZEN_LOOKS = 6;
    private static final Duration FROZEN_TIME = Duration.ofSeconds(60);
    private static final Duration REGISTER_EVERY = Duration.ofSeconds(60);
    private static final Duration GIVE_UP_MATCHING = Duration.ofMinutes(10);

    private final Map<ViewFault, Hysteresis> faults = new EnumMap<>(ViewFault.class);
    private final Map<LightMode, Reference> references = new EnumMap<>(LightMode.class);
    private @Nullable Instant lightModeSince;
    private LightMode lightMode = LightMode.COLOUR;
    private long lastHash;
    private int sameHash;
    private Instant sameSince = Instant.MIN;
    private Instant lastRegistration = Instant.MIN;
    private int movedRegistrations;
    private @Nullable Instant unmatchedSince;
    private boolean outOfUse;

    /** A check that has learnt nothing yet. */
    public ViewCheck() {
        for (ViewFault fault : ViewFault.values()) {
            faults.put(fault, new Hysteresis(fault));
        }
    }

    /**
     * How one look was.
     *
     * @param judgeable whether this very look may be judged
     * @param faults that hold now, for people
     * @param lightSwitched whether the light mode switched less than a minute ago
     * @param outOfUse whether zones are out of use until someone confirms the view
     */
    public record Grade(boolean judgeable, Set<ViewFault> faults, boolean lightSwitched, boolean outOfUse) {
        public Grade {
            faults = Set.copyOf(faults);
        }
    }

    /** A look of which no picture could be made. */
    public Grade undecodable(Instant at) {
        return grade(at, EnumSet.of(ViewFault.NO_PICTURE));
    }

    /** Measures one look. Instants do not go back. */
    public Grade look(Luma luma, LightMode mode, Instant at) {
        if (mode != lightMode || lightModeSince == null) {
            boolean first = lightModeSince == null;
            lightMode = mode;
            lightModeSince = first ? Instant.MIN : at;
            unmatchedSince = null;
            movedRegistrations = 0;
        }
        EnumSet<ViewFault> bad = EnumSet.noneOf(ViewFault.class);
        Luma small = luma.resized(WIDTH, HEIGHT);
        Reference reference = references.computeIfAbsent(mode, m -> new Reference());
        if (frozen(luma, at)) {
            bad.add(ViewFault.FROZEN);
        }
        double sharpness = sharpness(luma);
        if (dark(small)) {
            bad.add(ViewFault.DARK);
        } else if (even(small) && !(reference.learnt() && sharpness > SHARPNESS_LEFT * reference.sharpness)) {
            bad.add(ViewFault.COVERED);
        } else if (reference.learnt() && sharpness < SHARPNESS_LEFT * reference.sharpness) {
            bad.add(ViewFault.BLURRED);
        } else {
            match(reference, small, at, bad);
        }
        if (bad.isEmpty()) {
            reference.learn(small, sharpness);
        }
        return grade(at, bad);
    }

    /** Someone says that the view is right as it is: what was learnt is forgotten, zones are in use again. */
    public void confirmView() {
        references.clear();
        outOfUse = false;
        unmatchedSince = null;
        movedRegistrations = 0;
        faults.values().forEach(Hysteresis::end);
    }

    private Grade grade(Instant at, Set<ViewFault> bad) {
        EnumSet<ViewFault> holding = EnumSet.noneOf(ViewFault.class);
        faults.forEach((fault, hysteresis) -> {
            if (hysteresis.holds(bad.contains(fault), at)) {
                holding.add(fault);
            }
        });
        if (outOfUse) {
            holding.add(movedRegistrations > 0 ? ViewFault.MOVED : ViewFault.NOT_RECOGNISED);
        }
        boolean switched = lightModeSince != null
                && !lightModeSince.equals(Instant.MIN)
                && at.isBefore(lightModeSince.plusSeconds(60));
        return new Grade(bad.isEmpty() && holding.isEmpty(), holding, switched, outOfUse);
    }

    private boolean frozen(Luma luma, Instant at) {
        CRC32 crc = new CRC32();
        crc.update(luma.grey());
        if (crc.getValue() != lastHash) {
            lastHash = crc.getValue();
            sameHash = 1;
            sameSince = at;
            return false;
        }
        sameHash++;
        return sameHash >= FROZEN_LOOKS && !at.isBefore(sameSince.plus(FROZEN_TIME));
    }

    private static boolean dark(Luma small) {
        int[] histogram = new int[256];
        long sum = 0;
        for (byte b : small.grey()) {
            histogram[b & 0xff]++;
            sum += b & 0xff;
        }
        int n = small.grey().length;
        int above = 0;
        int brightest = 255;
        while (brightest > 0 && above + histogram[brightest] < n / 50) {
            above += histogram[brightest--];
        }
        return sum < DARK_MEAN * n && brightest < DARK_BRIGHTEST;
    }

    /** Whether nearly all blocks of 8 x 8 are without structure. */
    private static boolean even(Luma small) {
        int even = 0;
        int blocks = 0;
        for (int by = 0; by + 8 <= small.height(); by += 8) {
            for (int bx = 0; bx + 8 <= small.width(); bx += 8) {
                double sum = 0;
                double squares = 0;
                for (int i = 0; i < 64; i++) {
                    int v = small.at(bx + i % 8, by + i / 8);
                    sum += v;
                    squares += (double) v * v;
                }
                even += squares / 64 - (sum / 64) * (sum / 64) < EVEN_SPREAD * EVEN_SPREAD ? 1 : 0;
                blocks++;
            }
        }
        return even >= EVEN_SHARE * blocks;
    }

    /** Mean squared Laplacian over what noise in even parts gives: high for fine edges. */
    private static double sharpness(Luma luma) {
        double sum = 0;
        int n = 0;
        for (int y = 2; y < luma.height() - 2; y += 2) {
            for (int x = 2; x < luma.width() - 2; x += 2) {
                // Two pixels apart: sensor noise, which stays when the lens is out of focus, counts less than edges.
                double l = 4.0 * luma.at(x, y)
                        - luma.at(x - 2, y)
                        - luma.at(x + 2, y)
                        - luma.at(x, y - 2)
                        - luma.at(x, y + 2);
                sum += Math.abs(l) > 24 ? l * l : 0;
                n++;
            }
        }
        return sum / Math.max(1, n);
    }

    private void match(Reference reference, Luma small, Instant at, EnumSet<ViewFault> bad) {
        if (!reference.learnt()) {
            return;
        }
        float[] edges = edges(small);
        float[] learnt = reference.edges();
        if (correlation(learnt, edges, 0, 0) >= MATCHES) {
            unmatchedSince = null;
            movedRegistrations = 0;
            return;
        }
        bad.add(ViewFault.NOT_RECOGNISED);
        Instant since = unmatchedSince;
        if (since == null) {
            since = at;
            unmatchedSince = at;
        }
        if (lastRegistration.equals(Instant.MIN) || !at.isBefore(lastRegistration.plus(REGISTER_EVERY))) {
            lastRegistration = at;
            movedRegistrations = displaced(learnt, edges) ? movedRegistrations + 1 : 0;
        }
        if (movedRegistrations >= 2) {
            bad.remove(ViewFault.NOT_RECOGNISED);
            bad.add(ViewFault.MOVED);
            outOfUse = true;
        } else if (!at.isBefore(since.plus(GIVE_UP_MATCHING))) {
            outOfUse = true;
        }
    }

    /** Whether the view is the learnt one, shifted by more than a twelfth of the picture. */
    private static boolean displaced(float[] learnt, float[] edges) {
        try (Mat a = mat(learnt);
                Mat b = mat(edges);
                Mat window = new Mat();
                Size size = new Size(WIDTH, HEIGHT);
                DoublePointer response = new DoublePointer(1)) {
            createHanningWindow(window, size, CV_32FC1);
            Point2d shift = phaseCorrelate(a, b, window, response);
            int dx = (int) Math.round(shift.x());
            int dy = (int) Math.round(shift.y());
            boolean far = Math.abs(dx) > MOVED_BY * WIDTH || Math.abs(dy) > MOVED_BY * HEIGHT;
            return far && correlation(learnt, edges, dx, dy) >= MATCHES;
        }
    }

    private static Mat mat(float[] values) {
        Mat mat = new Mat(HEIGHT, WIDTH, CV_32FC1);
        FloatBuffer buffer = mat.createBuffer();
        buffer.put(values);
        return mat;
    }

    /** Strength of the edges, compressed so that one lamp does not outweigh all else. */
    static float[] edges(Luma small) {
        float[] out = new float[WIDTH * HEIGHT];
        for (int y = 1; y < HEIGHT - 1; y++) {
            for (int x = 1; x < WIDTH - 1; x++) {
                double gx = small.at(x + 1, y) - small.at(x - 1, y);
                double gy = small.at(x, y + 1) - small.at(x, y - 1);
                out[y * WIDTH + x] = (float) Math.log1p(Math.sqrt(gx * gx + gy * gy) / 4);
            }
        }
        return out;
    }

    /** Normalised correlation of two edge pictures, the second shifted back by that much; over what both cover. */
    static double correlation(float[] a, float[] b, int dx, int dy) {
        double sa = 0;
        double sb = 0;
        double saa = 0;
        double sbb = 0;
        double sab = 0;
        int n = 0;
        for (int y = Math.max(1, 1 - dy); y < Math.min(HEIGHT - 1, HEIGHT - 1 - dy); y++) {
            for (int x = Math.max(1, 1 - dx); x < Math.min(WIDTH - 1, WIDTH - 1 - dx); x++) {
                double va = a[y * WIDTH + x];
                double vb = b[(y + dy) * WIDTH + x + dx];
                sa += va;
                sb += vb;
                saa += va * va;
                sbb += vb * vb;
                sab += va * vb;
                n++;
            }
        }
        if (n < WIDTH * HEIGHT / 8) {
            return 0;
        }
        double varA = saa - sa * sa / n;
        double varB = sbb - sb * sb / n;
        return varA <= 0 || varB <= 0 ? 0 : (sab - sa * sb / n) / Math.sqrt(varA * varB);
    }

    /** What the view looks like by one kind of light. */
    private static final class Reference {
        private final float[] mean = new float[WIDTH * HEIGHT];
        private double sharpness;
        private int looks;

        boolean learnt() {
            return looks >= LEARNT_LOOKS;
        }

        float[] edges() {
            return mean;
        }

        /** Fast at first, then slowly, so that it follows the seasons and the dusk but no truck. */
        void learn(Luma small, double sharp) {
            looks++;
            float weight = Math.max(0.02f, 1f / looks);
            float[] edges = ViewCheck.edges(small);
            for (int i = 0; i < mean.length; i++) {
                mean[i] += weight * (edges[i] - mean[i]);
            }
            sharpness += weight * (sharp - sharpness);
        }
    }

    /** Begins after three bad looks over 16 s, ends after two good ones over 8 s; an unrecognised view after 60 s. */
    private static final class Hysteresis {
        private final Duration toEnd;
        private boolean holds;
        private int streak;
        private @Nullable Instant since;

        Hysteresis(ViewFault fault) {
            this.toEnd = fault == ViewFault.NOT_RECOGNISED || fault == ViewFault.MOVED
                    ? Duration.ofSeconds(60)
                    : Duration.ofSeconds(8);
        }

        boolean holds(boolean bad, Instant at) {
            if (bad == holds) {
                streak = 0;
                since = null;
                return holds;
            }
            streak++;
            Instant start = since;
            if (start == null) {
                start = at;
                since = at;
            }
            boolean turn = holds
                    ? streak >= 2 && !at.isBefore(start.plus(toEnd))
                    : streak >= 3 && !at.isBefore(start.plusSeconds(16));
            if (turn) {
                holds = bad;
                streak = 0;
                since = null;
            }
            return holds;
        }

        void end() {
            holds = false;
            streak = 0;
            since = null;
        }
    }
}
