package io.kerbwatch.server.health;

import io.kerbwatch.server.platform.Contract;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/** The contract as a page that people can read: one block for each operation, no script, nothing from elsewhere. */
final class DocsPage {
    private static final String STYLE = """
            body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2430}
            h2{margin-top:2.5rem;border-bottom:1px solid #d5dbe3}
            details{margin:.5rem 0;padding:.5rem .75rem;border:1px solid #d5dbe3;border-radius:.4rem}
            summary{cursor:pointer} code{font:14px ui-monospace,monospace}
            .m{display:inline-block;min-width:4.5rem;font-weight:600;color:#0b6b53}
            table{border-collapse:collapse;width:100%;margin:.5rem 0} td{padding:.2rem .5rem;vertical-align:top;
            border-top:1px solid #eceff3} .s{color:#5b6675}
            """;

    private DocsPage() {}

    static String of(Contract contract) {
        JsonObject root = contract.tree();
        StringBuilder page = new StringBuilder("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>")
                .append("Kerbwatch API</title><meta name=\"viewport\" content=\"width=device-width\"><style>")
                .append(STYLE)
                .append("</style><h1>Kerbwatch API</h1><p>")
                .append(text(root.getJsonObject("info").getString("description", "")))
                .append("</p><p>As a file: <a href=\"/openapi.yaml\">openapi.yaml</a>, <a href=\"/openapi.json\">"
                        + "openapi.json</a></p>");
        operations(page, root.getJsonObject("paths"));
        page.append("<h2>sent to endpoints</h2>");
        operations(page, root.getJsonObject("webhooks"));
        return page.append("</html>").toString();
    }

    private static void operations(StringBuilder page, JsonObject paths) {
        String tag = "messages"; // those have their heading already
        for (String path : paths.fieldNames()) {
            JsonObject item = paths.getJsonObject(path);
            for (String method : item.fieldNames()) {
                if (!(item.getValue(method) instanceof JsonObject operation) || !operation.containsKey("operationId")) {
                    continue;
                }
                String section = operation
                        .getJsonArray("tags", new JsonArray().add("other"))
                        .getString(0);
                if (!section.equals(tag)) {
                    page.append("<h2>").append(text(section)).append("</h2>");
                    tag = section;
                }
                operation(page, path, method, operation);
            }
        }
    }

    private static void operation(StringBuilder page, String path, String method, JsonObject operation) {
        page.append("<details><summary><span class=m>")
                .append(method.toUpperCase(Locale.ROOT))
                .append("</span> <code>")
                .append(text(path))
                .append("</code> ")
                .append(text(operation.getString("summary", "")))
                .append("</summary><p>")
                .append(text(operation.getString("description", "")))
                .append("</p><p class=s>scope: ")
                .append(text(operation.getString("x-scope", "")))
                .append("</p><table>");
        for (Object each : operation.getJsonArray("parameters", new JsonArray())) {
            if (each instanceof JsonObject parameter && parameter.containsKey("name")) {
                page.append("<tr><td><code>")
                        .append(text(parameter.getString("name")))
                        .append("</code><td class=s>")
                        .append(text(parameter.getString("in", "")))
                        .append("<td>")
                        .append(text(parameter.getString("description", "")));
            }
        }
        JsonObject responses = operation.getJsonObject("responses", new JsonObject());
        for (String status : responses.fieldNames()) {
            page.append("<tr><td><code>")
                    .append(text(status))
                    .append("</code><td class=s>answer<td>")
                    .append(text(responses.getJsonObject(status).getString("description", "")));
        }
        page.append("</table></details>");
    }

    private static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
