package io.kerbwatch.server.command;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.vision.CameraVision;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop. */
@Command(
        name = "serve",
        description = "Runs the server (what happens without a command).",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Spec
    private @Nullable CommandSpec spec;

    ServeCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = flags.settings();
        Logs.configure(settings);
        prepare(settings.data());
        NativeCaches.below(settings.data());
        InstantSource clock = InstantSource.system();
        try (CameraVision vision = CameraVision.load(settings, clock)) {
            Kerbwatch server = Kerbwatch.start(settings, vision, clock);
            CountDownLatch stop = new CountDownLatch(1);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                server.close();
                                stop.countDown();
                            },
                            "kerbwatch-stop"));
            if (spec != null) {
                var out = spec.commandLine().getOut();
                out.println("Kerbwatch " + Kerbwatch.version() + " listens on " + server.url());
                out.println("Sign in once, within 15 minutes: " + server.signInLink());
                out.flush();
            }
            stop.await();
        }
        return 0;
    }

    /** Before libraries are unpacked there, which on a full disk ends in words that help nobody. */
    private static void prepare(Path data) throws Failure {
        try {
            DataDirectory.prepare(data);
        } catch (DataDirectory.Unusable e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
    }
}
