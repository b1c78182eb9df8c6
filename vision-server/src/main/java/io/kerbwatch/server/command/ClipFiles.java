package io.kerbwatch.server.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The clips that someone named on the command line, and what lies beside them. */
final class ClipFiles {
    private ClipFiles() {}

    /**
     * The clips, those of a folder in order of their names.
     *
     * @throws IOException if one is not there, or a folder has none; the message names it
     */
    static List<Path> of(List<Path> named) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path path : named) {
            if (Files.isDirectory(path)) {
                List<Path> found;
                try (Stream<Path> inside = Files.list(path)) {
                    found = inside.filter(file -> file.toString().endsWith(".mp4"))
                            .sorted()
                            .toList();
                }
                if (found.isEmpty()) {
                    throw new IOException("no clips (mp4) in " + path);
                }
                files.addAll(found);
            } else if (Files.exists(path)) {
                files.add(path);
            } else {
                throw new IOException("there is no clip " + path);
            }
        }
        return files;
    }

    /** Where the truth of a clip lies: {@code NAME.json} beside {@code NAME.mp4}. */
    static Path truth(Path clip) {
        return clip.resolveSibling(clip.getFileName().toString().replaceFirst("\\.[^.]+$", ".json"));
    }
}
