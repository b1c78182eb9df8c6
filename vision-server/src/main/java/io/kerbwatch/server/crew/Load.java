package io.kerbwatch.server.crew;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What someone has on their hands.
 *
 * @param open orders that are theirs now
 * @param last when they were given one last; null for never
 */
public record Load(int open, @Nullable Instant last) {
    static final Load NONE = new Load(0, null);
}
