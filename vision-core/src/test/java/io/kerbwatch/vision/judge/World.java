package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Inspection.Sight;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A refuse station to be looked at: a wall with a pattern, a bin that can overflow, something that can stand in front,
 * sensor noise, changing light, and a detector that misses in runs.
 */
final class World {
    static final int WIDTH = 320;
    static final int HEIGHT = 180;
    static final Box PLACE = new Box(0.4, 0.4, 0.2, 0.3);
    static final JudgeThresholds THRESHOLDS = new JudgeThresholds(0.55, 0.35, 0.35);
    static final Instant START = Instant.parse("2026-03-01T08:00:00Z");

    private static final double[] NOISE = gaussians();

    private final Random random;
    private final byte[] wall;
    private final byte[] heap;
    private final byte[] truck;
    private final double recall;
    private final double missRunSeconds;
    private @Nullable Luma before;
    private Instant missUntil = Instant.MIN;
    boolean dirty;
    boolean truckInFront;
    double light = 1;
    LightMode mode = LightMode.COLOUR;

    /** Misses so large a share of looks at what is there, in runs of that length. */
    World(long seed, double recall, double missRunSeconds) {
        this.random = new Random(seed);
        this.recall = recall;
        this.missRunSeconds = missRunSeconds;
        this.wall = pattern(9);
        this.heap = pattern(6);
        this.truck = pattern(23);
    }

    private static double[] gaussians() {
        Random random = new Random(99);
        double[] out = new double[1 << 18];
        for (int i = 0; i < out.length; i++) {
            out[i] = 2 * random.nextGaussian();
        }
        return out;
    }

    private byte[] pattern(int block) {
        int columns = WIDTH / block + 1;
        int[] levels =
                random.ints((long) columns * (HEIGHT / block + 1), 50, 200).toArray();
        byte[] out = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) levels[i / WIDTH / block * columns + i % WIDTH / block];
        }
        return out;
    }

    Luma luma() {
        byte[] out = new byte[WIDTH * HEIGHT];
        int noise = random.nextInt(NOISE.length);
        for (int i = 0; i < out.length; i++) {
            int row = i / WIDTH;
            double x = (i % WIDTH + 0.5) / WIDTH;
            double y = (row + 0.5) / HEIGHT;
            boolean inPlace =
                    x >= PLACE.x() && x <= PLACE.right() && y >= PLACE.y() && y <= PLACE.y() + PLACE.height() * 0.6;
            byte[] from = truckInFront && x > 0.2 && x < 0.9 && y > 0.15 ? truck : dirty && inPlace ? heap : wall;
            double level = (from[i] & 0xff) * light + NOISE[(noise + i) & (NOISE.length - 1)];
            out[i] = (byte) Math.max(0, Math.min(255, Math.round(level)));
        }
        return new Luma(WIDTH, HEIGHT, out);
    }

    Inspection look(Instant at) {
        return look(at, List.of());
    }

    /** A look, with more detections than the world's own. */
    Inspection look(Instant at, List<Detection> more) {
        Luma now = luma();
        Luma last = before;
        List<Box> moving = last == null ? List.of() : Motion.between(last, now).regions();
        before = now;
        List<Detection> seen = new ArrayList<>(more);
        if (!truckInFront) {
            if (dirty && !missed(at)) {
                double wobble = random.nextGaussian() * 0.005;
                Box box = new Box(PLACE.x() + wobble, PLACE.y(), PLACE.width(), PLACE.height());
                seen.add(new Detection(Label.OVERFLOW, box, 0.6 + 0.3 * random.nextDouble()));
            } else if (!dirty) {
                seen.add(new Detection(Label.BIN, PLACE, 0.7));
            }
        }
        return Inspection.of(at, new Sight(seen, now, 2, moving, mode));
    }

    /** Whether the detector misses now: runs of misses whose share of the time is one minus the recall. */
    private boolean missed(Instant at) {
        if (missRunSeconds == 0) {
            return recall < 1;
        }
        if (at.isBefore(missUntil)) {
            return true;
        }
        // After a run the detector sees again for a time whose mean keeps the shares.
        double seesFor = missRunSeconds * recall / (1 - recall);
        if (random.nextDouble() < 1 - Math.exp(-4.0 / seesFor)) {
            missUntil = at.plusMillis((long) (1000 * missRunSeconds));
            return true;
        }
        return false;
    }

    static ZoneJudge judge() {
        return new ZoneJudge("cam", Zone.wholePicture("z"), Kind.OVERFLOW, THRESHOLDS, JudgeSettings.defaults());
    }

    /** Looks at the rhythm that the judge's state asks for, until that time has passed; gives what was found. */
    List<Finding> run(ZoneJudge judge, Instant from, Duration time) {
        List<Finding> findings = new ArrayList<>();
        Instant at = from;
        while (at.isBefore(from.plus(time))) {
            judge.inspect(look(at)).ifPresent(findings::add);
            boolean doubt =
                    judge.state() == ZoneState.SUSPECTED || judge.state() == ZoneState.CLEARING || judge.isVerifying();
            at = at.plusSeconds(doubt ? 4 : 10);
        }
        return findings;
    }
}
