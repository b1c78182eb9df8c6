package io.kerbwatch.server.fault;

import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Everything that went in and came out while faults were made, in memory and as a line each in a file. */
final class Recording {
    /** A message that a receiver got; answered with a status, or not at all (0). */
    record Delivery(
            String receiver,
            String id,
            String type,
            String order,
            int round,
            String state,
            long sequence,
            long serial,
            int body,
            int answered) {}

    /** A report, and how it was answered. */
    record Report(String order, int round, String event, String key, int status) {}

    final Map<Integer, String> told = new ConcurrentHashMap<>();
    final Set<Integer> taken = ConcurrentHashMap.newKeySet();
    final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    final List<Report> reports = new CopyOnWriteArrayList<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final Path file;

    /** Records under {@code target/faults}. */
    Recording(String name) {
        try {
            file = Files.createDirectories(Path.of("target", "faults")).resolve(name + ".jsonl");
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void tell(int number, String camera) {
        told.put(number, camera);
        note("told", Map.of("finding", number, "camera", camera));
    }

    void took(int number) {
        taken.add(number);
        note("taken", Map.of("finding", number));
    }

    void notTaken(int number, String why) {
        failed.incrementAndGet();
        note("not taken", Map.of("finding", number, "why", why));
    }

    /** How often a finding was told and not taken. */
    int failed() {
        return failed.get();
    }

    void got(Delivery delivery) {
        deliveries.add(delivery);
        note("delivered", delivery);
    }

    void reported(Report report) {
        reports.add(report);
        note("reported", report);
    }

    /** Writes down what else happened. */
    synchronized void note(String what, Object about) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("at", Instant.now());
        line.put("what", what);
        line.put("about", about);
        try {
            Files.writeString(file, Json.text(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
