package io.kerbwatch.server.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    private record Ran(int code, String out, String err) {}

    @Test
    void configShowsWhatHoldsAndWhereItCameFrom(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("k.yaml"), "database:\n  password: geheim\n");

        Ran ran = run("config", "--config", file.toString(), "--orders.accept-within", "90s");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).containsPattern("orders.accept-within +90s +# flag --orders.accept-within");
        assertThat(ran.out()).containsPattern("database.password +\\(secret\\) +# file " + file);
        assertThat(ran.out()).doesNotContain("geheim");
    }

    @Test
    void exitCodesTellBadUsageFromFailure(@TempDir Path folder) throws Exception {
        assertThat(run("--version").out()).startsWith("kerbwatch ");
        assertThat(run("config", "--no-such-flag").code()).isEqualTo(2);
        assertThat(run("rubbish").code()).isEqualTo(2);
        Ran invalid = run("config", "--server.workers", "many");
        assertThat(invalid.code()).isEqualTo(2);
        assertThat(invalid.err()).contains("server.workers (flag --server.workers): 'many' is no whole number");
        Ran none = run("sign-in", "--data", folder.toString());
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("no server runs over").contains("kerbwatch serve");
        Ran role = run("token", "create", "--role", "king", "--data", folder.toString());
        assertThat(role.code()).isEqualTo(2);
        assertThat(role.err()).contains("there is no role 'king'; there are viewer, operator,");
        Ran empty = run("token", "create", "--data", folder.toString());
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("there is no installation in " + folder);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void doctorMakesNothing(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("data");

        Ran ran = run("doctor", "--data", data.toString(), "--server.listen", "127.0.0.1:0");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("database", "is made in " + data, "Nothing is wrong.");
        assertThat(data).doesNotExist();
    }

    private static Ran run(String... arguments) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
            int code = Main.run(arguments);
            return new Ran(code, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
