package io.kerbwatch.server.command.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Stream;

/**
 * What the operating system says that processes have used: {@code /proc/PID/stat} and {@code smaps_rollup}, see
 * proc(5). Linux only.
 *
 * @param cpuMillis processor time since their start, user and system, all threads
 * @param memoryBytes resident now; pages that several share are counted in parts
 */
record Usage(double cpuMillis, long memoryBytes) {
    /** The kernel shows times in hundredths of a second to user space, whatever it counts in itself (USER_HZ). */
    private static final double MILLIS_A_TICK = 10;

    /** Of all of these together; they have to be alive. */
    static Usage of(Collection<Long> pids) {
        return pids.stream().map(Usage::of).reduce(new Usage(0, 0), Usage::plus);
    }

    /** Of a process and all that come from it, as far as they live or have been waited for by their parents. */
    static Usage ofTree(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                .map(process -> of(process.pid(), true))
                .reduce(new Usage(0, 0), Usage::plus);
    }

    private Usage plus(Usage other) {
        return new Usage(cpuMillis + other.cpuMillis, memoryBytes + other.memoryBytes);
    }

    private static Usage of(long pid) {
        return of(pid, false);
    }

    private static Usage of(long pid, boolean withEnded) {
        Path process = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The second field is the program's name in brackets, which may hold blanks.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            if (withEnded) {
                ticks += Long.parseLong(fields[13]) + Long.parseLong(fields[14]);
            }
            try (var lines = Files.lines(process.resolve("smaps_rollup"))) {
                long kilobytes = lines.filter(l -> l.startsWith("Pss:"))
                        .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                        .sum();
                return new Usage(ticks * MILLIS_A_TICK, kilobytes * 1024);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("process " + pid + " cannot be measured; has it ended?", e);
        }
    }
}
