package io.kerbwatch.server.command;

import io.kerbwatch.server.dataset.DatasetExport;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.vision.detect.DetectorModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Writes a data set of what people said of incidents, whether the server runs or not. */
@Command(
        name = "export",
        description = "Writes the pictures on which someone gave a verdict, people blurred, as YOLO and COCO.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DatasetExportCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "A folder that is new or empty.")
    private Path out = Path.of("");

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    DatasetExportCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("run by picocli only");
        }
        Settings settings = flags.settings();
        DetectorModel model = settings.get(Settings.DETECTOR_MODEL)
                .map(folder -> DetectorModel.at(Path.of(folder)))
                .orElseGet(DetectorModel::bundled);
        try (OpenDatabase database = OpenDatabase.existing(settings)) {
            DatasetExport.Result result = new DatasetExport(database.database(), settings.data(), model).write(out);
            command.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? Json.text(result)
                                    : result.pictures() + " pictures with boxes " + result.boxes() + " in " + out + "; "
                                            + result.undecided() + " left out with refuse that nobody judged, "
                                            + result.gone() + " whose file is kept no longer");
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
        return 0;
    }
}
