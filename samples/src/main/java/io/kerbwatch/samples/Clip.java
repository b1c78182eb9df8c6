package io.kerbwatch.samples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A clip and what really happens in it. Clips are immutable and large: load one once and share it.
 *
 * @param name the file's name without its ending
 */
public record Clip(String name, Truth truth, Footage footage) {
    /** The clips that come with this library. */
    public static final List<String> NAMES = List.of(
            "overflow-from-start",
            "filling-overflow",
            "litter-beside",
            "overflow-and-litter",
            "night-self-cleared",
            "clean-passers-by",
            "clean-quiet",
            "bags-beside",
            "litter-scattered",
            "bag-picked-up",
            "standing-in-front",
            "truck-in-front",
            "infrared-switch",
            "leaves-and-rain",
            "covered",
            "knocked-aside");

    private static final ConcurrentHashMap<String, Clip> LOADED = new ConcurrentHashMap<>();

    /**
     * One of {@link #NAMES}; read at its first use and kept.
     *
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Clip named(String name) {
        if (!NAMES.contains(name)) {
            throw new IllegalArgumentException("No sample clip is named '" + name + "'; there are " + NAMES);
        }
        return LOADED.computeIfAbsent(name, Clip::bundled);
    }

    /**
     * Reads {@code NAME.mp4}, H.264 or H.265, and {@code NAME.json} beside it, if there is one.
     *
     * @throws IOException if the file is missing or no such clip
     */
    public static Clip read(Path mp4) throws IOException {
        Footage footage = Mp4.read(mp4);
        String name = String.valueOf(mp4.getFileName()).replaceFirst("\\.[^.]*$", "");
        Path beside = mp4.resolveSibling(name + ".json");
        if (!Files.exists(beside)) {
            return new Clip(name, Truth.unknown(footage.fps()), footage);
        }
        try (InputStream json = Files.newInputStream(beside)) {
            return new Clip(name, Truth.read(json), footage);
        }
    }

    /** Width of its pictures in pixels. */
    public int width() {
        return footage.width();
    }

    /** Height of its pictures in pixels. */
    public int height() {
        return footage.height();
    }

    /**
     * The clip's file from this library, for programs that read files alone.
     *
     * @param suffix {@code mp4} or {@code json}
     * @throws IOException if there is none, or it cannot be written
     */
    public static void copyTo(String name, String suffix, Path target) throws IOException {
        copy("clips/" + name + "." + suffix, target);
    }

    /**
     * The file of a clip of an entrance, at which people go in and out: entrance-day, entrance-night or entrance-busy.
     *
     * @param suffix {@code mp4} or {@code json}, who really crosses which line
     * @throws IOException if there is none, or it cannot be written
     */
    public static void copyEntranceTo(String name, String suffix, Path target) throws IOException {
        copy("entrances/" + name + "." + suffix, target);
    }

    private static void copy(String file, Path target) throws IOException {
        try (InputStream resource = resource(file)) {
            Files.copy(resource, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Clip bundled(String name) {
        try (InputStream json = resource("clips/" + name + ".json")) {
            // libavformat reads files, not streams of a jar
            Path file = Files.createTempFile("kerbwatch-" + name, ".mp4");
            try {
                copyTo(name, "mp4", file);
                return new Clip(name, Truth.read(json), Mp4.read(file));
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The sample clip '" + name + "' cannot be read", e);
        }
    }

    private static InputStream resource(String file) throws IOException {
        InputStream stream = Clip.class.getResourceAsStream(file);
        if (stream == null) {
            throw new FileNotFoundException("no resource io/kerbwatch/samples/" + file);
        }
        return stream;
    }
}
