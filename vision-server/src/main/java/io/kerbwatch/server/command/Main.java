package io.kerbwatch.server.command;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.command.benchmark.BenchmarkCommand;
import io.kerbwatch.server.command.demo.DemoCommand;
import io.kerbwatch.server.platform.Settings;
import java.io.PrintWriter;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The command line. Exit codes: 0 done, 1 could not, 2 bad usage. */
@Command(
        name = "kerbwatch",
        description = "Watches refuse stations through their cameras, sends a cleaner, and closes the order when the"
                + " camera sees the place clean.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class)
public final class Main {
    /** Tells the version of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"kerbwatch " + Kerbwatch.version()};
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    /** As {@link #main}, answering the exit code. */
    static int run(String... arguments) {
        return run(commands(), arguments);
    }

    /** As {@link #main}, writing elsewhere than to the process's own outputs. */
    static int run(PrintWriter out, PrintWriter err, String... arguments) {
        return run(commands().setOut(out).setErr(err), arguments);
    }

    private static int run(CommandLine line, String... arguments) {
        return line.execute(withDefault(line.getSubcommands().keySet(), arguments));
    }

    private static CommandLine commands() {
        CommandLine line = new CommandLine(new Main());
        configurable(line, new SettingFlags(), ServeCommand::new);
        configurable(line, new SettingFlags(), SignInCommand::new);
        configurable(line, new SettingFlags(), ConfigCommand::new);
        configurable(line, new SettingFlags(), DoctorCommand::new);
        CommandLine token = new CommandLine(new TokenCommand());
        configurable(token, new SettingFlags(), TokenCreateCommand::new);
        line.addSubcommand(token);
        CommandLine dataset = new CommandLine(new DatasetCommand());
        configurable(dataset, new SettingFlags(), DatasetExportCommand::new);
        line.addSubcommand(dataset);
        configurable(line, new SettingFlags(), VerifyHistoryCommand::new);
        line.addSubcommand(new DemoCommand());
        line.addSubcommand(new DetectCommand());
        line.addSubcommand(new ReplayCommand());
        line.addSubcommand(new CountCommand());
        line.addSubcommand(new ProbeCommand());
        line.addSubcommand(new BenchmarkCommand());
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            PrintWriter err = command.getErr();
            if (error instanceof Settings.Invalid) {
                err.println(error.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            if (error instanceof Failure || error instanceof Kerbwatch.CannotStart) {
                err.println("kerbwatch: " + error.getMessage());
            } else {
                error.printStackTrace(err);
            }
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line;
    }

    private static void configurable(CommandLine parent, SettingFlags flags, Function<SettingFlags, Object> command) {
        CommandLine child = new CommandLine(command.apply(flags));
        flags.addTo(child.getCommandSpec());
        // the settings are listed below it; all of them in one line would hide the rest
        child.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        parent.addSubcommand(child);
    }

    /** Without a command it serves. */
    private static String[] withDefault(Set<String> commands, String[] arguments) {
        Set<String> own = Set.of("-h", "--help", "-V", "--version");
        if (arguments.length > 0 && (commands.contains(arguments[0]) || own.contains(arguments[0]))) {
            return arguments;
        }
        if (arguments.length > 0 && !arguments[0].startsWith("-")) {
            return arguments; // a misspelt command, which picocli tells
        }
        String[] serving = new String[arguments.length + 1];
        serving[0] = "serve";
        System.arraycopy(arguments, 0, serving, 1, arguments.length);
        return serving;
    }
}
