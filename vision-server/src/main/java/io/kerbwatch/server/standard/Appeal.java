package io.kerbwatch.server.standard;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody says that a point was taken wrongly, and what was decided.
 *
 * @param line of the assessment
 * @param decision null until somebody has decided
 */
record Appeal(
        UUID id,
        UUID line,
        String month,
        Instant at,
        String byName,
        String reason,
        @Nullable Decision decision) {
    /**
     * What was decided.
     *
     * @param upheld whether the appeal was right: the point counts no more
     */
    record Decision(Instant at, String byName, boolean upheld, String reason) {}
}
