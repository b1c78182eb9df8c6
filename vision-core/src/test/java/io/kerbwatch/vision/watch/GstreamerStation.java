package io.kerbwatch.vision.watch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** GStreamer's RTSP server in a process of its own, run by a Python that has it. */
final class GstreamerStation implements AutoCloseable {
    private final Process process;
    private final int port;

    private GstreamerStation(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param python the program
     * @param clips files by camera's name, as {@link HeldClip} writes them
     */
    static GstreamerStation start(String python, int fps, Map<String, Path> clips, Path folder) throws IOException {
        Path script = folder.resolve("gstreamer_station.py");
        try (InputStream in = GstreamerStation.class.getResourceAsStream("gstreamer_station.py")) {
            if (in == null) {
                throw new IOException("the script of the GStreamer station is missing");
            }
            Files.copy(in, script);
        }
        List<String> command = new ArrayList<>(List.of(python, script.toString(), Integer.toString(fps)));
        clips.forEach((name, file) -> command.add(name + "=" + file));
        Path log = folder.resolve("gstreamer.log");
        Process process =
                new ProcessBuilder(command).redirectError(log.toFile()).start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String port = out.readLine();
        if (port == null) {
            throw new IOException("the GStreamer station did not start: " + Files.readString(log));
        }
        return new GstreamerStation(process, Integer.parseInt(port));
    }

    String url(String camera) {
        return "rtsp://127.0.0.1:" + port + "/" + camera;
    }

    @Override
    public void close() throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
