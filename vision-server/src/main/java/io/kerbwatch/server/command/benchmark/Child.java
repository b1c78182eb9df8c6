package io.kerbwatch.server.command.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java machine beside this one that runs a class of this program, so that its processor time and memory are its own.
 * It is asked by lines and answers by lines; it ends when its standard input does, so that it outlives nobody.
 */
final class Child implements AutoCloseable {
    private final Process process;
    private final Path log;
    private final BufferedReader answers;

    private Child(Process process, Path log) {
        this.process = process;
        this.log = log;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one.
     *
     * @param log where its messages go
     * @param options of the Java machine
     * @throws IOException if it does not start
     */
    static Child start(Class<?> main, Path log, List<String> options, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // As this process was started, so are its children: which collector runs decides how much memory they take.
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-X"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new Child(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
    }

    /** For the other side: standard output for answers alone, whatever else is printed goes to the log. */
    static PrintStream answers() {
        PrintStream answers = System.out;
        System.setOut(System.err);
        return answers;
    }

    /** Asks and waits for the answer. */
    String ask(String question) throws IOException {
        tell(question);
        return answer();
    }

    /** Says something that is not answered. */
    void tell(String what) throws IOException {
        process.outputWriter(StandardCharsets.UTF_8).append(what).append('\n').flush();
    }

    /** The next line that it says. */
    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("a process of the benchmark ended; see " + log);
        }
        return line;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
