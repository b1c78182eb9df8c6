package io.kerbwatch.server.command.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The process that serves the streams. */
final class Station implements AutoCloseable {
    private final Child child;
    private final String base;

    private Station(Child child, String base) {
        this.child = child;
        this.base = base;
    }

    static Station start(int cameras, List<Path> loops, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.add(Integer.toString(cameras));
        loops.forEach(l -> arguments.add(l.toString()));
        Child child = Child.start(StationMain.class, folder.resolve("station.log"), List.of(), arguments);
        return new Station(child, "rtsp://127.0.0.1:" + child.answer() + "/cam-");
    }

    /** The first cameras. */
    List<String> urls(int cameras) {
        return IntStream.range(0, cameras).mapToObj(i -> base + i).toList();
    }

    Usage usage() {
        return Usage.of(List.of(child.pid()));
    }

    @Override
    public void close() {
        child.close();
    }
}
