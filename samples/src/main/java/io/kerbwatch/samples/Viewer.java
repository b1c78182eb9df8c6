package io.kerbwatch.samples;

import io.kerbwatch.samples.Request.BadRequest;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** One connection. Used by the station's thread alone. */
final class Viewer {
    /** A viewer that is this far behind gets no more pictures until it has read on. */
    private static final int BEHIND = 8 * 1024 * 1024;

    private static final int LONGEST_REQUEST = 64 * 1024;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final Deque<ByteBuffer> pending = new ArrayDeque<>();
    private ByteBuffer arrived = ByteBuffer.allocate(4096);
    private int pendingBytes;

    Viewer(SocketChannel channel, SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /**
     * Reads what has arrived.
     *
     * @throws IOException if the other side has closed
     */
    void read() throws IOException {
        if (arrived.capacity() > LONGEST_REQUEST) {
            throw new IOException("request longer than " + LONGEST_REQUEST + " bytes");
        }
        if (!arrived.hasRemaining()) {
            ByteBuffer larger = ByteBuffer.allocate(arrived.capacity() * 2);
            arrived = larger.put(arrived.flip());
        }
        if (channel.read(arrived) < 0) {
            throw new IOException("closed by the viewer");
        }
    }

    /** The next whole request of what has been read. */
    Optional<Request> nextRequest() throws BadRequest {
        arrived.flip();
        try {
            return Optional.ofNullable(Request.take(arrived));
        } finally {
            arrived.compact();
        }
    }

    void answer(String text) throws IOException {
        enqueue(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends a picture, unless this viewer is far behind. */
    void send(ByteBuffer picture) throws IOException {
        if (pendingBytes < BEHIND) {
            enqueue(picture.duplicate());
        }
    }

    private void enqueue(ByteBuffer bytes) throws IOException {
        pending.add(bytes);
        pendingBytes += bytes.remaining();
        write();
    }

    /** Writes what the connection takes now; the rest when it is ready again. */
    void write() throws IOException {
        for (ByteBuffer next = pending.peek(); next != null; next = pending.peek()) {
            pendingBytes -= channel.write(next);
            if (next.hasRemaining()) {
                break;
            }
            pending.remove();
        }
        key.interestOps(pending.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }

    /** Resets the connection in the middle of a picture. */
    void cutOffIn(ByteBuffer picture) {
        try {
            ByteBuffer half = picture.duplicate();
            channel.write(half.limit(half.position() + half.remaining() / 2));
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        } catch (IOException e) {
            // it is gone already, which is what was wanted
        }
        close();
    }

    void close() {
        key.cancel();
        try {
            channel.close();
        } catch (IOException e) {
            // there is nothing left that could be lost
        }
    }
}
