package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One look at a picture: all that a judge may know of it.
 *
 * @param at arrival of its packet
 * @param sight what was seen; empty if this look cannot be judged (a fault of the view, no picture)
 */
public record Inspection(Instant at, Optional<Sight> sight) {
    /**
     * What was seen.
     *
     * @param detections boxes in fractions of the picture, down to scores below every {@code off}
     * @param luma the picture in grey
     * @param noise standard deviation of the sensor's noise in grey levels
     * @param moving regions that differ from the look before, in fractions of the picture
     * @param light by which light it was seen
     */
    public record Sight(List<Detection> detections, Luma luma, double noise, List<Box> moving, LightMode light) {
        public Sight {
            detections = List.copyOf(detections);
            moving = List.copyOf(moving);
        }
    }

    /** A look that could be judged. */
    public static Inspection of(Instant at, Sight sight) {
        return new Inspection(at, Optional.of(sight));
    }

    /** A look that says nothing. */
    public static Inspection unjudgeable(Instant at) {
        return new Inspection(at, Optional.empty());
    }
}
