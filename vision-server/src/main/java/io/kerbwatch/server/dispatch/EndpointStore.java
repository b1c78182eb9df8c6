package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows of endpoints. */
final class EndpointStore {
    Optional<Endpoint> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from endpoint where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    List<Endpoint> list(Tx tx) {
        return tx.handle()
                .createQuery("select * from endpoint where removed_at is null order by id")
                .map((rows, context) -> read(rows))
                .list();
    }

    /** The sealed secrets. */
    byte[] secrets(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select secrets from endpoint where id = :id")
                .bind("id", id)
                .mapTo(byte[].class)
                .one();
    }

    /** The sealed address; empty if it is no secret. */
    Optional<byte[]> address(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select address from endpoint where id = :id and address is not null")
                .bind("id", id)
                .mapTo(byte[].class)
                .findFirst();
    }

    void insert(Tx tx, Endpoint endpoint, byte[] secrets, byte @Nullable [] address) {
        tx.handle()
                .createUpdate("insert into endpoint (id, kind, name, url, address, signing, public_keys, mqtt, reports,"
                        + " events, sites, secrets, state, version, created_at) values (:id, :kind, :name, :url,"
                        + " :address, :signing, :keys, :mqtt, :reports, :events, :sites, :secrets, :state, :version,"
                        + " :created)")
                .bind("id", endpoint.id())
                .bind("kind", endpoint.kind())
                .bind("address", address)
                .bind("signing", endpoint.signing())
                .bind("keys", Json.text(endpoint.publicKeys()))
                .bind("mqtt", endpoint.mqtt() == null ? null : Json.text(endpoint.mqtt()))
                .bind("name", endpoint.name())
                .bind("url", endpoint.url())
                .bind("reports", endpoint.reports())
                .bind("events", endpoint.events().toArray(String[]::new))
                .bind("sites", endpoint.sites().toArray(UUID[]::new))
                .bind("secrets", secrets)
                .bind("state", endpoint.state())
                .bind("version", endpoint.version())
                .bind("created", endpoint.createdAt())
                .execute();
    }

    /** Writes all but id, kind, keys, secrets and ping; answers false if it is not of the version before any more. */
    boolean update(Tx tx, Endpoint endpoint) {
        return tx.handle()
                        .createUpdate("update endpoint set name = :name, url = :url, signing = :signing,"
                                + " mqtt = :mqtt, reports = :reports,"
                                + " events = :events, sites = :sites, state = :state, state_reason = :reason,"
                                + " version = :version where id = :id and version = :version - 1"
                                + " and removed_at is null")
                        .bind("id", endpoint.id())
                        .bind("name", endpoint.name())
                        .bind("url", endpoint.url())
                        .bind("signing", endpoint.signing())
                        .bind("mqtt", endpoint.mqtt() == null ? null : Json.text(endpoint.mqtt()))
                        .bind("reports", endpoint.reports())
                        .bind("events", endpoint.events().toArray(String[]::new))
                        .bind("sites", endpoint.sites().toArray(UUID[]::new))
                        .bind("state", endpoint.state())
                        .bind("reason", endpoint.stateReason())
                        .bind("version", endpoint.version())
                        .execute()
                == 1;
    }

    void secrets(Tx tx, UUID id, byte[] secrets, List<Endpoint.PublicKey> keys) {
        tx.handle()
                .createUpdate("update endpoint set secrets = :secrets, public_keys = :keys, version = version + 1"
                        + " where id = :id")
                .bind("secrets", secrets)
                .bind("keys", Json.text(keys))
                .bind("id", id)
                .execute();
    }

    void address(Tx tx, UUID id, byte[] address) {
        tx.handle()
                .createUpdate("update endpoint set address = :address where id = :id")
                .bind("address", address)
                .bind("id", id)
                .execute();
    }

    void ping(Tx tx, UUID id, Endpoint.Ping ping) {
        tx.handle()
                .createUpdate("update endpoint set ping = :ping where id = :id")
                .bind("ping", Json.text(ping))
                .bind("id", id)
                .execute();
    }

    /** How an endpoint has been failing: how often in a row, and since when. */
    record Failing(int failures, Instant since) {}

    /** What an endpoint was before it took something again. */
    record Recovered(int failures, String state) {}

    Failing failed(Tx tx, UUID id, Instant now) {
        return tx.handle()
                .createQuery("update endpoint set failures = failures + 1,"
                        + " failing_since = coalesce(failing_since, :now) where id = :id"
                        + " returning failures, failing_since")
                .bind("id", id)
                .bind("now", now)
                .map((rows, context) -> new Failing(
                        rows.getInt("failures"),
                        rows.getTimestamp("failing_since").toInstant()))
                .one();
    }

    void open(Tx tx, UUID id, Instant until) {
        tx.handle()
                .createUpdate("update endpoint set open_until = :until where id = :id")
                .bind("id", id)
                .bind("until", until)
                .execute();
    }

    /** Forgets failures and degradation; empty if there was nothing to forget. */
    Optional<Recovered> recovered(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("with old as (select id, failures, state from endpoint where id = :id"
                        + " and (failures > 0 or state = 'degraded') for no key update)"
                        + " update endpoint e set failures = 0, failing_since = null, open_until = null,"
                        + " state = case when e.state = 'degraded' then 'active' else e.state end,"
                        + " state_reason = case when e.state = 'degraded' then '' else e.state_reason end,"
                        + " version = e.version + case when e.state = 'degraded' then 1 else 0 end"
                        + " from old where e.id = old.id returning old.failures, old.state as old_state")
                .bind("id", id)
                .map((rows, context) -> new Recovered(rows.getInt("failures"), rows.getString("old_state")))
                .findFirst();
    }

    /** Answers whether that changed anything. */
    boolean state(Tx tx, UUID id, List<String> from, String to, String reason) {
        return tx.handle()
                        .createUpdate("update endpoint set state = :to, state_reason = :reason, version = version + 1"
                                + " where id = :id and state = any(:from) and (state, state_reason) <> (:to, :reason)"
                                + " and removed_at is null")
                        .bind("id", id)
                        .bind("from", from.toArray(String[]::new))
                        .bind("to", to)
                        .bind("reason", reason)
                        .execute()
                == 1;
    }

    /** Begins to count anew. */
    void forgetFailures(Tx tx, UUID id) {
        tx.handle()
                .createUpdate(
                        "update endpoint set failures = 0, failing_since = null, open_until = null" + " where id = :id")
                .bind("id", id)
                .execute();
    }

    /** The name of a site that dispatches to an endpoint. */
    Optional<String> dispatchingSite(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select name from site where dispatch_endpoint = :id and removed_at is null limit 1")
                .bind("id", id)
                .mapTo(String.class)
                .findFirst();
    }

    private static Endpoint read(ResultSet rows) throws SQLException {
        String mqtt = rows.getString("mqtt");
        String ping = rows.getString("ping");
        return new Endpoint(
                rows.getObject("id", UUID.class),
                rows.getString("kind"),
                rows.getString("name"),
                rows.getString("url"),
                rows.getString("signing"),
                Json.read(rows.getString("public_keys"), new TypeReference<List<Endpoint.PublicKey>>() {}),
                mqtt == null ? null : Json.read(mqtt, Endpoint.Mqtt.class),
                rows.getString("reports"),
                Rows.texts(rows, "events"),
                Rows.ids(rows, "sites"),
                rows.getString("state"),
                rows.getString("state_reason"),
                ping == null ? null : Json.read(ping, Endpoint.Ping.class),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }
}
