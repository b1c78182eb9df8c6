package io.kerbwatch.vision.judge;

import java.time.Duration;

/**
 * How sure a judge has to be. The defaults were chosen by simulation (misses in runs of 20 s, a thing that is there seen
 * in 85 % of looks): confirmed within 75 s in 89 % of cases, falsely cleared while dirty in under 0.1 % of half hours.
 *
 * @param confirmVotes votes for at one place
 * @param confirmShare of that place's votes since the first, at least so many are for
 * @param confirmSpan the votes for span at least that
 * @param confirmWindow all that within that time, or {@code confirmLooks} looks, whichever is longer
 * @param confirmLooks at the rhythm actually achieved
 * @param clearVotes votes against in a row at every dirty place
 * @param clearSpan they span at least that
 * @param verifyVotes votes against in a row after work was reported done
 * @param verifySpan they span at least that
 * @param verifyDirtyVotes votes for at one place from which a verification says dirty
 * @param latency of the camera: inspections sooner than that after work was done may show what was before
 * @param unknownAfter without a vote a zone is unknown
 * @param lightSettles no votes that long after the light mode switched
 * @param leastArea of a box that counts, as a share of the picture
 */
public record JudgeSettings(
        int confirmVotes,
        double confirmShare,
        Duration confirmSpan,
        Duration confirmWindow,
        int confirmLooks,
        int clearVotes,
        Duration clearSpan,
        int verifyVotes,
        Duration verifySpan,
        int verifyDirtyVotes,
        Duration latency,
        Duration unknownAfter,
        Duration lightSettles,
        double leastArea) {
    public JudgeSettings {
        if (confirmVotes < 1 || clearVotes < 1 || verifyVotes < 1 || verifyDirtyVotes < 1 || confirmLooks < 1) {
            throw new IllegalArgumentException("a judge needs at least one vote");
        }
        if (!(confirmShare > 0 && confirmShare <= 1)) {
            throw new IllegalArgumentException("confirmShare " + confirmShare + " is not within 0..1");
        }
        if (confirmSpan.compareTo(confirmWindow) > 0) {
            throw new IllegalArgumentException(
                    "confirmSpan " + confirmSpan + " does not fit into confirmWindow " + confirmWindow);
        }
    }

    /** What holds where nobody says otherwise. */
    public static JudgeSettings defaults() {
        return new JudgeSettings(
                6,
                0.65,
                Duration.ofSeconds(30),
                Duration.ofSeconds(75),
                9,
                12,
                Duration.ofSeconds(120),
                7,
                Duration.ofSeconds(45),
                3,
                Duration.ofSeconds(3),
                Duration.ofMinutes(2),
                Duration.ofSeconds(60),
                0.001);
    }
}
