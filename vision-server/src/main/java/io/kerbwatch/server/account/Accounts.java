package io.kerbwatch.server.account;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Authenticator;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Role;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Scope;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tokens for programs; for people, links that sign a browser in once. There is one administrator and no password. */
public final class Accounts implements Authenticator {
    private static final Duration SEEN_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Audit audit;
    private final Settings settings;

    public Accounts(Database database, InstantSource clock, Ids ids, Audit audit, Settings settings) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.audit = audit;
        this.settings = settings;
    }

    /**
     * What a new token is to be.
     *
     * @param scopes none for all that the role may
     * @param sites none for all
     * @param endpoint webhook endpoint in whose name it reports
     */
    public record NewToken(
            String name,
            String role,
            @Nullable List<String> scopes,
            @Nullable List<UUID> sites,
            @Nullable UUID endpoint,
            @Nullable Instant expiresAt) {}

    /** A token as it is listed. */
    public record Token(
            UUID id,
            String name,
            String role,
            List<String> scopes,
            List<UUID> sites,
            @Nullable UUID endpoint,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {}

    /** A token with its secret, which is told once. */
    public record Issued(Token token, String secret) {}

    /** A browser's session as its owner sees it. */
    public record Session(UUID id, String name, String role, Instant createdAt, Instant seenAt, Instant expiresAt) {}

    /**
     * Makes a token.
     *
     * @throws Problem.Raised if the creator gives more than they have, or names a scope that the role has not
     */
    public Issued createToken(Caller creator, NewToken wanted) {
        Role role = Role.of(wanted.role());
        Set<Scope> scopes = scopes(role, wanted.scopes());
        if (!creator.scopes().containsAll(scopes) || (!creator.sites().isEmpty() && unlimited(wanted, creator))) {
            throw Problem.forbidden("A token cannot have more rights than the one who makes it.")
                    .raised();
        }
        String secret = Secrets.fresh("kw_");
        UUID id = ids.next();
        return database.transaction(tx -> {
            tx.handle()
                    .createUpdate("insert into token (id, name, hash, role, scopes, sites, endpoint, created_at,"
                            + " expires_at) values (:id, :name, :hash, :role, :scopes, :sites, :endpoint, :now,"
                            + " :expires)")
                    .bind("id", id)
                    .bind("name", wanted.name())
                    .bind("hash", Secrets.hash(secret))
                    .bind("role", role.code())
                    .bind("scopes", scopes.stream().map(Scope::code).sorted().toArray(String[]::new))
                    .bind("sites", sites(wanted).toArray(UUID[]::new))
                    .bind("endpoint", wanted.endpoint())
                    .bind("now", clock.instant())
                    .bind("expires", wanted.expiresAt())
                    .execute();
            audit.note(tx, creator, "token.create", id, Map.of("name", wanted.name(), "role", role.code()));
            return new Issued(token(tx, id).orElseThrow(), secret);
        });
    }

    /** All tokens that work, newest first. */
    public List<Token> tokens() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from token where revoked_at is null order by id desc")
                .map((rows, context) -> read(rows))
                .list());
    }

    /** Ends a token at once. */
    public void revokeToken(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            int revoked = tx.handle()
                    .createUpdate("update token set revoked_at = :now where id = :id and revoked_at is null")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            if (revoked == 0) {
                throw Problem.notFound("token", id).raised();
            }
            audit.note(tx, caller, "token.revoke", id, Map.of());
        });
    }

    /** Ends the tokens that report for an endpoint that is gone. */
    public void revokeTokensOf(Tx tx, UUID endpoint) {
        tx.handle()
                .createUpdate("update token set revoked_at = :now where endpoint = :endpoint and revoked_at is null")
                .bind("now", clock.instant())
                .bind("endpoint", endpoint)
                .execute();
    }

    /** Makes a link's secret, which signs one browser in once, within the time that is set. */
    public String createSignInLink() {
        String secret = Secrets.fresh("");
        Instant now = clock.instant();
        database.inTransaction(tx -> {
            tx.handle()
                    .createUpdate("delete from sign_in_link where expires_at < :now")
                    .bind("now", now)
                    .execute();
            tx.handle()
                    .createUpdate("insert into sign_in_link (hash, created_at, expires_at)"
                            + " values (:hash, :now, :expires)")
                    .bind("hash", Secrets.hash(secret))
                    .bind("now", now)
                    .bind("expires", now.plus(settings.get(Settings.SECURITY_LINK_LIFE)))
                    .execute();
        });
        return secret;
    }

    /**
     * Uses a link up.
     *
     * @return the secret of a new session; empty if the link was used, has expired or never was
     */
    Optional<String> signIn(String link) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            int used = tx.handle()
                    .createUpdate("update sign_in_link set used_at = :now where hash = :hash and used_at is null"
                            + " and expires_at > :now")
                    .bind("now", now)
                    .bind("hash", Secrets.hash(link))
                    .execute();
            if (used == 0) {
                return Optional.empty();
            }
            String secret = Secrets.fresh("");
            UUID id = ids.next();
            tx.handle()
                    .createUpdate("insert into session (id, hash, name, role, created_at, seen_at, expires_at)"
                            + " values (:id, :hash, 'administrator', 'admin', :now, :now, :expires)")
                    .bind("id", id)
                    .bind("hash", Secrets.hash(secret))
                    .bind("now", now)
                    .bind("expires", now.plus(settings.get(Settings.SECURITY_SESSION_LIFE)))
                    .execute();
            audit.note(tx, Caller.SYSTEM, "session.begin", id, Map.of());
            return Optional.of(secret);
        });
    }

    /** Ends the caller's own session. */
    void signOut(Caller caller) {
        database.inTransaction(tx -> tx.handle()
                .createUpdate("update session set ended_at = :now where 'session:' || id = :id and ended_at is null")
                .bind("now", clock.instant())
                .bind("id", caller.id())
                .execute());
    }

    List<Session> sessions() {
        return database.transaction(tx -> tx.handle()
                .createQuery("select * from session where ended_at is null and expires_at > :now and seen_at > :idle"
                        + " order by id desc")
                .bind("now", clock.instant())
                .bind("idle", clock.instant().minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                .map((rows, context) -> new Session(
                        rows.getObject("id", UUID.class),
                        rows.getString("name"),
                        rows.getString("role"),
                        rows.getTimestamp("created_at").toInstant(),
                        rows.getTimestamp("seen_at").toInstant(),
                        rows.getTimestamp("expires_at").toInstant()))
                .list());
    }

    void endSession(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            int ended = tx.handle()
                    .createUpdate("update session set ended_at = :now where id = :id and ended_at is null")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            if (ended == 0) {
                throw Problem.notFound("session", id).raised();
            }
            audit.note(tx, caller, "session.end", id, Map.of());
        });
    }

    @Override
    public Optional<Caller> bearer(String secret) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Optional<Token> found = tx.handle()
                    .createQuery("select * from token where hash = :hash and revoked_at is null"
                            + " and (expires_at is null or expires_at > :now)")
                    .bind("hash", Secrets.hash(secret))
                    .bind("now", now)
                    .map((rows, context) -> read(rows))
                    .findFirst();
            found.ifPresent(token -> {
                // Once a minute is enough to see what is still in use, and keeps reads from writing.
                if (token.lastUsedAt() == null || token.lastUsedAt().isBefore(now.minus(SEEN_EVERY))) {
                    tx.handle()
                            .createUpdate("update token set last_used_at = :now where id = :id")
                            .bind("now", now)
                            .bind("id", token.id())
                            .execute();
                }
            });
            return found.map(token -> new Caller(
                    "token:" + token.id(),
                    token.name(),
                    Role.of(token.role()),
                    token.scopes().stream().map(Scope::of).collect(Collectors.toSet()),
                    Set.copyOf(token.sites()),
                    Optional.ofNullable(token.endpoint()),
                    false));
        });
    }

    @Override
    public Optional<Caller> session(String cookie) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Optional<Session> found = tx.handle()
                    .createQuery("select * from session where hash = :hash and ended_at is null and expires_at > :now"
                            + " and seen_at > :idle")
                    .bind("hash", Secrets.hash(cookie))
                    .bind("now", now)
                    .bind("idle", now.minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                    .map((rows, context) -> new Session(
                            rows.getObject("id", UUID.class),
                            rows.getString("name"),
                            rows.getString("role"),
                            rows.getTimestamp("created_at").toInstant(),
                            rows.getTimestamp("seen_at").toInstant(),
                            rows.getTimestamp("expires_at").toInstant()))
                    .findFirst();
            found.ifPresent(session -> {
                if (session.seenAt().isBefore(now.minus(SEEN_EVERY))) {
                    tx.handle()
                            .createUpdate("update session set seen_at = :now where id = :id")
                            .bind("now", now)
                            .bind("id", session.id())
                            .execute();
                }
            });
            return found.map(session -> {
                Role role = Role.of(session.role());
                return new Caller(
                        "session:" + session.id(),
                        session.name(),
                        role,
                        role.scopes(),
                        Set.of(),
                        Optional.empty(),
                        true);
            });
        });
    }

    private static Set<Scope> scopes(Role role, @Nullable List<String> named) {
        if (named == null || named.isEmpty()) {
            return role.scopes();
        }
        Set<Scope> scopes =
                named.stream().map(Scope::of).collect(Collectors.toCollection(() -> EnumSet.noneOf(Scope.class)));
        if (!role.scopes().containsAll(scopes)) {
            throw Problem.invalid(
                            "/scopes",
                            "The role " + role.code() + " may have "
                                    + role.scopes().stream()
                                            .map(Scope::code)
                                            .sorted()
                                            .toList() + " only.")
                    .raised();
        }
        return scopes;
    }

    private static boolean unlimited(NewToken wanted, Caller creator) {
        return sites(wanted).isEmpty() || !creator.sites().containsAll(sites(wanted));
    }

    private static List<UUID> sites(NewToken wanted) {
        return wanted.sites() == null ? List.of() : wanted.sites();
    }

    private static Optional<Token> token(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from token where id = :id")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    private static Token read(ResultSet rows) throws SQLException {
        return new Token(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("role"),
                Arrays.asList((String[]) rows.getArray("scopes").getArray()),
                Arrays.asList((UUID[]) rows.getArray("sites").getArray()),
                rows.getObject("endpoint", UUID.class),
                rows.getTimestamp("created_at").toInstant(),
                Rows.instant(rows, "expires_at"),
                Rows.instant(rows, "last_used_at"));
    }
}
