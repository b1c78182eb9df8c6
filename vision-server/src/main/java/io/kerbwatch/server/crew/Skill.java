package io.kerbwatch.server.crew;

import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that a member can do: the class of orders that it is asked for.
 *
 * @param name as in {@code refuse}
 * @param until last day on which a paper for it holds; null if it needs none
 */
public record Skill(String name, @Nullable LocalDate until) {
    boolean holds(LocalDate day) {
        return until == null || !day.isAfter(until);
    }
}
