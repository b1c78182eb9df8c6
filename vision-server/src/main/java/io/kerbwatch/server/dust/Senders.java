package io.kerbwatch.server.dust;

import io.kerbwatch.server.dust.hj212.Report;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Over which lines the reports of one MN come. Two monitors that send under one take turns: from two addresses, or over two
 * connections from behind one. A monitor whose line was lost begins a new one and does not come back to the old.
 */
final class Senders {
    private static final int MOST_TURNS = 4;
    private static final int MOST_RETURNS = 3;
    /** Lines that are known again; a monitor that begins one for each report uses them up. */
    private static final int MOST_LINES = 16;

    /** From when on a report came from another address than the one before. */
    private record Turn(Instant at, String from) {}

    private final Deque<Turn> turns = new ArrayDeque<>();
    private final Deque<Instant> returns = new ArrayDeque<>();
    private final Set<Long> lines = new LinkedHashSet<>();
    private @Nullable Long line;

    /** Whether more than one sends, as this report and those of the last minutes show. */
    synchronized boolean several(Report report) {
        Instant late = report.received().minus(Readings.LATELY);
        Turn last = turns.peekLast();
        if (last == null || !last.from.equals(report.from())) {
            turns.add(new Turn(report.received(), report.from()));
        }
        while (turns.size() > 1 && turns.peekFirst().at.isBefore(late)) {
            turns.removeFirst();
        }
        if (line != null && line != report.line() && lines.contains(report.line())) {
            returns.add(report.received());
        }
        while (!returns.isEmpty() && returns.peekFirst().isBefore(late)) {
            returns.removeFirst();
        }
        line = report.line();
        lines.add(report.line());
        if (lines.size() > MOST_LINES) {
            lines.remove(lines.iterator().next());
        }
        return turns.size() > MOST_TURNS || returns.size() >= MOST_RETURNS;
    }
}
