package io.kerbwatch.server.audit;

import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Sheet;
import java.util.ArrayList;
import java.util.List;

/** Rows of the audit as CSV. */
final class AuditTable {
    private static final List<Object> HEAD = List.of("id", "at", "actor", "actorName", "action", "subject", "detail");

    private AuditTable() {}

    static String csv(List<Audit.Entry> entries) {
        List<List<Object>> rows = new ArrayList<>();
        rows.add(HEAD);
        entries.forEach(entry -> rows.add(List.of(
                entry.id(),
                entry.at(),
                entry.actor(),
                entry.actorName(),
                entry.action(),
                entry.subject(),
                Json.text(entry.detail()))));
        return Sheet.csv(rows);
    }
}
