package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Problem;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Rules for passwords, and their hashing a few at a time: each takes some 19 MiB and a core for a moment, and whoever
 * floods the sign-in must get neither the memory nor the threads that answer everything else.
 */
final class Passwords {
    static final int SHORTEST = 10;
    static final int LONGEST = 200;
    private static final int AT_ONCE = 2;
    private static final int WITH_WAITING = 4;

    private final Semaphore running = new Semaphore(AT_ONCE);
    private final Semaphore places;
    private final String nobodys = PasswordHash.of("of nobody");

    /** @param workers threads that answer requests; at most a quarter of them is spent on passwords */
    Passwords(int workers) {
        places = new Semaphore(Math.max(1, Math.min(WITH_WAITING, workers / 4)));
    }

    /**
     * Refuses what is too easy to guess.
     *
     * @param pointer where it stands in the request
     * @throws Problem.Raised that says what is wrong
     */
    static void check(String pointer, String name, String password) {
        int length = password.codePointCount(0, password.length());
        if (length < SHORTEST || length > LONGEST) {
            throw Problem.invalid(
                            pointer,
                            "A password has " + SHORTEST + " to " + LONGEST + " characters; a sentence is a good one.")
                    .raised();
        }
        if (Account.key(password).equals(Account.key(name))
                || password.codePoints().distinct().count() < 3) {
            throw Problem.invalid(pointer, "This is the name, or too simple; take something else.")
                    .raised();
        }
    }

    /**
     * Hashes; blocking.
     *
     * @throws Problem.Raised 503 if too many are at it
     */
    String hash(String password) {
        return alone(() -> PasswordHash.of(password));
    }

    /**
     * Compares; blocking. Takes as long for somebody who has no password, or is not there at all.
     *
     * @throws Problem.Raised 503 if too many are at it
     */
    boolean matches(@Nullable String hash, String password) {
        return alone(() -> PasswordHash.matches(hash == null ? nobodys : hash, password) && hash != null);
    }

    /** Runs what counts and compares within one of the places, so that who is turned away has not counted. */
    <T> T admitted(Supplier<T> work) {
        if (!places.tryAcquire()) {
            throw Problem.of(
                            503,
                            "busy",
                            "Too many at once",
                            "Too many people are signing in just now; try again in a moment.")
                    .raised();
        }
        try {
            return work.get();
        } finally {
            places.release();
        }
    }

    private <T> T alone(Supplier<T> work) {
        running.acquireUninterruptibly();
        try {
            return work.get();
        } finally {
            running.release();
        }
    }
}
