package io.kerbwatch.vision.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PacketQueueTest {
    private static final Duration NOW = Duration.ofMillis(1);

    private final PacketQueue queue = new PacketQueue(3);

    private void put(boolean key, boolean opened) {
        queue.put(new PacketSource.Received(Codec.H264, new byte[] {1}, key), Instant.EPOCH, opened);
    }

    @Test
    void givesPacketsInOrderAndSaysThatTheyFollow() throws InterruptedException {
        put(true, true);
        put(false, false);
        assertThat(queue.take(NOW).orElseThrow().follows()).isFalse();
        assertThat(queue.take(NOW).orElseThrow().follows()).isTrue();
        assertThat(queue.take(NOW)).isEmpty();
        assertThat(queue.dropped()).isZero();
    }

    @Test
    void dropsAllWhenFullAndGoesOnAtAKeyPacket() throws InterruptedException {
        put(true, true);
        put(false, false);
        put(false, false);
        put(false, false);
        put(false, false);
        assertThat(queue.take(NOW)).isEmpty();
        put(true, false);
        StreamPacket next = queue.take(NOW).orElseThrow();
        assertThat(next.key()).isTrue();
        assertThat(next.follows()).isFalse();
        assertThat(queue.dropped()).isEqualTo(5);
    }

    @Test
    void aSessionThatIsOpenedAgainFollowsNothing() throws InterruptedException {
        put(true, true);
        put(true, true);
        queue.take(NOW);
        assertThat(queue.take(NOW).orElseThrow().follows()).isFalse();
    }
}
