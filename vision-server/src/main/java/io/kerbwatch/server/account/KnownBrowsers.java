package io.kerbwatch.server.account;

import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Tx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/**
 * Browsers that an account signed in from before, by a cookie that gives no right but that of not being slowed down by
 * what strangers do elsewhere (OWASP's "device cookies").
 */
final class KnownBrowsers {
    static final Duration KEPT = Duration.ofDays(180);
    private static final int MOST = 20;

    private final InstantSource clock;
    private final Ids ids;

    KnownBrowsers(InstantSource clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
    }

    /** The browser's id, if this account signed in from it. */
    Optional<UUID> find(Tx tx, UUID account, String cookie) {
        return tx.handle()
                .createQuery("select id from known_browser where hash = :hash and account = :account"
                        + " and seen_at > :since")
                .bind("hash", Secrets.hash(cookie))
                .bind("account", account)
                .bind("since", clock.instant().minus(KEPT))
                .mapTo(UUID.class)
                .findFirst();
    }

    /**
     * Notes that an account signed in from a browser.
     *
     * @return the cookie's new value
     */
    String note(Tx tx, UUID account, Optional<UUID> known) {
        String secret = Secrets.fresh("");
        Instant now = clock.instant();
        UUID id = known.orElseGet(ids::next);
        tx.handle()
                .createUpdate("insert into known_browser (hash, id, account, seen_at) values (:hash, :id, :account,"
                        + " :now) on conflict (id) do update set hash = :hash, seen_at = :now")
                .bind("hash", Secrets.hash(secret))
                .bind("id", id)
                .bind("account", account)
                .bind("now", now)
                .execute();
        tx.handle()
                .createUpdate("delete from known_browser where account = :account and id not in (select id from"
                        + " known_browser where account = :account order by seen_at desc, id desc limit :most)")
                .bind("account", account)
                .bind("most", MOST)
                .execute();
        return secret;
    }
}
