package io.kerbwatch.server.command.demo;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.count.CountTruth;
import io.kerbwatch.vision.count.Point;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A camera outside the entrance of a toilet, played from a sample clip again and again, for the server to count on. */
final class Entrance implements AutoCloseable {
    private static final String CAMERA = "door";
    private static final String CLIP = "entrance-day";

    private final SampleStation station;
    private final CountTruth truth;

    private Entrance(SampleStation station, CountTruth truth) {
        this.station = station;
        this.truth = truth;
    }

    /** Begins to play. */
    static Entrance start() throws IOException {
        // Whoever reads clips reads files, not parts of a jar.
        Path folder = Files.createTempDirectory("kerbwatch-entrance");
        Path clip = folder.resolve(CLIP + ".mp4");
        Path told = folder.resolve(CLIP + ".json");
        try {
            Clip.copyEntranceTo(CLIP, "mp4", clip);
            Clip.copyEntranceTo(CLIP, "json", told);
            CountTruth truth = CountTruth.read(told);
            return new Entrance(SampleStation.start(List.of(SampleCamera.of(CAMERA, Clip.read(clip)))), truth);
        } finally {
            Files.deleteIfExists(clip);
            Files.deleteIfExists(told);
            Files.delete(folder);
        }
    }

    /** As it is registered at a toilet. */
    Map<String, Object> device(String site) {
        return Map.of(
                "site",
                site,
                "kind",
                "entrance-camera",
                "link",
                "stream",
                "name",
                "门口摄像机 door camera",
                "url",
                station.url(CAMERA).toString(),
                "setup",
                Map.of("entrance", Map.of("outside", true, "line", line())));
    }

    private Map<String, Object> line() {
        return Map.of(
                "from", end(truth.line().from()),
                "to", end(truth.line().to()),
                "inside", truth.line().inside().name().toLowerCase(Locale.ROOT));
    }

    private static Map<String, Object> end(Point point) {
        return Map.of("x", point.x(), "y", point.y());
    }

    @Override
    public void close() {
        station.close();
    }
}
