package io.kerbwatch.server.command;

import io.kerbwatch.server.platform.HostPort;
import io.kerbwatch.server.platform.Setting;
import io.kerbwatch.server.platform.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;

/** Every setting as a flag of the same name, with the short names that people use most. */
final class SettingFlags {
    private final Map<String, String> flags = new LinkedHashMap<>();
    private @Nullable Path file;
    private @Nullable Integer port;

    void addTo(CommandSpec command) {
        command.addOption(option("--config", "FILE", "YAML file of settings.", Path.class, new ISetter() {
            @Override
            public <T> T set(T value) {
                file = (Path) value;
                return value;
            }
        }));
        command.addOption(option(
                "--port",
                "N",
                "Port to listen on, in place of the one in server.listen.",
                Integer.class,
                new ISetter() {
                    @Override
                    public <T> T set(T value) {
                        port = (Integer) value;
                        return value;
                    }
                }));
        for (Setting<?> setting : Settings.all()) {
            String[] names = setting.equals(Settings.DATABASE_URL)
                    ? new String[] {"--" + setting.name(), "--database"}
                    : new String[] {"--" + setting.name()};
            command.addOption(OptionSpec.builder(names)
                    .paramLabel(setting.secret() ? "SECRET" : "VALUE")
                    .type(String.class)
                    .description(setting.description()
                            + (setting.fallback().isEmpty() ? "" : " Default: " + setting.fallback() + "."))
                    .setter(new ISetter() {
                        @Override
                        public <T> T set(T value) {
                            if (value != null) {
                                flags.put(setting.name(), value.toString());
                            }
                            return value;
                        }
                    })
                    .build());
        }
    }

    /**
     * What holds now.
     *
     * @throws Settings.Invalid if something of it is wrong
     */
    Settings settings() {
        Settings settings = Settings.load(file, System.getenv(), flags);
        if (port == null) {
            return settings;
        }
        HostPort listen = settings.get(Settings.SERVER_LISTEN).withPort(port);
        Map<String, String> more = new LinkedHashMap<>(flags);
        more.put(Settings.SERVER_LISTEN.name(), listen.toString());
        return Settings.load(file, System.getenv(), more);
    }

    private static OptionSpec option(String name, String label, String text, Class<?> type, ISetter setter) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .description(text)
                .type(type)
                .setter(setter)
                .build();
    }
}
