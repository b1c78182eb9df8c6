package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The clips of entrances, the whole way from their packets on. */
class CountReplayTest {
    private static final Logger log = LoggerFactory.getLogger(CountReplayTest.class);
    private static final String CLIPS = "/io/kerbwatch/samples/entrances/";
    /** Of a processor, for a second of a stream; the target is 120, and a machine under test does other things too. */
    private static final double MOST_CPU_MILLIS = 120;

    private static PeopleFinder finder;

    @BeforeAll
    static void load() {
        finder = PeopleFinder.load(PeopleModel.bundled());
    }

    @AfterAll
    static void close() {
        finder.close();
    }

    @ParameterizedTest
    @CsvSource({"entrance-day, 0.95, 0.05", "entrance-busy, 0.9, 0.1", "entrance-night, 0.9, 0.1"})
    void countsWhoCrosses(String name, double recall, double error, @TempDir Path folder) throws IOException {
        Path clip = copy(folder, name + ".mp4");
        CountTruth truth = CountTruth.read(copy(folder, name + ".json"));
        CountReplay.Result result = new CountReplay(finder, EntranceCamera.LOOKS_PER_SECOND).play(clip, truth.line());
        CountScore score = CountScore.of(truth, result.crossings(), CountReplay.START);
        tell(name, score, result);
        assertThat(score.recall()).as("%s", score).isGreaterThanOrEqualTo(recall);
        assertThat(score.error()).as("%s", score).isLessThanOrEqualTo(error);
        assertThat(result.cpuMillisPerSecond()).isLessThanOrEqualTo(MOST_CPU_MILLIS);
    }

    private static void tell(String name, CountScore score, CountReplay.Result result) {
        log.info(
                "{}: true {}, counted {}, matched {}, {} ms of CPU a second; missed {}, extra {}",
                name,
                score.truth(),
                score.counted(),
                score.matched(),
                Math.round(result.cpuMillisPerSecond()),
                score.missed(),
                score.extra());
    }

    private Path copy(Path folder, String file) throws IOException {
        Path target = folder.resolve(file);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(CLIPS + file), file)) {
            Files.copy(in, target);
        }
        return target;
    }
}
