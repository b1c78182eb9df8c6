package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.judge.Inspection.Sight;
import io.kerbwatch.vision.scene.EdgeChange;
import io.kerbwatch.vision.scene.LightMode;
import io.kerbwatch.vision.scene.Luma.Patch;
import io.kerbwatch.vision.scene.Motion;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Judges one zone and kind: is it dirty, since when surely, and when surely no more.
 *
 * <p><b>Why it is made as it is.</b> A detector errs in both directions, and its errors come in runs: a bag that it
 * misses in one picture it misses in the next, because the pictures are nearly the same. What the judge says sends a
 * person to a place or ends an order that someone answers for, so a single picture decides nothing, and neither does
 * mere absence.
 *
 * <p><em>Evidence is local.</em> Votes are counted for a <em>place</em>, a spot of the zone. Ten bags carried past at ten
 * spots are ten votes at ten places and never add up; a heap that the detector draws now as one box, now as three, is
 * one place.
 *
 * <p><em>Seeing is a vote, not seeing is none.</em> A box over {@code on} votes for. That no box over {@code off} stands
 * there votes against <em>only if the place can be seen to have changed</em> since something last spoke for it. An
 * unchanged heap that the detector misses is a miss; a heap behind a truck is behind a truck. So a vote against needs
 * all of this:
 * <ul>
 *   <li>the place differs, by its edges, from how it looked when it was last seen dirty (clouds and lamps change
 *       brightness, they do not move edges);
 *   <li>nothing moves there;
 *   <li>nothing new stands in front: what changed does not lie mostly outside the dirty places; an emptied bin is still
 *       a bin and is seen as one; ground that was swept looks as it did when it was clean, where that is known.
 * </ul>
 *
 * <p><em>Hysteresis.</em> CLEAN becomes SUSPECTED at the first vote for, and DIRTY when one place has enough votes for,
 * in a large enough share of its votes, over a long enough time; the time window stretches with the rhythm that was
 * really achieved, so that a loaded machine is slower but no blinder. DIRTY becomes CLEARING at the first vote against
 * and CLEAN after a long run of them at <em>every</em> dirty place; one vote for, and it is DIRTY again. Nothing but
 * looks that could be judged ever reaches DIRTY or leaves it for CLEAN. Confirmed and cleared findings therefore
 * alternate.
 *
 * <p><em>Not knowing</em> is a state of its own beside the others: after two minutes without a vote the zone is unknown,
 * which people are told and which never closes anything.
 *
 * <p><em>No clock.</em> Time comes in with inspections and ticks, in order. Shifting all instants shifts all findings;
 * saving and restoring changes nothing. One thread at a time.
 */
public final class ZoneJudge {
    private static final int FORMAT = 1;
    private static final int INTERVALS = 10;
    private static final double MOSTLY = 0.5;
    private static final double TOUCHED_BY_MOTION = 0.1;
    private static final double BIN_IS_THERE = 0.3;

    private final String camera;
    private final Kind kind;
    private final JudgeThresholds thresholds;
    private JudgeSettings settings;
    private final List<Place> places = new ArrayList<>();
    private final CleanReference cleanReference = new CleanReference();
    private final Deque<Duration> intervals = new ArrayDeque<>();
    private Zone zone;
    private ZoneState state = ZoneState.CLEAN;
    private @Nullable Instant lastInspection;
    private @Nullable Instant lastVote;
    private @Nullable Instant firstInput;
    private @Nullable LightMode light;
    private Instant lightSince = Instant.MIN;
    private @Nullable Verifying verifying;
    private boolean unknown;

    /** A judge that has seen nothing. */
    public ZoneJudge(String camera, Zone zone, Kind kind, JudgeThresholds thresholds, JudgeSettings settings) {
        this.camera = camera;
        this.zone = zone;
        this.kind = kind;
        this.thresholds = thresholds;
        this.settings = settings;
    }

    /** The zone that it judges. */
    public Zone zone() {
        return zone;
    }

    /** The kind that it judges. */
    public Kind kind() {
        return kind;
    }

    /** How the zone stands. */
    public ZoneState state() {
        return state;
    }

    /** Whether nothing could be judged for a while; the state is then what was last known. */
    public boolean unknown() {
        return unknown;
    }

    /** The places that are confirmed dirty, in fractions of the picture. */
    public List<Box> dirtyPlaces() {
        return places.stream().filter(Place::dirty).map(Place::box).toList();
    }

    /** Is as sure as that from now on; what is known of its places stays. */
    public void retune(JudgeSettings sure) {
        settings = sure;
    }

    /** Takes the zone with other corners; what is known of its places stays. */
    public void redraw(Zone redrawn) {
        if (!redrawn.id().equals(zone.id())) {
            throw new IllegalArgumentException("zone " + zone.id() + " is not zone " + redrawn.id());
        }
        zone = redrawn;
    }

    /** Lets time pass without a look. */
    public void tick(Instant at) {
        age(at);
    }

    /** Takes one look, and says what is now sure that was not before. Instants do not go back. */
    public Optional<Finding> inspect(Inspection inspection) {
        Instant at = inspection.at();
        Instant before = lastInspection;
        if (before != null) {
            intervals.addLast(Duration.between(before, at));
            if (intervals.size() > INTERVALS) {
                intervals.removeFirst();
            }
        }
        lastInspection = at;
        age(at);
        Sight sight = inspection.sight().orElse(null);
        if (sight == null || !settled(sight.light(), at)) {
            cleanReference.breakRun();
            return Optional.empty();
        }
        Look look = vote(sight, at);
        Verifying question = verifying;
        if (question != null) {
            question.look(look, at);
        }
        return conclude(sight, look, at);
    }

    private boolean settled(LightMode now, Instant at) {
        if (now != light) {
            lightSince = light == null ? Instant.MIN : at;
            light = now;
        }
        return lightSince.equals(Instant.MIN) || !at.isBefore(lightSince.plus(settings.lightSettles()));
    }

    /** What one look came to. */
    private record Look(Set<Place> votesFor, Set<Place> votesAgainst, boolean between, boolean nothing) {}

    private Look vote(Sight sight, Instant at) {
        List<Detection> mine = sight.detections().stream()
                .filter(d -> d.label() == kind.label() && d.score() >= thresholds.off() && counts(d.box()))
                .toList();
        List<Detection> speaking = mine.stream()
                .filter(d -> d.score() >= thresholds.on() && Motion.share(d.box(), sight.moving()) <= MOSTLY)
                .toList();
        Set<Place> votesFor = new HashSet<>();
        for (Detection detection : speaking) {
            Place place = places.stream()
                    .filter(p -> p.holds(detection.box()))
                    .max(Comparator.comparingDouble(p -> p.fit(detection.box())))
                    .orElseGet(this::newPlace);
            if (votesFor.add(place)) {
                boolean still = Motion.share(detection.box().grown(0.5), sight.moving()) == 0;
                place.voteFor(at, detection.box(), detection.score(), sight.luma(), still);
            }
        }
        Set<Place> votesAgainst = new HashSet<>();
        boolean between = mine.size() > speaking.size();
        List<Box> dirtyBoxes = places.stream()
                .filter(p -> p.dirty() || votesFor.contains(p))
                .map(Place::box)
                .toList();
        for (Place place : places) {
            if (votesFor.contains(place)) {
                continue;
            }
            if (mine.stream().anyMatch(d -> place.holds(d.box()))) {
                place.breakRun();
            } else if (seenToBeGone(place, sight, dirtyBoxes)) {
                place.voteAgainst(at);
                votesAgainst.add(place);
            }
        }
        boolean hidden = Motion.share(bounds(zone), sight.moving()) > MOSTLY;
        boolean nothing = mine.isEmpty() && !hidden;
        if (!votesFor.isEmpty() || !votesAgainst.isEmpty() || (nothing && places.isEmpty())) {
            lastVote = at;
            unknown = false;
        }
        return new Look(votesFor, votesAgainst, between, nothing);
    }

    private Place newPlace() {
        Place place = new Place();
        places.add(place);
        return place;
    }

    /** The middle of a box's lower edge is where the thing stands. */
    private boolean counts(Box box) {
        return box.area() >= settings.leastArea()
                && zone.contains(box.x() + box.width() / 2, Math.min(1, box.bottom()));
    }

    private boolean seenToBeGone(Place place, Sight sight, List<Box> dirtyBoxes) {
        Patch before = place.lookedLike();
        Box box = place.box();
        if (before == null || Motion.share(box, sight.moving()) > TOUCHED_BY_MOTION) {
            return false;
        }
        EdgeChange change = new EdgeChange(before, sight.luma(), sight.noise());
        if (!change.changed(box)) {
            return false;
        }
        // A bin that is emptied is shut too: its lid, which stood open behind it, belongs to what changed.
        double margin = kind == Kind.OVERFLOW ? 0.5 : 0.15;
        List<Box> own = Stream.concat(dirtyBoxes.stream(), Stream.of(box))
                .map(b -> b.grown(margin))
                .toList();
        if (standsInFront(change, place, sight, own)) {
            return false;
        }
        return switch (kind) {
            case OVERFLOW ->
                sight.detections().stream()
                        .anyMatch(d -> d.label() == Label.BIN
                                && d.score() >= thresholds.binOff()
                                && d.box().coverOfSmaller(box) >= BIN_IS_THERE);
            case LITTER ->
                !cleanReference
                        .differs(box, sight.luma(), sight.light(), sight.noise())
                        .orElse(false);
        };
    }

    /**
     * Whether what changed reaches mostly beyond the dirty places. Asked against two pictures, because on one of them
     * someone may have stood beside the place, who is gone now: only what is new against both stands there now.
     */
    private static boolean standsInFront(EdgeChange sinceSeen, Place place, Sight sight, List<Box> own) {
        if (sinceSeen.shareOutside(place.box(), own) <= MOSTLY) {
            return false;
        }
        Patch confirmed = place.confirmedLike();
        return confirmed == null
                || new EdgeChange(confirmed, sight.luma(), sight.noise()).shareOutside(place.box(), own) > MOSTLY;
    }

    private Optional<Finding> conclude(Sight sight, Look look, Instant at) {
        boolean wasDirty = state.dirty();
        List<Place> confirmed = places.stream()
                .filter(p -> !p.dirty()
                        && look.votesFor().contains(p)
                        && p.confirms(settings)
                        && cleanReference
                                .differs(p.box(), sight.luma(), sight.light(), sight.noise())
                                .orElse(true))
                .toList();
        confirmed.forEach(Place::becomeDirty);
        learnClean(sight, look, at);
        if (!wasDirty) {
            if (confirmed.isEmpty()) {
                state = suspected() ? ZoneState.SUSPECTED : ZoneState.CLEAN;
                return Optional.empty();
            }
            state = ZoneState.DIRTY;
            return Optional.of(finding(Finding.Type.CONFIRMED, at, confirmed));
        }
        List<Place> dirty = places.stream().filter(Place::dirty).toList();
        if (dirty.stream().anyMatch(look.votesFor()::contains)) {
            state = ZoneState.DIRTY;
        } else if (dirty.stream().anyMatch(look.votesAgainst()::contains)) {
            state = ZoneState.CLEARING;
            if (dirty.stream().allMatch(p -> p.cleared(settings, at))) {
                places.removeAll(dirty);
                state = suspected() ? ZoneState.SUSPECTED : ZoneState.CLEAN;
                return Optional.of(finding(Finding.Type.CLEARED, at, dirty));
            }
        }
        return Optional.empty();
    }

    private Finding finding(Finding.Type type, Instant at, List<Place> of) {
        List<Place> surestFirst = of.stream()
                .sorted(Comparator.comparingDouble(Place::bestScore).reversed())
                .toList();
        double score = type == Finding.Type.CONFIRMED ? surestFirst.get(0).bestScore() : 0;
        return Finding.of(
                camera,
                zone.id(),
                kind,
                type,
                at,
                surestFirst.stream().map(Place::box).toList(),
                score);
    }

    private void learnClean(Sight sight, Look look, Instant at) {
        boolean still = Motion.share(bounds(zone), sight.moving()) < TOUCHED_BY_MOTION;
        if (state == ZoneState.CLEAN && places.isEmpty() && look.nothing() && still) {
            cleanReference.sawNothing(at, sight.luma(), sight.light(), bounds(zone));
        } else {
            cleanReference.breakRun();
        }
    }

    private boolean suspected() {
        return places.stream().anyMatch(p -> !p.dirty() && p.hasVoteFor());
    }

    /** Forgets what is too old to count, and notices that nothing has been judged for long. */
    private void age(Instant at) {
        if (firstInput == null) {
            firstInput = at;
        }
        Instant oldest = at.minus(window());
        places.forEach(p -> p.forgetBefore(oldest));
        places.removeIf(p -> !p.dirty() && !p.hasVoteFor());
        if (!state.dirty()) {
            state = suspected() ? ZoneState.SUSPECTED : ZoneState.CLEAN;
        }
        Instant since = lastVote == null ? firstInput : lastVote;
        unknown = !at.isBefore(since.plus(settings.unknownAfter()));
    }

    private Duration window() {
        if (intervals.isEmpty()) {
            return settings.confirmWindow();
        }
        Duration[] sorted = intervals.stream().sorted().toArray(Duration[]::new);
        Duration looks = sorted[sorted.length / 2].multipliedBy(settings.confirmLooks());
        return looks.compareTo(settings.confirmWindow()) > 0 ? looks : settings.confirmWindow();
    }

    static Box bounds(Zone zone) {
        double x0 = zone.polygon().stream().mapToDouble(Zone.Point::x).min().orElse(0);
        double x1 = zone.polygon().stream().mapToDouble(Zone.Point::x).max().orElse(1);
        double y0 = zone.polygon().stream().mapToDouble(Zone.Point::y).min().orElse(0);
        double y1 = zone.polygon().stream().mapToDouble(Zone.Point::y).max().orElse(1);
        return Box.ofCorners(x0, y0, x1, y1);
    }

    /** Begins to look whether the zone is clean since that instant; replaces an earlier question. */
    public void verifySince(Instant since) {
        verifying = new Verifying(since.plus(settings.latency()));
    }

    /**
     * Takes it that the zone was verified as clean: what was dirty is cleared now rather than after the longer time that
     * clearing takes unasked, so that whatever is seen next is confirmed anew.
     */
    public Optional<Finding> verifiedClean(Instant at) {
        List<Place> dirty = places.stream().filter(Place::dirty).toList();
        if (dirty.isEmpty()) {
            return Optional.empty();
        }
        places.removeAll(dirty);
        state = suspected() ? ZoneState.SUSPECTED : ZoneState.CLEAN;
        return Optional.of(finding(Finding.Type.CLEARED, at, dirty));
    }

    /** Ends that. */
    public void stopVerifying() {
        verifying = null;
    }

    /** Whether a question is open. */
    public boolean isVerifying() {
        return verifying != null;
    }

    /** How the question stands that was last put; empty if none is open. */
    public Optional<Standing> standing() {
        return Optional.ofNullable(verifying).map(Verifying::standing);
    }

    /** How an open question stands. */
    public enum Standing {
        /** Clean, by enough votes in a row. */
        CLEAN,
        /** Seen dirty often enough, last of all too. */
        DIRTY,
        /** Looks were taken that say clean, or dirty, too few of either. */
        UNSURE,
        /** No look could be judged. */
        BLIND
    }

    /** Counts the looks taken since work was reported done. */
    private final class Verifying {
        private final Instant from;
        private int clean;
        private Instant cleanSince = Instant.MIN;
        private Instant lastClean = Instant.MIN;
        private final Map<Place, Integer> votesFor = new HashMap<>();
        private boolean lastWasFor;
        private boolean sawAnything;

        Verifying(Instant from) {
            this.from = from;
        }

        void look(Look look, Instant at) {
            if (at.isBefore(from)) {
                return;
            }
            List<Place> dirty = places.stream().filter(Place::dirty).toList();
            if (!look.votesFor().isEmpty()) {
                look.votesFor().forEach(p -> votesFor.merge(p, 1, Integer::sum));
                lastWasFor = true;
                sawAnything = true;
                clean = 0;
            } else if (look.between()) {
                clean = 0;
            } else if (look.nothing() && look.votesAgainst().containsAll(dirty)) {
                if (clean == 0) {
                    cleanSince = at;
                }
                clean++;
                lastClean = at;
                lastWasFor = false;
                sawAnything = true;
            }
        }

        Standing standing() {
            if (clean >= settings.verifyVotes() && !lastClean.isBefore(cleanSince.plus(settings.verifySpan()))) {
                return Standing.CLEAN;
            }
            if (lastWasFor && votesFor.values().stream().anyMatch(n -> n >= settings.verifyDirtyVotes())) {
                return Standing.DIRTY;
            }
            return sawAnything ? Standing.UNSURE : Standing.BLIND;
        }
    }

    /** All that is remembered but an open question, compressed. */
    public byte[] save() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new DeflaterOutputStream(bytes))) {
            out.writeInt(FORMAT);
            out.writeUTF(state.name());
            out.writeInt(places.size());
            for (Place place : places) {
                place.write(out);
            }
            cleanReference.write(out);
            out.writeInt(intervals.size());
            for (Duration interval : intervals) {
                out.writeLong(interval.toNanos());
            }
            for (Instant instant : new @Nullable Instant[] {lastInspection, lastVote, firstInput}) {
                out.writeBoolean(instant != null);
                if (instant != null) {
                    Saved.write(out, instant);
                }
            }
            out.writeUTF(light == null ? "" : light.name());
            Saved.write(out, lightSince);
            out.writeBoolean(unknown);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Takes over what was saved; this judge must be new.
     *
     * @throws IllegalArgumentException if it was not saved by this version
     */
    public void restore(byte[] saved) {
        try (DataInputStream in = new DataInputStream(new InflaterInputStream(new ByteArrayInputStream(saved)))) {
            int format = in.readInt();
            if (format != FORMAT) {
                throw new IOException("format " + format + ", known is " + FORMAT);
            }
            state = ZoneState.valueOf(in.readUTF());
            for (int i = in.readInt(); i > 0; i--) {
                places.add(Place.read(in));
            }
            cleanReference.read(in);
            for (int i = in.readInt(); i > 0; i--) {
                intervals.addLast(Duration.ofNanos(in.readLong()));
            }
            lastInspection = in.readBoolean() ? Saved.readInstant(in) : null;
            lastVote = in.readBoolean() ? Saved.readInstant(in) : null;
            firstInput = in.readBoolean() ? Saved.readInstant(in) : null;
            String mode = in.readUTF();
            light = mode.isEmpty() ? null : LightMode.valueOf(mode);
            lightSince = Saved.readInstant(in);
            unknown = in.readBoolean();
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the saved state of zone " + zone.id() + " of camera " + camera + " cannot be read: "
                            + e.getMessage(),
                    e);
        }
    }
}
