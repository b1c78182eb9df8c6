package io.kerbwatch.server.crew;

import java.time.Instant;

/**
 * Where a member's phone was last.
 *
 * @param latitude WGS84, degrees
 * @param longitude WGS84, degrees
 */
public record Position(double latitude, double longitude, Instant at) {
    private static final double EARTH_RADIUS = 6_371_008.8;

    /** Meters on the sphere to a point (haversine formula). */
    public double metersTo(double otherLatitude, double otherLongitude) {
        double north = Math.toRadians(otherLatitude - latitude) / 2;
        double east = Math.toRadians(otherLongitude - longitude) / 2;
        double chord = Math.pow(Math.sin(north), 2)
                + Math.cos(Math.toRadians(latitude))
                        * Math.cos(Math.toRadians(otherLatitude))
                        * Math.pow(Math.sin(east), 2);
        return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
    }
}
