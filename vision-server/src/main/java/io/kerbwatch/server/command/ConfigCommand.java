package io.kerbwatch.server.command;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows what holds and where it came from. */
@Command(
        name = "config",
        description = "Shows every setting, its value, and where the value came from.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ConfigCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Option(names = "--print", description = "Print them (what happens anyway).")
    private boolean print;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    ConfigCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() {
        Settings settings = flags.settings();
        if (spec != null) {
            PrintWriter out = spec.commandLine().getOut();
            Map<String, Object> all = new LinkedHashMap<>();
            for (Settings.Line line : settings.lines()) {
                boolean hidden = line.setting().secret() && !line.text().isEmpty();
                String value = hidden ? "(secret)" : line.text();
                all.put(line.setting().name(), Map.of("value", value, "origin", line.origin()));
                if (!json || print) {
                    out.printf("%-28s %-28s # %s%n", line.setting().name(), value, line.origin());
                }
            }
            if (json) {
                out.println(Json.text(all));
            }
            out.flush();
        }
        return 0;
    }
}
