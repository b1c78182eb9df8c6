package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.ZoneState;
import java.time.Duration;
import java.util.Collection;

/**
 * How often a camera is looked at: seldom while nothing is in doubt, often while something is. Never faster than its key
 * frames come, since nothing else is looked at.
 *
 * @param calm while every zone is clean or dirty
 * @param alert while one is suspected or clearing, or a question about it is open
 */
public record InspectionRhythm(Duration calm, Duration alert) {
    /** What holds where nobody says otherwise. */
    public static InspectionRhythm defaults() {
        return new InspectionRhythm(Duration.ofSeconds(10), Duration.ofSeconds(4));
    }

    Duration after(Collection<ZoneState> states, boolean verifying) {
        boolean doubt = states.stream().anyMatch(s -> s == ZoneState.SUSPECTED || s == ZoneState.CLEARING);
        return doubt || verifying ? alert : calm;
    }
}
