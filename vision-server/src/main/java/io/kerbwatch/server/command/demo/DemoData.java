package io.kerbwatch.server.command.demo;

import io.kerbwatch.server.command.NativeCaches;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The demo's data directory: emptied at each start, and never anybody else's. */
final class DemoData {
    private static final String MARK = ".kerbwatch-demo";

    private DemoData() {}

    /**
     * Empties the directory, or makes it.
     *
     * @throws IOException if it holds something that is not a demo's
     */
    static void empty(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new IOException(directory + " is a file; name a directory with --data");
        }
        if (Files.isDirectory(directory)) {
            List<Path> inside;
            try (Stream<Path> list = Files.list(directory)) {
                inside = list.toList();
            }
            if (!inside.isEmpty() && !Files.exists(directory.resolve(MARK))) {
                throw new IOException(
                        directory + " holds files that are not a demo's, and the demo empties its directory;"
                                + " name an empty one with --data");
            }
            for (Path path : inside) {
                String name = path.getFileName().toString();
                // Unpacked libraries are the same ones at each start.
                if (!name.equals(MARK) && !name.equals(NativeCaches.DIRECTORY)) {
                    delete(path);
                }
            }
        }
        Files.createDirectories(directory);
        if (!Files.exists(directory.resolve(MARK))) {
            Files.createFile(directory.resolve(MARK));
        }
    }

    private static void delete(Path tree) throws IOException {
        try (Stream<Path> walk = Files.walk(tree)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
