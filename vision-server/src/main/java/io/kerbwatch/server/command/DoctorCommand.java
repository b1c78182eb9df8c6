package io.kerbwatch.server.command;

import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.HostPort;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at what an installation needs. */
@Command(
        name = "doctor",
        description = "Says what is wrong with this installation; changes nothing that matters.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    private final SettingFlags flags;
    private int bad;

    @Spec
    private @Nullable CommandSpec spec;

    DoctorCommand(SettingFlags flags) {
        this.flags = flags;
    }

    private interface Check {
        String look() throws Exception;
    }

    @Override
    public Integer call() {
        Settings settings = flags.settings();
        if (spec == null) {
            throw new IllegalStateException("run by picocli only");
        }
        PrintWriter out = spec.commandLine().getOut();
        Path data = settings.data();
        check(out, "settings", () -> settings.lines().size() + " settings, all allowed");
        check(out, "data directory", () -> directory(data));
        check(out, "master key", () -> key(settings, data));
        check(out, "port", () -> port(settings, data));
        check(out, "database", () -> {
            if (OpenDatabase.missing(settings)) {
                return "is made in " + data + " at the first start";
            }
            try (OpenDatabase database = OpenDatabase.of(settings)) {
                return "answers; " + database.accounts().tokens(Caller.SYSTEM).size() + " tokens";
            }
        });
        out.println(
                bad == 0 ? "Nothing is wrong." : bad + (bad == 1 ? " thing is" : " things are") + " wrong; see above.");
        out.flush();
        return bad == 0 ? 0 : 1;
    }

    private void check(PrintWriter out, String what, Check check) {
        String word = "ok ";
        String says;
        try {
            says = check.look();
        } catch (Exception e) {
            bad++;
            word = "BAD";
            says = String.valueOf(e.getMessage());
        }
        out.printf("%s  %-15s %s%n", word, what, says);
    }

    private static String directory(Path data) throws IOException {
        if (!Files.exists(data)) {
            return data + " is made at the first start";
        }
        if (DataDirectory.taken(data)) {
            return data + " is in use by a server at "
                    + DataDirectory.address(data).orElse("(starting)");
        }
        try (DataDirectory taken = DataDirectory.take(data)) {
            return taken.path() + " can be used, " + (Files.getFileStore(data).getUsableSpace() >> 30) + " GiB free";
        }
    }

    private static String key(Settings settings, Path data) throws IOException {
        Path file = settings.get(Settings.SECURITY_KEY_FILE)
                .map(Path::of)
                .orElse(data.resolve("keys").resolve("master.key"));
        if (!Files.exists(file)) {
            return file + " is made at the first start";
        }
        MasterKey.open(file);
        return file + " is whole; keep a copy of it elsewhere";
    }

    private static String port(Settings settings, Path data) throws IOException {
        HostPort listen = settings.get(Settings.SERVER_LISTEN);
        if (Files.exists(data) && DataDirectory.taken(data)) {
            return "a server runs; its own port is told above";
        }
        try (ServerSocket socket = new ServerSocket(listen.port(), 1, InetAddress.getByName(listen.host()))) {
            return listen.port() == 0
                    ? "any free port is taken, such as " + socket.getLocalPort()
                    : listen + " is free";
        } catch (IOException e) {
            throw new IOException(
                    listen + " cannot be listened on: " + e.getMessage() + "; take another with --port", e);
        }
    }
}
