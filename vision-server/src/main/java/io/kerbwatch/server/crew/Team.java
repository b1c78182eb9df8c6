package io.kerbwatch.server.crew;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A team.
 *
 * @param lead the member who leads it; null if nobody was named
 */
public record Team(UUID id, String name, @Nullable UUID lead, int version, Instant createdAt) {}
