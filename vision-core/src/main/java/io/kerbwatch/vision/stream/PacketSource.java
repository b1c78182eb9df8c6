package io.kerbwatch.vision.stream;

/**
 * An open session that gives key packets. One thread reads; any thread may interrupt. Closing is for the reading thread
 * alone.
 */
interface PacketSource extends AutoCloseable {
    /**
     * Waits for the next key packet; everything else is dropped at once.
     *
     * @throws StreamException if the session ended, fell silent, or was interrupted
     */
    Received next();

    /** Makes a waiting call of {@link #next()}, or of opening, end soon. */
    void interrupt();

    @Override
    void close();

    /** Picture and codec; the reader adds instant and number. */
    record Received(Codec codec, byte[] data) {}
}
