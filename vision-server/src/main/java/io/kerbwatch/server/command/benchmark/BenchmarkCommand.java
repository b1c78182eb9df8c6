package io.kerbwatch.server.command.benchmark;

import picocli.CommandLine.Command;

/** {@code benchmark}: measures on this machine. */
@Command(
        name = "benchmark",
        description = "Measures what watching and detecting cost on this machine.",
        synopsisSubcommandLabel = "(cameras | detector)",
        subcommands = {CamerasCommand.class, DetectorCommand.class})
public final class BenchmarkCommand {}
