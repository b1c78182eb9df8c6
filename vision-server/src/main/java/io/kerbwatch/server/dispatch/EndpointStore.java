package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

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

    void insert(Tx tx, Endpoint endpoint, byte[] secrets) {
        tx.handle()
                .createUpdate("insert into endpoint (id, name, url, reports, events, sites, secrets, state, version,"
                        + " created_at) values (:id, :name, :url, :reports, :events, :sites, :secrets, :state,"
                        + " :version, :created)")
                .bind("id", endpoint.id())
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

    /** Writes all but id, secrets and ping; answers false if it is not of the version before any more. */
    boolean update(Tx tx, Endpoint endpoint) {
        return tx.handle()
                        .createUpdate("update endpoint set name = :name, url = :url, reports = :reports,"
                                + " events = :events, sites = :sites, state = :state, state_reason = :reason,"
                                + " version = :version where id = :id and version = :version - 1"
                                + " and removed_at is null")
                        .bind("id", endpoint.id())
                        .bind("name", endpoint.name())
                        .bind("url", endpoint.url())
                        .bind("reports", endpoint.reports())
                        .bind("events", endpoint.events().toArray(String[]::new))
                        .bind("sites", endpoint.sites().toArray(UUID[]::new))
                        .bind("state", endpoint.state())
                        .bind("reason", endpoint.stateReason())
                        .bind("version", endpoint.version())
                        .execute()
                == 1;
    }

    void secrets(Tx tx, UUID id, byte[] secrets) {
        tx.handle()
                .createUpdate("update endpoint set secrets = :secrets, version = version + 1 where id = :id")
                .bind("secrets", secrets)
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

    void disable(Tx tx, UUID id, String reason) {
        tx.handle()
                .createUpdate("update endpoint set state = 'disabled', state_reason = :reason,"
                        + " version = version + 1 where id = :id and state = 'active'")
                .bind("id", id)
                .bind("reason", reason)
                .execute();
    }

    private static Endpoint read(ResultSet rows) throws SQLException {
        String ping = rows.getString("ping");
        return new Endpoint(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("url"),
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
