package io.kerbwatch.server.camera;

import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.stream.CameraUrl;
import java.util.List;

/**
 * All that is needed to watch a camera.
 *
 * @param url whose host is looked up and checked at each connection anew
 * @param zones at least one; the whole picture if nobody drew any
 * @param rules where it is watched otherwise than the settings say
 * @param states what its judges remembered last
 */
public record WatchedCamera(
        String id,
        String name,
        String siteName,
        String timeZone,
        CameraUrl url,
        List<Zone> zones,
        Rules rules,
        List<JudgeState> states) {
    public WatchedCamera {
        zones = List.copyOf(zones);
        states = List.copyOf(states);
    }
}
