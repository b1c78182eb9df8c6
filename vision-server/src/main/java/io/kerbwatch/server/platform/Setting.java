package io.kerbwatch.server.platform;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
