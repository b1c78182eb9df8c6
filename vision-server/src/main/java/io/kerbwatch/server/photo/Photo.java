package io.kerbwatch.server.photo;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A photo of someone's work, or of what was seen at a check, with what was examined of it.
 *
 * @param order null if of a check
 * @param check of a site; null if of an order
 * @param takenAt by the phone's clock
 * @param latitude where the phone says that it was taken, WGS84, degrees; null if it did not
 * @param meters from there to the place; null if either is not known
 * @param findings what does not fit: {@code no-position}, {@code far}, {@code taken-before} the order was theirs or the
 *     check began,
 *     {@code taken-later} than now, {@code seen-before}
 * @param sameAs an earlier photo that it looks like
 */
public record Photo(
        UUID id,
        @Nullable UUID order,
        int round,
        @Nullable UUID check,
        String actorName,
        Instant takenAt,
        Instant receivedAt,
        @Nullable Double latitude,
        @Nullable Double longitude,
        @Nullable Double meters,
        List<String> findings,
        @Nullable UUID sameAs) {
    public Photo {
        findings = List.copyOf(findings);
    }
}
