package io.kerbwatch.server.account;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Signs people in by name and password, and lets them set the password. All of it takes a while and blocks. */
public final class SignIn {
    private final Database database;
    private final InstantSource clock;
    private final Audit audit;
    private final Accounts sessions;
    private final AccountStore store = new AccountStore();
    private final Passwords passwords;
    private final SignInLimits limits;
    private final KnownBrowsers browsers;

    public SignIn(Database database, InstantSource clock, Ids ids, Audit audit, Accounts sessions, Settings settings) {
        this.database = database;
        this.audit = audit;
        this.sessions = sessions;
        this.passwords = new Passwords(settings.get(Settings.SERVER_WORKERS));
        this.limits = new SignInLimits(clock);
        this.browsers = new KnownBrowsers(clock, ids);
        this.clock = clock;
    }

    /**
     * Where an attempt comes from.
     *
     * @param session cookie of a session that the browser has already
     * @param known cookie of a browser that somebody signed in from before
     */
    record From(String address, Optional<String> session, Optional<String> known) {}

    /** How an attempt ended. */
    sealed interface Outcome {
        /** @param known cookie by which the browser is known from now on */
        record In(Accounts.Begun session, String known) implements Outcome {}

        /** Name or password is wrong; which one is not told. */
        record Wrong() implements Outcome {}

        record Wait(Duration time) implements Outcome {}
    }

    private record Attempt(
            Optional<Account> account, Optional<UUID> browser, List<SignInLimits.Key> keys, Duration pause) {}

    Passwords passwords() {
        return passwords;
    }

    /**
     * Signs in. It takes as long, and answers the same, whether there is such a name or not.
     *
     * @throws Problem.Raised 503 if too many are at it
     */
    Outcome enter(String name, String password, From from) {
        return passwords.admitted(() -> {
            Attempt attempt = database.transaction(tx -> attempt(tx, name, from));
            if (!attempt.pause().isZero()) {
                return new Outcome.Wait(attempt.pause());
            }
            String hash = attempt.account().map(SignIn::usable).orElse(null);
            boolean right = passwords.matches(hash, shortened(password));
            String fresh = right && hash != null && PasswordHash.outdated(hash) ? passwords.hash(password) : null;
            return database.transaction(tx -> settle(tx, attempt, right ? hash : null, fresh, from));
        });
    }

    /**
     * Sets one's own password, and ends one's other sessions.
     *
     * @throws Problem.Raised 403 if the old one is wrong, 429 after too many of those, 409 for who has no account, or
     *     one that signs in elsewhere
     */
    void change(Caller caller, String old, String wanted) {
        UUID id = caller.account().orElseThrow(() -> Problem.conflict(
                        "no-account", "No account", "You came without an account; only an account has a password.")
                .raised());
        passwords.admitted(() -> {
            List<SignInLimits.Key> keys = List.of(SignInLimits.Key.of("password:" + id));
            Account account = database.transaction(tx -> {
                Account own = store.find(tx, id)
                        .orElseThrow(() -> Problem.notFound("account", id).raised());
                if (own.origin() != null) {
                    throw People.elsewhere("You have no password here.").raised();
                }
                Duration wait = limits.take(tx, keys);
                if (!wait.isZero()) {
                    throw Problem.of(
                                    429,
                                    "too-many-attempts",
                                    "Too many attempts",
                                    "Wait " + seconds(wait) + " s and try again.")
                            .with(Problem.RETRY_AFTER, seconds(wait))
                            .raised();
                }
                return own;
            });
            if (!passwords.matches(account.password(), shortened(old))) {
                database.inTransaction(tx -> audit.note(tx, caller, "account.password-refused", id, Map.of()));
                throw Problem.of(403, "wrong-password", "Wrong password", "The old password is another one.")
                        .raised();
            }
            database.inTransaction(tx -> limits.passed(tx, keys));
            Passwords.check("/new", account.name(), wanted);
            String hash = passwords.hash(wanted);
            database.inTransaction(tx -> set(tx, caller, account, hash, caller.session()));
            return true;
        });
    }

    /** Whose password a link sets; empty if it was used, has expired or never was. */
    Optional<Account> linked(String link) {
        return database.transaction(tx -> linked(tx, link));
    }

    /**
     * Uses a link up to set a password, and signs in.
     *
     * @return empty if the link does not work
     * @throws Problem.Raised if the password is too easy to guess; the link still works then
     */
    Optional<Outcome.In> set(String link, String password, From from) {
        Optional<Account> found = linked(link);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        return passwords.admitted(() -> {
            Passwords.check("/password", found.get().name(), password);
            String hash = passwords.hash(password);
            return database.transaction(tx -> linked(tx, link).map(account -> {
                Caller owner = acting(account);
                set(tx, owner, account, hash, Optional.empty());
                return in(tx, account, Optional.empty(), from);
            }));
        });
    }

    /** Deletes counts of failed attempts that nobody needs any more. */
    public void prune() {
        database.inTransaction(limits::prune);
    }

    private Optional<Account> linked(Tx tx, String link) {
        return sessions.passwordLink(tx, link).flatMap(id -> store.find(tx, id)).filter(account -> !account.disabled());
    }

    private void set(Tx tx, Caller caller, Account account, String hash, Optional<UUID> spared) {
        store.setPassword(tx, account.id(), hash);
        sessions.dropPasswordLinks(tx, account.id());
        sessions.endSessionsOf(tx, account.id(), spared);
        audit.note(tx, caller, "account.password", account.id(), Map.of());
    }

    private Attempt attempt(Tx tx, String name, From from) {
        String key = Account.key(name);
        Optional<Account> account = store.named(tx, key);
        Optional<UUID> browser =
                account.flatMap(one -> from.known().flatMap(cookie -> browsers.find(tx, one.id(), cookie)));
        List<SignInLimits.Key> keys = new ArrayList<>();
        if (browser.isPresent()) {
            keys.add(SignInLimits.Key.of("browser:" + browser.get()));
        } else {
            keys.add(SignInLimits.Key.name(key));
            keys.add(SignInLimits.Key.address(from.address()));
        }
        return new Attempt(account, browser, keys, limits.take(tx, keys));
    }

    /** @param right hash that the password fitted to; null if it did not */
    private Outcome settle(Tx tx, Attempt attempt, @Nullable String right, @Nullable String fresh, From from) {
        Optional<Account> now = attempt.account().flatMap(account -> store.find(tx, account.id()));
        // Changed or disabled while the password was looked at: then it is not right any more.
        if (right == null || now.isEmpty() || !right.equals(usable(now.get()))) {
            Object subject = attempt.account().<Object>map(Account::id).orElse("unknown");
            audit.note(tx, Caller.NOBODY, "session.refuse", subject, Map.of("address", from.address()));
            return new Outcome.Wrong();
        }
        limits.passed(tx, attempt.keys());
        if (fresh != null) {
            store.setPassword(tx, now.get().id(), fresh);
        }
        return in(tx, now.get(), attempt.browser(), from);
    }

    private Outcome.In in(Tx tx, Account account, Optional<UUID> browser, From from) {
        from.session().ifPresent(cookie -> sessions.endSession(tx, cookie));
        store.signedIn(tx, account.id(), clock.instant());
        return new Outcome.In(sessions.begin(tx, account, from.address()), browsers.note(tx, account.id(), browser));
    }

    private static Caller acting(Account account) {
        return new Caller(
                Account.actor(account.id()),
                account.displayName(),
                account.rights(),
                account.rights().scopes(),
                account.places(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(account.id()),
                Optional.empty(),
                Optional.empty());
    }

    private static @Nullable String usable(Account account) {
        return account.disabled() ? null : account.password();
    }

    /** Nobody has a longer one; hashing a megabyte would only take time. */
    private static String shortened(String password) {
        return password.substring(0, Math.min(password.length(), 4 * Passwords.LONGEST));
    }

    static long seconds(Duration wait) {
        return Math.max(1, wait.plusMillis(999).toSeconds());
    }
}
