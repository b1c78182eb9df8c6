package io.kerbwatch.server.command.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** That the benchmarks run and measure something; what they measure is for people to judge, on a machine at rest. */
@EnabledOnOs(OS.LINUX)
class BenchmarkCommandTest {
    /** Shared, so that the streams are made once. */
    private static Path work = Path.of("target", "benchmark");

    @BeforeAll
    static void choose(@TempDir Path folder) {
        work = folder;
    }

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return new CommandLine(new BenchmarkCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private JsonNode json() {
        List<String> lines = out.toString().lines().toList();
        return Json.tree(lines.get(lines.size() - 1));
    }

    @Test
    void readsTheSameCamerasInThreeWays() {
        int code = run(
                "cameras",
                "--cameras",
                "2",
                "--seconds",
                "3",
                "--warm-up",
                "0",
                "--rhythm",
                "2",
                "--json",
                "--work",
                work.toString());
        assertThat(code).describedAs("%s%s", out, err).isZero();
        JsonNode result = json();
        assertThat(result.at("/readers").findValuesAsText("reader")).containsExactly("ours", "frigate", "grabber");
        for (JsonNode reader : result.at("/readers")) {
            assertThat(reader.at("/cpuMillis").asDouble()).isPositive();
            assertThat(reader.at("/picturesPerSecond").asDouble()).isPositive();
        }
        assertThat(result.at("/readers/0/split/decode").asDouble()).isPositive();
        assertThat(out.toString()).contains("Not the same work");
    }

    @Test
    void watchesManyForAWhile() {
        int code = run(
                "cameras",
                "--soak",
                "--infer",
                "--cameras",
                "3",
                "--seconds",
                "4",
                "--warm-up",
                "0",
                "--rhythm",
                "2",
                "--json",
                "--work",
                work.toString());
        assertThat(code).describedAs("%s%s", out, err).isZero();
        JsonNode result = json();
        assertThat(result.at("/looks").asInt()).isPositive();
        assertThat(result.at("/ages/samples").asInt()).isPositive();
        assertThat(result.at("/ages/percentile99").asDouble()).isPositive();
    }

    @Test
    void callsTheModelInEachWay() {
        int code = run("detector", "--pictures", "4", "--json", "--work", work.toString());
        assertThat(code).describedAs("%s%s", out, err).isZero();
        assertThat(json().at("/results").findValuesAsText("threads")).contains("1", "2");
        assertThat(json().at("/results").findValuesAsText("batch")).contains("1", "4");
    }

    @Test
    void saysWhatItCannotRead() {
        assertThat(run("cameras", "--readers", "vlc")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains("'vlc' is no reader");
        assertThat(run("cameras", "--seconds", "0")).isEqualTo(CommandLine.ExitCode.USAGE);
    }

    @Test
    void aDistrictIsMeasured() {
        int code = run(
                "district",
                "--monitors",
                "5",
                "--seconds",
                "3",
                "--readings",
                "2000",
                "--places",
                "40",
                "--walls",
                "3",
                "--orders",
                "3",
                "--browser",
                "none",
                "--json",
                "--work",
                work.toString());
        assertThat(code).describedAs("%s%s", out, err).isZero();
        JsonNode result = json();
        assertThat(result.at("/dust/stored").asInt()).isGreaterThanOrEqualTo(15);
        assertThat(result.at("/dust/measured").asInt())
                .as("drained, each of them is acknowledged and there")
                .isEqualTo(result.at("/dust/stored").asInt())
                .isEqualTo(result.at("/dust/inDatabase").asInt());
        assertThat(result.at("/dust/lost").asInt()).isZero();
        assertThat(result.at("/dust/oneCore").asBoolean()).isEqualTo(Files.isExecutable(Path.of("/usr/bin/taskset")));
        assertThat(result.at("/dust/refused").asInt()).isZero();
        assertThat(result.at("/curvesMillis/count").asInt()).isEqualTo(200);
        assertThat(result.at("/walls/missed").asInt()).isZero();
        assertThat(result.at("/walls/millis/count").asInt()).isEqualTo(9);
        assertThat(result.get("map").isNull()).isTrue();
    }
}
