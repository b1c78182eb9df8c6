package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.vision.stream.AddressPolicy;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import io.kerbwatch.vision.stream.StreamHealth;
import io.kerbwatch.vision.stream.StreamOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clip over real RTSP, to crossings. */
class EntranceCameraTest {
    private static final String CLIPS = "/io/kerbwatch/samples/entrances/";

    @Test
    void countsWhatComesOverRtsp(@TempDir Path folder) throws IOException {
        for (String file : List.of("entrance-busy.mp4", "entrance-busy.json")) {
            try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(CLIPS + file), file)) {
                Files.copy(in, folder.resolve(file));
            }
        }
        CountTruth truth = CountTruth.read(folder.resolve("entrance-busy.json"));
        Clip clip = Clip.read(folder.resolve("entrance-busy.mp4"));
        List<Crossing> crossings = new CopyOnWriteArrayList<>();
        List<StreamHealth.Grade> grades = new CopyOnWriteArrayList<>();
        try (SampleStation station = SampleStation.start(List.of(SampleCamera.of("door", clip)));
                CameraStreams streams =
                        new CameraStreams(new MonotonicClock(InstantSource.system()), AddressPolicy.any());
                PeopleFinder finder = PeopleFinder.load(PeopleModel.bundled());
                EntranceCamera camera = EntranceCamera.open(
                        CameraUrl.parse(station.url("door").toString()),
                        streams,
                        StreamOptions.defaults(),
                        finder,
                        truth.line(),
                        new EntranceCamera.Listener() {
                            @Override
                            public void crossed(Crossing crossing) {
                                crossings.add(crossing);
                            }

                            @Override
                            public void health(StreamHealth health) {
                                grades.add(health.grade());
                            }
                        })) {
            // 40 a minute: several within seconds, wherever the clip is entered
            await().atMost(Duration.ofSeconds(60)).until(() -> crossings.size() >= 3);
            assertThat(camera.health().grade()).isEqualTo(StreamHealth.Grade.LIVE);
            assertThat(camera.dropped()).isZero();
        }
        assertThat(grades).contains(StreamHealth.Grade.LIVE);
    }

    @Test
    void refusesARhythmThatLosesPeople() {
        CountLine line = new CountLine(new Point(0.2, 0.5), new Point(0.8, 0.5), CountLine.Side.LEFT);
        try (PeopleFinder finder = PeopleFinder.load(PeopleModel.bundled())) {
            assertThatThrownBy(() -> new EntranceWatch(finder, line, 1)).hasMessageContaining("people are lost");
        }
    }
}
