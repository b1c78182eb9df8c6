package io.kerbwatch.server.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdsTest {
    @Test
    void areVersionSevenNeverTwiceAndSortByTime() {
        SettableClock clock = new SettableClock();
        Ids ids = new Ids(clock);
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            UUID id = ids.next();
            assertThat(id.version()).isEqualTo(7);
            assertThat(id.variant()).isEqualTo(2);
            assertThat(id.getMostSignificantBits() >>> 16).isEqualTo(clock.millis());
            made.add(id.toString());
            clock.advance(Duration.ofMillis(1));
        }

        assertThat(made).isSorted();
        assertThat(new HashSet<>(made)).hasSize(1000);
    }
}
