package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.samples.Clip;
import io.kerbwatch.samples.SampleCamera;
import io.kerbwatch.samples.SampleStation;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The cameras of the benchmark, in a process of their own: arguments are how many and the loops that they show. */
final class StationMain {
    private StationMain() {}

    public static void main(String[] arguments) throws IOException {
        PrintStream answers = Child.answers();
        List<Clip> loops = new ArrayList<>();
        for (String file : List.of(arguments).subList(1, arguments.length)) {
            loops.add(Clip.read(Path.of(file)));
        }
        List<SampleCamera> cameras = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            cameras.add(SampleCamera.of("cam-" + i, loops.get(i % loops.size())));
        }
        try (SampleStation station = SampleStation.start(cameras);
                BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            answers.println(station.port());
            while (in.readLine() != null) {
                answers.println(station.port());
            }
        }
    }
}
