package io.kerbwatch.vision.frame;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;

/**
 * The detector's input: red, green and blue planes one after the other, a byte a pixel, rows without gaps, in memory
 * that both the scaler and the detector use as it is. Belongs to one thread of the pool, which closes it.
 */
public final class InputBuffer implements AutoCloseable {
    private final int width;
    private final int height;
    private final BytePointer memory;
    private final ByteBuffer bytes;
    private final byte[] padding;

    /** An input of that size, in pixels. */
    public InputBuffer(int width, int height) {
        this.width = width;
        this.height = height;
        // The scaler may write a vector past the end of the last row.
        this.memory = new BytePointer((long) width * height * 3 + 64);
        this.bytes = memory.position(0).limit((long) width * height * 3).asByteBuffer();
        this.padding = new byte[width * height];
        Arrays.fill(padding, Letterbox.PADDING);
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** All three planes: 3 x height x width bytes. To be left alone while the detector runs. */
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    BytePointer plane(int index, long offset) {
        return memory.getPointer(BytePointer.class, (long) index * width * height + offset);
    }

    /** Greys what the picture will not cover. */
    void clear(Letterbox box) {
        if (box.width() == width && box.height() == height) {
            return;
        }
        for (int i = 0; i < 3; i++) {
            bytes.put(i * width * height, padding);
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
