package io.kerbwatch.server.command;

import io.kerbwatch.server.order.OrderHistory;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks the history of all orders, whether the server runs or not. */
@Command(
        name = "verify-history",
        description = "Checks that nobody changed the history of an order; says which move was changed.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class VerifyHistoryCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    VerifyHistoryCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("run by picocli only");
        }
        Settings settings = flags.settings();
        PrintWriter out = command.commandLine().getOut();
        OrderHistory.Result result;
        try (OpenDatabase database = OpenDatabase.existing(settings)) {
            result = new OrderHistory(database.database(), settings.data()).verify();
        } catch (IOException e) {
            throw new Failure(String.valueOf(e.getMessage()));
        }
        if (json) {
            out.println(Json.text(result));
        } else {
            result.faults().forEach(out::println);
            out.println(result.orders() + " orders, " + result.moves() + " moves, " + result.anchors() + " anchors"
                    + (result.unchained() > 0 ? ", " + result.unchained() + " moves from before the chain" : "")
                    + (result.faults().isEmpty()
                            ? ": all as it was written"
                            : ": " + result.faults().size() + " faults"));
        }
        return result.faults().isEmpty() ? 0 : 1;
    }
}
