package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Luma.Patch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** One spot of a zone where something was seen: what spoke for it, what against, and what it looked like. */
final class Place {
    private static final int BOXES = 9;
    private static final double SAME_IOU = 0.3;
    private static final double SAME_COVER = 0.5;

    private final Deque<Box> boxes = new ArrayDeque<>();
    private final Deque<Vote> votes = new ArrayDeque<>();
    private @Nullable Patch lookedLike;
    private @Nullable Patch confirmedLike;
    private boolean dirty;
    private double bestScore;
    private int againstRun;
    private Instant againstSince = Instant.MIN;

    private record Vote(Instant at, boolean spokeFor) {}

    /** Whether a box belongs here: a heap is sometimes one box, sometimes several. */
    boolean holds(Box box) {
        Box middle = box();
        return middle.iou(box) >= SAME_IOU || middle.coverOfSmaller(box) >= SAME_COVER;
    }

    /** How well a box fits, to choose between places. */
    double fit(Box box) {
        Box middle = box();
        return Math.max(middle.iou(box), middle.coverOfSmaller(box) / 2);
    }

    /** The median of the last boxes, side by side. */
    Box box() {
        return Box.ofCorners(median(Box::x), median(Box::y), median(Box::right), median(Box::bottom));
    }

    private double median(ToDoubleFunction<Box> side) {
        double[] values = boxes.stream().mapToDouble(side).sorted().toArray();
        return values[values.length / 2];
    }

    /** Takes a vote for; {@code still} if nothing moves about the place, so that it can be told what it looks like. */
    void voteFor(Instant at, Box box, double score, Luma luma, boolean still) {
        boxes.addLast(box);
        if (boxes.size() > BOXES) {
            boxes.removeFirst();
        }
        votes.addLast(new Vote(at, true));
        bestScore = Math.max(bestScore, score);
        againstRun = 0;
        if (still || lookedLike == null) {
            // With its surroundings: what hides it later reaches beyond it.
            lookedLike = luma.patch(box().grown(1));
        }
    }

    void voteAgainst(Instant at) {
        votes.addLast(new Vote(at, false));
        if (againstRun == 0) {
            againstSince = at;
        }
        againstRun++;
    }

    void breakRun() {
        againstRun = 0;
    }

    void forgetBefore(Instant at) {
        while (!votes.isEmpty() && votes.getFirst().at.isBefore(at)) {
            votes.removeFirst();
        }
    }

    boolean hasVoteFor() {
        return votes.stream().anyMatch(Vote::spokeFor);
    }

    boolean confirms(JudgeSettings settings) {
        List<Vote> sinceFirst = new ArrayList<>(votes);
        while (!sinceFirst.isEmpty() && !sinceFirst.get(0).spokeFor) {
            sinceFirst.remove(0);
        }
        List<Vote> forIt = sinceFirst.stream().filter(Vote::spokeFor).toList();
        if (forIt.size() < settings.confirmVotes()) {
            return false;
        }
        Duration span = Duration.between(forIt.get(0).at, forIt.get(forIt.size() - 1).at);
        return forIt.size() >= settings.confirmShare() * sinceFirst.size()
                && span.compareTo(settings.confirmSpan()) >= 0;
    }

    boolean cleared(JudgeSettings settings, Instant at) {
        return againstRun >= settings.clearVotes() && !at.isBefore(againstSince.plus(settings.clearSpan()));
    }

    boolean dirty() {
        return dirty;
    }

    void becomeDirty() {
        dirty = true;
        confirmedLike = lookedLike;
    }

    double bestScore() {
        return bestScore;
    }

    /** What it looked like when something last spoke for it, with its surroundings. */
    @Nullable Patch lookedLike() {
        return lookedLike;
    }

    /** What it looked like when it was confirmed. */
    @Nullable Patch confirmedLike() {
        return confirmedLike;
    }

    void write(DataOutput out) throws IOException {
        out.writeBoolean(dirty);
        out.writeDouble(bestScore);
        out.writeInt(againstRun);
        Saved.write(out, againstSince);
        out.writeInt(boxes.size());
        for (Box box : boxes) {
            Saved.write(out, box);
        }
        out.writeInt(votes.size());
        for (Vote vote : votes) {
            Saved.write(out, vote.at);
            out.writeBoolean(vote.spokeFor);
        }
        Saved.write(out, lookedLike);
        Saved.write(out, confirmedLike);
    }

    static Place read(DataInput in) throws IOException {
        Place place = new Place();
        place.dirty = in.readBoolean();
        place.bestScore = in.readDouble();
        place.againstRun = in.readInt();
        place.againstSince = Saved.readInstant(in);
        for (int i = in.readInt(); i > 0; i--) {
            place.boxes.addLast(Saved.readBox(in));
        }
        for (int i = in.readInt(); i > 0; i--) {
            place.votes.addLast(new Vote(Saved.readInstant(in), in.readBoolean()));
        }
        place.lookedLike = Saved.readPatch(in);
        place.confirmedLike = Saved.readPatch(in);
        return place;
    }
}
