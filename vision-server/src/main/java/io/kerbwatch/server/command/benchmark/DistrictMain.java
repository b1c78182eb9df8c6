package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import java.io.PrintStream;
import java.time.InstantSource;

/**
 * The server that {@code benchmark district} measures, in a process of its own: a whole one, to which no camera belongs.
 * Argument: data directory. Says once who it is ({@link Ready}), then answers every line with a new sign-in link.
 */
final class DistrictMain {
    private DistrictMain() {}

    /** What the benchmark has to know of the server. */
    record Ready(String url, String token, int dustPort, long pid) {}

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = Child.answers();
        Settings settings = Settings.defaults()
                .with(Settings.DATA, arguments[0])
                .with(Settings.SERVER_LISTEN, "127.0.0.1:0")
                .with(Settings.DUST_LISTEN, "127.0.0.1:0")
                .with(Settings.DUST_CONNECTIONS, "5000")
                .with(Settings.DUST_CONNECTIONS_PER_ADDRESS, "5000")
                .with(Settings.ORDERS_PER_HOUR, "100000");
        ToldVision nothing = new ToldVision(new byte[0], (sink, question) -> {});
        try (Kerbwatch server = Kerbwatch.start(settings, nothing, InstantSource.system())) {
            String token = server.accounts()
                    .createToken(Caller.SYSTEM, new Accounts.NewToken("benchmark", "admin", null, null, null, null))
                    .secret();
            answers.println(Json.text(new Ready(
                    server.url(),
                    token,
                    server.dustPort().orElseThrow(),
                    ProcessHandle.current().pid())));
            while (System.in.read() >= 0) {
                if (System.in.available() == 0) {
                    answers.println(server.signInLink());
                }
            }
        }
    }
}
