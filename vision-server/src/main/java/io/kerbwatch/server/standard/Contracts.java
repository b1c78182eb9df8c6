package io.kerbwatch.server.standard;

import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the contracts. A site is kept under one at a time. */
final class Contracts {
    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Sites sites;
    private final Events events;
    private final Audit audit;

    Contracts(Database database, InstantSource clock, Ids ids, Sites sites, Events events, Audit audit) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.sites = sites;
        this.events = events;
        this.audit = audit;
    }

    /** A contract as someone wants it, whole. */
    record Wanted(
            String name,
            String contractor,
            String firstMonth,
            @Nullable String lastMonth,
            List<UUID> sites) {}

    /** Those under which a place is that the caller may see, with these places alone. */
    List<KeepingContract> list(Caller caller) {
        return database.transaction(this::all).stream()
                .map(contract -> new KeepingContract(
                        contract.id(),
                        contract.name(),
                        contract.contractor(),
                        contract.firstMonth(),
                        contract.lastMonth(),
                        contract.sites().stream().filter(caller::sees).toList(),
                        contract.version()))
                .filter(contract ->
                        caller.sites().isEmpty() || !contract.sites().isEmpty())
                .toList();
    }

    KeepingContract get(Caller caller, UUID id) {
        return list(caller).stream()
                .filter(contract -> contract.id().equals(id))
                .findFirst()
                .orElseThrow(() -> Problem.notFound("contract", id).raised());
    }

    /**
     * Makes a contract.
     *
     * @throws Problem.Raised 400, 403, 409 {@code name-taken} or {@code site-taken}
     */
    KeepingContract create(Caller caller, Wanted wanted) {
        return write(caller, ids.next(), 0, wanted);
    }

    /**
     * Writes one anew.
     *
     * @param version that was read
     * @throws Problem.Raised as {@link #create}, 404 or 412
     */
    KeepingContract change(Caller caller, UUID id, int version, Wanted wanted) {
        return write(caller, id, version, wanted);
    }

    private KeepingContract write(Caller caller, UUID id, int version, Wanted wanted) {
        Standards.everywhere(caller);
        YearMonth first = Month.parse("/firstMonth", wanted.firstMonth());
        String until = wanted.lastMonth();
        YearMonth last = until == null ? null : Month.parse("/lastMonth", until);
        if (last != null && last.isBefore(first)) {
            throw Problem.invalid("/lastMonth", "It ends before it begins.").raised();
        }
        if (new HashSet<>(wanted.sites()).size() < wanted.sites().size()) {
            throw Problem.invalid("/sites", "Name each site once.").raised();
        }
        return database.transaction(tx -> {
            tx.handle().execute("lock table contract in share row exclusive mode");
            List<KeepingContract> others = all(tx);
            List<UUID> kept = List.of();
            if (version > 0) {
                KeepingContract old = others.stream()
                        .filter(one -> one.id().equals(id))
                        .findFirst()
                        .orElseThrow(() -> Problem.notFound("contract", id).raised());
                if (old.version() != version) {
                    throw Request.stale().raised();
                }
                kept = old.sites();
            }
            KeepingContract contract = new KeepingContract(
                    id,
                    wanted.name(),
                    wanted.contractor(),
                    first.toString(),
                    last == null ? null : last.toString(),
                    wanted.sites(),
                    version + 1);
            others.stream().filter(other -> !other.id().equals(id)).forEach(other -> apart(tx, contract, other));
            for (int i = 0; i < wanted.sites().size(); i++) {
                UUID site = wanted.sites().get(i);
                // One that was removed since stays, for its past is assessed with the others.
                if (!kept.contains(site) && sites.find(tx, site).isEmpty()) {
                    throw Problem.invalid("/sites/" + i, "There is no such site.")
                            .raised();
                }
            }
            tx.handle()
                    .createUpdate("insert into contract (id, name, contractor, first_month, last_month, version,"
                            + " created_at) values (:id, :name, :contractor, :first, :last, :version, :now)"
                            + " on conflict (id) do update set name = :name, contractor = :contractor,"
                            + " first_month = :first, last_month = :last, version = :version")
                    .bind("id", id)
                    .bind("name", contract.name())
                    .bind("contractor", contract.contractor())
                    .bind("first", first.atDay(1))
                    .bind("last", Month.day(last))
                    .bind("version", contract.version())
                    .bind("now", clock.instant())
                    .execute();
            tx.handle()
                    .createUpdate("delete from contract_site where contract = :id")
                    .bind("id", id)
                    .execute();
            contract.sites().forEach(site -> tx.handle()
                    .createUpdate("insert into contract_site (contract, site) values (:id, :site)")
                    .bind("id", id)
                    .bind("site", site)
                    .execute());
            tell(tx, caller, version == 0 ? "contract.create" : "contract.change", contract);
            return contract;
        });
    }

    private void apart(Tx tx, KeepingContract contract, KeepingContract other) {
        if (other.name().equals(contract.name())) {
            throw Problem.conflict(
                            "name-taken", "Name taken", "There is a contract called '" + other.name() + "' already.")
                    .raised();
        }
        if (contract.meets(other)) {
            contract.sites().stream()
                    .filter(other.sites()::contains)
                    .findFirst()
                    .ifPresent(site -> {
                        throw Problem.conflict(
                                        "site-taken",
                                        "Site taken",
                                        "'" + sites.known(tx, site).name() + "' is kept under '" + other.name()
                                                + "' in some of these months; end that contract before.")
                                .raised();
                    });
        }
    }

    /** Takes a contract away; months that were assessed keep it. */
    void remove(Caller caller, UUID id) {
        Standards.everywhere(caller);
        database.inTransaction(tx -> {
            KeepingContract contract = all(tx).stream()
                    .filter(one -> one.id().equals(id))
                    .findFirst()
                    .orElseThrow(() -> Problem.notFound("contract", id).raised());
            tx.handle()
                    .createUpdate("update contract set removed_at = :now where id = :id")
                    .bind("now", clock.instant())
                    .bind("id", id)
                    .execute();
            tell(tx, caller, "contract.remove", contract);
        });
    }

    private List<KeepingContract> all(Tx tx) {
        return tx.handle()
                .createQuery("select c.*, coalesce((select array_agg(s.site order by s.site) from contract_site s"
                        + " where s.contract = c.id), '{}') as sites from contract c where c.removed_at is null"
                        + " order by c.name")
                .map((rows, context) -> read(rows))
                .list();
    }

    private static KeepingContract read(ResultSet rows) throws SQLException {
        Date last = rows.getDate("last_month");
        return new KeepingContract(
                rows.getObject("id", UUID.class),
                rows.getString("name"),
                rows.getString("contractor"),
                Month.of(rows.getDate("first_month").toLocalDate()).toString(),
                last == null ? null : Month.of(last.toLocalDate()).toString(),
                Rows.ids(rows, "sites"),
                rows.getInt("version"));
    }

    private void tell(Tx tx, Caller caller, String action, KeepingContract contract) {
        audit.note(
                tx,
                caller,
                action,
                contract.id(),
                Map.of("name", contract.name(), "sites", contract.sites().size()));
        events.publish(tx, "standard.changed", null, Map.of("contract", contract.id()));
    }
}
