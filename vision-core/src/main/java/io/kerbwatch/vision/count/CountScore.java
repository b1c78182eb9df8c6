package io.kerbwatch.vision.count;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How a count compares with the truth.
 *
 * @param truth crossings that there were
 * @param counted crossings that were counted
 * @param matched those of the counted that are one of the truth: same direction, within {@link #WITHIN} seconds, each
 *     once
 * @param missed the passages of the truth that nothing matched
 * @param extra what was counted and is none of the truth
 */
public record CountScore(int truth, int counted, int matched, List<CountTruth.Passage> missed, List<Crossing> extra) {
    /** Seconds that a crossing may be counted too early or too late: a band must be left first. */
    public static final double WITHIN = 1.5;

    public CountScore {
        missed = List.copyOf(missed);
        extra = List.copyOf(extra);
    }

    /** Matches in order of time, each passage with the first crossing that fits. */
    public static CountScore of(CountTruth truth, List<Crossing> crossings, Instant start) {
        List<Crossing> left = new ArrayList<>(crossings);
        List<CountTruth.Passage> missed = new ArrayList<>();
        for (CountTruth.Passage passage : truth.passages()) {
            var fits = left.stream()
                    .filter(c -> c.direction() == passage.direction()
                            && Math.abs(seconds(start, c) - passage.seconds()) <= WITHIN)
                    .findFirst();
            if (fits.isPresent()) {
                left.remove(fits.get());
            } else {
                missed.add(passage);
            }
        }
        return new CountScore(
                truth.passages().size(), crossings.size(), truth.passages().size() - missed.size(), missed, left);
    }

    private static double seconds(Instant start, Crossing crossing) {
        return Duration.between(start, crossing.at()).toNanos() / 1e9;
    }

    /** Share of the truth that was counted at its time and in its direction. */
    public double recall() {
        return truth == 0 ? 1 : (double) matched / truth;
    }

    /** By how much the sum is off, as a share of the truth; what is missed and what is extra may cancel out in it. */
    public double error() {
        return truth == 0 ? counted : Math.abs(counted - truth) / (double) truth;
    }

    /** Two scores as if of one clip. */
    public CountScore plus(CountScore other) {
        List<CountTruth.Passage> both = new ArrayList<>(missed);
        both.addAll(other.missed);
        List<Crossing> more = new ArrayList<>(extra);
        more.addAll(other.extra);
        return new CountScore(truth + other.truth, counted + other.counted, matched + other.matched, both, more);
    }
}
