package io.kerbwatch.server.crew;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Someone who cleans.
 *
 * @param team null if in none; who is in none is always on duty while available
 * @param sites where they work; everywhere if empty
 * @param capacity orders that they may have at once
 * @param available false while ill or away
 * @param position null until their phone has told one
 */
public record CrewMember(
        UUID id,
        String name,
        String phone,
        @Nullable UUID team,
        List<Skill> skills,
        List<UUID> sites,
        String vehicle,
        int capacity,
        boolean available,
        @Nullable Position position,
        int version,
        Instant createdAt) {
    public CrewMember {
        skills = List.copyOf(skills);
        sites = List.copyOf(sites);
    }
}
