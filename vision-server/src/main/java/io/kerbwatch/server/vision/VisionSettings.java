package io.kerbwatch.server.vision;

import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.detect.Detector;
import io.kerbwatch.vision.detect.DetectorModel;
import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.stream.StreamOptions;
import io.kerbwatch.vision.watch.InspectionRhythm;
import io.kerbwatch.vision.watch.WatchSettings;
import java.nio.file.Path;

/** What the server's settings say to the library that watches cameras. */
final class VisionSettings {
    private VisionSettings() {}

    /**
     * Loads the detector that is set.
     *
     * @throws IllegalArgumentException if there is none, or it does not run here
     */
    static Detector detector(Settings settings) {
        DetectorModel model = settings.get(Settings.DETECTOR_MODEL)
                .map(folder -> DetectorModel.at(Path.of(folder)))
                .orElseGet(DetectorModel::bundled);
        return settings.get(Settings.DETECTOR_VARIANT)
                .map(variant -> Detector.load(model, variant))
                .orElseGet(() -> Detector.load(model));
    }

    static WatchSettings watch(Settings settings) {
        WatchSettings defaults = WatchSettings.defaults();
        int threads = settings.get(Settings.WATCH_THREADS);
        StreamOptions stream = defaults.stream();
        JudgeSettings judge = defaults.judge();
        return new WatchSettings(
                threads == 0 ? defaults.threads() : threads,
                new StreamOptions(
                        settings.get(Settings.CAMERAS_CONNECT_WITHIN),
                        settings.get(Settings.CAMERAS_KEY_FRAME_WITHIN),
                        settings.get(Settings.CAMERAS_SILENT_FOR),
                        stream.stuck(),
                        stream.firstRetry(),
                        settings.get(Settings.CAMERAS_LONGEST_RETRY),
                        stream.settled()),
                new InspectionRhythm(settings.get(Settings.WATCH_CALM), settings.get(Settings.WATCH_ALERT)),
                new JudgeSettings(
                        settings.get(Settings.JUDGE_CONFIRM_VOTES),
                        settings.get(Settings.JUDGE_CONFIRM_PERCENT) / 100.0,
                        settings.get(Settings.JUDGE_CONFIRM_SPAN),
                        settings.get(Settings.JUDGE_CONFIRM_WINDOW),
                        judge.confirmLooks(),
                        settings.get(Settings.JUDGE_CLEAR_VOTES),
                        settings.get(Settings.JUDGE_CLEAR_SPAN),
                        settings.get(Settings.JUDGE_VERIFY_VOTES),
                        settings.get(Settings.JUDGE_VERIFY_SPAN),
                        judge.verifyDirtyVotes(),
                        settings.get(Settings.JUDGE_LATENCY),
                        settings.get(Settings.JUDGE_UNKNOWN_AFTER),
                        judge.lightSettles(),
                        judge.leastArea()),
                true);
    }
}
