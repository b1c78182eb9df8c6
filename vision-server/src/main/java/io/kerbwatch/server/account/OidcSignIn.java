package io.kerbwatch.server.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.MasterKey;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signs people in for whom an OpenID provider vouches (authorization code with PKCE). An account of theirs is known by
 * issuer and subject; its name, role and sites are what the provider says at each sign-in. All of it blocks.
 */
public final class OidcSignIn {
    static final String CALLBACK = "/sign-in/oidc/callback";

    private static final Logger LOG = LoggerFactory.getLogger(OidcSignIn.class);
    private static final int AT_ONCE = 4;

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Audit audit;
    private final Accounts sessions;
    private final MasterKey key;
    private final PublicUrl base;
    private final OidcSettings settings;
    private final OidcProvider provider;
    private final AccountStore store = new AccountStore();
    private final Semaphore places;

    private OidcSignIn(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Ids ids,
            Audit audit,
            Accounts sessions,
            MasterKey key,
            PublicUrl base,
            OidcSettings settings,
            int workers) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.audit = audit;
        this.sessions = sessions;
        this.key = key;
        this.base = base;
        this.settings = settings;
        this.provider = new OidcProvider(vertx, settings, clock);
        // A provider that hangs must not take the threads that answer everything else.
        this.places = new Semaphore(Math.max(1, Math.min(AT_ONCE, workers / 4)));
    }

    /**
     * Signing in at the provider that is set; empty if none is.
     *
     * @throws IOException if one is set, but not all of what belongs to it
     */
    public static Optional<OidcSignIn> of(
            Vertx vertx,
            Database database,
            InstantSource clock,
            Ids ids,
            Audit audit,
            Accounts sessions,
            MasterKey key,
            PublicUrl base,
            Settings settings)
            throws IOException {
        int workers = settings.get(Settings.SERVER_WORKERS);
        return OidcSettings.of(settings)
                .map(oidc -> new OidcSignIn(vertx, database, clock, ids, audit, sessions, key, base, oidc, workers));
    }

    /** @param cookie that brings the browser's answer back to what it asked */
    record Begun(String url, String cookie) {}

    /** @param to page to go on to */
    record Entered(Accounts.Begun session, String to) {}

    boolean reachable() {
        return provider.reachable();
    }

    /** Asks the provider who it is, if that is not known yet; says in the log if it does not answer. */
    public void look() {
        try {
            provider.look();
        } catch (OidcRefusal e) {
            LOG.warn("nobody can sign in at {}: {}; it is tried again", settings.issuer(), e.why());
        }
    }

    /**
     * Sends a browser to the provider.
     *
     * @throws OidcRefusal if the provider cannot be reached
     */
    Begun begin(String to) throws OidcRefusal {
        OidcAttempt attempt = OidcAttempt.begin(to, clock.instant());
        return admitted(() -> new Begun(provider.authorizeUrl(attempt, base + CALLBACK), attempt.sealed(key)));
    }

    /** Where whoever the cookie was given to wanted to go. */
    Optional<OidcAttempt> attempt(Optional<String> cookie) {
        return cookie.flatMap(text -> OidcAttempt.open(key, text, clock.instant()));
    }

    /**
     * Takes the provider's answer, once.
     *
     * @param answer parameters that the browser came back with
     * @throws OidcRefusal if the person does not get in
     */
    Entered finish(Map<String, String> answer, Optional<OidcAttempt> asked, SignIn.From from) throws OidcRefusal {
        OidcAttempt attempt = asked.filter(one -> one.answeredBy(answer.getOrDefault("state", "")))
                .filter(one -> database.transaction(tx -> first(tx, one)))
                .orElseThrow(() -> new OidcRefusal(OidcFailure.STATE, "this browser did not ask for it just now"));
        return admitted(() -> {
            provider.checkIssuer(Optional.ofNullable(answer.get("iss")));
            OidcPerson person = person(code(answer), attempt, from);
            Settled settled = database.transaction(tx -> settle(tx, person, from));
            if (settled.refusal().isPresent()) {
                throw settled.refusal().get();
            }
            return new Entered(settled.session().orElseThrow(), attempt.to());
        });
    }

    private static String code(Map<String, String> answer) throws OidcRefusal {
        String error = answer.get("error");
        if (error != null) {
            throw error.equals("access_denied")
                    ? new OidcRefusal(OidcFailure.DENIED, "the provider or the person refused")
                    : OidcRefusal.answer("the provider says " + error);
        }
        String code = answer.getOrDefault("code", "");
        if (code.isEmpty()) {
            throw OidcRefusal.answer("there is no code in the answer");
        }
        return code;
    }

    private OidcPerson person(String code, OidcAttempt attempt, SignIn.From from) throws OidcRefusal {
        JsonNode tokens = provider.redeem(code, attempt, base + CALLBACK);
        try {
            return OidcPerson.of(provider.claims(tokens, attempt), settings.groupsClaim());
        } catch (OidcRefusal e) {
            // A code that is made up ends before; this is a provider that is not what it seems to be.
            database.inTransaction(tx -> refuse(tx, "unknown", e, "unknown", from));
            throw e;
        }
    }

    /** Forgets answers that would be too old by now. */
    public void prune() {
        database.inTransaction(this::prune);
    }

    private void prune(Tx tx) {
        tx.handle()
                .createUpdate("delete from oidc_state_used where used_at < :before")
                .bind("before", clock.instant().minus(OidcAttempt.LIFE))
                .execute();
    }

    /** Whether nobody came with the answer to this before. */
    private boolean first(Tx tx, OidcAttempt attempt) {
        prune(tx);
        return tx.handle()
                        .createUpdate("insert into oidc_state_used (hash, used_at) values (:hash, :now)"
                                + " on conflict do nothing")
                        .bind("hash", Secrets.hash(attempt.state()))
                        .bind("now", clock.instant())
                        .execute()
                == 1;
    }

    /** What came of it; that somebody was refused is kept, so it is no exception within the transaction. */
    private record Settled(Optional<Accounts.Begun> session, Optional<OidcRefusal> refusal) {}

    private Settled settle(Tx tx, OidcPerson person, SignIn.From from) {
        store.alone(tx);
        Optional<Account> old = store.vouched(tx, settings.issuer(), person.subject());
        Object subject = old.<Object>map(Account::id).orElse("unknown");
        if (old.isPresent() && old.get().disabled()) {
            OidcRefusal refusal = new OidcRefusal(OidcFailure.DISABLED, "the account is disabled");
            refuse(tx, subject, refusal, person.name(), from);
            return new Settled(Optional.empty(), Optional.of(refusal));
        }
        Optional<OidcSettings.Rights> rights = settings.rights(person.groups());
        if (rights.isEmpty()) {
            OidcRefusal refusal =
                    new OidcRefusal(OidcFailure.GROUP, "no group of theirs is in oidc.roles and oidc.sites");
            refuse(tx, subject, refusal, person.name(), from);
            // Who has lost their groups has lost what they came in with before, too.
            old.ifPresent(account -> sessions.endSessionsOf(tx, account.id(), Optional.empty()));
            return new Settled(Optional.empty(), Optional.of(refusal));
        }
        Account account =
                old.map(one -> changed(tx, one, person, rights.get())).orElseGet(() -> made(tx, person, rights.get()));
        from.session().ifPresent(cookie -> sessions.endSession(tx, cookie));
        store.signedIn(tx, account.id(), clock.instant());
        return new Settled(Optional.of(sessions.begin(tx, account, from.address())), Optional.empty());
    }

    private Account made(Tx tx, OidcPerson person, OidcSettings.Rights rights) {
        Account account = new Account(
                ids.next(),
                person.name(),
                person.displayName(),
                rights.role().code(),
                rights.sites(),
                null,
                false,
                1,
                clock.instant(),
                null,
                new Account.Origin(settings.issuer(), person.subject()));
        if (!store.insert(tx, account)) {
            throw new IllegalStateException("the account of " + person.subject() + " is there already");
        }
        note(tx, "account.create", account);
        return account;
    }

    /** As the provider says it now; other rights end the sessions that were begun with the old ones. */
    private Account changed(Tx tx, Account old, OidcPerson person, OidcSettings.Rights rights) {
        boolean sameRights =
                old.role().equals(rights.role().code()) && old.places().equals(Set.copyOf(rights.sites()));
        if (sameRights && old.name().equals(person.name()) && old.displayName().equals(person.displayName())) {
            return old;
        }
        Account account = new Account(
                old.id(),
                person.name(),
                person.displayName(),
                rights.role().code(),
                rights.sites(),
                null,
                false,
                old.version() + 1,
                old.createdAt(),
                old.signedInAt(),
                old.origin());
        store.update(tx, account);
        if (!sameRights) {
            sessions.endSessionsOf(tx, old.id(), Optional.empty());
        }
        note(tx, "account.change", account);
        return account;
    }

    private void note(Tx tx, String action, Account account) {
        audit.note(
                tx,
                Caller.SYSTEM,
                action,
                account.id(),
                Map.of(
                        "name",
                        account.name(),
                        "role",
                        account.role(),
                        "sites",
                        account.sites(),
                        "disabled",
                        account.disabled(),
                        "issuer",
                        settings.issuer()));
    }

    private void refuse(Tx tx, Object subject, OidcRefusal refusal, String name, SignIn.From from) {
        Map<String, String> detail = Map.of(
                "address",
                from.address(),
                "issuer",
                settings.issuer(),
                "name",
                name,
                "reason",
                refusal.failure().code() + ": " + refusal.why());
        audit.note(tx, Caller.NOBODY, "session.refuse", subject, detail);
    }

    private interface Work<T> {
        T run() throws OidcRefusal;
    }

    private <T> T admitted(Work<T> work) throws OidcRefusal {
        if (!places.tryAcquire()) {
            throw new OidcRefusal(OidcFailure.BUSY, "too many at once");
        }
        try {
            return work.run();
        } finally {
            places.release();
        }
    }
}
