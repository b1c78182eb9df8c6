package io.kerbwatch.server.account;

import io.kerbwatch.server.Api;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What a browser does: keeps cookies, sends forms, says where a request comes from. */
final class Browser {
    private final String url;
    private final Api api;
    final Map<String, String> cookies = new LinkedHashMap<>();

    Browser(String url) {
        this.url = url;
        this.api = new Api(url, "");
    }

    Api.Answer signIn(String name, String password) {
        return form("/sign-in", Map.of("name", name, "password", password));
    }

    Api.Answer form(String path, Map<String, String> fields) {
        String body = fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return kept(api.post(
                path,
                body,
                "content-type",
                "application/x-www-form-urlencoded",
                "origin",
                url,
                "cookie",
                cookie(),
                "accept-language",
                "en"));
    }

    Api.Answer get(String path) {
        return kept(api.get(path, "cookie", cookie()));
    }

    Api.Answer send(String method, String path, String body, String... headers) {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("origin", url, "cookie", cookie()),
                        java.util.stream.Stream.of(headers))
                .toArray(String[]::new);
        return kept(api.send(method, path, body.isEmpty() ? null : body, all));
    }

    private String cookie() {
        return cookies.isEmpty()
                ? "none=1"
                : cookies.entrySet().stream()
                        .map(one -> one.getKey() + "=" + one.getValue())
                        .collect(Collectors.joining("; "));
    }

    private Api.Answer kept(Api.Answer answer) {
        for (String header : answer.response().headers().allValues("set-cookie")) {
            String[] pair = header.split(";", -1)[0].split("=", 2);
            if (pair[1].isEmpty()) {
                cookies.remove(pair[0]);
            } else {
                cookies.put(pair[0], pair[1]);
            }
        }
        return answer;
    }
}
