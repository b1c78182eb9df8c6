package io.kerbwatch.vision.judge;

import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.scene.Luma;
import io.kerbwatch.vision.scene.Luma.Patch;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How the small parts of a judge's state are written. */
final class Saved {
    private static final int LARGEST_PATCH = 4096 * 4096;

    private Saved() {}

    static void write(DataOutput out, Instant instant) throws IOException {
        out.writeLong(instant.getEpochSecond());
        out.writeInt(instant.getNano());
    }

    static Instant readInstant(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }

    static void write(DataOutput out, Box box) throws IOException {
        out.writeDouble(box.x());
        out.writeDouble(box.y());
        out.writeDouble(box.width());
        out.writeDouble(box.height());
    }

    static Box readBox(DataInput in) throws IOException {
        return new Box(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
    }

    static void write(DataOutput out, @Nullable Patch patch) throws IOException {
        out.writeBoolean(patch != null);
        if (patch != null) {
            write(out, patch.where());
            out.writeInt(patch.luma().width());
            out.writeInt(patch.luma().height());
            out.write(patch.luma().grey());
        }
    }

    static @Nullable Patch readPatch(DataInput in) throws IOException {
        if (!in.readBoolean()) {
            return null;
        }
        Box where = readBox(in);
        int width = in.readInt();
        int height = in.readInt();
        if (width <= 0 || height <= 0 || (long) width * height > LARGEST_PATCH) {
            throw new IOException("a patch of " + width + " x " + height + " pixels");
        }
        byte[] grey = new byte[width * height];
        in.readFully(grey);
        return new Patch(where, new Luma(width, height, grey));
    }
}
