package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.detect.DetectorModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmark detector}: what DJL's call adds to the raw call of the model, by threads and batch. */
@Command(
        name = "detector",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the detector on this machine: DJL's call (input handed over, outputs taken out), the raw",
            "call of the model with its input in place, and our whole detection. Each in a process of its own."
        })
final class DetectorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--pictures", description = "To measure each way with (default: ${DEFAULT-VALUE}).")
    private int pictures = 200;

    @Option(names = "--variant", description = "Weights by name, as often as needed (default: all of the model).")
    private List<String> variants = List.of();

    @Option(names = "--model", paramLabel = "DIR", description = "A model to measure beside ours; as often as needed.")
    private List<Path> models = List.of();

    @Option(names = "--json", description = "Print the result as one JSON object, as the last line.")
    private boolean json;

    @Option(names = "--work", description = "Folder for logs (default: in the temporary folder).")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"), "kerbwatch-benchmark");

    /** All ways. */
    record Results(int cores, List<DetectorMain.Result> results) {}

    /**
     * What is measured.
     *
     * @param model folder; empty for ours
     */
    private record Weights(String model, String variant) {}

    private List<Weights> weights() {
        List<Weights> weights = new ArrayList<>();
        variants(DetectorModel.bundled()).forEach(variant -> weights.add(new Weights("", variant)));
        for (Path model : models) {
            variants(DetectorModel.at(model)).forEach(variant -> weights.add(new Weights(model.toString(), variant)));
        }
        return weights;
    }

    private Collection<String> variants(DetectorModel model) {
        return variants.isEmpty() ? model.variants().keySet() : variants;
    }

    @Override
    public Integer call() throws IOException {
        Files.createDirectories(work);
        List<DetectorMain.Result> results = new ArrayList<>();
        for (int threads : new int[] {1, 2}) {
            for (int batch : new int[] {1, 4}) {
                List<String> options = List.of("-Dai.djl.pytorch.num_threads=" + threads, "-DOPT_OUT_TRACKING=true");
                for (Weights weights : weights()) {
                    List<String> arguments = List.of(
                            Integer.toString(threads),
                            Integer.toString(batch),
                            Integer.toString(pictures),
                            weights.variant,
                            weights.model);
                    try (Child child =
                            Child.start(DetectorMain.class, work.resolve("detector.log"), options, arguments)) {
                        results.addAll(List.of(Json.read(child.answer(), DetectorMain.Result[].class)));
                    }
                }
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf("%-34s %7s %5s %12s %12s%n", "way", "threads", "batch", "cpu ms/pic", "wall ms/pic");
        for (DetectorMain.Result r : results) {
            if (r.refused().isEmpty()) {
                out.printf(
                        "%-34s %7d %5d %12.2f %12.2f%n",
                        r.way(), r.threads(), r.batch(), r.cpuMillis(), r.wallMillis());
            } else {
                out.printf("%-34s %7d %5d %s%n", r.way(), r.threads(), r.batch(), r.refused());
            }
        }
        if (json) {
            out.println(Json.text(new Results(Runtime.getRuntime().availableProcessors(), results)));
        }
        out.flush();
        return 0;
    }
}
