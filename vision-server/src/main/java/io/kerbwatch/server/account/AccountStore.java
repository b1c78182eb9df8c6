package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Role;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Rows of accounts. */
final class AccountStore {
    /** Lets one transaction at a time change who there is, so that two administrators cannot remove each other. */
    void alone(Tx tx) {
        tx.handle().execute("lock table account in share row exclusive mode");
    }

    List<Account> all(Tx tx) {
        return tx.handle()
                .createQuery("select * from account where removed_at is null order by name_key")
                .map((rows, context) -> read(rows))
                .list();
    }

    Optional<Account> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from account where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /**
     * Who signs in here by that name; whoever a provider vouches for may have the same.
     *
     * @param key as names are compared
     */
    Optional<Account> named(Tx tx, String key) {
        return tx.handle()
                .createQuery("select * from account where name_key = :key and issuer is null and removed_at is null")
                .bind("key", key)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** Whom a provider vouches for. */
    Optional<Account> vouched(Tx tx, String issuer, String subject) {
        return tx.handle()
                .createQuery("select * from account where issuer = :issuer and subject = :subject"
                        + " and removed_at is null")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    /** False if another has the name. */
    boolean insert(Tx tx, Account account) {
        Account.Origin origin = account.origin();
        return tx.handle()
                        .createUpdate("insert into account (id, name, name_key, display_name, role, sites, password,"
                                + " disabled, version, created_at, issuer, subject) values (:id, :name, :key, :display,"
                                + " :role, :sites, :password, :disabled, :version, :created, :issuer, :subject)"
                                + " on conflict do nothing")
                        .bind("id", account.id())
                        .bind("name", account.name())
                        .bind("key", Account.key(account.name()))
                        .bind("display", account.displayName())
                        .bind("role", account.role())
                        .bind("sites", account.sites().toArray(UUID[]::new))
                        .bind("password", account.password())
                        .bind("disabled", account.disabled())
                        .bind("version", account.version())
                        .bind("created", account.createdAt())
                        .bind("issuer", origin == null ? null : origin.issuer())
                        .bind("subject", origin == null ? null : origin.subject())
                        .execute()
                == 1;
    }

    /** The next version of one; false if it was changed meanwhile. */
    boolean update(Tx tx, Account account) {
        return tx.handle()
                        .createUpdate("update account set name = :name, name_key = :key, display_name = :display,"
                                + " role = :role, sites = :sites, disabled = :disabled, version = :version"
                                + " where id = :id and version = :version - 1 and removed_at is null")
                        .bind("id", account.id())
                        .bind("name", account.name())
                        .bind("key", Account.key(account.name()))
                        .bind("display", account.displayName())
                        .bind("role", account.role())
                        .bind("sites", account.sites().toArray(UUID[]::new))
                        .bind("disabled", account.disabled())
                        .bind("version", account.version())
                        .execute()
                == 1;
    }

    void setPassword(Tx tx, UUID id, String hash) {
        tx.handle()
                .createUpdate("update account set password = :hash where id = :id and removed_at is null")
                .bind("hash", hash)
                .bind("id", id)
                .execute();
    }

    void signedIn(Tx tx, UUID id, Instant at) {
        tx.handle()
                .createUpdate("update account set signed_in_at = :at where id = :id")
                .bind("at", at)
                .bind("id", id)
                .execute();
    }

    void remove(Tx tx, UUID id, Instant at) {
        tx.handle()
                .createUpdate("update account set removed_at = :at, password = null where id = :id")
                .bind("at", at)
                .bind("id", id)
                .execute();
        tx.handle()
                .createUpdate("delete from known_browser where account = :id")
                .bind("id", id)
                .execute();
    }

    /** Whether somebody is left who can sign in and do everything, or there is nobody at all. */
    boolean administered(Tx tx) {
        List<Account> left = all(tx);
        return left.isEmpty()
                || left.stream()
                        .anyMatch(account -> !account.disabled()
                                && account.hasPassword()
                                && account.rights() == Role.ADMIN
                                && account.sites().isEmpty());
    }

    private static Account read(ResultSet rows) throws SQLException {
        String issuer = rows.getString("issuer");
        return new Account(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("display_name"),
                rows.getString("role"),
                Rows.ids(rows, "sites"),
                rows.getString("password"),
                rows.getBoolean("disabled"),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant(),
                Rows.instant(rows, "signed_in_at"),
                issuer == null ? null : new Account.Origin(issuer, rows.getString("subject")));
    }
}
