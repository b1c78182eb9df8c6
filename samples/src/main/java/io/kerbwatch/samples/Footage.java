package io.kerbwatch.samples;

import java.util.List;

/**
 * A clip's pictures, read once and shared by all who show it.
 *
 * @param fps pictures a second
 * @param parameterSets NAL units that a decoder needs before the first picture: (VPS,) SPS, PPS
 * @param units the pictures in order of time; the first is a key frame
 */
record Footage(Codec codec, int width, int height, double fps, List<byte[]> parameterSets, List<AccessUnit> units) {
    Footage {
        if (units.isEmpty() || !units.get(0).key()) {
            throw new IllegalArgumentException("a clip must begin with a key frame");
        }
    }

    /** The picture that is shown at a second of the clip. */
    int unitAt(double second) {
        return (int) Math.round(second * fps);
    }
}
