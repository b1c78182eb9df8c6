package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.stream.KeyPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/** Key packets in order of time, as a camera would have sent them. */
public interface KeyPackets {
    /** The first that arrives at that instant or later; empty at the end. Instants asked for never go back. */
    Optional<KeyPacket> from(Instant due) throws IOException;
}
