package io.kerbwatch.server.snapshot;

import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.judge.Zone;
import java.time.Instant;
import java.util.List;

/** Draws what was seen onto a picture. The vision part has the hand for it; the server only asks. */
public interface PictureDrawing {
    /**
     * What is to be drawn.
     *
     * @param jpeg the picture, not changed
     * @param camera name for people
     * @param takenAt shown on it
     * @param zone time zone id in which the instant is shown
     * @param zones in fractions of the picture
     * @param detections in pixels of the picture
     */
    record Subject(
            byte[] jpeg, String camera, Instant takenAt, String zone, List<Zone> zones, List<Detection> detections) {}

    /** The picture as JPEG with boxes, labels, scores, zones, camera and time on it. Blocking. */
    byte[] draw(Subject subject);
}
