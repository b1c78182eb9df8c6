package io.kerbwatch.server.camera;

import org.jspecify.annotations.Nullable;

/** What came of connecting to a camera once. */
public sealed interface ProbeResult {
    /**
     * It shows a picture.
     *
     * @param width in pixels
     * @param height in pixels
     * @param keyFrameSeconds measured distance between key frames; null if only one came in time
     * @param jpeg its first picture, people blurred
     */
    record Seen(
            int width, int height, String codec, @Nullable Double keyFrameSeconds, byte[] jpeg)
            implements ProbeResult {}

    /**
     * It does not.
     *
     * @param health as in a camera's status: offline, refused, stalled or undecodable
     * @param reason in plain words, without the URL's secret
     */
    record Failed(String health, String reason) implements ProbeResult {}
}
