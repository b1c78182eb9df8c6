package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.ZoneJudge.Standing;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.watch.CameraWatch.ZoneStanding;
import io.kerbwatch.vision.watch.Verification.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The open questions whether places are clean, over all cameras that each concerns. */
final class Verifications {
    private final Map<String, Verification> open = new HashMap<>();
    private final Function<String, @Nullable CameraWatch> watches;

    Verifications(Function<String, @Nullable CameraWatch> watches) {
        this.watches = watches;
    }

    /** An answer that is found, without its picture. */
    record Found(Verification verification, Outcome outcome, List<String> reasons) {}

    synchronized boolean put(Verification verification) {
        if (open.putIfAbsent(verification.id(), verification) != null) {
            return false;
        }
        begin(verification);
        return true;
    }

    private void begin(Verification verification) {
        verification.zones().forEach((camera, zones) -> {
            CameraWatch watch = watches.apply(camera);
            if (watch != null) {
                watch.verifySince(zones, verification.since());
            }
        });
    }

    /** A camera was put, perhaps anew: what is asked about it is asked again. */
    synchronized void reopened(String camera) {
        open.values().stream().filter(v -> v.zones().containsKey(camera)).forEach(this::begin);
    }

    /** Withdraws a question. */
    synchronized void cancel(String id) {
        Verification verification = open.remove(id);
        if (verification != null) {
            end(verification);
        }
    }

    /** Answers that can be given now, because every zone is clean or because time is up. */
    synchronized List<Found> answers(Instant now) {
        List<Found> found = new ArrayList<>();
        for (Verification verification : List.copyOf(open.values())) {
            answer(verification, now).ifPresent(f -> {
                found.add(f);
                open.remove(verification.id());
                end(verification);
            });
        }
        return found;
    }

    /** Ends it for every zone that no other open question concerns. */
    private void end(Verification verification) {
        verification.zones().forEach((camera, zones) -> {
            CameraWatch watch = watches.apply(camera);
            if (watch != null) {
                Set<String> others = open.values().stream()
                        .flatMap(v -> v.zones().getOrDefault(camera, Set.of()).stream())
                        .collect(Collectors.toSet());
                Set<String> free = new HashSet<>(zones);
                free.removeAll(others);
                watch.stopVerifying(free);
            }
        });
    }

    private Optional<Found> answer(Verification verification, Instant now) {
        List<String> reasons = new ArrayList<>();
        boolean dirty = false;
        for (Map.Entry<String, Set<String>> entry : verification.zones().entrySet()) {
            CameraWatch watch = watches.apply(entry.getKey());
            for (String zone : entry.getValue()) {
                Optional<ZoneStanding> standing = watch == null ? Optional.empty() : watch.standing(zone);
                Standing s = standing.map(ZoneStanding::standing).orElse(Standing.BLIND);
                dirty |= s == Standing.DIRTY;
                if (s != Standing.CLEAN) {
                    reasons.add(reason(entry.getKey(), zone, standing));
                }
            }
        }
        if (reasons.isEmpty() && !verification.zones().isEmpty()) {
            return Optional.of(new Found(verification, Outcome.CLEAN, reasons));
        }
        if (now.isBefore(verification.deadline())) {
            return Optional.empty();
        }
        return Optional.of(new Found(verification, dirty ? Outcome.DIRTY : Outcome.CANNOT_TELL, reasons));
    }

    private static String reason(String camera, String zone, Optional<ZoneStanding> standing) {
        if (standing.isEmpty()) {
            return "zone " + zone + " of camera " + camera + " is not watched";
        }
        ZoneStanding s = standing.get();
        String faults = s.faults().stream().map(ViewFault::reason).sorted().collect(Collectors.joining(" "));
        return s.name()
                + switch (s.standing()) {
                    case DIRTY -> " is still dirty";
                    case UNSURE -> " was seen clean, or dirty, too seldom to be sure";
                    case BLIND -> " could not be seen since";
                    case CLEAN -> " is clean";
                }
                + (faults.isEmpty() ? "" : ". " + faults);
    }
}
