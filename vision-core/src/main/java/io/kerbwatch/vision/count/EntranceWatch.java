package io.kerbwatch.vision.count;

import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.frame.StreamDecoder;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.stream.StreamPacket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches one entrance: every packet of its stream, in order, to crossings. Knows no stream, no thread and no clock, so
 * that a clip goes exactly the same way as a camera. For one thread, which closes it. Nothing of a picture outlives the
 * call that it came with but where heads and feet are, for about a second.
 */
public final class EntranceWatch implements AutoCloseable {
    /** A longer gap between two looks ends every track: who is there after it may be anybody. */
    private static final double LONGEST_GAP = 2.0;
    /** A share of a look's distance by which a picture may come too early: cameras do not keep time to the millisecond. */
    private static final double EARLY = 0.25;

    private final CountLine line;
    private final Duration betweenLooks;
    private final double on;
    private final PeopleFinder.Session finder;
    private final InputBuffer input;
    private final StreamDecoder decoder = new StreamDecoder();
    private Tracker tracker;
    private @Nullable LineJudge judge;
    private @Nullable Instant last;
    private int width;
    private int height;
    private long looks;
    private long damaged;

    /**
     * A watch that has seen nobody.
     *
     * @param finder stays the caller's; the watch takes a session of its own
     * @param looksPerSecond at most; 5 are enough for people on foot
     */
    public EntranceWatch(PeopleFinder finder, CountLine line, double looksPerSecond) {
        if (!(looksPerSecond >= 2 && looksPerSecond <= 30)) {
            throw new IllegalArgumentException(
                    looksPerSecond + " looks a second: give 2 to 30; with less, people are lost between two looks");
        }
        this.line = line;
        this.betweenLooks = Duration.ofNanos((long) (1e9 / looksPerSecond));
        this.on = finder.description().on();
        this.finder = finder.session();
        this.input = this.finder.input();
        this.tracker = new Tracker(on);
    }

    /** Takes the stream's next packet; answers who crossed the line with it. A damaged packet is counted and passed over. */
    public List<Crossing> take(StreamPacket packet) {
        boolean fresh;
        try {
            fresh = decoder.decode(packet);
        } catch (UndecodableException e) {
            damaged++;
            return List.of();
        }
        Instant at = packet.arrival();
        if (!fresh || !due(at)) {
            return List.of();
        }
        double seconds = last == null ? 0 : Duration.between(last, at).toNanos() / 1e9;
        last = at;
        looks++;
        Letterbox letterbox = decoder.letterbox(input);
        LineJudge lineJudge = judgeFor(decoder.width(), decoder.height());
        if (seconds > LONGEST_GAP) {
            tracker = new Tracker(on);
        }
        List<Crossing> crossings = new ArrayList<>();
        for (Track track : tracker.look(finder.find(input, letterbox), seconds)) {
            Point foot = new Point(track.foot().x() / width, track.foot().y() / height);
            lineJudge.seen(track.id(), at, foot, track.tall() / height).ifPresent(crossings::add);
        }
        lineJudge.keep(tracker.tracks().stream().map(Track::id).collect(Collectors.toSet()));
        return crossings;
    }

    private boolean due(Instant at) {
        Instant before = last;
        return before == null
                || Duration.between(before, at).toNanos() >= (1 - EARLY) * betweenLooks.toNanos()
                || at.isBefore(before);
    }

    /** The judge of pictures of that size; where the size changes, everything begins anew. */
    private LineJudge judgeFor(int w, int h) {
        LineJudge known = judge;
        if (known == null || w != width || h != height) {
            width = w;
            height = h;
            tracker = new Tracker(on);
            known = new LineJudge(line, (double) w / h);
            judge = known;
        }
        return known;
    }

    /** How many pictures were looked at. */
    public long looks() {
        return looks;
    }

    /** How many packets could not be decoded. */
    public long damaged() {
        return damaged;
    }

    @Override
    public void close() {
        decoder.close();
        input.close();
        finder.close();
    }
}
