package io.kerbwatch.vision.watch;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a camera fares, for people to read.
 *
 * @param camera id
 * @param health one of connecting, live, stalled, offline, refused, undecodable
 * @param reason of the health, in plain words; empty while live
 * @param faults of the view that hold now (dark, covered, blurred, moved, not-recognised, frozen, no-picture)
 * @param zones states of its zones
 * @param lastPicture arrival of the newest key packet
 * @param lastInspection when it was last looked at, good or not
 * @param keyFrameSeconds measured distance between key frames
 * @param width of its picture in pixels, 0 while unknown
 * @param height of its picture in pixels, 0 while unknown
 * @param codec as in {@code h264}; empty while unknown
 */
public record CameraStatus(
        String camera,
        String health,
        String reason,
        List<String> faults,
        List<ZoneStatus> zones,
        @Nullable Instant lastPicture,
        @Nullable Instant lastInspection,
        @Nullable Double keyFrameSeconds,
        int width,
        int height,
        String codec) {
    public CameraStatus {
        faults = List.copyOf(faults);
        zones = List.copyOf(zones);
    }

    /**
     * State of one zone and kind.
     *
     * @param state one of clean, suspected, dirty, clearing
     * @param unknown true if nothing has been judged there for two minutes; the state is then what was last known
     */
    public record ZoneStatus(String zone, String kind, String state, boolean unknown) {}
}
