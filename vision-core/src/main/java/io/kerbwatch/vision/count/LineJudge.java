package io.kerbwatch.vision.count;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides when somebody crosses a line: a pure function of the line and of where each track's feet are, in order of time.
 *
 * <p>Around the line lies a band that belongs to neither side, as wide as feet are uncertain, which grows with the person
 * on the picture. A crossing counts when a track that was seen beyond the band on one side is seen beyond it on the
 * other, and its way met the line between its ends. Who turns back in the band, or comes and goes on one side, counts
 * nothing; who walks around an end of the line counts nothing either.
 */
public final class LineJudge {
    /** Half the band's width, as a share of the person's height on the picture. */
    static final double BAND = 0.09;
    /** How far beyond an end, as a share of the line's length, it may still be met: feet are not known to the pixel. */
    static final double MARGIN = 0.06;

    private final CountLine line;
    private final double aspect;
    private final Map<Long, Beyond> last = new HashMap<>();

    /** Where a track was seen last beyond the band. */
    private record Beyond(boolean inside, Point foot) {}

    /**
     * A judge that has seen nobody.
     *
     * @param aspect width of the picture in heights
     */
    public LineJudge(CountLine line, double aspect) {
        this.line = line;
        this.aspect = aspect;
    }

    /**
     * Takes note of where somebody stands.
     *
     * @param track who, as long as the track lasts
     * @param foot in fractions of the picture
     * @param tall height of the person on the picture, in picture heights
     * @return the crossing that this completes, if any
     */
    public Optional<Crossing> seen(long track, Instant at, Point foot, double tall) {
        double depth = line.depth(foot, aspect);
        if (Math.abs(depth) < BAND * tall) {
            return Optional.empty();
        }
        boolean inside = depth > 0;
        Beyond before = last.put(track, new Beyond(inside, foot));
        if (before == null || before.inside == inside || !meets(before, foot)) {
            return Optional.empty();
        }
        return Optional.of(new Crossing(at, inside ? Direction.IN : Direction.OUT));
    }

    private boolean meets(@Nullable Beyond before, Point foot) {
        double where = before == null ? Double.NaN : line.meets(before.foot, foot);
        return where >= -MARGIN && where <= 1 + MARGIN;
    }

    /** Forgets every track but these. */
    public void keep(Set<Long> tracks) {
        last.keySet().retainAll(tracks);
    }
}
