package io.kerbwatch.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kerbwatch.samples.Truth.Segment;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlaybackTest {
    private static final int GROUP = 10;

    @Test
    void holdsALoopUntilItIsCleaned() {
        Playback playback = new Playback(Clips.shortStory(), null, null);
        assertThat(take(playback, 3 * GROUP)).isEqualTo(repeated(0, 10, 3));
        playback.clean();
        assertThat(take(playback, 4 * GROUP)).containsExactly(concat(range(10, 20), repeated(20, 30, 3)));
    }

    @Test
    void jumpsAtTheNextKeyFrameAndNotBefore() {
        Clip clip = Clips.told(
                Clip.named("clean-passers-by"),
                new Segment("dirty", 0, 8, true),
                new Segment(Playback.CLEANING, 8, 10, false),
                new Segment(Playback.CLEAN, 10, 12, true));
        Playback playback = new Playback(clip, null, null);
        take(playback, 13);
        playback.clean();
        assertThat(take(playback, 8)).containsExactly(13, 14, 15, 16, 17, 18, 19, 40);
    }

    @Test
    void cleaningWhereItIsCleanChangesNothing() {
        Playback playback = new Playback(Clips.shortStory(), Playback.CLEAN, null);
        playback.clean();
        assertThat(take(playback, 2 * GROUP)).isEqualTo(repeated(20, 30, 2));
    }

    @Test
    void startsOverWhenItWasCleanLongEnough() {
        Playback playback = new Playback(Clips.shortStory(), Playback.CLEAN, Duration.ofSeconds(4));
        assertThat(take(playback, 3 * GROUP)).containsExactly(concat(repeated(20, 30, 2), range(0, 10)));
        assertThat(playback.segment()).isEqualTo("dirty");
    }

    @Test
    void aStoryThatIsCleanFromItsBeginningGoesOn() {
        Clip clean = Clips.told(Clip.named("clean-quiet"), new Segment(Playback.CLEAN, 0, 6, true));
        Playback playback = new Playback(clean, null, Duration.ofSeconds(4));
        assertThat(take(playback, 6 * GROUP)).containsExactly(concat(range(0, 30), range(0, 30)));
    }

    @Test
    void playsSegmentsInOrderAndAClipWithoutThemAgainAndAgain() {
        Clip twice = Clips.told(
                Clip.named("clean-passers-by"), new Segment("a", 0, 2, false), new Segment("b", 2, 4, false));
        assertThat(take(new Playback(twice, null, null), 2 * GROUP + 1)).containsExactly(concat(range(0, 20), 0));
        Clip plain = Clips.told(Clip.named("clean-passers-by"));
        int all = plain.footage().units().size();
        assertThat(take(new Playback(plain, null, null), all + 1)).containsExactly(concat(range(0, all), 0));
    }

    @Test
    void refusesSegmentsThatAreNotThereOrBeginBetweenKeyFrames() {
        assertThatThrownBy(() -> new Playback(Clips.shortStory(), "rain", null)).hasMessageContaining("'rain'");
        Clip wrong = Clips.told(Clip.named("clean-passers-by"), new Segment("a", 1, 2, true));
        assertThatThrownBy(() -> new Playback(wrong, null, null)).hasMessageContaining("key frame");
    }

    private static int[] take(Playback playback, int count) {
        return IntStream.range(0, count).map(i -> playback.next()).toArray();
    }

    private static int[] range(int from, int to) {
        return IntStream.range(from, to).toArray();
    }

    private static int[] repeated(int from, int to, int times) {
        return IntStream.range(0, times).flatMap(i -> IntStream.range(from, to)).toArray();
    }

    private static int[] concat(int[] first, int... second) {
        return IntStream.concat(IntStream.of(first), IntStream.of(second)).toArray();
    }
}
