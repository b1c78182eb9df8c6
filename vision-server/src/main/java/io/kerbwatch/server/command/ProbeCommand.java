package io.kerbwatch.server.command;

import io.kerbwatch.vision.stream.AddressPolicy;
import io.kerbwatch.vision.stream.CameraStreams;
import io.kerbwatch.vision.stream.CameraUrl;
import io.kerbwatch.vision.stream.MonotonicClock;
import io.kerbwatch.vision.stream.StreamOptions;
import io.kerbwatch.vision.watch.CameraProbe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tries a camera's URL from the command line. */
@Command(
        name = "probe",
        description = "Connects to a camera and says what it shows, or what is wrong.",
        mixinStandardHelpOptions = true)
public final class ProbeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "URL", description = "rtsp://, rtsps:// or http:// (MJPEG).")
    private String url = "";

    @Option(names = "--output", paramLabel = "FILE", description = "Write the picture (JPEG, people blurred) there.")
    private @Nullable Path output;

    @Option(names = "--within", paramLabel = "SECONDS", description = "Give up after that (default 15).")
    private int within = 15;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        CameraUrl camera;
        try {
            camera = CameraUrl.parse(url);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        StreamOptions options = StreamOptions.defaults();
        MonotonicClock clock = new MonotonicClock(InstantSource.system());
        try (CameraStreams streams = new CameraStreams(clock, AddressPolicy.any())) {
            CameraProbe.Result result = new CameraProbe(streams, options).probe(camera, Duration.ofSeconds(within));
            byte[] jpeg = result.jpeg();
            if (jpeg == null) {
                spec.commandLine()
                        .getErr()
                        .println(result.health().grade().code() + ": "
                                + result.health().reason());
                return 1;
            }
            String distance = result.keyFrameSeconds() == null
                    ? "more than 5 s apart, set 2 to 4 s"
                    : String.format(Locale.ROOT, "%.1f s apart", result.keyFrameSeconds());
            out.printf(
                    "%s: %d x %d, %s, key frames %s%n",
                    camera, result.width(), result.height(), result.codec(), distance);
            if (output != null) {
                Files.write(output, jpeg);
                out.println("picture: " + output);
            }
            return 0;
        }
    }
}
