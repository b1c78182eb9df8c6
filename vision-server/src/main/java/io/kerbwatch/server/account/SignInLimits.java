package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Tx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/**
 * Slows guessing down. An attempt counts against the name and against the address before its password is looked at, so
 * that many at once are no way around. After some that are free the pause doubles from one second to the longest; who
 * tries during a pause is told how long it lasts, and does not make it longer. A browser that this account signed in
 * from before has a count of its own: whoever hammers at a name keeps its owner out of new browsers for two minutes at
 * the longest, and out of their own not at all. Rows, so a restart forgets nothing.
 */
final class SignInLimits {
    private static final Duration FORGET = Duration.ofMinutes(15);
    private static final String ADDRESS = "address:";
    private static final Duration KEPT = Duration.ofDays(1);

    private final InstantSource clock;

    SignInLimits(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * What an attempt counts against.
     *
     * @param free attempts without a pause
     */
    record Key(String text, int free, Duration longest) {
        /** @param name as names are compared; kept as a hash, for some type their password there */
        static Key name(String name) {
            return new Key("name:" + HexFormat.of().formatHex(Secrets.hash(name)), 5, Duration.ofMinutes(2));
        }

        /** Behind a proxy all share one address, so it has more that are free and a shorter pause. */
        static Key address(String address) {
            return new Key(ADDRESS + network(address), 30, Duration.ofMinutes(1));
        }

        /** @param what a browser that is known, or a session */
        static Key of(String what) {
            return new Key(what, 5, Duration.ofMinutes(2));
        }

        /** Whoever has one address of IPv6 has 2^64 of them. */
        private static String network(String address) {
            if (!address.contains(":")) {
                return address;
            }
            try {
                // With a colon in it, it is never looked up.
                byte[] bytes = InetAddress.getByName(address).getAddress();
                return HexFormat.of().formatHex(bytes, 0, Math.min(8, bytes.length));
            } catch (UnknownHostException e) {
                return address;
            }
        }
    }

    private record Count(int failures, Instant lastAt, Instant until) {}

    /**
     * Counts an attempt as failed.
     *
     * @return zero if it may be made; otherwise how long to wait, and it did not count
     */
    Duration take(Tx tx, List<Key> keys) {
        Instant now = clock.instant();
        // Always in the same order, or two attempts would wait for each other.
        List<Key> sorted = keys.stream().sorted(Comparator.comparing(Key::text)).toList();
        List<Count> counts = new ArrayList<>();
        for (Key key : sorted) {
            Count count = lock(tx, key, now);
            if (count.until().isAfter(now)) {
                // The address comes first: who has to wait there makes no row for each name that they think of.
                return Duration.between(now, count.until());
            }
            counts.add(count);
        }
        for (int i = 0; i < sorted.size(); i++) {
            Count count = counts.get(i);
            int failures = count.lastAt().isBefore(now.minus(FORGET)) ? 1 : count.failures() + 1;
            tx.handle()
                    .createUpdate("update sign_in_limit set failures = :failures, last_at = :now, until = :until"
                            + " where key = :key")
                    .bind("failures", failures)
                    .bind("now", now)
                    .bind("until", now.plus(pause(sorted.get(i), failures)))
                    .bind("key", sorted.get(i).text())
                    .execute();
        }
        return Duration.ZERO;
    }

    /** The attempt that was counted did not fail after all. The address keeps what others failed from it. */
    void passed(Tx tx, List<Key> keys) {
        keys.stream().sorted(Comparator.comparing(Key::text)).forEach(key -> tx.handle()
                .createUpdate("update sign_in_limit set until = :now, failures ="
                        + " case when :shared then greatest(failures - 1, 0) else 0 end where key = :key")
                .bind("shared", key.text().startsWith(ADDRESS))
                .bind("key", key.text())
                .bind("now", clock.instant())
                .execute());
    }

    /** Deletes counts that nobody adds to any more. */
    void prune(Tx tx) {
        tx.handle()
                .createUpdate("delete from sign_in_limit where last_at < :before")
                .bind("before", clock.instant().minus(KEPT))
                .execute();
    }

    /** Makes the row if need be, and keeps it for this transaction; in one step, for another may delete it between two. */
    private static Count lock(Tx tx, Key key, Instant now) {
        return tx.handle()
                .createQuery("insert into sign_in_limit as kept (key, failures, last_at, until) values (:key, 0, :now,"
                        + " :now) on conflict (key) do update set key = kept.key returning failures, last_at, until")
                .bind("key", key.text())
                .bind("now", now)
                .map((rows, context) -> new Count(
                        rows.getInt("failures"),
                        rows.getTimestamp("last_at").toInstant(),
                        rows.getTimestamp("until").toInstant()))
                .one();
    }

    private static Duration pause(Key key, int failures) {
        if (failures < key.free()) {
            return Duration.ZERO;
        }
        Duration doubled = Duration.ofSeconds(1L << Math.min(20, failures - key.free()));
        return doubled.compareTo(key.longest()) < 0 ? doubled : key.longest();
    }
}
