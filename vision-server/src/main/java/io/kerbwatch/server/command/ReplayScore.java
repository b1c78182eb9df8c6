package io.kerbwatch.server.command;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.watch.CameraWatch;
import io.kerbwatch.vision.watch.Replay;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a replay found, held against the truth. An event is found by a finding of its kind that is confirmed between its
 * beginning and its end and whose place overlaps its box; one that begins while its zone is dirty already is found with
 * the finding that made it so. A finding that finds no event is false.
 *
 * @param seconds from an event's beginning to its confirmation, of each event that was confirmed by a finding of its own
 * @param earlyCleared findings that were cleared before the event that they found had ended
 * @param faults faults of the view that the truth names
 * @param faultsTold those that the watch told while they lasted, or soon after
 * @param lines what happened, for people
 */
record ReplayScore(
        String clip,
        int events,
        int found,
        int falseFindings,
        int earlyCleared,
        List<Double> seconds,
        int faults,
        int faultsTold,
        List<String> lines) {
    private static final double SAME_IOU = 0.3;
    private static final double SAME_COVER = 0.5;
    /** A fault is told once it has lasted a while, which may be after a short one has ended. */
    private static final double TOLD_WITHIN_SECONDS = 30;

    /** Something that is there from then to then, in seconds of the clip; the box in fractions of the picture. */
    record Event(Kind kind, double from, double to, Box box) {}

    /** Something that keeps the view from being judged, from then to then, in seconds of the clip. */
    record Fault(ViewFault fault, double from, double to) {}

    static ReplayScore of(String clip, List<Event> events, List<Fault> faults, List<Replay.Step> steps) {
        Set<Event> found = new HashSet<>();
        List<Double> seconds = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        int falseFindings = 0;
        int early = 0;
        for (Replay.Step step : steps) {
            for (CameraWatch.Looked.Sure sure : step.looked().findings()) {
                Finding finding = sure.finding();
                double at = step.seconds();
                lines.add(String.format(
                        Locale.ROOT, "%6.1f s  %s %s", at, finding.kind().code(), finding.type()));
                List<Event> of = events.stream()
                        .filter(e -> e.kind == finding.kind() && overlaps(finding, e.box))
                        .toList();
                if (finding.type() == Finding.Type.CLEARED) {
                    early += of.stream().anyMatch(e -> found.contains(e) && at < e.to) ? 1 : 0;
                    continue;
                }
                List<Event> confirmed =
                        of.stream().filter(e -> at >= e.from && at <= e.to).toList();
                if (confirmed.isEmpty()) {
                    falseFindings++;
                }
                for (Event e : confirmed) {
                    if (found.add(e)) {
                        seconds.add(at - e.from);
                    }
                }
                // What begins later, while this finding stands, joins it.
                events.stream()
                        .filter(e -> e.kind == finding.kind() && e.from >= at && !confirmed.isEmpty())
                        .filter(e -> stands(steps, finding, at, e.from))
                        .forEach(found::add);
                // What is there beside the place that was confirmed first belongs to the same finding.
                events.stream()
                        .filter(e -> e.kind == finding.kind() && at >= e.from && at <= e.to && !confirmed.isEmpty())
                        .filter(e -> !found.contains(e))
                        .forEach(e -> {
                            found.add(e);
                            seconds.add(at - e.from);
                        });
            }
        }
        int told = (int) faults.stream().filter(f -> told(f, steps)).count();
        return new ReplayScore(
                clip, events.size(), found.size(), falseFindings, early, seconds, faults.size(), told, lines);
    }

    private static boolean told(Fault fault, List<Replay.Step> steps) {
        return steps.stream()
                .filter(s -> s.seconds() >= fault.from && s.seconds() <= fault.to + TOLD_WITHIN_SECONDS)
                .anyMatch(s -> s.report().faults().contains(fault.fault.code()));
    }

    private static boolean stands(List<Replay.Step> steps, Finding finding, double from, double until) {
        return steps.stream()
                .filter(s -> s.seconds() > from && s.seconds() < until)
                .flatMap(s -> s.looked().findings().stream())
                .map(CameraWatch.Looked.Sure::finding)
                .noneMatch(f -> f.type() == Finding.Type.CLEARED
                        && f.kind() == finding.kind()
                        && f.zone().equals(finding.zone()));
    }

    private static boolean overlaps(Finding finding, Box box) {
        return finding.places().stream().anyMatch(p -> p.iou(box) >= SAME_IOU || p.coverOfSmaller(box) >= SAME_COVER);
    }

    static ReplayScore total(List<ReplayScore> scores) {
        return new ReplayScore(
                "total",
                scores.stream().mapToInt(ReplayScore::events).sum(),
                scores.stream().mapToInt(ReplayScore::found).sum(),
                scores.stream().mapToInt(ReplayScore::falseFindings).sum(),
                scores.stream().mapToInt(ReplayScore::earlyCleared).sum(),
                scores.stream().flatMap(s -> s.seconds.stream()).toList(),
                scores.stream().mapToInt(ReplayScore::faults).sum(),
                scores.stream().mapToInt(ReplayScore::faultsTold).sum(),
                List.of());
    }

    double median() {
        List<Double> sorted = seconds.stream().sorted().toList();
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** The time within which 95 of 100 were confirmed, nearest rank. */
    private double p95() {
        List<Double> sorted = seconds.stream().sorted().toList();
        return sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1);
    }

    double worst() {
        return seconds.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }

    /** The numbers; which clip they are of stands beside them. Times are null where nothing was confirmed. */
    Map<String, @Nullable Object> json() {
        Map<String, @Nullable Object> out = new LinkedHashMap<>();
        out.put("events", events);
        out.put("found", found);
        out.put("false", falseFindings);
        out.put("earlyCleared", earlyCleared);
        out.put("medianSecondsToConfirm", seconds.isEmpty() ? null : median());
        out.put("p95SecondsToConfirm", seconds.isEmpty() ? null : p95());
        out.put("worstSecondsToConfirm", seconds.isEmpty() ? null : worst());
        out.put("faults", faults);
        out.put("faultsTold", faultsTold);
        return out;
    }
}
