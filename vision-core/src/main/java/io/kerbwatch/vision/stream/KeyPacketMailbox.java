package io.kerbwatch.vision.stream;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest key packet and nothing else: old pictures are worthless, so a reader never waits for who looks at
 * them. The newest stays here after it was looked at; it is decoded again when someone wants to see it.
 */
public final class KeyPacketMailbox {
    private final AtomicReference<@Nullable KeyPacket> newest = new AtomicReference<>();

    void put(KeyPacket packet) {
        newest.set(packet);
    }

    /** The newest packet, whether it was seen before or not. */
    public Optional<KeyPacket> newest() {
        return Optional.ofNullable(newest.get());
    }

    /** The newest packet if it came after the one with that sequence number. */
    public Optional<KeyPacket> newerThan(long sequence) {
        return newest().filter(p -> p.sequence() > sequence);
    }
}
