package io.kerbwatch.samples;

import io.kerbwatch.samples.Truth.Segment;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which picture of a clip comes next. Segments follow one another; one that loops is held until the place is cleaned.
 * Jumps land on key frames, and start from key frames.
 */
final class Playback {
    static final String CLEANING = "cleaning";
    static final String CLEAN = "clean";

    private final Clip clip;
    private final List<Segment> segments;
    private final @Nullable Duration cleanHold;
    /** Pictures shown of the clean place since it was last dirty. */
    private int shownClean;

    private int segment;
    private int unit;
    private boolean toBeCleaned;

    /**
     * @param startAt name of the segment to begin with; null for the first
     * @param cleanHold after how long in the clean segment the story starts over; null for never
     * @throws IllegalArgumentException if the clip has no such segment
     */
    Playback(Clip clip, @Nullable String startAt, @Nullable Duration cleanHold) {
        this.clip = clip;
        this.segments = clip.truth().segments().isEmpty()
                ? List.of(whole(clip))
                : clip.truth().segments();
        this.cleanHold = cleanHold;
        this.segment = startAt == null ? 0 : find(startAt);
        if (segment < 0) {
            throw new IllegalArgumentException("The clip " + clip.name() + " has no segment '" + startAt + "'");
        }
        this.unit = begin(segment);
    }

    Clip clip() {
        return clip;
    }

    /** Name of the segment that the next picture belongs to. */
    String segment() {
        return segments.get(segment).name();
    }

    /** From the next key frame on the place is cleaned, then clean. Does nothing where it is clean or being cleaned. */
    void clean() {
        if (!segment().equals(CLEANING) && !segment().equals(CLEAN)) {
            toBeCleaned = true;
        }
    }

    /** Index of the next picture. */
    int next() {
        if (unit >= end(segment)) {
            enter(segments.get(segment).loop() ? segment : (segment + 1) % segments.size());
        }
        if (footage().units().get(unit).key()) {
            if (toBeCleaned) {
                toBeCleaned = false;
                enter(find(CLEANING) >= 0 ? find(CLEANING) : Math.max(find(CLEAN), 0));
            } else if (cleanHold != null && heldClean().compareTo(cleanHold) >= 0) {
                shownClean = 0;
                if (!segments.get(0).name().equals(CLEAN)) {
                    enter(0);
                }
            }
        }
        shownClean = segment().equals(CLEAN) ? shownClean + 1 : 0;
        return unit++;
    }

    private void enter(int entered) {
        segment = entered;
        unit = begin(entered);
    }

    private Duration heldClean() {
        return Duration.ofMillis(Math.round(shownClean * 1000 / footage().fps()));
    }

    private int find(String name) {
        for (int i = 0; i < segments.size(); i++) {
            if (segments.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private int begin(int index) {
        int first = footage().unitAt(segments.get(index).from());
        if (!footage().units().get(first).key()) {
            throw new IllegalArgumentException("Segment '" + segments.get(index).name() + "' of " + clip.name()
                    + " does not begin at a key frame");
        }
        return first;
    }

    private int end(int index) {
        return Math.min(
                footage().unitAt(segments.get(index).to()), footage().units().size());
    }

    private Footage footage() {
        return clip.footage();
    }

    private static Segment whole(Clip clip) {
        return new Segment(
                "whole", 0, clip.footage().units().size() / clip.footage().fps(), true);
    }
}
