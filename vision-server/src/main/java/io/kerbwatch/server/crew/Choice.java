package io.kerbwatch.server.crew;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is sent, and why not the others.
 *
 * @param chosen empty if nobody fits
 * @param ring 1 for someone who works at the place, 2 for someone from elsewhere, 0 for nobody
 * @param weighed everyone, who was chosen first, then by name
 */
public record Choice(Optional<CrewMember> chosen, int ring, List<Weighed> weighed) {
    public Choice {
        weighed = List.copyOf(weighed);
    }

    /**
     * One of the crew, as they stood.
     *
     * @param why {@code chosen}, or what kept them from it: away, off-shift, lacks-skill, paper-expired, lacks-vehicle, full,
     *     asked-before, other-places, other-did-it-before, farther, busier, had-one-later, drew-the-later-lot
     * @param waySeconds to the place; null if it is not known where they are
     * @param open orders that were theirs
     * @param lastOrderAt when they were given one last
     */
    public record Weighed(
            UUID member,
            String name,
            String why,
            @Nullable Long waySeconds,
            int open,
            int capacity,
            @Nullable Instant lastOrderAt) {}
}
