package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.judge.JudgeSettings;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.stream.CameraUrl;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A camera to be watched.
 *
 * @param id stays the same when anything else changes
 * @param zones on its picture; without any the whole picture counts, under the id {@code whole}
 * @param rhythm a fixed time between looks; empty for the one that follows what is seen
 * @param judge for kinds that are judged here otherwise than the pool's settings say
 */
public record WatchedCamera(
        String id, CameraUrl url, List<Zone> zones, Optional<Duration> rhythm, Map<Kind, JudgeSettings> judge) {
    /** Id of the zone that counts where nobody drew one. */
    public static final String WHOLE = "whole";

    public WatchedCamera {
        zones = List.copyOf(zones);
        judge = Map.copyOf(judge);
    }

    /** A camera that is judged as the pool's settings say. */
    public WatchedCamera(String id, CameraUrl url, List<Zone> zones, Optional<Duration> rhythm) {
        this(id, url, zones, rhythm, Map.of());
    }

    /** The zones that are judged: those drawn that are not ignored, or the whole picture if none is left to judge. */
    public List<Zone> judged() {
        List<Zone> drawn = zones.stream().filter(z -> !z.ignored()).toList();
        return drawn.isEmpty() ? List.of(Zone.wholePicture(WHOLE)) : drawn;
    }
}
