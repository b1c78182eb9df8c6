package io.kerbwatch.server.standard;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a standard asks for, as it holds from an instant on. Texts are in Chinese; those that end with En in
 * English, empty if nobody wrote them.
 *
 * @param code within its standard, as in {@code 1.2}
 * @param what has to be so
 * @param limit in words: how much, by when
 * @param method what tells that it is broken: {@code incident} (one of the kinds opened, or stood longer than
 *     withinMinutes), {@code arrive} and {@code finish} (an order of the classes took longer than that from its filing),
 *     {@code rework} (an order of the classes had to be worked again), {@code check} (people saw it)
 * @param kinds kinds of incidents or classes of orders that it is about
 * @param withinMinutes how long it may take; null where that is not asked
 * @param every how often people check it: day, week, month, quarter, year; null for never or whenever
 * @param points that each breach takes
 * @param most points that all breaches at a place take in a month; null for no limit
 * @param guidance how the work is done, for whoever does it
 */
record Clause(
        UUID id,
        String standard,
        String space,
        String code,
        String what,
        String whatEn,
        String limit,
        String limitEn,
        String method,
        List<String> kinds,
        @Nullable Integer withinMinutes,
        @Nullable String every,
        double points,
        @Nullable Double most,
        String guidance,
        String guidanceEn,
        Instant heldFrom) {
    Clause {
        kinds = List.copyOf(kinds);
    }
}
