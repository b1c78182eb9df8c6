package io.kerbwatch.vision.watch;

/**
 * What a pool has done since it began.
 *
 * @param cameras watched now
 * @param looks taken
 * @param good of them could be judged
 * @param inferred of those ran the detector
 * @param onTime of them began within two seconds of when they were due and a packet was there
 * @param abandonedReaders left behind in native code
 * @param worstAgeSeconds the longest that any camera has been without a good look, now
 * @param ageSeconds99 the 99th percentile of that over cameras
 */
public record WatchStatistics(
        int cameras,
        long looks,
        long good,
        long inferred,
        long onTime,
        long abandonedReaders,
        double worstAgeSeconds,
        double ageSeconds99) {}
