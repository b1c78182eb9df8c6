package io.kerbwatch.server.command.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** JavaCV's grabber on every picture, as most Java programs read cameras. */
final class GrabberReader implements Reader {
    private final Child child;

    private GrabberReader(Child child) {
        this.child = child;
    }

    static GrabberReader start(List<String> urls, Path folder) throws IOException {
        return new GrabberReader(Child.start(GrabberMain.class, folder.resolve("grabber.log"), List.of(), urls));
    }

    private LongStream counts() throws IOException {
        return Arrays.stream(child.ask("pictures").trim().split(" ")).mapToLong(Long::parseLong);
    }

    @Override
    public Collection<Long> processes() {
        return List.of(child.pid());
    }

    @Override
    public long pictures() throws IOException {
        return counts().sum();
    }

    @Override
    public boolean up() throws IOException {
        return counts().allMatch(n -> n > 0);
    }

    @Override
    public Optional<Split> split() {
        return Optional.empty();
    }

    @Override
    public void close() {
        child.close();
    }
}
