package io.kerbwatch.vision.detect;

import java.util.ArrayList;
import java.util.List;

/** What people and the judge work with of all that a detector gives. */
public final class WorkingDetections {
    private static final double SAME_BIN = 0.7;

    private WorkingDetections() {}

    /** Those that reach the working threshold of their label, each bin told once. */
    public static List<Detection> at(DetectorModel model, List<Detection> detections) {
        return oneLabelPerBin(detections.stream()
                .filter(d -> d.score() >= model.threshold(d.label()).on())
                .toList());
    }

    /**
     * Of a bin and an overflowing bin at the same place the better stays. Only right at working thresholds: far below
     * them it would cost the score over all thresholds.
     */
    private static List<Detection> oneLabelPerBin(List<Detection> detections) {
        List<Detection> kept = new ArrayList<>(detections);
        kept.removeIf(d -> d.label() != Label.LITTER
                && detections.stream()
                        .anyMatch(other -> other.label() != Label.LITTER
                                && other.label() != d.label()
                                && other.score() > d.score()
                                && other.box().iou(d.box()) > SAME_BIN));
        return List.copyOf(kept);
    }
}
