package io.kerbwatch.server.account;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Role;
import io.kerbwatch.server.platform.Tx;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes, changes and removes accounts. Nobody gives, changes or takes away more rights than they have. Once somebody can
 * administer, somebody always can.
 */
public final class People {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Audit audit;
    private final Accounts sessions;
    private final SignIn signIn;
    private final PublicUrl base;
    private final BiPredicate<Tx, UUID> siteExists;
    private final AccountStore store = new AccountStore();

    /** @param siteExists whether there is a site with that id */
    public People(
            Database database,
            InstantSource clock,
            Ids ids,
            Audit audit,
            Accounts sessions,
            SignIn signIn,
            PublicUrl base,
            BiPredicate<Tx, UUID> siteExists) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.audit = audit;
        this.sessions = sessions;
        this.signIn = signIn;
        this.base = base;
        this.siteExists = siteExists;
    }

    /**
     * An account as someone wants it.
     *
     * @param displayName the name to sign in with if null
     * @param sites all of them if null or empty
     * @param password if null, a link lets its owner set one
     */
    record NewAccount(
            String name,
            @Nullable String displayName,
            String role,
            @Nullable List<UUID> sites,
            @Nullable String password) {}

    /** What is to be other than it was; what is null stays. */
    record Change(
            @Nullable String name,
            @Nullable String displayName,
            @Nullable String role,
            @Nullable List<UUID> sites,
            @Nullable Boolean disabled) {
        boolean disablesOnly() {
            return name == null && displayName == null && role == null && sites == null;
        }
    }

    /** A link that lets somebody set their password, once. */
    record Link(String url, Instant expiresAt) {}

    /** @param link null if a password was given */
    record Made(Account account, @Nullable Link link) {}

    /** Those that the caller may see: who is limited to sites sees who is limited to the same. */
    List<Account> list(Caller caller) {
        return database.transaction(store::all).stream()
                .filter(account -> caller.covers(Set.of(), account.places()))
                .toList();
    }

    Account get(Caller caller, UUID id) {
        return database.transaction(tx -> visible(tx, caller, id));
    }

    /**
     * Makes an account.
     *
     * @throws Problem.Raised 403 if it would have more rights than its maker, 409 if the name is taken, 400 if the
     *     password is too easy or a site is unknown
     */
    Made create(Caller caller, NewAccount wanted) {
        Role role = Role.of(wanted.role());
        List<UUID> sites = Objects.requireNonNullElse(wanted.sites(), List.of());
        mayGive(caller, role, sites);
        String password = wanted.password();
        if (password != null) {
            Passwords.check("/password", wanted.name(), password);
        }
        String hash = password == null
                ? null
                : signIn.passwords().admitted(() -> signIn.passwords().hash(password));
        return database.transaction(tx -> {
            check(tx, sites);
            Account account = new Account(
                    ids.next(),
                    wanted.name().strip(),
                    Objects.requireNonNullElse(wanted.displayName(), wanted.name())
                            .strip(),
                    role.code(),
                    sites.stream().distinct().toList(),
                    hash,
                    false,
                    1,
                    clock.instant(),
                    null,
                    null);
            if (!store.insert(tx, account)) {
                throw nameTaken(account.name()).raised();
            }
            note(tx, caller, "account.create", account);
            return new Made(account, hash == null ? link(tx, account) : null);
        });
    }

    /**
     * Changes an account. Other rights, or being disabled, end its sessions at once.
     *
     * @throws Problem.Raised as {@link #create}; 412 if it was changed meanwhile, 409 if nobody could administer then
     */
    Account change(Caller caller, UUID id, int version, Change change) {
        return database.transaction(tx -> {
            store.alone(tx);
            boolean administered = store.administered(tx);
            Account old = within(tx, caller, id);
            if (old.origin() != null && !change.disablesOnly()) {
                throw elsewhere("Its name, role and sites are what its provider says at each sign-in.")
                        .raised();
            }
            Account account = new Account(
                    id,
                    Objects.requireNonNullElse(change.name(), old.name()).strip(),
                    Objects.requireNonNullElse(change.displayName(), old.displayName())
                            .strip(),
                    Role.of(Objects.requireNonNullElse(change.role(), old.role()))
                            .code(),
                    Objects.requireNonNullElse(change.sites(), old.sites()).stream()
                            .distinct()
                            .toList(),
                    old.password(),
                    Objects.requireNonNullElse(change.disabled(), old.disabled()),
                    version + 1,
                    old.createdAt(),
                    old.signedInAt(),
                    old.origin());
            mayGive(caller, account.rights(), account.sites());
            check(tx, account.sites());
            Optional<Account> other = store.named(tx, Account.key(account.name()));
            if (old.origin() == null && other.isPresent() && !other.get().id().equals(id)) {
                throw nameTaken(account.name()).raised();
            }
            if (!store.update(tx, account)) {
                throw Request.stale().raised();
            }
            if (administered && !store.administered(tx)) {
                throw lastAdministrator().raised();
            }
            boolean sameRights =
                    account.role().equals(old.role()) && account.places().equals(old.places());
            if (!sameRights || account.disabled()) {
                sessions.endSessionsOf(tx, id, Optional.empty());
            }
            if (account.disabled()) {
                sessions.dropPasswordLinks(tx, id);
            }
            note(tx, caller, "account.change", account);
            return account;
        });
    }

    /** Removes an account and ends its sessions; what it did stays in the histories under its name. */
    void remove(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            store.alone(tx);
            boolean administered = store.administered(tx);
            Account account = within(tx, caller, id);
            store.remove(tx, id, clock.instant());
            if (administered && !store.administered(tx)) {
                throw lastAdministrator().raised();
            }
            sessions.endSessionsOf(tx, id, Optional.empty());
            sessions.dropPasswordLinks(tx, id);
            note(tx, caller, "account.remove", account);
        });
    }

    /** Makes a link that lets its owner set a new password; the old one holds until then. */
    Link link(Caller caller, UUID id) {
        return database.transaction(tx -> {
            Account account = within(tx, caller, id);
            if (account.origin() != null) {
                throw elsewhere("It has no password here.").raised();
            }
            if (account.disabled()) {
                throw Problem.conflict("account-disabled", "Disabled", "Enable the account first.")
                        .raised();
            }
            note(tx, caller, "account.link", account);
            return link(tx, account);
        });
    }

    private Link link(Tx tx, Account account) {
        Accounts.PhoneLink link = sessions.createPasswordLink(tx, account);
        return new Link(base + "/set-password?link=" + link.secret(), link.expiresAt());
    }

    private Account visible(Tx tx, Caller caller, UUID id) {
        return store.find(tx, id)
                .filter(account -> caller.covers(Set.of(), account.places()))
                .orElseThrow(() -> Problem.notFound("account", id).raised());
    }

    /** An account that has no more rights than the caller, who could otherwise take it over. */
    private Account within(Tx tx, Caller caller, UUID id) {
        Account account = visible(tx, caller, id);
        mayGive(caller, account.rights(), account.sites());
        return account;
    }

    private static void mayGive(Caller caller, Role role, List<UUID> sites) {
        if (!caller.covers(role.scopes(), Set.copyOf(sites))) {
            throw Problem.forbidden("An account cannot have more rights than the one who makes or changes it.")
                    .raised();
        }
    }

    private void check(Tx tx, List<UUID> sites) {
        for (UUID site : sites) {
            if (!siteExists.test(tx, site)) {
                throw Problem.invalid("/sites", "There is no site " + site + ".")
                        .raised();
            }
        }
    }

    private void note(Tx tx, Caller caller, String action, Account account) {
        audit.note(
                tx,
                caller,
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
                        account.disabled()));
    }

    private static Problem nameTaken(String name) {
        return Problem.conflict("name-taken", "Name taken", "There is an account called '" + name + "' already.");
    }

    /** Of an account that a provider vouches for. */
    static Problem elsewhere(String so) {
        return Problem.conflict(
                "signs-in-elsewhere", "Signs in elsewhere", "This account signs in at an identity provider. " + so);
    }

    private static Problem lastAdministrator() {
        return Problem.conflict(
                "last-administrator",
                "Last administrator",
                "Nobody else can sign in who may administer everything; make another one first.");
    }
}
