package io.kerbwatch.server.fault;

import io.kerbwatch.server.Api;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@link FaultChild} that things are done to. */
final class ServerProcess implements AutoCloseable {
    /** Where it listens and who may do everything there. */
    record Ready(String url, String token) {
        Api api() {
            return new Api(url, token);
        }
    }

    private final Process process;
    private final Recording recording;
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();
    private final Thread reader;

    private ServerProcess(Process process, Recording recording) {
        this.process = process;
        this.recording = recording;
        this.reader = new Thread(this::read, "child");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * How to start one.
     *
     * @param before command that it is run by; none if empty
     * @param options of the Java machine
     * @param settings by name
     * @param environment beside ours
     */
    record Plan(
            List<String> before, List<String> options, Map<String, String> settings, Map<String, String> environment) {
        static Plan with(Map<String, String> settings) {
            return new Plan(List.of(), List.of(), settings, Map.of());
        }

        Plan runBy(String... command) {
            return new Plan(List.of(command), options, settings, environment);
        }

        Plan options(String... some) {
            return new Plan(before, List.of(some), settings, environment);
        }

        Plan environment(Map<String, String> some) {
            return new Plan(before, options, settings, some);
        }
    }

    static ServerProcess start(Recording recording, Plan plan) {
        List<String> command = new ArrayList<>(plan.before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.addAll(plan.options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), FaultChild.class.getName()));
        plan.settings.forEach((name, value) -> command.add(name + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(plan.environment);
        try {
            recording.note("start", plan);
            return new ServerProcess(builder.start(), recording);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Ready ready() {
        try {
            return ready.get(180, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("the server did not start; see " + recording, e);
        }
    }

    /** Whether it is ready already, or gets so within the time. */
    boolean readyWithin(Duration time) throws InterruptedException {
        try {
            ready.get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    /** A camera sees it dirty; nothing happens if the server is gone already. */
    synchronized void tell(int number, String camera) {
        recording.tell(number, camera);
        try {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(number + " " + camera + "\n")
                    .flush();
        } catch (IOException e) {
            recording.note("not heard", Map.of("finding", number));
        }
    }

    long pid() {
        return process.pid();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Sends a signal by name, as {@code kill} does. */
    void signal(String name) throws IOException, InterruptedException {
        recording.note("signal", name);
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** Kills it with what it has in memory; whatever it started lives on. */
    void kill() throws InterruptedException {
        recording.note("signal", "KILL");
        process.toHandle().destroyForcibly(); // by its handle, which leaves what it said to be read
        process.waitFor();
        reader.join(5_000);
    }

    /** Stops it as an administrator does. */
    @Override
    public void close() {
        try {
            process.outputWriter(StandardCharsets.UTF_8).close();
        } catch (IOException e) {
            recording.note("not heard", "end");
        }
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("taken ")) {
                    recording.took(Integer.parseInt(line.substring("taken ".length())));
                } else if (line.startsWith("failed ")) {
                    String[] words = line.split(" ", 3);
                    recording.notTaken(Integer.parseInt(words[1]), words[2]);
                } else if (line.startsWith("ready ")) {
                    String[] words = line.split(" ", -1);
                    ready.complete(new Ready(words[1], words[2]));
                } else {
                    recording.note("said", line);
                }
            }
        } catch (IOException e) {
            recording.note("stopped listening", String.valueOf(e.getMessage()));
        }
        ready.completeExceptionally(new IllegalStateException("it ended"));
    }
}
