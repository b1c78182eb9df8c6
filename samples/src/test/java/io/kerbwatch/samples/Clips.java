package io.kerbwatch.samples;

import io.kerbwatch.samples.Truth.Segment;
import java.util.List;

/** Short stories for tests: the pictures of a sample clip, cut into segments of a few seconds. */
final class Clips {
    private Clips() {}

    /** Dirty until it is cleaned; two seconds each: one group of pictures. */
    static Clip shortStory() {
        return told(
                Clip.named("clean-passers-by"),
                new Segment("dirty", 0, 2, true),
                new Segment(Playback.CLEANING, 2, 4, false),
                new Segment(Playback.CLEAN, 4, 6, true));
    }

    static Clip told(Clip pictures, Segment... segments) {
        Truth truth = pictures.truth();
        return new Clip(
                pictures.name(),
                new Truth(truth.fps(), truth.events(), truth.faults(), truth.zones(), List.of(segments), List.of()),
                pictures.footage());
    }
}
