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
    /** A phone sees the orders of its owner and nothing else. */
    private static final Set<Scope> PHONE = Set.of(Scope.CREW_WORK, Scope.ORDERS_REPORT);

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

    /** A link for the phone of a crew member, told once. */
    public record PhoneLink(String secret, Instant expiresAt) {}

    /** A session that has just begun. */
    record Begun(String secret, boolean phone, Duration life) {}

    private record Named(@Nullable UUID member, String name) {}

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
        return database.transaction(
                tx -> createLink(tx, null, "administrator", settings.get(Settings.SECURITY_LINK_LIFE)));
    }

    /** As {@link #createSignInLink}, for the phone of a crew member. */
    public PhoneLink createPhoneLink(Tx tx, UUID member, String name) {
        Duration life = settings.get(Settings.SECURITY_PHONE_LINK_LIFE);
        return new PhoneLink(createLink(tx, member, name, life), clock.instant().plus(life));
    }

    private String createLink(Tx tx, @Nullable UUID member, String name, Duration life) {
        String secret = Secrets.fresh("");
        Instant now = clock.instant();
        tx.handle()
                .createUpdate("delete from sign_in_link where expires_at < :now")
                .bind("now", now)
                .execute();
        tx.handle()
                .createUpdate("insert into sign_in_link (hash, created_at, expires_at, member, name)"
                        + " values (:hash, :now, :expires, :member, :name)")
                .bind("hash", Secrets.hash(secret))
                .bind("now", now)
                .bind("expires", now.plus(life))
                .bind("member", member)
                .bind("name", name)
                .execute();
        return secret;
    }

    /**
     * Uses a link up.
     *
     * @return a new session; empty if the link was used, has expired or never was
     */
    Optional<Begun> signIn(String link) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Optional<Named> used = tx.handle()
                    .createQuery("update sign_in_link set used_at = :now where hash = :hash and used_at is null"
                            + " and expires_at > :now returning member, name")
                    .bind("now", now)
                    .bind("hash", Secrets.hash(link))
                    .map((rows, context) -> new Named(Rows.id(rows, "member"), rows.getString("name")))
                    .findFirst();
            return used.map(named -> begin(tx, named, now));
        });
    }

    private Begun begin(Tx tx, Named named, Instant now) {
        boolean phone = named.member() != null;
        Duration life = settings.get(phone ? Settings.SECURITY_PHONE_LIFE : Settings.SECURITY_SESSION_LIFE);
        String secret = Secrets.fresh("");
        UUID id = ids.next();
        tx.handle()
                .createUpdate("insert into session (id, hash, name, role, member, created_at, seen_at, expires_at)"
                        + " values (:id, :hash, :name, :role, :member, :now, :now, :expires)")
                .bind("id", id)
                .bind("hash", Secrets.hash(secret))
                .bind("name", named.name())
                .bind("role", (phone ? Role.CREW : Role.ADMIN).code())
                .bind("member", named.member())
                .bind("now", now)
                .bind("expires", now.plus(life))
                .execute();
        audit.note(tx, Caller.SYSTEM, "session.begin", id, Map.of("name", named.name()));
        return new Begun(secret, phone, life);
    }

    /** Signs all phones of a crew member out, and takes back the links that were not used yet. */
    public void endSessionsOf(Tx tx, UUID member) {
        tx.handle()
                .createUpdate("update session set ended_at = :now where member = :member and ended_at is null")
                .bind("now", clock.instant())
                .bind("member", member)
                .execute();
        tx.handle()
                .createUpdate("delete from sign_in_link where member = :member and used_at is null")
                .bind("member", member)
                .execute();
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
                    Optional.empty(),
                    false));
        });
    }

    @Override
    public Optional<Caller> session(String cookie) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            // A phone lies in a pocket for days: it is not signed out for being idle.
            Optional<Live> found = tx.handle()
                    .createQuery("select * from session where hash = :hash and ended_at is null and expires_at > :now"
                            + " and (seen_at > :idle or member is not null)")
                    .bind("hash", Secrets.hash(cookie))
                    .bind("now", now)
                    .bind("idle", now.minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                    .map((rows, context) -> new Live(
                            rows.getObject("id", UUID.class),
                            rows.getString("name"),
                            Role.of(rows.getString("role")),
                            Rows.id(rows, "member"),
                            rows.getTimestamp("seen_at").toInstant()))
                    .findFirst();
            found.filter(session -> session.seenAt().isBefore(now.minus(SEEN_EVERY)))
                    .ifPresent(session -> tx.handle()
                            .createUpdate("update session set seen_at = :now where id = :id")
                            .bind("now", now)
                            .bind("id", session.id())
                            .execute());
            return found.map(Live::caller);
        });
    }

    private record Live(
            UUID id, String name, Role role, @Nullable UUID member, Instant seenAt) {
        /** A member is the same on every phone; anybody else is known by the session. */
        Caller caller() {
            return new Caller(
                    member == null ? "session:" + id : "crew:" + member,
                    name,
                    role,
                    member == null ? role.scopes() : PHONE,
                    Set.of(),
                    Optional.empty(),
                    Optional.ofNullable(member),
                    true);
        }
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
