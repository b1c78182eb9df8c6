package io.kerbwatch.server.audit;

import io.kerbwatch.server.platform.Json;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rows of the audit as CSV (RFC 4180). */
final class AuditTable {
    private static final String HEAD = "id,at,actor,actorName,action,subject,detail";

    private AuditTable() {}

    static String csv(List<Audit.Entry> entries) {
        return Stream.concat(Stream.of(HEAD), entries.stream().map(AuditTable::line))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static String line(Audit.Entry entry) {
        return Stream.of(
                        Long.toString(entry.id()),
                        entry.at().toString(),
                        entry.actor(),
                        entry.actorName(),
                        entry.action(),
                        entry.subject(),
                        Json.text(entry.detail()))
                .map(AuditTable::cell)
                .collect(Collectors.joining(","));
    }

    /** People choose their names: what a spreadsheet would take for a formula is marked as text. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.matches("[^\",\r\n]*") ? safe : "\"" + safe.replace("\"", "\"\"") + "\"";
    }
}
