package io.kerbwatch.server.command.benchmark;

import picocli.CommandLine.Command;

/** {@code benchmark}: measures on this machine. */
@Command(
        name = "benchmark",
        description = "Measures what watching, detecting and orders cost on this machine.",
        synopsisSubcommandLabel = "(cameras | detector | orders | district)",
        subcommands = {CamerasCommand.class, DetectorCommand.class, OrdersCommand.class, DistrictCommand.class})
public final class BenchmarkCommand {}
