package io.kerbwatch.server.crew;

import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody is to be sent to do.
 *
 * @param latitude of the place, WGS84, degrees; null if nobody said where it is
 * @param zone of the place, by whose day papers hold
 * @param skill that it takes
 * @param vehicles that it takes, any of them; none where it does not matter
 * @param asked who was asked already and did not take it
 * @param before who did the work that has to be done again
 */
public record Task(
        UUID site,
        @Nullable Double latitude,
        @Nullable Double longitude,
        ZoneId zone,
        String skill,
        Set<Vehicle> vehicles,
        Set<UUID> asked,
        Optional<UUID> before) {
    public Task {
        vehicles = Set.copyOf(vehicles);
        asked = Set.copyOf(asked);
    }

    /** The same, with those who were asked before asked once more. */
    public Task askingAgain() {
        return new Task(site, latitude, longitude, zone, skill, vehicles, Set.of(), before);
    }
}
