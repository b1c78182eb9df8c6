package io.kerbwatch.server.standard;

import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.result.ResultIterable;
import org.jspecify.annotations.Nullable;

/** The rows of spaces, standards and clauses. */
final class StandardStore {
    private static final String CLAUSE = "select c.* from clause c ";

    boolean writeSpace(Tx tx, Space space, Instant now) {
        return tx.handle()
                        .createUpdate("insert into space (code, name, name_en, version, changed_at)"
                                + " values (:code, :name, :nameEn, :version, :now) on conflict (code) do update"
                                + " set name = :name, name_en = :nameEn, version = space.version + 1, changed_at = :now,"
                                + " removed_at = null where case when space.removed_at is null then space.version"
                                + " else 0 end = :version - 1")
                        .bind("code", space.code())
                        .bind("name", space.name())
                        .bind("nameEn", space.nameEn())
                        .bind("version", space.version())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    void removeSpace(Tx tx, String code, Instant now) {
        tx.handle()
                .createUpdate("update space set removed_at = :now where code = :code")
                .bind("code", code)
                .bind("now", now)
                .execute();
    }

    List<Space> spaces(Tx tx) {
        return tx.handle()
                .createQuery("select code, name, name_en, version from space where removed_at is null order by code")
                .map((rows, context) -> space(rows))
                .list();
    }

    Optional<Space> space(Tx tx, String code) {
        return spaces(tx).stream().filter(space -> space.code().equals(code)).findFirst();
    }

    /** Whether there ever was a kind of space: then what comes with the program is not written again. */
    boolean begun(Tx tx) {
        return tx.handle()
                .createQuery("select exists (select 1 from space)")
                .mapTo(Boolean.class)
                .one();
    }

    /** The kind of space that a site was at an instant; it may be one of which nothing is known. */
    Optional<String> spaceOf(Tx tx, UUID site, Instant at) {
        return tx.handle()
                .createQuery("select space_of(s.id, s.kind, :at) from site s where s.id = :site")
                .bind("site", site)
                .bind("at", at)
                .mapTo(String.class)
                .findFirst();
    }

    void giveSpace(Tx tx, UUID site, @Nullable String space, Instant now) {
        tx.handle()
                .createUpdate("update site_space set held_until = :now where site = :site and held_until is null")
                .bind("site", site)
                .bind("now", now)
                .execute();
        if (space != null) {
            tx.handle()
                    .createUpdate("insert into site_space (site, space, held_from) values (:site, :space, :now)")
                    .bind("site", site)
                    .bind("space", space)
                    .bind("now", now)
                    .execute();
        }
    }

    boolean spaceInUse(Tx tx, String space) {
        return tx.handle()
                .createQuery("select exists (select 1 from standard where space = :space and removed_at is null)"
                        + " or exists (select 1 from site_space x join site s on s.id = x.site"
                        + " where x.space = :space and x.held_until is null and s.removed_at is null)")
                .bind("space", space)
                .mapTo(Boolean.class)
                .one();
    }

    /** All standards, for the rest of the transaction as they are if {@code lock}. */
    List<Standard> standards(Tx tx, boolean lock) {
        List<Standard> heads = tx.handle()
                .createQuery("select code, space, name, name_en, version from standard where removed_at is null"
                        + " order by space, code" + (lock ? " for update" : ""))
                .map((rows, context) -> new Standard(
                        rows.getString("code"),
                        rows.getString("space"),
                        rows.getString("name"),
                        rows.getString("name_en"),
                        rows.getInt("version"),
                        List.of()))
                .list();
        Map<String, List<Clause>> clauses = new HashMap<>();
        tx.handle()
                .createQuery(CLAUSE + "where c.held_until is null order by c.position")
                .map((rows, context) -> clause(rows))
                .forEach(clause -> clauses.computeIfAbsent(clause.standard(), code -> new ArrayList<>())
                        .add(clause));
        return heads.stream()
                .map(head -> new Standard(
                        head.code(),
                        head.space(),
                        head.name(),
                        head.nameEn(),
                        head.version(),
                        clauses.getOrDefault(head.code(), List.of())))
                .toList();
    }

    /** @return false if another version than the one before is there */
    boolean writeStandard(Tx tx, Standard standard, Instant now) {
        return tx.handle()
                        .createUpdate("insert into standard (code, space, name, name_en, version, changed_at)"
                                + " values (:code, :space, :name, :nameEn, :version, :now) on conflict (code) do update"
                                + " set space = :space, name = :name, name_en = :nameEn,"
                                + " version = standard.version + 1, changed_at = :now, removed_at = null"
                                + " where case when standard.removed_at is null then standard.version else 0 end"
                                + " = :version - 1")
                        .bind("code", standard.code())
                        .bind("space", standard.space())
                        .bind("name", standard.name())
                        .bind("nameEn", standard.nameEn())
                        .bind("version", standard.version())
                        .bind("now", now)
                        .execute()
                == 1;
    }

    int version(Tx tx, String standard) {
        return tx.handle()
                .createQuery("select version from standard where code = :code")
                .bind("code", standard)
                .mapTo(Integer.class)
                .one();
    }

    void removeStandard(Tx tx, String code, Instant now) {
        tx.handle()
                .createUpdate("update standard set removed_at = :now where code = :code")
                .bind("code", code)
                .bind("now", now)
                .execute();
    }

    void begin(Tx tx, Clause clause, int position) {
        tx.handle()
                .createUpdate("insert into clause (id, standard, space, code, position, what, what_en, bound, bound_en,"
                        + " method, kinds, within_minutes, every, points, most, guidance, guidance_en, held_from)"
                        + " values (:id, :standard, :space, :code, :position, :what, :whatEn, :bound, :boundEn, :method,"
                        + " :kinds, :within, :every, :points, :most, :guidance, :guidanceEn, :from)")
                .bind("id", clause.id())
                .bind("standard", clause.standard())
                .bind("space", clause.space())
                .bind("code", clause.code())
                .bind("position", position)
                .bind("what", clause.what())
                .bind("whatEn", clause.whatEn())
                .bind("bound", clause.limit())
                .bind("boundEn", clause.limitEn())
                .bind("method", clause.method())
                .bind("kinds", clause.kinds().toArray(String[]::new))
                .bind("within", clause.withinMinutes())
                .bind("every", clause.every())
                .bind("points", clause.points())
                .bind("most", clause.most())
                .bind("guidance", clause.guidance())
                .bind("guidanceEn", clause.guidanceEn())
                .bind("from", clause.heldFrom())
                .execute();
    }

    void end(Tx tx, UUID clause, Instant now) {
        tx.handle()
                .createUpdate("update clause set held_until = :now where id = :id")
                .bind("id", clause)
                .bind("now", now)
                .execute();
    }

    /** A clause stands elsewhere among its fellows; that says nothing else. */
    void place(Tx tx, UUID clause, int position) {
        tx.handle()
                .createUpdate("update clause set position = :position where id = :id and position <> :position")
                .bind("id", clause)
                .bind("position", position)
                .execute();
    }

    /** Clauses that held for a kind of space at an instant. */
    List<Clause> held(Tx tx, String space, Instant at) {
        return tx.handle()
                .createQuery(CLAUSE + "where c.space = :space and c.held_from <= :at"
                        + " and (c.held_until is null or c.held_until > :at) order by c.standard, c.position")
                .bind("space", space)
                .bind("at", at)
                .map((rows, context) -> clause(rows))
                .list();
    }

    /** Clauses by their ids, whether they hold still or not. */
    Map<UUID, Clause> clauses(Tx tx, Collection<UUID> ids) {
        Map<UUID, Clause> found = new HashMap<>();
        ResultIterable<Clause> some = tx.handle()
                .createQuery(CLAUSE + "where c.id = any(:ids)")
                .bind("ids", ids.toArray(UUID[]::new))
                .map((rows, context) -> clause(rows));
        some.forEach(clause -> found.put(clause.id(), clause));
        return found;
    }

    private static Space space(ResultSet rows) throws SQLException {
        return new Space(
                rows.getString("code"), rows.getString("name"), rows.getString("name_en"), rows.getInt("version"));
    }

    private static Clause clause(ResultSet rows) throws SQLException {
        int within = rows.getInt("within_minutes");
        boolean timed = !rows.wasNull();
        return new Clause(
                rows.getObject("id", UUID.class),
                rows.getString("standard"),
                rows.getString("space"),
                rows.getString("code"),
                rows.getString("what"),
                rows.getString("what_en"),
                rows.getString("bound"),
                rows.getString("bound_en"),
                rows.getString("method"),
                Rows.texts(rows, "kinds"),
                timed ? within : null,
                rows.getString("every"),
                rows.getDouble("points"),
                Rows.number(rows, "most"),
                rows.getString("guidance"),
                rows.getString("guidance_en"),
                rows.getTimestamp("held_from").toInstant());
    }
}
