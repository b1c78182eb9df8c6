package io.kerbwatch.server.camera;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
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

    /** As the API tells it. */
    default Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        if (this instanceof Seen seen) {
            shown.put("reached", true);
            shown.put("width", seen.width());
            shown.put("height", seen.height());
            shown.put("codec", seen.codec());
            shown.put("keyFrameSeconds", seen.keyFrameSeconds());
            shown.put("picture", Base64.getEncoder().encodeToString(seen.jpeg()));
        } else if (this instanceof Failed failed) {
            shown.put("reached", false);
            shown.put("health", failed.health());
            shown.put("reason", failed.reason());
        }
        return shown;
    }
}
