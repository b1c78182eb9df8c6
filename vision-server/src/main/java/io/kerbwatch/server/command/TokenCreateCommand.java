package io.kerbwatch.server.command;

import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Role;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a token, whether the server runs or not. */
@Command(
        name = "create",
        description = "Makes a token and prints it, once.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class TokenCreateCommand implements Callable<Integer> {
    private final SettingFlags flags;

    @Option(names = "--name", defaultValue = "command line", description = "What it is for.")
    private String name = "";

    @Option(
            names = "--role",
            defaultValue = "admin",
            description = "viewer, operator, dispatcher, crew, supervisor, admin or auditor. Default: admin.")
    private String role = "";

    @Option(names = "--scope", description = "A right that it has; as often as needed. All of the role if left out.")
    private List<String> scopes = new ArrayList<>();

    @Option(names = "--site", description = "Id of a site that it is limited to; as often as needed.")
    private List<UUID> sites = new ArrayList<>();

    @Option(names = "--endpoint", description = "Id of the webhook endpoint that it reports for.")
    private @Nullable UUID endpoint;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    TokenCreateCommand(SettingFlags flags) {
        this.flags = flags;
    }

    @Override
    public Integer call() throws Exception {
        Settings settings = flags.settings();
        CommandSpec command = spec;
        if (command == null) {
            throw new IllegalStateException("run by picocli only");
        }
        try {
            Role.of(role);
            scopes.forEach(Scope::of);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), String.valueOf(e.getMessage()), e);
        }
        try (OpenDatabase database = OpenDatabase.existing(settings)) {
            Accounts.Issued issued = database.accounts()
                    .createToken(Caller.SYSTEM, new Accounts.NewToken(name, role, scopes, sites, endpoint, null));
            command.commandLine()
                    .getOut()
                    .println(
                            json
                                    ? Json.text(Map.of("id", issued.token().id(), "token", issued.secret()))
                                    : issued.secret());
        } catch (Problem.Raised e) {
            throw new Failure(e.problem().detail());
        }
        return 0;
    }
}
