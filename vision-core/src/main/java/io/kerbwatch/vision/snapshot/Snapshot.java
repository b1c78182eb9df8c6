package io.kerbwatch.vision.snapshot;

import io.kerbwatch.vision.detect.Detection;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A picture kept as evidence, with what was seen in it. Nothing is drawn on it; drawing happens when it is read.
 *
 * @param id of this picture
 * @param takenAt arrival of its packet
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 * @param jpeg the ordinary copy: people blurred
 * @param original as the camera sent it, re-encoded only; to be encrypted at rest and shown only with the right to it
 * @param detections in pixels of this picture, at working thresholds
 */
public record Snapshot(
        UUID id, Instant takenAt, int width, int height, byte[] jpeg, byte[] original, List<Detection> detections) {
    public Snapshot {
        detections = List.copyOf(detections);
    }
}
