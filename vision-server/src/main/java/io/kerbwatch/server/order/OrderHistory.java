package io.kerbwatch.server.order;

import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Rows;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Checks that the history of all orders is as it was written: hash chains, their lengths, and the anchors outside. */
public final class OrderHistory {
    private final Database database;
    private final Path data;

    /** A history in that database, anchored in that data directory. */
    public OrderHistory(Database database, Path data) {
        this.database = database;
        this.data = data;
    }

    /**
     * What a check found.
     *
     * @param unchained moves from before there was a chain; nothing can be said of them
     * @param faults what was changed, in plain words; empty if all is as it was written
     */
    public record Result(int orders, int moves, int unchained, int anchors, List<String> faults) {
        public Result {
            faults = List.copyOf(faults);
        }
    }

    /** A row as it stands now. */
    private record Row(
            UUID order,
            String name,
            int length,
            String state,
            @Nullable String closedBy,
            @Nullable Instant arrivedAt,
            OrderStore.Line line,
            byte @Nullable [] hash) {}

    /** Goes through all orders. */
    public Result verify() throws IOException {
        List<Anchors.Anchor> anchors = Anchors.read(data);
        Walk walk = new Walk();
        for (Anchors.Anchor anchor : anchors) {
            walk.anchored
                    .computeIfAbsent(anchor.order(), order -> new HashMap<>())
                    .put(anchor.number(), anchor);
        }
        database.inTransaction(tx -> {
            try (var rows = tx
                    .handle()
                    .createQuery("select m.*, o.number as name, o.moves, o.state, o.closed_by, o.arrived_at"
                            + " from order_move m"
                            + " join orders o on o.id = m.order_id order by m.order_id, m.number")
                    .setFetchSize(1000)
                    .map((found, context) -> new Row(
                            found.getObject("order_id", UUID.class),
                            found.getString("name"),
                            found.getInt("moves"),
                            found.getString("state"),
                            found.getString("closed_by"),
                            Rows.instant(found, "arrived_at"),
                            OrderStore.line(found),
                            found.getBytes("hash")))
                    .stream()) {
                rows.forEach(walk::take);
            }
        });
        walk.end();
        return new Result(walk.orders, walk.moves, walk.unchained, anchors.size(), walk.faults);
    }

    /** From move to move, order by order. */
    private static final class Walk {
        private final Map<UUID, Map<Integer, Anchors.Anchor>> anchored = new HashMap<>();
        private final List<String> faults = new ArrayList<>();
        private int orders;
        private int moves;
        private int unchained;
        private @Nullable Row last;
        private byte[] head = HistoryChain.BEGINNING;
        private boolean chained;
        private boolean broken;
        private @Nullable Instant arrived;
        private @Nullable String closedBy;

        void take(Row row) {
            Row before = last;
            if (before == null || !before.order.equals(row.order)) {
                endOrder();
                orders++;
                head = HistoryChain.BEGINNING;
                chained = false;
                broken = false;
                arrived = null;
                closedBy = null;
                expect(row, 1);
            } else {
                expect(row, before.line.number() + 1);
            }
            moves++;
            if (before != null && before.line.round() != row.line.round()) {
                arrived = null;
                closedBy = null;
            }
            told(row.line);
            last = row;
            byte[] hash = row.hash;
            if (hash == null && !chained) {
                unchained++;
                return;
            }
            chained = true;
            if (!broken && (hash == null || !Arrays.equals(hash, HistoryChain.hash(head, row.order, row.line)))) {
                fault(row, "was changed after it was written: its hash does not fit");
            }
            head = hash == null ? HistoryChain.BEGINNING : hash;
            Map<Integer, Anchors.Anchor> anchors = anchored.get(row.order);
            Anchors.Anchor anchor = anchors == null ? null : anchors.remove(row.line.number());
            if (anchor != null && !Arrays.equals(anchor.hash(), head) && !broken) {
                fault(row, "was rewritten: another hash was anchored at " + at(anchor));
            }
        }

        /** What the order's own row has to say after this move. */
        private void told(OrderStore.Line line) {
            if (line.event().equals(OrderEvent.ARRIVE.code())) {
                arrived = line.at();
            } else if (line.event().equals(OrderEvent.PASS.code())) {
                closedBy = "human";
            } else if (line.event().equals(OrderEvent.SEEN_CLEAN.code())
                    || line.event().equals(OrderEvent.SELF_CLEAR.code())) {
                closedBy = "camera";
            }
        }

        private void expect(Row row, int number) {
            if (row.line.number() != number) {
                fault(row, "follows a gap: move " + number + " is missing");
            }
        }

        private void fault(Row row, String what) {
            faults.add("order " + row.name + ", move " + row.line.number() + " (" + row.line.event() + ") " + what);
            broken = true;
        }

        private void endOrder() {
            Row end = last;
            if (end == null) {
                return;
            }
            if (end.line.number() != end.length) {
                faults.add("order " + end.name + " ends with move " + end.line.number() + " of " + end.length);
            }
            compare(end, "state", end.state, end.line.to());
            compare(end, "closed_by", end.closedBy, closedBy);
            if (!sameInstant(end.arrivedAt, arrived)) {
                compare(end, "arrived_at", end.arrivedAt, arrived);
            }
        }

        /** A row's instant was rounded to the microsecond, and a move's cut off. */
        private static boolean sameInstant(@Nullable Instant row, @Nullable Instant move) {
            return row != null
                    && move != null
                    && Duration.between(row, move).abs().compareTo(Duration.of(1, ChronoUnit.MICROS)) <= 0;
        }

        /** Lists and figures are read from the order's own row, so it has to be what its moves have made of it. */
        private void compare(Row end, String what, @Nullable Object row, @Nullable Object moves) {
            if (chained && !Objects.equals(row, moves)) {
                faults.add("order " + end.name + " says " + what + " " + row + ", but by its moves it is " + moves);
            }
        }

        void end() {
            endOrder();
            anchored.values().stream()
                    .flatMap(some -> some.values().stream())
                    .forEach(gone -> faults.add("order " + gone.order() + ", move " + gone.number()
                            + " was anchored at " + at(gone) + " and is gone"));
        }

        private static String at(Anchors.Anchor anchor) {
            return DateTimeFormatter.ISO_INSTANT.format(anchor.at());
        }
    }
}
