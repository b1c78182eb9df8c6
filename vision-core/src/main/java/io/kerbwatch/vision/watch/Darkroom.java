package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.stream.KeyPacket;

/** Develops the picture of full size when someone asks for it; one at a time. */
final class Darkroom implements AutoCloseable {
    private final KeyFrameDecoder decoder = new KeyFrameDecoder();
    private boolean closed;

    synchronized Picture develop(KeyPacket packet) {
        if (closed) {
            throw new IllegalStateException("the watch was closed");
        }
        decoder.decode(packet);
        return decoder.picture();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            decoder.close();
        }
    }
}
