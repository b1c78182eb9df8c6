package io.kerbwatch.vision.count;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.frame.InputBuffer;
import io.kerbwatch.vision.frame.Letterbox;
import io.kerbwatch.vision.frame.StreamDecoder;
import io.kerbwatch.vision.frame.UndecodableException;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Motion;
import io.kerbwatch.vision.scene.ViewCheck;
import io.kerbwatch.vision.scene.ViewFault;
import io.kerbwatch.vision.stream.StreamPacket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Watches one entrance: every packet of its stream, in order, to crossings. Knows no stream, no thread and no clock, so
 * that a clip goes exactly the same way as a camera. For one thread, which closes it. Nothing of a picture outlives the
 * call that it came with but where heads and feet are, for about a second, a small grey one to see what moves, and what
 * the last one showed, until the next, for who asks for a {@link #still}.
 */
public final class EntranceWatch implements AutoCloseable {
    /** A longer gap between two looks ends every track: who is there after it may be anybody. */
    private static final double LONGEST_GAP = 2.0;
    /** A share of a look's distance by which a picture may come too early: cameras do not keep time to the millisecond. */
    private static final double EARLY = 0.25;
    /** How often the view itself is looked at: what is wrong with it lasts. */
    private static final Duration BETWEEN_CHECKS = Duration.ofSeconds(4);

    private final CountLine line;
    private final Duration betweenLooks;
    private final double on;
    private final PeopleFinder.Session finder;
    private final InputBuffer input;
    private final StreamDecoder decoder = new StreamDecoder();
    private final ViewCheck view = new ViewCheck();
    private Set<ViewFault> faults = Set.of();
    private @Nullable Instant checked;
    private @Nullable Luma before;
    private @Nullable Luma now;
    private List<Box> people = List.of();
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
        check(letterbox, at);
        if (seconds > LONGEST_GAP) {
            tracker = new Tracker(on);
        }
        List<Crossing> crossings = new ArrayList<>();
        List<Person> found = finder.find(input, letterbox);
        people = found.stream()
                .map(person -> person.box().scaled(1.0 / width, 1.0 / height))
                .toList();
        for (Track track : tracker.look(found, seconds)) {
            Point foot = new Point(track.foot().x() / width, track.foot().y() / height);
            lineJudge.seen(track.id(), at, foot, track.tall() / height).ifPresent(crossings::add);
        }
        lineJudge.keep(tracker.tracks().stream().map(Track::id).collect(Collectors.toSet()));
        return crossings;
    }

    private void check(Letterbox letterbox, Instant at) {
        Luma luma = Luma.of(input, letterbox);
        before = now;
        now = luma;
        Instant last = checked;
        if (last == null || at.isBefore(last) || !at.isBefore(last.plus(BETWEEN_CHECKS))) {
            checked = at;
            faults = view.look(luma, LightMode.of(input, letterbox), at).faults();
        }
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

    /** What keeps the view from being counted on; each is told only once it has lasted a while. */
    public Set<ViewFault> faults() {
        return faults;
    }

    /**
     * The picture that was looked at last, and where people are on it, or may be: those who were found, with doubt too, and
     * whatever moves.
     *
     * @throws IllegalStateException if none was looked at
     */
    public EntranceStill still() {
        Luma last = now;
        Luma first = before;
        Instant at = this.last;
        if (last == null || at == null) {
            throw new IllegalStateException("no picture was looked at");
        }
        List<Motion.Region> where = new ArrayList<>();
        people.forEach(box -> where.add(new Motion.Region(box, List.of(box))));
        if (first != null && first.width() == last.width() && first.height() == last.height()) {
            where.addAll(Motion.between(first, last).parts());
        }
        return new EntranceStill(at, decoder.picture(), last, where);
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
