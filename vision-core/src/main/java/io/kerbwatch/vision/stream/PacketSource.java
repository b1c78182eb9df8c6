package io.kerbwatch.vision.stream;

/**
 * An open session that gives packets: key packets, or every one of them. One thread reads; any thread may interrupt. Closing is for the reading thread
 * alone.
 */
interface PacketSource extends AutoCloseable {
    /**
     * Waits for the next packet that is wanted; everything else is dropped at once. The first is a key packet.
     *
     * @throws StreamException if the session ended, fell silent, or was interrupted
     */
    Received next();

    /** Makes a waiting call of {@link #next()}, or of opening, end soon. */
    void interrupt();

    @Override
    void close();

    /** Picture and codec, and whether it can be decoded by itself; the reader adds instant and number. */
    record Received(Codec codec, byte[] data, boolean key) {}
}
