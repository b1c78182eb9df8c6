package io.kerbwatch.server.camera;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.watch.CameraStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** Rows of cameras and zones. */
final class CameraStore {
    /** A row with what nobody is shown. */
    record Row(Camera camera, byte[] url, boolean away) {}

    Optional<Row> find(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from camera where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    Optional<Row> lock(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from camera where id = :id and removed_at is null for no key update")
                .bind("id", id)
                .map((rows, context) -> read(rows))
                .findFirst();
    }

    List<Row> list(Tx tx, Caller caller, Optional<UUID> site) {
        return tx.handle()
                .createQuery("select * from camera where removed_at is null and (:all or site = any(:sites))"
                        + " and (cast(:site as uuid) is null or site = :site) order by id")
                .bind("all", caller.sites().isEmpty())
                .bind("sites", caller.siteArray())
                .bind("site", site.orElse(null))
                .map((rows, context) -> read(rows))
                .list();
    }

    Optional<UUID> byFingerprint(Tx tx, UUID site, byte[] fingerprint) {
        return tx.handle()
                .createQuery("select id from camera where site = :site and fingerprint = :fingerprint"
                        + " and removed_at is null")
                .bind("site", site)
                .bind("fingerprint", fingerprint)
                .mapTo(UUID.class)
                .findFirst();
    }

    /** Answers false if the site has a camera with that URL. */
    boolean insert(Tx tx, Camera camera, byte[] url, byte[] fingerprint) {
        return tx.handle()
                        .createUpdate("insert into camera (id, site, name, host, url, fingerprint, health,"
                                + " health_reason, away, faults, zone_states, key_frame_seconds, width, height,"
                                + " codec, rules, version, created_at) values (:id, :site, :name, :host, :url,"
                                + " :fingerprint, :health, :reason, false, '{}', '[]', :keyFrame, :width, :height,"
                                + " :codec, :rules, :version, :created) on conflict do nothing")
                        .bind("id", camera.id())
                        .bind("site", camera.site())
                        .bind("name", camera.name())
                        .bind("host", camera.host())
                        .bind("url", url)
                        .bind("fingerprint", fingerprint)
                        .bind("health", camera.health())
                        .bind("reason", camera.healthReason())
                        .bind("keyFrame", camera.keyFrameSeconds())
                        .bind("width", camera.width())
                        .bind("height", camera.height())
                        .bind("codec", camera.codec())
                        .bind("rules", Json.text(camera.rules()))
                        .bind("version", camera.version())
                        .bind("created", camera.createdAt())
                        .execute()
                == 1;
    }

    /** Answers false if it is not of that version any more. */
    boolean rename(Tx tx, UUID id, int version, String name) {
        return tx.handle()
                        .createUpdate("update camera set name = :name, version = version + 1"
                                + " where id = :id and version = :version")
                        .bind("name", name)
                        .bind("id", id)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    void rule(Tx tx, UUID id, Rules rules) {
        tx.handle()
                .createUpdate("update camera set rules = :rules where id = :id")
                .bind("rules", Json.text(rules))
                .bind("id", id)
                .execute();
    }

    void relocate(Tx tx, UUID id, String host, byte[] url, byte[] fingerprint) {
        tx.handle()
                .createUpdate("update camera set host = :host, url = :url, fingerprint = :fingerprint where id = :id")
                .bind("host", host)
                .bind("url", url)
                .bind("fingerprint", fingerprint)
                .bind("id", id)
                .execute();
    }

    boolean newVersion(Tx tx, UUID id, int version) {
        return tx.handle()
                        .createUpdate("update camera set version = version + 1 where id = :id and version = :version")
                        .bind("id", id)
                        .bind("version", version)
                        .execute()
                == 1;
    }

    void remove(Tx tx, UUID id, Instant at) {
        tx.handle()
                .createUpdate("update camera set removed_at = :at where id = :id")
                .bind("at", at)
                .bind("id", id)
                .execute();
        tx.handle()
                .createUpdate("update zone set removed_at = :at where camera = :id and removed_at is null")
                .bind("at", at)
                .bind("id", id)
                .execute();
    }

    void status(Tx tx, UUID id, CameraStatus status, boolean away) {
        tx.handle()
                .createUpdate("update camera set health = :health, health_reason = :reason, away = :away,"
                        + " faults = :faults, zone_states = :zones, last_picture = :picture,"
                        + " last_inspection = :inspection, key_frame_seconds = :keyFrame, width = :width,"
                        + " height = :height, codec = :codec where id = :id")
                .bind("health", status.health())
                .bind("reason", status.reason())
                .bind("away", away)
                .bind("faults", status.faults().toArray(String[]::new))
                .bind("zones", Json.text(status.zones()))
                .bind("picture", status.lastPicture())
                .bind("inspection", status.lastInspection())
                .bind("keyFrame", status.keyFrameSeconds())
                .bind("width", status.width())
                .bind("height", status.height())
                .bind("codec", status.codec())
                .bind("id", id)
                .execute();
    }

    List<Zone> zones(Tx tx, UUID camera) {
        return tx.handle()
                .createQuery("select * from zone where camera = :camera and removed_at is null order by position")
                .bind("camera", camera)
                .map((rows, context) -> new Zone(
                        rows.getString("id"),
                        rows.getString("name"),
                        Json.read(rows.getString("polygon"), new TypeReference<List<Zone.Point>>() {}),
                        Rows.texts(rows, "kinds").stream().map(Kind::of).collect(Collectors.toSet())))
                .list();
    }

    void removeZones(Tx tx, List<UUID> zones, Instant at) {
        tx.handle()
                .createUpdate("update zone set removed_at = :at where id = any(:ids)")
                .bind("at", at)
                .bind("ids", zones.toArray(UUID[]::new))
                .execute();
    }

    void putZone(Tx tx, UUID camera, int position, Zone zone) {
        tx.handle()
                .createUpdate("insert into zone (id, camera, position, name, polygon, kinds)"
                        + " values (:id, :camera, :position, :name, :polygon, :kinds) on conflict (id) do update"
                        + " set position = :position, name = :name, polygon = :polygon, kinds = :kinds")
                .bind("id", UUID.fromString(zone.id()))
                .bind("camera", camera)
                .bind("position", position)
                .bind("name", zone.name())
                .bind("polygon", Json.text(zone.polygon()))
                .bind("kinds", zone.kinds().stream().map(Kind::code).sorted().toArray(String[]::new))
                .execute();
    }

    private static Row read(ResultSet rows) throws SQLException {
        Camera camera = new Camera(
                rows.getObject("id", UUID.class),
                rows.getObject("site", UUID.class),
                rows.getString("name"),
                rows.getString("host"),
                rows.getString("health"),
                rows.getString("health_reason"),
                Rows.texts(rows, "faults"),
                Json.read(rows.getString("zone_states"), new TypeReference<List<CameraStatus.ZoneStatus>>() {}),
                Rows.instant(rows, "last_picture"),
                Rows.instant(rows, "last_inspection"),
                Rows.number(rows, "key_frame_seconds"),
                rows.getInt("width"),
                rows.getInt("height"),
                rows.getString("codec"),
                Json.read(rows.getString("rules"), new TypeReference<Rules>() {}),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
        return new Row(camera, rows.getBytes("url"), rows.getBoolean("away"));
    }
}
