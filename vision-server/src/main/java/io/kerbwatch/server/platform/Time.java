package io.kerbwatch.server.platform;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;

/** Times as RFC 3339 writes them. */
final class Time {
    /** How to write one, for people. */
    static final String HOW = "write a time like 2026-11-23T02:00:00Z, of the years 1 to 9999";

    private static final Instant FIRST =
            OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();
    private static final Instant END =
            OffsetDateTime.of(10_000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant();

    private Time() {}

    /** Reads a time; empty if it is none, or of a year that has not four digits, which a database may not take. */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant())
                    .filter(time -> !time.isBefore(FIRST) && time.isBefore(END));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
