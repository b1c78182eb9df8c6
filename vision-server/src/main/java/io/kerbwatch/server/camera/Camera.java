package io.kerbwatch.server.camera;

import io.kerbwatch.vision.watch.CameraStatus;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A camera as people see it; its URL is not among what they see.
 *
 * @param host where it is, with port
 * @param health connecting, live, stalled, offline, refused or undecodable
 * @param faults of its view
 * @param zoneStates what its judges think now
 * @param rules where it is watched otherwise than the settings say
 * @param lastPicture arrival of the newest key frame
 */
public record Camera(
        UUID id,
        UUID site,
        String name,
        String host,
        String health,
        String healthReason,
        List<String> faults,
        List<CameraStatus.ZoneStatus> zoneStates,
        @Nullable Instant lastPicture,
        @Nullable Instant lastInspection,
        @Nullable Double keyFrameSeconds,
        int width,
        int height,
        String codec,
        Rules rules,
        int version,
        Instant createdAt) {
    public Camera {
        faults = List.copyOf(faults);
        zoneStates = List.copyOf(zoneStates);
    }
}
