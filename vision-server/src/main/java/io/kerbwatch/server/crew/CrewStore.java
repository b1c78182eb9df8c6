package io.kerbwatch.server.crew;

import com.fasterxml.jackson.core.type.TypeReference;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/** Rows of teams, members and shifts. */
final class CrewStore {
    /** Who is chosen while others choose, too, would be given too much. */
    private static final long CHOOSING = 0x6b77_6372_6577L;

    /** Keeps others from choosing until the end of the transaction. */
    void chooseAlone(Tx tx) {
        tx.handle()
                .createQuery("select 1 from pg_advisory_xact_lock(:key)")
                .bind("key", CHOOSING)
                .mapTo(Integer.class)
                .one();
    }

    List<Team> teams(Tx tx) {
        return tx.handle()
                .createQuery("select * from team where removed_at is null order by name")
                .map((rows, context) -> team(rows))
                .list();
    }

    Optional<Team> team(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from team where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> team(rows))
                .findFirst();
    }

    List<CrewMember> members(Tx tx) {
        return tx.handle()
                .createQuery("select * from crew_member where removed_at is null order by name")
                .map((rows, context) -> member(rows))
                .list();
    }

    Optional<CrewMember> member(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from crew_member where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> member(rows))
                .findFirst();
    }

    List<Shift> shifts(Tx tx) {
        return tx.handle()
                .createQuery("select * from shift where removed_at is null order by team, starts, id")
                .map((rows, context) -> shift(rows))
                .list();
    }

    Optional<Shift> shift(Tx tx, UUID id) {
        return tx.handle()
                .createQuery("select * from shift where id = :id and removed_at is null")
                .bind("id", id)
                .map((rows, context) -> shift(rows))
                .findFirst();
    }

    /** Writes a new team, or the next version of one; false if another has its name or it was changed meanwhile. */
    boolean write(Tx tx, Team team) {
        return written(
                tx.handle()
                        .createUpdate(
                                team.version() == 1
                                        ? "insert into team (id, name, lead, version, created_at) values (:id, :name, :lead,"
                                                + " :version, :created) on conflict do nothing"
                                        : "update team set name = :name, lead = :lead, version = :version where id = :id"
                                                + " and version = :version - 1 and cast(:created as timestamptz) is not null")
                        .bind("name", team.name())
                        .bind("lead", team.lead()),
                team.id(),
                team.version(),
                team.createdAt());
    }

    /** As {@link #write(Tx, Team)}; the position is not touched. */
    boolean write(Tx tx, CrewMember member) {
        return written(
                tx.handle()
                        .createUpdate(
                                member.version() == 1
                                        ? "insert into crew_member (id, name, phone, team, skills, sites, vehicle, capacity,"
                                                + " available, version, created_at) values (:id, :name, :phone, :team,"
                                                + " :skills, :sites, :vehicle, :capacity, :available, :version, :created)"
                                                + " on conflict do nothing"
                                        : "update crew_member set name = :name, phone = :phone, team = :team,"
                                                + " skills = :skills, sites = :sites, vehicle = :vehicle,"
                                                + " capacity = :capacity, available = :available, version = :version"
                                                + " where id = :id and version = :version - 1 and cast(:created as timestamptz) is not null")
                        .bind("name", member.name())
                        .bind("phone", member.phone())
                        .bind("team", member.team())
                        .bind("skills", Json.text(member.skills()))
                        .bind("sites", member.sites().toArray(UUID[]::new))
                        .bind("vehicle", member.vehicle())
                        .bind("capacity", member.capacity())
                        .bind("available", member.available()),
                member.id(),
                member.version(),
                member.createdAt());
    }

    /** As {@link #write(Tx, Team)}. */
    boolean write(Tx tx, Shift shift) {
        return written(
                tx.handle()
                        .createUpdate(
                                shift.version() == 1
                                        ? "insert into shift (id, team, name, days, starts, ends, time_zone, first_day,"
                                                + " last_day, version, created_at) values (:id, :team, :name, :days, :starts,"
                                                + " :ends, :timeZone, :firstDay, :lastDay, :version, :created)"
                                                + " on conflict do nothing"
                                        : "update shift set team = :team, name = :name, days = :days, starts = :starts,"
                                                + " ends = :ends, time_zone = :timeZone, first_day = :firstDay,"
                                                + " last_day = :lastDay, version = :version where id = :id"
                                                + " and version = :version - 1 and cast(:created as timestamptz) is not null")
                        .bind("team", shift.team())
                        .bind("name", shift.name())
                        .bind("days", shift.days().toArray(Integer[]::new))
                        .bind("starts", shift.starts())
                        .bind("ends", shift.ends())
                        .bind("timeZone", shift.timeZone())
                        .bind("firstDay", shift.firstDay())
                        .bind("lastDay", shift.lastDay()),
                shift.id(),
                shift.version(),
                shift.createdAt());
    }

    boolean remove(Tx tx, String table, UUID id, Instant now) {
        return tx.handle()
                        .createUpdate("update <table> set removed_at = :now where id = :id and removed_at is null")
                        .define("table", table)
                        .bind("now", now)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** Numbers of orders that wait for a member to do something. */
    List<String> openOrders(Tx tx, UUID member) {
        return tx.handle()
                .createQuery("select number from orders where receiver_kind = 'crew' and receiver_id = :member"
                        + " and state in ('dispatched', 'accepted', 'arrived', 'suspended') order by id")
                .bind("member", member.toString())
                .mapTo(String.class)
                .list();
    }

    /** Leaves the teams that someone leads without a lead. */
    void leadNoMore(Tx tx, UUID member) {
        tx.handle()
                .createUpdate("update team set lead = null, version = version + 1 where lead = :member")
                .bind("member", member)
                .execute();
    }

    void moved(Tx tx, UUID member, Position position) {
        tx.handle()
                .createUpdate("update crew_member set latitude = :latitude, longitude = :longitude, position_at = :at"
                        + " where id = :id and (position_at is null or position_at <= :at)")
                .bind("latitude", position.latitude())
                .bind("longitude", position.longitude())
                .bind("at", position.at())
                .bind("id", member)
                .execute();
    }

    private static boolean written(Update update, UUID id, int version, Instant created) {
        return update.bind("id", id)
                        .bind("version", version)
                        .bind("created", created)
                        .execute()
                == 1;
    }

    private static Team team(ResultSet rows) throws SQLException {
        return new Team(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                Rows.id(rows, "lead"),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }

    private static CrewMember member(ResultSet rows) throws SQLException {
        Instant seen = Rows.instant(rows, "position_at");
        return new CrewMember(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("phone"),
                Rows.id(rows, "team"),
                Json.read(rows.getString("skills"), new TypeReference<List<Skill>>() {}),
                Rows.ids(rows, "sites"),
                rows.getString("vehicle"),
                rows.getInt("capacity"),
                rows.getBoolean("available"),
                seen == null ? null : new Position(rows.getDouble("latitude"), rows.getDouble("longitude"), seen),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }

    private static Shift shift(ResultSet rows) throws SQLException {
        return new Shift(
                rows.getObject("id", UUID.class),
                rows.getObject("team", UUID.class),
                rows.getString("name"),
                Arrays.asList((Integer[]) rows.getArray("days").getArray()),
                rows.getObject("starts", LocalTime.class),
                rows.getObject("ends", LocalTime.class),
                rows.getString("time_zone"),
                rows.getObject("first_day", LocalDate.class),
                rows.getObject("last_day", LocalDate.class),
                rows.getInt("version"),
                rows.getTimestamp("created_at").toInstant());
    }
}
