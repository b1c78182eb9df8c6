package io.kerbwatch.server.site;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.time.ZoneId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A place that is watched.
 *
 * @param kind refuse-station, public-toilet or road
 * @param village or community that it belongs to; empty for none
 * @param latitude WGS84, degrees; null if nobody said
 * @param longitude WGS84, degrees
 * @param timeZone IANA name; orders are numbered by its day
 * @param dispatchMode crews, webhook or webhook-then-crews
 * @param dispatchEndpoint the one endpoint that orders of this site go to
 */
public record Site(
        UUID id,
        String name,
        String kind,
        String village,
        @Nullable Double latitude,
        @Nullable Double longitude,
        String timeZone,
        String dispatchMode,
        @Nullable UUID dispatchEndpoint,
        int version,
        Instant createdAt) {
    @JsonIgnore
    public ZoneId zone() {
        return ZoneId.of(timeZone);
    }
}
