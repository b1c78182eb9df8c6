package io.kerbwatch.server.command.benchmark;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/**
 * What Frigate does to get pictures for its detector: a process of the {@code ffmpeg} program a camera, which decodes
 * all and hands on five pictures a second of 640 x 360 pixels through a pipe (Frigate's documentation, "ffmpeg
 * presets", {@code preset-rtsp-generic} and the detect role). Reading the pipes costs this process something that is
 * not counted.
 */
final class FrigateReader implements Reader {
    private static final int PICTURE_BYTES = 640 * 360 * 3 / 2;

    private final List<Process> processes = new ArrayList<>();
    private final List<AtomicLong> bytes = new ArrayList<>();

    private FrigateReader() {}

    static FrigateReader start(List<String> urls, String program, Path folder) throws IOException {
        FrigateReader reader = new FrigateReader();
        for (String url : urls) {
            List<String> command = new ArrayList<>(List.of(program, "-nostdin", "-loglevel", "error"));
            command.addAll(List.of("-rtsp_transport", "tcp", "-i", url));
            command.addAll(List.of("-r", "5", "-s", "640x360", "-f", "rawvideo", "-pix_fmt", "yuv420p", "pipe:"));
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("frigate.log").toFile()))
                    .start();
            AtomicLong count = new AtomicLong();
            reader.processes.add(process);
            reader.bytes.add(count);
            Thread thread = new Thread(() -> drain(process.getInputStream(), count), "frigate-pipe");
            thread.setDaemon(true);
            thread.start();
        }
        return reader;
    }

    /** The program on this machine, else the one that comes with the libraries. */
    static String program() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, "ffmpeg"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> Loader.load(ffmpeg.class));
    }

    /** What the program calls itself. */
    static String version(String program) throws IOException {
        Process process = new ProcessBuilder(program, "-version").start();
        try (InputStream out = process.getInputStream()) {
            String first = new String(out.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("unknown");
            return first.replaceAll(" Copyright.*", "");
        }
    }

    private static void drain(InputStream pipe, AtomicLong count) {
        byte[] buffer = new byte[PICTURE_BYTES];
        try (pipe) {
            for (int n = pipe.read(buffer); n >= 0; n = pipe.read(buffer)) {
                count.addAndGet(n);
            }
        } catch (IOException e) {
            // The process was ended, and its pipe with it.
            count.addAndGet(0);
        }
    }

    @Override
    public Collection<Long> processes() {
        return processes.stream().map(Process::pid).toList();
    }

    @Override
    public long pictures() {
        return bytes.stream().mapToLong(AtomicLong::get).sum() / PICTURE_BYTES;
    }

    @Override
    public boolean up() {
        return bytes.stream().allMatch(b -> b.get() >= PICTURE_BYTES);
    }

    @Override
    public Optional<Split> split() {
        return Optional.empty();
    }

    @Override
    public void close() {
        processes.forEach(Process::destroy);
    }
}
