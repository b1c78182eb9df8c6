package io.kerbwatch.server.flow;

import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes what counters tell: how many since the report before, or how many since they were switched on. Reports may come
 * late, twice and in any order; of totals the difference to the report before and after is worked out anew each time.
 */
final class Counts {
    private static final Duration AHEAD = Duration.ofMinutes(5);
    /** Nobody gets more people than that through one door. */
    private static final int MOST_A_MINUTE = 200;
    /** Reports that come later than that are late, or tell of a clock that is behind. */
    private static final Duration BEHIND = Duration.ofMinutes(15);
    /** Who counted no more than that beyond the time that passed has caught nothing up. */
    private static final Duration CLOCK_DRIFT = Duration.ofSeconds(10);
    /** Two requests have to be so far apart for that to be seen. */
    private static final Duration LEAST_PASSED = Duration.ofSeconds(30);

    private static final Duration SAME_MOMENT = Duration.ofMillis(1);

    private Counts() {}

    /**
     * One report.
     *
     * @param at when the counter looked
     * @param in who went in; since the report before, or in total
     * @param out who came out, likewise
     */
    record Told(Instant at, long in, long out) {}

    /** What became of reports. */
    record Outcome(int kept, int known, int doubted) {}

    private record Row(
            Instant at, @Nullable Long totalIn, @Nullable Long totalOut) {}

    /**
     * Keeps reports of one counter.
     *
     * @throws Problem.Raised 400 if one of them is of the future; then nothing is kept
     */
    static Outcome keep(Tx tx, Device counter, List<Told> told, Instant now) {
        for (int i = 0; i < told.size(); i++) {
            if (told.get(i).at().isAfter(now.plus(AHEAD))) {
                throw Problem.invalid(
                                "/counts/" + i + "/at",
                                "It is " + now + " here; the counter's clock is wrong, and nothing of this was kept.")
                        .raised();
            }
        }
        // One after the other for each counter, or two reports would take the same one for the one before.
        tx.handle()
                .createQuery("select id from device where id = :id for no key update")
                .bind("id", counter.id())
                .mapTo(String.class)
                .list();
        boolean totals = "cumulative".equals(counter.setup().counts());
        int kept = 0;
        int known = 0;
        int doubted = 0;
        for (Told one : told.stream().sorted(Comparator.comparing(Told::at)).toList()) {
            Optional<Row> before = near(tx, counter, one.at(), "<", "desc");
            if (there(tx, counter, one.at())) {
                known++;
                continue;
            }
            String doubt =
                    totals ? keepTotal(tx, counter, one, before, now) : keepInterval(tx, counter, one, before, now);
            if (doubt == null) {
                kept++;
            } else {
                doubted++;
            }
        }
        return new Outcome(kept, known, doubted);
    }

    private static @Nullable String keepInterval(Tx tx, Device counter, Told one, Optional<Row> before, Instant now) {
        String doubt = absurd(Math.max(one.in(), one.out()), before.map(Row::at), one.at());
        insert(tx, counter, one, null, null, doubt == null ? one.in() : 0, doubt == null ? one.out() : 0, doubt, now);
        return doubt;
    }

    private static @Nullable String keepTotal(Tx tx, Device counter, Told one, Optional<Row> before, Instant now) {
        Difference in = difference(before.map(Row::totalIn), one.in());
        Difference out = difference(before.map(Row::totalOut), one.out());
        String doubt = in.doubt == null ? out.doubt : in.doubt;
        if (doubt == null) {
            doubt = absurd(Math.max(in.count, out.count), before.map(Row::at), one.at());
        }
        boolean counts = doubt == null;
        insert(tx, counter, one, one.in(), one.out(), counts ? in.count : 0, counts ? out.count : 0, doubt, now);
        if (counts) {
            near(tx, counter, one.at(), ">", "asc").ifPresent(after -> correct(tx, counter, one, after));
        }
        return doubt;
    }

    /** What a counter that came after counted since this one, which was not there yet. */
    private static void correct(Tx tx, Device counter, Told one, Row after) {
        Long totalIn = after.totalIn;
        Long totalOut = after.totalOut;
        if (totalIn == null || totalOut == null) {
            return;
        }
        Difference in = difference(Optional.of(one.in()), totalIn);
        Difference out = difference(Optional.of(one.out()), totalOut);
        tx.handle()
                .createUpdate("update visit set entered = :in, went = :out where device = :device and at = :at")
                .bind("in", in.doubt == null ? in.count : 0)
                .bind("out", out.doubt == null ? out.count : 0)
                .bind("device", counter.id())
                .bind("at", after.at)
                .execute();
    }

    /** How many more, or why that cannot be said. */
    private record Difference(long count, @Nullable String doubt) {}

    /** Totals that fall to under half began anew; those that fall a little are wrong. */
    private static Difference difference(Optional<Long> before, long total) {
        if (before.isEmpty()) {
            return new Difference(0, null); // the first report says where it stands, not who came
        }
        long last = before.get();
        if (total >= last) {
            return new Difference(total - last, null);
        }
        return total <= last / 2 ? new Difference(total, null) : new Difference(0, "runs backwards");
    }

    /**
     * By how much a counter's clock is behind. Whoever sends late what it could not send before catches up; whose clock is
     * wrong stays behind as long as it counts.
     */
    static Optional<Duration> behind(Tx tx, Device counter, Instant now) {
        Optional<Came> last = newest(tx, counter, Instant.MAX);
        Optional<Came> before = last.flatMap(one -> newest(tx, counter, one.received));
        // The database rounds to microseconds.
        if (last.isEmpty()
                || before.isEmpty()
                || Duration.between(last.get().received, now).abs().compareTo(SAME_MOMENT) > 0) {
            return Optional.empty(); // nothing newer than what was there
        }
        Duration late = Duration.between(last.get().at, now);
        Duration counted = Duration.between(before.get().at, last.get().at);
        Duration passed = Duration.between(before.get().received, now);
        boolean catchesUp = counted.compareTo(passed.plus(CLOCK_DRIFT)) > 0;
        boolean wasLate =
                Duration.between(before.get().at, before.get().received).compareTo(BEHIND) > 0;
        return late.compareTo(BEHIND) > 0 && wasLate && !catchesUp && passed.compareTo(LEAST_PASSED) >= 0
                ? Optional.of(late)
                : Optional.empty();
    }

    /** A report by its own time, and when it came. */
    private record Came(Instant at, Instant received) {}

    private static Optional<Came> newest(Tx tx, Device counter, Instant receivedBefore) {
        return tx.handle()
                .createQuery("select at, received_at from visit where device = :device"
                        + " and (cast(:before as timestamptz) is null or received_at < :before)"
                        + " order by at desc limit 1")
                .bind("device", counter.id())
                .bind("before", receivedBefore.equals(Instant.MAX) ? null : receivedBefore)
                .map((rows, context) -> new Came(
                        rows.getTimestamp("at").toInstant(),
                        rows.getTimestamp("received_at").toInstant()))
                .findFirst();
    }

    private static @Nullable String absurd(long count, Optional<Instant> before, Instant at) {
        long minutes = before.map(last -> Math.max(1, Duration.between(last, at).toMinutes()))
                .orElse(60L);
        return count > MOST_A_MINUTE * minutes ? "more than can pass a door" : null;
    }

    private static boolean there(Tx tx, Device counter, Instant at) {
        return tx.handle()
                .createQuery("select exists (select 1 from visit where device = :device and at = :at)")
                .bind("device", counter.id())
                .bind("at", at)
                .mapTo(Boolean.class)
                .one();
    }

    private static Optional<Row> near(Tx tx, Device counter, Instant at, String side, String order) {
        return tx.handle()
                .createQuery("select at, total_in, total_out from visit where device = :device and at " + side
                        + " :at and doubt is null order by at " + order + " limit 1")
                .bind("device", counter.id())
                .bind("at", at)
                .map((rows, context) -> new Row(
                        rows.getTimestamp("at").toInstant(),
                        rows.getObject("total_in", Long.class),
                        rows.getObject("total_out", Long.class)))
                .findFirst();
    }

    private static void insert(
            Tx tx,
            Device counter,
            Told one,
            @Nullable Long totalIn,
            @Nullable Long totalOut,
            long entered,
            long went,
            @Nullable String doubt,
            Instant now) {
        tx.handle()
                .createUpdate("insert into visit (device, at, received_at, total_in, total_out, entered, went, doubt)"
                        + " values (:device, :at, :now, :totalIn, :totalOut, :entered, :went, :doubt)")
                .bind("device", counter.id())
                .bind("at", one.at())
                .bind("now", now)
                .bind("totalIn", totalIn)
                .bind("totalOut", totalOut)
                .bind("entered", entered)
                .bind("went", went)
                .bind("doubt", doubt)
                .execute();
    }
}
