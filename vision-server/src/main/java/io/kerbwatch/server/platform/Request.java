package io.kerbwatch.server.platform;

import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A request as the features see it: checked against the contract, its caller known.
 *
 * @param path parameters of the path by name
 * @param query parameters by name
 * @param headers by name in small letters
 * @param body as sent; empty if none
 * @param peer address at the other end of the connection, which behind a proxy is the proxy's
 */
public record Request(
        Caller caller,
        String operation,
        Map<String, String> path,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body,
        String peer) {
    /**
     * An id in the path.
     *
     * @throws Problem.Raised 404 if it is no id, for then nothing can have it
     */
    public UUID id(String name) {
        String text = path.getOrDefault(name, "");
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw Problem.notFound("thing with the id", text).raised();
        }
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    public boolean flag(String name, boolean otherwise) {
        return query(name).map(Boolean::parseBoolean).orElse(otherwise);
    }

    /** Entries wanted at once. */
    public int limit() {
        return (int) number("limit", 50);
    }

    /**
     * A whole number, which the contract has checked but for its size: 1e2 is one, too.
     *
     * @throws Problem.Raised 400 if it is larger than anything that is counted
     */
    public long number(String name, long otherwise) {
        return query(name)
                .map(text -> {
                    try {
                        return new BigDecimal(text.trim()).longValueExact();
                    } catch (ArithmeticException | NumberFormatException e) {
                        throw Problem.invalid(name, "'" + text + "' is no number that can be meant here.")
                                .raised();
                    }
                })
                .orElse(otherwise);
    }

    /**
     * A time.
     *
     * @throws Problem.Raised 400 if it is none
     */
    public Optional<Instant> time(String name) {
        return query(name).map(text -> Time.parse(text)
                .orElseThrow(() -> Problem.invalid(name, "'" + text + "' is no time; " + Time.HOW + ".")
                        .raised()));
    }

    public Optional<UUID> queryId(String name) {
        return query(name).map(text -> {
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                throw Problem.invalid(name, "'" + text + "' is no id.").raised();
            }
        });
    }

    /**
     * The body, which the contract has checked but for what a schema cannot say.
     *
     * @throws Problem.Raised 400 if it cannot be read
     */
    public <T> T body(Class<T> type) {
        try {
            return Json.read(body, type);
        } catch (UncheckedIOException e) {
            throw Problem.invalid("", String.valueOf(e.getMessage())).raised();
        }
    }

    /** A cookie's value (RFC 6265, section 4.2); the first of that name. */
    public Optional<String> cookie(String name) {
        return Arrays.stream(headers.getOrDefault("cookie", "").split("[;,]", -1))
                .map(String::trim)
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> pair.substring(name.length() + 1))
                .findFirst();
    }

    /**
     * The fields of a form ({@code application/x-www-form-urlencoded}).
     *
     * @throws Problem.Raised 400 if it is none
     */
    public Map<String, String> form() {
        Map<String, String> fields = new LinkedHashMap<>();
        try {
            for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    fields.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        } catch (IllegalArgumentException e) {
            throw Problem.invalid("", "This is no form.").raised();
        }
        fields.forEach(Text::check);
        return fields;
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /**
     * The version that the caller edits.
     *
     * @throws Problem.Raised 428 if it did not say, 412 if that cannot be a version
     */
    public int ifMatch() {
        String tag = header("if-match").orElseThrow(() -> Problem.of(
                        428,
                        "precondition-required",
                        "Which version?",
                        "Send If-Match with the ETag that you read, so that nobody's change is overwritten.")
                .raised());
        try {
            int version = Integer.parseInt(tag.replace("\"", "").trim());
            if (version >= 0 && version < Integer.MAX_VALUE) { // the next one has to be a number, too
                return version;
            }
        } catch (NumberFormatException e) {
            // no version of ours
        }
        throw stale().raised();
    }

    /** Somebody else changed the thing in between. */
    public static Problem stale() {
        return Problem.of(
                412,
                "changed-meanwhile",
                "Changed meanwhile",
                "It was changed since you read it; read it again first.");
    }
}
