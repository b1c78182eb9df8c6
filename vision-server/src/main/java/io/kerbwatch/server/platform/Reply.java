package io.kerbwatch.server.platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a feature answers.
 *
 * @param body not changed afterwards
 * @param cookies values of Set-Cookie, each a header of its own (RFC 6265, section 3)
 */
public record Reply(int status, Map<String, String> headers, byte[] body, List<String> cookies) {
    public Reply {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }

    public Reply(int status, Map<String, String> headers, byte[] body) {
        this(status, headers, body, List.of());
    }

    public static Reply json(Object value) {
        return json(200, value);
    }

    public static Reply json(int status, Object value) {
        return new Reply(status, Map.of("content-type", "application/json"), Json.bytes(value));
    }

    public static Reply created(String location, Object value) {
        return json(201, value).with("location", location);
    }

    public static Reply nothing() {
        return new Reply(204, Map.of(), new byte[0]);
    }

    public static Reply of(String contentType, byte[] body) {
        return new Reply(200, Map.of("content-type", contentType), body);
    }

    public Reply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body, cookies);
    }

    public Reply cookie(String value) {
        List<String> more = new ArrayList<>(cookies);
        more.add(value);
        return new Reply(status, headers, body, more);
    }

    public Reply version(int version) {
        return with("etag", "\"" + version + "\"");
    }
}
