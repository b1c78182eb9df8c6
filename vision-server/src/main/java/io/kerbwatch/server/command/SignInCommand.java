package io.kerbwatch.server.command;

import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Settings;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Makes a link for the running server. */
@Command(
        name = "sign-in",
        description = "Prints a link that signs one browser in, once, within 15 minutes.",
        mixinStandardHelpOptions = true)
final class SignInCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Spec
    private @Nullable CommandSpec spec;

    SignInCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = flags.settings();
        if (!DataDirectory.taken(settings.data())) {
            throw new Failure("no server runs over " + settings.data()
                    + "; start it with `kerbwatch serve`, which prints a link, or name its directory with --data");
        }
        String address = DataDirectory.address(settings.data())
                .orElseThrow(() -> new Failure("the server is only just starting; try again in a moment"));
        try (OpenDatabase database = OpenDatabase.of(settings)) {
            String link = address + "/sign-in?link=" + database.accounts().createSignInLink();
            if (spec != null) {
                spec.commandLine().getOut().println(link);
            }
        }
        return 0;
    }
}
