package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.command.benchmark.Reader.Split;
import org.jspecify.annotations.Nullable;

/**
 * What one reader came to.
 *
 * @param reader its name
 * @param rhythmSeconds between its looks; null if it takes what comes
 * @param cameras read at once
 * @param seconds measured
 * @param cpuMillis a stream-second
 * @param split of it; null if the reader cannot say
 * @param picturesPerSecond delivered a camera
 * @param fixedMegabytes memory that does not depend on the number of cameras
 * @param memoryMegabytes a camera
 * @param camerasPerCore by processor time alone
 * @param serverCpuMillis what serving cost a stream-second, not counted
 */
record ReaderResult(
        String reader,
        @Nullable Double rhythmSeconds,
        int cameras,
        double seconds,
        double cpuMillis,
        @Nullable Split split,
        double picturesPerSecond,
        double fixedMegabytes,
        double memoryMegabytes,
        double camerasPerCore,
        double serverCpuMillis) {
    static ReaderResult of(String reader, @Nullable Double rhythmSeconds, Trial few, Trial many) {
        double each = many.cameras() == few.cameras()
                ? (double) many.memoryBytes() / many.cameras()
                : (double) (many.memoryBytes() - few.memoryBytes()) / (many.cameras() - few.cameras());
        return new ReaderResult(
                reader,
                rhythmSeconds,
                many.cameras(),
                many.seconds(),
                many.cpuMillis(),
                many.split().orElse(null),
                many.pictures(),
                Math.max(0, (many.memoryBytes() - each * many.cameras()) / 1e6),
                each / 1e6,
                1000 / many.cpuMillis(),
                many.serverCpuMillis());
    }

    /** Name and rhythm. */
    String title() {
        return rhythmSeconds == null ? reader : "%s, a look every %.0f s".formatted(reader, rhythmSeconds);
    }
}
