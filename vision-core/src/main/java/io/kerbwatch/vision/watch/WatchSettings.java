package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.stream.StreamOptions;

/**
 * How a pool watches.
 *
 * @param threads that decode and detect; as many as the machine has cores
 * @param infer false to leave the detector out: for measuring what the rest costs
 */
public record WatchSettings(
        int threads, StreamOptions stream, InspectionRhythm rhythm, JudgeSettings judge, boolean infer) {
    /** What holds where nobody says otherwise. */
    public static WatchSettings defaults() {
        return new WatchSettings(
                Runtime.getRuntime().availableProcessors(),
                StreamOptions.defaults(),
                InspectionRhythm.defaults(),
                JudgeSettings.defaults(),
                true);
    }
}
