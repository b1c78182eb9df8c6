package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Our pipeline, up to the detector's input or through the detector. */
final class OwnReader implements Reader {
    private final Child child;

    private OwnReader(Child child) {
        this.child = child;
    }

    static OwnReader start(List<String> urls, Duration rhythm, boolean infer, Path folder) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(Long.toString(rhythm.toMillis()), Boolean.toString(infer)));
        arguments.addAll(urls);
        return new OwnReader(Child.start(OwnReaderMain.class, folder.resolve("ours.log"), List.of(), arguments));
    }

    OwnReaderMain.Report report() throws IOException {
        return Json.read(child.ask("report"), OwnReaderMain.Report.class);
    }

    /** Forgets the ages that were seen until now. */
    void begin() throws IOException {
        String unused = child.ask("begin");
    }

    @Override
    public Collection<Long> processes() {
        return List.of(child.pid());
    }

    @Override
    public long pictures() throws IOException {
        return report().looks();
    }

    @Override
    public boolean up() throws IOException {
        OwnReaderMain.Report report = report();
        return report.live() == report.cameras();
    }

    @Override
    public Optional<Split> split() throws IOException {
        return Optional.of(report().split());
    }

    @Override
    public void close() {
        child.close();
    }
}
