package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountScoreTest {
    private static final Instant START = CountReplay.START;

    private static Crossing crossing(double seconds, Direction direction) {
        return new Crossing(START.plusMillis((long) (seconds * 1000)), direction);
    }

    @Test
    void matchesTimeAndDirectionEachOnce(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("gate.json"), """
                {"fps": 5, "line": {"from": [0.2, 0.5], "to": [0.8, 0.5], "inside": "left"},
                 "crossings": [{"t": 1.0, "direction": "in"}, {"t": 1.4, "direction": "in"}, {"t": 9, "direction": "out"}]}
                """);
        CountTruth truth = CountTruth.read(file);
        CountScore score = CountScore.of(
                truth,
                List.of(crossing(1.3, Direction.IN), crossing(9.1, Direction.IN), crossing(12, Direction.OUT)),
                START);
        assertThat(score.matched()).isEqualTo(1);
        assertThat(score.missed()).hasSize(2);
        assertThat(score.extra()).hasSize(2);
        assertThat(score.recall()).isEqualTo(1.0 / 3);
        assertThat(score.error()).isZero();
        assertThat(score.plus(score).matched()).isEqualTo(2);
    }

    @Test
    void saysWhichFileIsNoTruth(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("gate.json"), "{\"line\": {\"from\": [0.2, 0.5]}}");
        assertThatThrownBy(() -> CountTruth.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gate.json");
    }
}
