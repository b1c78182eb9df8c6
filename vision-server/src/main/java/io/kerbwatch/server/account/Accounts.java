package io.kerbwatch.server.account;

import com.fasterxml.jackson.annotation.JsonIgnore;
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

/** Tokens for programs; for people, sessions, and links that sign a browser in once without a password. */
public final class Accounts implements Authenticator {
    private static final Duration SEEN_EVERY = Duration.ofMinutes(1);
    /** A phone sees the orders of its owner and nothing else. */
    private static final Set<Scope> PHONE = Set.of(Scope.CREW_WORK, Scope.ORDERS_REPORT);

    private static final String TOKEN = "token:";
    /** A phone lies in a pocket for days: it is not signed out for being idle. */
    private static final String ALIVE = "s.ended_at is null and s.expires_at > :now"
            + " and (s.seen_at > :idle or s.member is not null)"
            + " and (s.account is null or (a.removed_at is null and not a.disabled))";

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
            @JsonIgnore @Nullable UUID device,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt) {}

    /** A token with its secret, which is told once. */
    public record Issued(Token token, String secret) {}

    /** A link for the phone of a crew member, told once. */
    public record PhoneLink(String secret, Instant expiresAt) {}

    /** A session that has just begun. */
    record Begun(String secret, boolean phone, Duration life) {}

    private record Named(@Nullable UUID member, @Nullable UUID account, String name, Role role) {}

    /**
     * A browser's session as its owner sees it.
     *
     * @param address that it began from
     * @param current whether it is the one that asks
     */
    public record Session(
            UUID id,
            String name,
            String role,
            @Nullable UUID account,
            String address,
            boolean current,
            Instant createdAt,
            Instant seenAt,
            Instant expiresAt) {}

    /**
     * Makes a token.
     *
     * @throws Problem.Raised if the creator gives more than they have, or names a scope that the role has not
     */
    public Issued createToken(Caller creator, NewToken wanted) {
        Role role = Role.of(wanted.role());
        Set<Scope> scopes = scopes(role, wanted.scopes());
        if (!creator.covers(scopes, Set.copyOf(sites(wanted)))) {
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

    /** All tokens that work, newest first; who is limited to sites sees those that are limited to the same. */
    public List<Token> tokens(Caller caller) {
        return database
                .transaction(tx -> tx.handle()
                        .createQuery("select * from token where revoked_at is null and device is null order by id desc")
                        .map((rows, context) -> read(rows))
                        .list())
                .stream()
                .filter(token -> caller.covers(Set.of(), Set.copyOf(token.sites())))
                .toList();
    }

    /** Ends a token at once. */
    public void revokeToken(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            boolean seen = token(tx, id)
                    .filter(token -> caller.covers(Set.of(), Set.copyOf(token.sites())))
                    .isPresent();
            if (!seen) {
                throw Problem.notFound("token", id).raised();
            }
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

    /** Makes the token that a device reports with, and may do nothing else with; told once. */
    public String createDeviceToken(Tx tx, Caller creator, UUID device, UUID site, String name) {
        String secret = Secrets.fresh("kw_");
        UUID id = ids.next();
        tx.handle()
                .createUpdate("insert into token (id, name, hash, role, scopes, sites, device, created_at)"
                        + " values (:id, :name, :hash, :role, :scopes, :sites, :device, :now)")
                .bind("id", id)
                .bind("name", name)
                .bind("hash", Secrets.hash(secret))
                .bind("role", Role.DEVICE.code())
                .bind("scopes", new String[] {Scope.READINGS_REPORT.code()})
                .bind("sites", new UUID[] {site})
                .bind("device", device)
                .bind("now", clock.instant())
                .execute();
        audit.note(tx, creator, "token.create", id, Map.of("name", name, "role", Role.DEVICE.code()));
        return secret;
    }

    /** Ends the tokens of a device. */
    public void revokeDeviceTokens(Tx tx, UUID device) {
        tx.handle()
                .createUpdate("update token set revoked_at = :now where device = :device and revoked_at is null")
                .bind("now", clock.instant())
                .bind("device", device)
                .execute();
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
                tx -> createLink(tx, null, null, "administrator", settings.get(Settings.SECURITY_LINK_LIFE)));
    }

    /** As {@link #createSignInLink}, for the phone of a crew member. */
    public PhoneLink createPhoneLink(Tx tx, UUID member, String name) {
        Duration life = settings.get(Settings.SECURITY_PHONE_LINK_LIFE);
        return new PhoneLink(
                createLink(tx, member, null, name, life), clock.instant().plus(life));
    }

    /** As {@link #createSignInLink}, but it lets an account set its password; an older one stops to work. */
    PhoneLink createPasswordLink(Tx tx, Account account) {
        Duration life = settings.get(Settings.SECURITY_PASSWORD_LINK_LIFE);
        dropPasswordLinks(tx, account.id());
        String secret = createLink(tx, null, account.id(), account.name(), life);
        return new PhoneLink(secret, clock.instant().plus(life));
    }

    void dropPasswordLinks(Tx tx, UUID account) {
        tx.handle()
                .createUpdate("delete from sign_in_link where account = :account and used_at is null")
                .bind("account", account)
                .execute();
    }

    /** Whose password a link sets, if it still does; that does not use it up. */
    Optional<UUID> passwordLink(Tx tx, String link) {
        return tx.handle()
                .createQuery("select account from sign_in_link where hash = :hash and used_at is null"
                        + " and expires_at > :now and account is not null for update")
                .bind("hash", Secrets.hash(link))
                .bind("now", clock.instant())
                .mapTo(UUID.class)
                .findFirst();
    }

    private String createLink(Tx tx, @Nullable UUID member, @Nullable UUID account, String name, Duration life) {
        String secret = Secrets.fresh("");
        Instant now = clock.instant();
        tx.handle()
                .createUpdate("delete from sign_in_link where expires_at < :now")
                .bind("now", now)
                .execute();
        tx.handle()
                .createUpdate("insert into sign_in_link (hash, created_at, expires_at, member, account,"
                        + " name) values (:hash, :now, :expires, :member, :account, :name)")
                .bind("hash", Secrets.hash(secret))
                .bind("now", now)
                .bind("expires", now.plus(life))
                .bind("member", member)
                .bind("account", account)
                .bind("name", name)
                .execute();
        return secret;
    }

    /**
     * Uses a link up.
     *
     * @return a new session; empty if the link was used, has expired or never was
     */
    Optional<Begun> signIn(String link, String address) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Optional<Named> used = tx.handle()
                    .createQuery("update sign_in_link set used_at = :now where hash = :hash and used_at is null"
                            + " and expires_at > :now and account is null returning member, name")
                    .bind("now", now)
                    .bind("hash", Secrets.hash(link))
                    .map((rows, context) -> {
                        UUID member = Rows.id(rows, "member");
                        Role role = member == null ? Role.ADMIN : Role.CREW;
                        return new Named(member, null, rows.getString("name"), role);
                    })
                    .findFirst();
            return used.map(named -> begin(tx, named, address));
        });
    }

    /** Begins a session of somebody whose password was right. Its secret is always a new one. */
    Begun begin(Tx tx, Account account, String address) {
        return begin(tx, new Named(null, account.id(), account.displayName(), account.rights()), address);
    }

    private Begun begin(Tx tx, Named named, String address) {
        Instant now = clock.instant();
        boolean phone = named.member() != null;
        Duration life = settings.get(phone ? Settings.SECURITY_PHONE_LIFE : Settings.SECURITY_SESSION_LIFE);
        String secret = Secrets.fresh("");
        UUID id = ids.next();
        tx.handle()
                .createUpdate("insert into session (id, hash, name, role, member, account, address, created_at,"
                        + " seen_at, expires_at) values (:id, :hash, :name, :role, :member, :account, :address, :now,"
                        + " :now, :expires)")
                .bind("id", id)
                .bind("hash", Secrets.hash(secret))
                .bind("name", named.name())
                .bind("role", named.role().code())
                .bind("member", named.member())
                .bind("account", named.account())
                .bind("address", address)
                .bind("now", now)
                .bind("expires", now.plus(life))
                .execute();
        UUID account = named.account();
        Live live = new Live(id, named.name(), named.role(), named.member(), account, List.of(), now);
        audit.note(
                tx,
                account == null ? Caller.SYSTEM : live.caller(),
                "session.begin",
                id,
                Map.of("name", named.name(), "address", address));
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

    /** Ends an account's sessions, but for one that is spared. */
    void endSessionsOf(Tx tx, UUID account, Optional<UUID> spared) {
        tx.handle()
                .createUpdate("update session set ended_at = :now where account = :account and ended_at is null"
                        + " and id is distinct from :spared")
                .bind("now", clock.instant())
                .bind("account", account)
                .bind("spared", spared.orElse(null))
                .execute();
    }

    /** Ends the caller's own session. */
    void signOut(Caller caller) {
        caller.session()
                .ifPresent(id -> database.inTransaction(tx -> tx.handle()
                        .createUpdate("update session set ended_at = :now where id = :id and ended_at is null")
                        .bind("now", clock.instant())
                        .bind("id", id)
                        .execute()));
    }

    /** Ends the session that a cookie stands for: who signs in anew leaves none behind in the same browser. */
    void endSession(Tx tx, String cookie) {
        tx.handle()
                .createUpdate("update session set ended_at = :now where hash = :hash and ended_at is null")
                .bind("now", clock.instant())
                .bind("hash", Secrets.hash(cookie))
                .execute();
    }

    /** Whether somebody has a password here that they could change. */
    boolean hasPassword(Caller caller) {
        return caller.account()
                .map(id -> database.transaction(tx -> tx.handle()
                        .createQuery("select exists (select 1 from account where id = :id and password is not null)")
                        .bind("id", id)
                        .mapTo(Boolean.class)
                        .one()))
                .orElse(false);
    }

    /** All sessions that have not ended, newest first; phones are not signed out for being idle. */
    List<Session> sessions(Caller caller) {
        return sessions(caller, true);
    }

    /** Those of whoever asks. */
    List<Session> ownSessions(Caller caller) {
        return sessions(caller, false);
    }

    /** Who is limited to sites sees those of accounts that are limited to the same, and their own. */
    private List<Session> sessions(Caller caller, boolean all) {
        return database.transaction(tx -> tx.handle()
                .createQuery("select s.* from session s left join account a on a.id = s.account where "
                        + ALIVE + " and (:all or s.account = :account or s.id = :own)"
                        + " and (:unlimited or (cardinality(a.sites) > 0 and a.sites <@ :sites)"
                        + " or s.account = :account or s.id = :own) order by s.id desc")
                .bind("all", all)
                .bind("unlimited", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("now", clock.instant())
                .bind("idle", clock.instant().minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                .bind("account", caller.account().orElse(null))
                .bind("own", caller.session().orElse(null))
                .map((rows, context) -> new Session(
                        rows.getObject("id", UUID.class),
                        rows.getString("name"),
                        rows.getString("role"),
                        Rows.id(rows, "account"),
                        rows.getString("address"),
                        caller.session().equals(Optional.of(rows.getObject("id", UUID.class))),
                        rows.getTimestamp("created_at").toInstant(),
                        rows.getTimestamp("seen_at").toInstant(),
                        rows.getTimestamp("expires_at").toInstant()))
                .list());
    }

    /** Ends a session that the caller may see. */
    void endSession(Caller caller, UUID id) {
        if (sessions(caller).stream().noneMatch(session -> session.id().equals(id))) {
            throw Problem.notFound("session", id).raised();
        }
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

    /** As {@link #endSession(Caller, UUID)}, of one's own only. */
    void endOwnSession(Caller caller, UUID id) {
        if (ownSessions(caller).stream().noneMatch(session -> session.id().equals(id))) {
            throw Problem.notFound("session", id).raised();
        }
        endSession(caller, id);
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
                    TOKEN + token.id(),
                    token.name(),
                    Role.of(token.role()),
                    token.scopes().stream().map(Scope::of).collect(Collectors.toSet()),
                    Set.copyOf(token.sites()),
                    Optional.ofNullable(token.endpoint()),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.ofNullable(token.device()),
                    Optional.empty()));
        });
    }

    @Override
    public Optional<Caller> session(String cookie) {
        Instant now = clock.instant();
        return database.transaction(tx -> {
            Optional<Live> found = tx.handle()
                    .createQuery("select s.*, a.display_name, a.role as account_role, a.sites from session s"
                            + " left join account a on a.id = s.account where s.hash = :hash and " + ALIVE)
                    .bind("hash", Secrets.hash(cookie))
                    .bind("now", now)
                    .bind("idle", now.minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                    .map((rows, context) -> live(rows))
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

    @Override
    public boolean holds(Caller caller) {
        Instant now = clock.instant();
        Optional<UUID> session = caller.session();
        if (session.isPresent()) {
            return database.transaction(tx -> tx.handle()
                    .createQuery("select exists (select 1 from session s left join account a on a.id = s.account"
                            + " where s.id = :id and " + ALIVE + ")")
                    .bind("id", session.get())
                    .bind("now", now)
                    .bind("idle", now.minus(settings.get(Settings.SECURITY_SESSION_IDLE)))
                    .mapTo(Boolean.class)
                    .one());
        }
        return !caller.id().startsWith(TOKEN)
                || database.transaction(tx -> tx.handle()
                        .createQuery("select exists (select 1 from token where id = cast(:id as uuid)"
                                + " and revoked_at is null and (expires_at is null or expires_at > :now))")
                        .bind("id", caller.id().substring(TOKEN.length()))
                        .bind("now", now)
                        .mapTo(Boolean.class)
                        .one());
    }

    /** An account's session has the name, the role and the sites that the account has now. */
    private static Live live(ResultSet rows) throws SQLException {
        UUID account = Rows.id(rows, "account");
        return new Live(
                rows.getObject("id", UUID.class),
                rows.getString(account == null ? "name" : "display_name"),
                Role.of(rows.getString(account == null ? "role" : "account_role")),
                Rows.id(rows, "member"),
                account,
                account == null ? List.of() : Rows.ids(rows, "sites"),
                rows.getTimestamp("seen_at").toInstant());
    }

    private record Live(
            UUID id,
            String name,
            Role role,
            @Nullable UUID member,
            @Nullable UUID account,
            List<UUID> sites,
            Instant seenAt) {
        /** A member is the same on every phone, an account in every browser; anybody else is known by the session. */
        Caller caller() {
            return new Caller(
                    member != null ? "crew:" + member : account != null ? Account.actor(account) : "session:" + id,
                    name,
                    role,
                    member == null ? role.scopes() : PHONE,
                    Set.copyOf(sites),
                    Optional.empty(),
                    Optional.ofNullable(member),
                    Optional.ofNullable(account),
                    Optional.empty(),
                    Optional.of(id));
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
                rows.getObject("device", UUID.class),
                rows.getTimestamp("created_at").toInstant(),
                Rows.instant(rows, "expires_at"),
                Rows.instant(rows, "last_used_at"));
    }
}
