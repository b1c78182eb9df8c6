package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.snapshot.Snapshot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A question: are these zones clean since that instant? Only inspections taken after it count, and a zone is clean when
 * none of its kinds is left.
 *
 * @param id of the question, chosen by who asks (an order's id and round)
 * @param zones ids of zones by id of camera
 * @param since when the work was reported done
 * @param deadline when an answer is given at the latest
 */
public record Verification(String id, Map<String, Set<String>> zones, Instant since, Instant deadline) {
    public Verification {
        zones = Map.copyOf(zones);
    }

    /** How it ended. */
    public enum Outcome {
        /** Every zone was clean at the same time. */
        CLEAN,
        /** At the deadline a zone was seen dirty. */
        DIRTY,
        /** At the deadline neither was sure. */
        CANNOT_TELL
    }

    /**
     * The answer.
     *
     * @param verification the question
     * @param at when it was found
     * @param reasons one sentence a zone that was not clean, in plain words; empty if all were
     * @param snapshot the picture that it rests on; none if no picture could be had
     */
    public record Answer(
            Verification verification,
            Outcome outcome,
            Instant at,
            List<String> reasons,
            @Nullable Snapshot snapshot) {
        public Answer {
            reasons = List.copyOf(reasons);
        }
    }
}
