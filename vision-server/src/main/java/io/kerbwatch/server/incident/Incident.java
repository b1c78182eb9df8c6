package io.kerbwatch.server.incident;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.kerbwatch.vision.detect.Box;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One dirty place, from confirmed to cleared.
 *
 * @param camera that saw it; null if no camera did
 * @param cameraName of it at that time; empty if no camera did
 * @param zone in that camera's picture
 * @param zoneName of it at that time
 * @param device that told of it; null where a camera or somebody did
 * @param deviceName of it at that time; empty if no device did
 * @param value that it told last, in the unit of the kind; null if none
 * @param kind overflow or litter; of devices what is too much: pm25, pm10, tsp, visitors or cleaning-overdue
 * @param source camera, device or operator
 * @param state open, cleared, review, rejected or withdrawn
 * @param order that it belongs to
 * @param times it was confirmed
 * @param places in fractions of the picture
 * @param verdict what someone thought of it last: true, false or unsure; null if nobody said
 * @param verdictReason why it is false, or unsure: one of the contract's codes; null with a true one
 */
public record Incident(
        UUID id,
        UUID site,
        @Nullable UUID camera,
        String cameraName,
        @Nullable UUID zone,
        String zoneName,
        @Nullable UUID device,
        String deviceName,
        @Nullable Double value,
        String kind,
        String source,
        String state,
        @Nullable UUID order,
        Instant openedAt,
        Instant confirmedAt,
        @Nullable Instant clearedAt,
        @Nullable Instant endedAt,
        int times,
        List<Box> places,
        double score,
        @Nullable UUID openedSnapshot,
        @Nullable UUID clearedSnapshot,
        String note,
        @Nullable String verdict,
        @Nullable String verdictReason) {
    public Incident {
        places = List.copyOf(places);
    }

    /** Where it is: a zone of a camera, or a device; null if somebody told of it and no more. */
    @JsonIgnore
    public @Nullable UUID subject() {
        return zone == null ? device : zone;
    }

    public boolean open() {
        return state.equals("open");
    }
}
