package io.kerbwatch.server.ioc;

import io.kerbwatch.server.platform.Request;

/** What coordinates of a map are measured from. Ours are WGS84; base maps sold in China are drawn in GCJ-02. */
enum Datum {
    WGS84 {
        @Override
        Point of(Point wgs84) {
            return wgs84;
        }
    },
    /** Shifts by 50 to 700 m within a box around China and by nothing outside of it, as the maps themselves do. */
    GCJ02 {
        @Override
        Point of(Point wgs84) {
            double latitude = wgs84.latitude();
            double longitude = wgs84.longitude();
            if (longitude < 72.004 || longitude > 137.8347 || latitude < 0.8293 || latitude > 55.8271) {
                return wgs84;
            }
            double x = longitude - 105;
            double y = latitude - 35;
            double radians = Math.toRadians(latitude);
            double sine = Math.sin(radians);
            double w = 1 - ECCENTRICITY * sine * sine;
            double meridian = AXIS * (1 - ECCENTRICITY) / (w * Math.sqrt(w));
            double parallel = AXIS / Math.sqrt(w) * Math.cos(radians);
            return new Point(
                    latitude + Math.toDegrees(north(x, y) / meridian),
                    longitude + Math.toDegrees(east(x, y) / parallel));
        }
    };

    /** Semi-major axis of the Krasovsky ellipsoid in meters, and the square of its eccentricity. */
    private static final double AXIS = 6_378_245;

    private static final double ECCENTRICITY = 0.006693421622965943;

    /**
     * A point on earth.
     *
     * @param latitude degrees
     * @param longitude degrees
     */
    record Point(double latitude, double longitude) {}

    /** The one that a request names; WGS84 if it names none. */
    static Datum asked(Request request) {
        return request.query("datum").filter("gcj02"::equals).isPresent() ? GCJ02 : WGS84;
    }

    /** Where a point of WGS84 lies on a map of this datum. */
    abstract Point of(Point wgs84);

    /** Meters to the north. */
    private static double north(double x, double y) {
        return -100
                + 2 * x
                + 3 * y
                + 0.2 * y * y
                + 0.1 * x * y
                + 0.2 * Math.sqrt(Math.abs(x))
                + ripples(x, 6, 20, 2, 20)
                + ripples(y, 1, 20, 1.0 / 3, 40)
                + ripples(y, 1.0 / 12, 160, 1.0 / 30, 320);
    }

    /** Meters to the east. */
    private static double east(double x, double y) {
        return 300
                + x
                + 2 * y
                + 0.1 * x * x
                + 0.1 * x * y
                + 0.1 * Math.sqrt(Math.abs(x))
                + ripples(x, 6, 20, 2, 20)
                + ripples(x, 1, 20, 1.0 / 3, 40)
                + ripples(x, 1.0 / 12, 150, 1.0 / 30, 300);
    }

    private static double ripples(double at, double first, double height, double second, double otherHeight) {
        return (height * Math.sin(first * Math.PI * at) + otherHeight * Math.sin(second * Math.PI * at)) * 2 / 3;
    }
}
