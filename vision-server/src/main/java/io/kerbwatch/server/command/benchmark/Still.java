package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.vision.frame.KeyFrameDecoder;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.stream.ClipReader;
import io.kerbwatch.vision.stream.KeyPacket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Key frames of the sample clips, as pictures. */
final class Still {
    private Still() {}

    /**
     * The key frame shown at a second of a sample clip.
     *
     * @throws IOException if the clip cannot be read or is shorter
     */
    static Picture of(String clip, double second) throws IOException {
        Path file = Files.createTempFile("kerbwatch-" + clip, ".mp4");
        try {
            Clip.copyTo(clip, "mp4", file);
            try (ClipReader reader = new ClipReader(file, Instant.EPOCH);
                    KeyFrameDecoder decoder = new KeyFrameDecoder()) {
                for (Optional<KeyPacket> next = reader.next(); next.isPresent(); next = reader.next()) {
                    double at = Duration.between(Instant.EPOCH, next.get().arrival())
                                    .toMillis()
                            / 1000.0;
                    if (at > second - 0.1) {
                        decoder.decode(next.get());
                        return decoder.picture();
                    }
                }
            }
        } finally {
            Files.deleteIfExists(file);
        }
        throw new IOException("the sample clip '" + clip + "' ends before second " + second);
    }
}
