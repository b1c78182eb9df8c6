package io.kerbwatch.server.command;

import java.nio.file.Path;

/**
 * Where native libraries are unpacked to: into the data directory rather than into the home folder of whoever runs the
 * program. To be said before the first of them is loaded.
 */
public final class NativeCaches {
    /** Name of the directory inside the data directory; nothing in it is worth keeping. */
    public static final String DIRECTORY = "cache";

    private NativeCaches() {}

    /** Unpack below this data directory, unless the user named another place. */
    public static void below(Path data) {
        Path cache = data.toAbsolutePath().resolve(DIRECTORY);
        unlessSet("org.bytedeco.javacpp.cachedir", cache.resolve("javacpp"));
        unlessSet("DJL_CACHE_DIR", cache.resolve("djl"));
        unlessSet("ENGINE_CACHE_DIR", cache.resolve("djl"));
    }

    private static void unlessSet(String name, Path path) {
        if (System.getProperty(name) == null && System.getenv(name) == null) {
            System.setProperty(name, path.toString());
        }
    }
}
