package io.kerbwatch.vision.frame;

import io.kerbwatch.vision.stream.Codec;
import io.kerbwatch.vision.stream.KeyPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Pictures that lie in files: JPEG, PNG, WebP. They go the same way as a camera's key packets. */
public final class PictureFile {
    private static final long LARGEST = 256L << 20;

    private PictureFile() {}

    /**
     * Reads a file. Its orientation tag is not heeded: coordinates are those of the picture as it lies in the file.
     *
     * @throws IOException if it cannot be read or is no picture of a kind that is known here
     */
    public static KeyPacket read(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException(file + " is larger than 256 MiB");
        }
        byte[] data = Files.readAllBytes(file);
        Codec codec = codec(data).orElseThrow(() -> new IOException(file + " is no JPEG, PNG or WebP picture"));
        return new KeyPacket(codec, data, Instant.EPOCH, 0);
    }

    /** The kind, told by the first bytes. */
    public static Optional<Codec> codec(byte[] data) {
        if (data.length > 3 && (data[0] & 0xff) == 0xff && (data[1] & 0xff) == 0xd8) {
            return Optional.of(Codec.MJPEG);
        } else if (data.length > 8 && (data[0] & 0xff) == 0x89 && data[1] == 'P' && data[2] == 'N' && data[3] == 'G') {
            return Optional.of(Codec.PNG);
        } else if (data.length > 12
                && data[0] == 'R'
                && data[1] == 'I'
                && data[2] == 'F'
                && data[8] == 'W'
                && data[9] == 'E'
                && data[10] == 'B'
                && data[11] == 'P') {
            return Optional.of(Codec.WEBP);
        }
        return Optional.empty();
    }
}
