package io.kerbwatch.server.dataset;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A picture with what the detector saw on it and what people said of it.
 *
 * @param name of its file, without a folder
 * @param width in pixels
 * @param height in pixels
 * @param detections in pixels, down to low scores
 * @param verdicts none if the picture shows the places of a judged incident clean again
 */
record JudgedPicture(String name, int width, int height, List<Detection> detections, List<Verdict> verdicts) {
    private static final double SAME_IOU = 0.3;
    private static final double SAME_COVER = 0.5;
    private static final double SAME_BIN = 0.5;

    /**
     * What someone said of one incident.
     *
     * @param real whether the verdict was true
     * @param places in fractions of the picture
     */
    record Verdict(Kind kind, boolean real, List<Box> places) {}

    /** What is on the picture for certain; the box in pixels. */
    record Labelled(Label label, Box box) {}

    /**
     * The labels that follow. A place that was called real carries its kind, by the detector's box where it saw one; one
     * that was called false carries none, or a bin where a bin was seen; bins are believed at the working score.
     *
     * @return empty if there is refuse that nobody judged, at the working score, or, where nobody judged anything, at the
     *     score under which a place counts as clean: to learn that it is none would be wrong
     */
    Optional<List<Labelled>> labels(DetectorModel model) {
        List<Labelled> labels = new ArrayList<>();
        for (Verdict verdict : verdicts) {
            Label label = verdict.kind.label();
            if (!verdict.real) {
                continue;
            }
            for (Box place : pixels(verdict)) {
                List<Box> seen = detections.stream()
                        .filter(d -> d.label() == label
                                && d.score() >= model.threshold(label).off()
                                && same(d.box(), place))
                        .map(Detection::box)
                        .toList();
                (seen.isEmpty() ? List.of(place) : seen)
                        .stream()
                                .map(box -> new Labelled(label, box))
                                .filter(found -> !labels.contains(found))
                                .forEach(labels::add);
            }
        }
        for (Detection seen : detections) {
            DetectorModel.Threshold threshold = model.threshold(seen.label());
            double on = threshold.on();
            if (seen.label() == Label.BIN) {
                boolean other =
                        labels.stream().anyMatch(l -> l.label == Label.OVERFLOW && l.box.iou(seen.box()) > SAME_BIN);
                double least = calledFalse(Kind.OVERFLOW, seen.box())
                        ? model.threshold(Label.BIN).off()
                        : on;
                if (!other && seen.score() >= least) {
                    labels.add(new Labelled(Label.BIN, seen.box()));
                }
            } else if (seen.score() >= (verdicts.isEmpty() ? threshold.off() : on)
                    && !calledFalse(Kind.of(seen.label().code()), seen.box())
                    && labels.stream().noneMatch(l -> l.label == seen.label() && same(l.box, seen.box()))) {
                return Optional.empty();
            }
        }
        return Optional.of(labels);
    }

    private boolean calledFalse(Kind kind, Box box) {
        return verdicts.stream()
                .filter(v -> !v.real && v.kind == kind)
                .flatMap(v -> pixels(v).stream())
                .anyMatch(place -> same(place, box));
    }

    private List<Box> pixels(Verdict verdict) {
        return verdict.places.stream().map(p -> p.scaled(width, height)).toList();
    }

    /** As the judge has it. */
    private static boolean same(Box a, Box b) {
        return a.iou(b) >= SAME_IOU || a.coverOfSmaller(b) >= SAME_COVER;
    }
}
