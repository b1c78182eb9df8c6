package io.kerbwatch.vision.detect;

import io.kerbwatch.vision.frame.Letterbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From raw boxes and scores to detections: label by label, of boxes that overlap the best stays (greedy non-maximum
 * suppression).
 */
final class NonMaximumSuppression {
    private final DetectorModel model;

    NonMaximumSuppression(DetectorModel model) {
        this.model = model;
    }

    /**
     * Chooses.
     *
     * @param boxes anchors x 4: x1, y1, x2, y2 in pixels of the input
     * @param scores anchors x labels, 0..1
     * @param letterbox how the picture lies in the input
     * @param least scores below it are left out
     * @return in pixels of the picture, best first
     */
    List<Detection> choose(float[] boxes, float[] scores, Letterbox letterbox, double least) {
        int labels = model.labels().size();
        int anchors = scores.length / labels;
        List<Detection> all = new ArrayList<>();
        for (int c = 0; c < labels; c++) {
            List<Candidate> candidates = new ArrayList<>();
            for (int a = 0; a < anchors; a++) {
                float score = scores[a * labels + c];
                if (score >= least) {
                    candidates.add(
                            new Candidate(score, boxes[4 * a], boxes[4 * a + 1], boxes[4 * a + 2], boxes[4 * a + 3]));
                }
            }
            candidates.sort(Comparator.comparingDouble(Candidate::score).reversed());
            List<Candidate> kept = new ArrayList<>();
            for (Candidate candidate : candidates.subList(0, Math.min(candidates.size(), model.candidates()))) {
                if (kept.stream().allMatch(k -> k.iou(candidate) <= model.nmsIou())) {
                    kept.add(candidate);
                    Box box = Box.ofCorners(
                            letterbox.pictureX(candidate.x1),
                            letterbox.pictureY(candidate.y1),
                            letterbox.pictureX(candidate.x2),
                            letterbox.pictureY(candidate.y2));
                    all.add(new Detection(model.labels().get(c), box, candidate.score));
                }
            }
        }
        all.sort(Comparator.comparingDouble(Detection::score).reversed());
        return List.copyOf(all.subList(0, Math.min(all.size(), model.keep())));
    }

    private record Candidate(float score, float x1, float y1, float x2, float y2) {
        float iou(Candidate o) {
            float w = Math.max(0, Math.min(x2, o.x2) - Math.max(x1, o.x1));
            float h = Math.max(0, Math.min(y2, o.y2) - Math.max(y1, o.y1));
            float inter = w * h;
            float union = (x2 - x1) * (y2 - y1) + (o.x2 - o.x1) * (o.y2 - o.y1) - inter;
            return inter / (union + 1e-9f);
        }
    }
}
