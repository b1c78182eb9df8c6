package io.kerbwatch.vision.scene;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Spares the detector where nothing changed: if the blocks inside the zones (16 x 16 pixels, mean grey) differ from the
 * picture that was detected last by no more than noise would make them, what was detected then still holds, for a
 * minute at most. One a camera; for one thread at a time.
 */
public final class ChangeGate {
    private static final int BLOCK = 16;
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** Grey levels by which a block's mean may differ, over what its noise explains: rounding, drift of the light. */
    private static final double SLACK = 2.5;

    private @Nullable Luma detected;
    private Instant detectedAt = Instant.MIN;

    /** Which points of the picture count; fractions of it. */
    @FunctionalInterface
    public interface Area {
        boolean contains(double x, double y);
    }

    /**
     * Whether the detector can be spared for this picture.
     *
     * @param noise standard deviation of the sensor's noise in grey levels
     */
    public boolean unchanged(Luma now, Instant at, Area area, double noise) {
        Luma then = detected;
        if (then == null
                || at.isAfter(detectedAt.plus(LONGEST))
                || then.width() != now.width()
                || then.height() != now.height()) {
            return false;
        }
        // The mean of 256 pixels has a sixteenth of a pixel's noise; two such means differ by root two of that.
        double limit = SLACK + 4 * noise * Math.sqrt(2) / BLOCK;
        int columns = now.width() / BLOCK;
        int rows = now.height() / BLOCK;
        for (int by = 0; by < rows; by++) {
            for (int bx = 0; bx < columns; bx++) {
                if (area.contains((bx + 0.5) * BLOCK / now.width(), (by + 0.5) * BLOCK / now.height())
                        && Math.abs(mean(now, bx, by) - mean(then, bx, by)) > limit) {
                    return false;
                }
            }
        }
        return true;
    }

    private static double mean(Luma luma, int bx, int by) {
        int sum = 0;
        for (int y = by * BLOCK; y < (by + 1) * BLOCK; y++) {
            for (int x = bx * BLOCK; x < (bx + 1) * BLOCK; x++) {
                sum += luma.at(x, y);
            }
        }
        return sum / (double) (BLOCK * BLOCK);
    }

    /** Takes note that the detector has run on this picture. */
    public void detected(Luma luma, Instant at) {
        detected = luma;
        detectedAt = at;
    }

    /** Forgets, so that the next picture is detected. */
    public void reset() {
        detected = null;
    }
}
