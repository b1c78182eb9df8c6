package io.kerbwatch.server.platform;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * One thing that can be configured.
 *
 * @param name dashed and dotted, as in {@code server.public-url}; the same in the file, as a flag and, in capitals with
 *     underscores, in the environment
 * @param fallback what holds when nothing is said, written as a person would write it
 * @param parser turns that text into a value; throws IllegalArgumentException with the rest of a sentence that begins
 *     with the name
 * @param description one sentence for people
 * @param secret true if the value must not be printed
 */
public record Setting<T>(String name, String fallback, Function<String, T> parser, String description, boolean secret) {

    static Setting<String> text(String name, String fallback, String description) {
        return new Setting<>(name, fallback, Function.identity(), description, false);
    }

    static Setting<String> secret(String name, String description) {
        return new Setting<>(name, "", Function.identity(), description, true);
    }

    static Setting<Optional<String>> optional(String name, String description) {
        return new Setting<>(name, "", t -> t.isBlank() ? Optional.empty() : Optional.of(t.trim()), description, false);
    }

    static Setting<Optional<URI>> address(String name, String description) {
        return new Setting<>(name, "", Setting::httpUri, description, false);
    }

    static Setting<Optional<URI>> broker(String name, String description) {
        return new Setting<>(name, "", Setting::mqttUri, description, false);
    }

    /** Kept as it is written, for an issuer is compared letter by letter (OpenID Connect Discovery 1.0, section 4.3). */
    static Setting<Optional<String>> issuer(String name, String description) {
        return new Setting<>(name, "", Setting::issuerUri, description, false);
    }

    static Setting<List<String>> scopes(String name, String fallback, String description) {
        return new Setting<>(
                name,
                fallback,
                t -> {
                    List<String> scopes = Arrays.stream(t.split("[\\s,]+", -1))
                            .filter(scope -> !scope.isEmpty())
                            .toList();
                    if (!scopes.contains("openid")) {
                        throw new IllegalArgumentException("must have the scope openid");
                    }
                    return scopes;
                },
                description,
                false);
    }

    /** Pairs like {@code a=x,b=y} in the order in which they are written; a comma in a name is written {@code \\,}. */
    static <T> Setting<List<Map.Entry<String, T>>> pairs(String name, Function<String, T> value, String description) {
        return new Setting<>(
                name,
                "",
                t -> Arrays.stream(t.split("(?<!\\\\),", -1))
                        .filter(pair -> !pair.isBlank())
                        .map(pair -> pair(pair.trim(), value))
                        .toList(),
                description,
                false);
    }

    static Setting<String> choice(String name, String fallback, List<String> choices, String description) {
        return new Setting<>(
                name,
                fallback,
                t -> {
                    if (!choices.contains(t)) {
                        throw new IllegalArgumentException("must be one of " + String.join(", ", choices));
                    }
                    return t;
                },
                description,
                false);
    }

    static Setting<Integer> whole(String name, int fallback, int min, int max, String description) {
        return new Setting<>(
                name,
                Integer.toString(fallback),
                t -> {
                    int value;
                    try {
                        value = Integer.parseInt(t.trim());
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException("is no whole number", e);
                    }
                    return within(value, min, max);
                },
                description,
                false);
    }

    static Setting<Duration> duration(String name, String fallback, String min, String max, String description) {
        return new Setting<>(
                name,
                fallback,
                t -> {
                    Duration value = Units.duration(t);
                    if (value.compareTo(Units.duration(min)) < 0 || value.compareTo(Units.duration(max)) > 0) {
                        throw new IllegalArgumentException("must lie between " + min + " and " + max);
                    }
                    return value;
                },
                description,
                false);
    }

    static Setting<Long> size(String name, String fallback, String min, String max, String description) {
        return new Setting<>(
                name,
                fallback,
                t -> {
                    long value = Units.bytes(t);
                    if (value < Units.bytes(min) || value > Units.bytes(max)) {
                        throw new IllegalArgumentException("must lie between " + min + " and " + max);
                    }
                    return value;
                },
                description,
                false);
    }

    static Setting<AddressPolicy> networks(String name, String fallback, String description) {
        return new Setting<>(
                name,
                fallback,
                t -> AddressPolicy.of(
                        name,
                        Arrays.stream(t.split(",", -1))
                                .map(String::trim)
                                .filter(s -> !s.isEmpty())
                                .toList()),
                description,
                false);
    }

    static Setting<HostPort> hostPort(String name, String fallback, String description) {
        return new Setting<>(name, fallback, HostPort::parse, description, false);
    }

    /** An address to listen at; nothing is listened for if it is empty. */
    static Setting<Optional<HostPort>> optionalHostPort(String name, String description) {
        return new Setting<>(
                name, "", t -> t.isBlank() ? Optional.empty() : Optional.of(HostPort.parse(t)), description, false);
    }

    /** The name as an environment variable. */
    public String variable() {
        return "KERBWATCH_" + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static int within(int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("must lie between " + min + " and " + max);
        }
        return value;
    }

    /** A name may have '=' in it, as those of directories do; what follows the last one is the value. */
    private static <T> Map.Entry<String, T> pair(String pair, Function<String, T> value) {
        int equals = pair.lastIndexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("says '" + pair + "', which is no pair; write name=value,name=value");
        }
        String name = pair.substring(0, equals).replace("\\,", ",").trim();
        try {
            return Map.entry(name, value.apply(pair.substring(equals + 1).trim()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is wrong at '" + pair + "': " + e.getMessage(), e);
        }
    }

    /** Empty for all sites. */
    static Optional<UUID> siteOrAll(String text) {
        if (text.equals("all")) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + text + "' is neither the id of a site nor 'all'", e);
        }
    }

    private static Optional<String> issuerUri(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        URI uri = URI.create(text.trim());
        if (uri.getHost() == null || uri.getRawQuery() != null || uri.getRawFragment() != null) {
            throw new IllegalArgumentException("must be an address like https://id.example.org/realm");
        }
        if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && loopback(uri.getHost()))) {
            throw new IllegalArgumentException("must begin with https://; http is for a provider on this machine");
        }
        return Optional.of(text.trim());
    }

    private static boolean loopback(String host) {
        return host.equals("localhost") || host.equals("[::1]") || host.startsWith("127.");
    }

    private static Optional<URI> mqttUri(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        URI uri = URI.create(text.trim());
        boolean mqtt = "mqtt".equalsIgnoreCase(uri.getScheme()) || "mqtts".equalsIgnoreCase(uri.getScheme());
        if (!mqtt
                || uri.getHost() == null
                || uri.getUserInfo() != null
                || (uri.getPath() != null && uri.getPath().length() > 1)) {
            throw new IllegalArgumentException(
                    "must be like mqtts://broker:8883; user and password have settings of their own");
        }
        return Optional.of(uri);
    }

    private static Optional<URI> httpUri(String text) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        URI uri = URI.create(text.trim());
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("http".equals(scheme) || "https".equals(scheme))) {
            throw new IllegalArgumentException("must be an address like https://kerbwatch.example.org");
        }
        return Optional.of(text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : uri);
    }
}
