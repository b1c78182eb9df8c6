package io.kerbwatch.vision.count;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Adds crossings up by the minute (UTC). Pure: time comes in. Not for several threads. */
public final class MinuteCounts {
    private final TreeMap<Instant, Minute> minutes = new TreeMap<>();

    /**
     * A minute's sums.
     *
     * @param start its first instant
     * @param in how many went in
     * @param out how many came out
     */
    public record Minute(Instant start, int in, int out) {}

    /** Adds a crossing to its minute. */
    public void add(Crossing crossing) {
        Instant start = crossing.at().truncatedTo(ChronoUnit.MINUTES);
        boolean in = crossing.direction() == Direction.IN;
        minutes.merge(
                start,
                new Minute(start, in ? 1 : 0, in ? 0 : 1),
                (a, b) -> new Minute(start, a.in + b.in, a.out + b.out));
    }

    /** The minutes that are over at that instant, in order; each is given once. Minutes in which nobody crossed are left out. */
    public List<Minute> over(Instant now) {
        var done = minutes.headMap(now.truncatedTo(ChronoUnit.MINUTES), false);
        List<Minute> given = new ArrayList<>(done.values());
        done.clear();
        return given;
    }
}
