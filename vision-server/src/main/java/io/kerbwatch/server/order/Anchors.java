package io.kerbwatch.server.order;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Heads of the orders' hash chains, written outside the database every minute ({@code anchors.log} in the data directory:
 * instant, order, number of the move, hash): whoever rewrites a whole chain in the database contradicts them. Safe for many
 * threads.
 */
public final class Anchors implements AutoCloseable {
    private static final String FILE = "anchors.log";
    /** Bytes at the end of the file that surely hold a whole line. */
    private static final int LONGEST_TAIL = 1024;

    private final Path file;
    private final InstantSource clock;
    private final Map<UUID, Head> waiting = new HashMap<>();

    private record Head(int number, byte[] hash) {}

    /** A head that was written down. */
    record Anchor(Instant at, UUID order, int number, byte[] hash) {}

    /** Anchors in that data directory. */
    public Anchors(Path data, InstantSource clock) {
        this.file = data.resolve(FILE);
        this.clock = clock;
    }

    /** An order's newest move is on disk. */
    synchronized void moved(UUID order, int number, byte[] hash) {
        waiting.merge(order, new Head(number, hash), (a, b) -> a.number >= b.number ? a : b);
    }

    /** When something was written down last; empty if nothing ever was. */
    Optional<Instant> lastWritten() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate(LONGEST_TAIL);
            channel.read(end, Math.max(0, channel.size() - LONGEST_TAIL));
            String[] lines = new String(end.array(), 0, end.position(), StandardCharsets.US_ASCII).split("\n", -1);
            // The last line may be half, and the first one of the tail, too.
            for (int i = lines.length - 2; i >= 0; i--) {
                String[] parts = lines[i].split(" ", -1);
                if (parts.length == 4 && parts[0].endsWith("Z")) {
                    return Optional.of(Instant.parse(parts[0]));
                }
            }
        }
        return Optional.empty();
    }

    /** Writes what has moved since the last time; on disk when it returns. What cannot be written waits. */
    public synchronized void write() {
        if (waiting.isEmpty()) {
            return;
        }
        StringBuilder lines = new StringBuilder();
        Instant now = clock.instant();
        waiting.forEach((order, head) -> lines.append(now)
                .append(' ')
                .append(order)
                .append(' ')
                .append(head.number)
                .append(' ')
                .append(HexFormat.of().formatHex(head.hash))
                .append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.US_ASCII));
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
        waiting.clear();
    }

    @Override
    public void close() {
        write();
    }

    /**
     * All anchors of a data directory; none if nothing was anchored yet. The last line may be half, if the machine lost
     * power while it was written.
     *
     * @throws IOException if the file cannot be read, or a line before the last is no anchor
     */
    static List<Anchor> read(Path data) throws IOException {
        Path file = data.resolve(FILE);
        if (!Files.exists(file)) {
            return List.of();
        }
        List<Anchor> anchors = new ArrayList<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        for (int i = 0; i < lines.size(); i++) {
            try {
                String[] parts = lines.get(i).split(" ", -1);
                anchors.add(new Anchor(
                        Instant.parse(parts[0]),
                        UUID.fromString(parts[1]),
                        Integer.parseInt(parts[2]),
                        HexFormat.of().parseHex(parts[3])));
            } catch (DateTimeParseException | IllegalArgumentException | IndexOutOfBoundsException e) {
                if (i + 1 < lines.size()) {
                    throw new IOException(file + ", line " + (i + 1) + " is no anchor: '" + lines.get(i) + "'", e);
                }
            }
        }
        return anchors;
    }
}
