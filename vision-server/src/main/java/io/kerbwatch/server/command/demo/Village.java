package io.kerbwatch.server.command.demo;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Six stations with a camera each: one overflows from its first picture, three become dirty, two stay clean.
 *
 * @param stations in the order in which they are registered
 */
record Village(List<Station> stations) {
    private static final Duration CLEAN_FOR = Duration.ofMinutes(4);

    /**
     * One station.
     *
     * @param camera name of its camera's stream
     * @param clip what the camera shows
     * @param dispatchMode who its orders go to
     */
    record Station(String name, double latitude, double longitude, String camera, String clip, String dispatchMode) {}

    static Village sample() {
        return new Village(List.of(
                new Station("东门垃圾站 East Gate", 22.5462, 114.0596, "east-gate", "overflow-from-start", "webhook"),
                new Station("祠堂垃圾站 Ancestral Hall", 22.5471, 114.0581, "ancestral-hall", "filling-overflow", "crews"),
                new Station(
                        "市场后巷 Market Alley", 22.5455, 114.0574, "market-alley", "litter-beside", "webhook-then-crews"),
                new Station("南村口 South Entrance", 22.5440, 114.0589, "south-entrance", "overflow-and-litter", "crews"),
                new Station("学校旁 By the School", 22.5449, 114.0607, "school", "clean-passers-by", "crews"),
                new Station("老街 Old Street", 22.5479, 114.0602, "old-street", "clean-quiet", "crews")));
    }

    /** Starts the cameras. A station that was cleaned fills again after some minutes. */
    SampleStation cameras() throws IOException {
        return SampleStation.start(stations.stream()
                .map(s -> SampleCamera.of(s.camera, Clip.named(s.clip)).startingOverAfter(CLEAN_FOR))
                .toList());
    }

    /** The camera at the site of that name; none at one that somebody has added. */
    Optional<String> cameraAt(String site) {
        return stations.stream()
                .filter(s -> s.name.equals(site))
                .map(Station::camera)
                .findFirst();
    }
}
