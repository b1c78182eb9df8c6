package io.kerbwatch.server.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Holds what is done with pictures to learn from. */
@Command(name = "dataset", description = "Makes pictures to learn from.", mixinStandardHelpOptions = true)
final class DatasetCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "What about data sets? There is: dataset export");
        }
    }
}
