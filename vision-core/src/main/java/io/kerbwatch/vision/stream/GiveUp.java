package io.kerbwatch.vision.stream;

import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Tells one libavformat session to give up what it is doing. Thread-safe; whoever made it closes it, after the session.
 *
 * <p>The library asks six times a packet, over a thousand times a second and camera. Coming up into Java for the answer
 * was a fifth of all that receiving cost. So the answer lies in native memory, as text, and the function that the
 * library calls is the C library's own {@code int atoi(const char *)}, which reads it: 0 to go on, 1 to give up.
 */
final class GiveUp implements AutoCloseable {
    private static final AVIOInterruptCB.Callback_Pointer READ = reader();

    private final BytePointer answer = new BytePointer("0");
    private boolean closed;

    private static AVIOInterruptCB.Callback_Pointer reader() {
        Pointer atoi = Loader.addressof("atoi");
        if (atoi == null || atoi.isNull()) {
            // A platform that hides its C library asks Java.
            return new AVIOInterruptCB.Callback_Pointer() {
                @Override
                public int call(Pointer opaque) {
                    return new BytePointer(opaque).get(0) == '1' ? 1 : 0;
                }
            };
        }
        // JavaCPP hands native functions around as a structure that begins with the function's address.
        PointerPointer<Pointer> function = new PointerPointer<>(2);
        function.put(0, atoi);
        function.put(1, new Pointer());
        return new AVIOInterruptCB.Callback_Pointer(function);
    }

    /** Lets a session ask here; before it is opened. */
    void install(AVIOInterruptCB callback) {
        callback.callback(READ);
        callback.opaque(answer);
    }

    synchronized void say(boolean giveUp) {
        if (!closed) {
            answer.put(0, (byte) (giveUp ? '1' : '0'));
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            answer.close();
        }
    }
}
