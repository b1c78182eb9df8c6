package io.kerbwatch.server.health;

import io.kerbwatch.server.platform.Contract;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.MessageSchemas;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Reply;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** For whoever keeps the server running, and for whoever writes a program against it. */
public final class HealthRoutes {
    private final Database database;
    private final PrometheusMeterRegistry meters;
    private final Contract contract;
    private final String version;

    public HealthRoutes(Database database, PrometheusMeterRegistry meters, Contract contract, String version) {
        this.database = database;
        this.meters = meters;
        this.contract = contract;
        this.version = version;
    }

    public void mount(Operations operations) {
        MessageSchemas schemas = new MessageSchemas(contract);
        byte[] json = contract.tree().toBuffer().getBytes();
        byte[] docs = DocsPage.of(contract).getBytes(StandardCharsets.UTF_8);
        operations
                .on("getLive", request -> Reply.json(Map.of("status", "live", "version", version)))
                .on("getReady", request -> {
                    if (!database.answers()) {
                        throw Problem.of(503, "not-ready", "Not ready", "The database does not answer.")
                                .raised();
                    }
                    return Reply.json(Map.of("status", "ready", "version", version));
                })
                .on(
                        "getMetrics",
                        request -> Reply.of(
                                "text/plain; version=0.0.4; charset=utf-8",
                                meters.scrape().getBytes(StandardCharsets.UTF_8)))
                .on("getContract", request -> kept(Reply.of("application/yaml", contract.text())))
                .on("getContractJson", request -> kept(Reply.of("application/json", json)))
                .on("listSchemas", request -> kept(Reply.json(Map.of("items", listed(schemas)))))
                .on("getSchema", request -> {
                    String file = request.path().getOrDefault("schemaFile", "");
                    return schemas.of(file.replaceFirst("\\.json$", ""))
                            .map(schema -> kept(Reply.of("application/schema+json", schema)))
                            .orElseThrow(() -> Problem.notFound("schema", file).raised());
                })
                .on("getDocs", request -> Reply.of("text/html; charset=utf-8", docs)
                        // The page carries its own style; nothing else on it is more than text.
                        .with(
                                "content-security-policy",
                                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
                                        + " frame-ancestors 'none'"));
    }

    private static List<Map<String, String>> listed(MessageSchemas schemas) {
        return schemas.types().stream()
                .map(type -> Map.of("type", type, "schema", "/api/v1/schemas/" + type + ".json"))
                .toList();
    }

    /** It changes with the program only; an hour after an upgrade everybody has the new one. */
    private static Reply kept(Reply reply) {
        return reply.with("cache-control", "public, max-age=3600");
    }
}
