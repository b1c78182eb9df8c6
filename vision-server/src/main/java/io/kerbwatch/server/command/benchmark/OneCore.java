package io.kerbwatch.server.command.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Processes that are kept on one core, with all their threads and all that they start, until this is closed. By {@code
 * taskset} of util-linux.
 */
final class OneCore implements AutoCloseable {
    private final Supplier<List<Long>> pids;
    private final String before;

    private OneCore(Supplier<List<Long>> pids, String before) {
        this.pids = pids;
        this.before = before;
    }

    /**
     * Keeps them on the first core that they may use; empty where that cannot be done.
     *
     * @param pids of those that there are when it is asked, for more may start meanwhile
     */
    static Optional<OneCore> of(Supplier<List<Long>> pids) throws IOException, InterruptedException {
        Optional<String> allowed = allowed(pids.get().get(0));
        if (allowed.isEmpty()) {
            return Optional.empty();
        }
        OneCore kept = new OneCore(pids, allowed.get());
        if (kept.set(allowed.get().replaceFirst("[,-].*", ""))) {
            return Optional.of(kept);
        }
        kept.close();
        return Optional.empty();
    }

    private static Optional<String> allowed(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.isReadable(status)) {
            return Optional.empty();
        }
        return Files.readAllLines(status, StandardCharsets.ISO_8859_1).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).trim())
                .findFirst();
    }

    private boolean set(String cores) throws InterruptedException {
        boolean all = true;
        for (long pid : pids.get()) {
            try {
                Process process = new ProcessBuilder("taskset", "-a", "-c", "-p", cores, Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
                all &= process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
            } catch (IOException e) {
                return false; // there is no taskset
            }
        }
        return all;
    }

    /** Lets them go where they might go before; those that have ended since do not matter. */
    @Override
    public void close() {
        try {
            var unused = set(before);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
