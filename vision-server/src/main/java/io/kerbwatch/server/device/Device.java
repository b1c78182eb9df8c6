package io.kerbwatch.server.device;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.kerbwatch.vision.count.CountLine;
import io.kerbwatch.vision.count.Point;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that measures or counts at a site.
 *
 * @param kind dust-monitor, people-counter or entrance-camera
 * @param link how its word reaches us: http, mqtt, hj212, modbus or stream
 * @param health waiting (never heard), ok, silent or faulty; what a silent or a faulty one tells opens and closes nothing
 * @param healthReason in words; empty if there is nothing to say
 */
public record Device(
        UUID id,
        UUID site,
        String kind,
        String link,
        String name,
        Setup setup,
        String health,
        String healthReason,
        @Nullable Instant lastReportAt,
        int version,
        Instant createdAt) {
    /** Measures PM2.5, PM10, TSP. */
    public static final String DUST_MONITOR = "dust-monitor";
    /** Counts those who go in and out. */
    public static final String PEOPLE_COUNTER = "people-counter";
    /** A camera outside an entrance, on whose pictures people are counted. */
    public static final String ENTRANCE_CAMERA = "entrance-camera";

    /**
     * What has to be known to understand it; what its kind and link do not need is null.
     *
     * @param background whether a monitor says what the air is like away from the road; its own values alarm nobody
     * @param mn of a monitor that speaks HJ 212
     * @param unit in which such a monitor sends dust: mg, ug or ng (each per cubic metre)
     * @param minutes how many minutes such a monitor's minute data are a mean of; 1 unless told
     * @param counts what a counter reports: interval (since the report before) or cumulative (since it was switched on)
     * @param modbus where and how a monitor is read that speaks Modbus TCP
     * @param entrance what a camera at an entrance looks at
     * @param silentAfter seconds without a word after which it counts as silent
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Setup(
            @Nullable Boolean background,
            @Nullable String mn,
            @Nullable String unit,
            @Nullable Integer minutes,
            @Nullable String counts,
            @Nullable Modbus modbus,
            @Nullable Entrance entrance,
            @Nullable Integer silentAfter) {
        /** Nothing is known. */
        static final Setup NONE = new Setup(null, null, null, null, null, null, null, null);

        Setup seenAt(Entrance where) {
            return new Setup(background, mn, unit, minutes, counts, modbus, where, silentAfter);
        }

        /** How many minutes the minute data of a monitor are a mean of. */
        public int meanOf() {
            Integer own = minutes;
            return own == null ? 1 : own;
        }

        /**
         * A monitor is missed after ten minutes, or when two means did not come; a counter, which has nothing to say at
         * night, after an hour.
         */
        int silentAfter(String kind) {
            Integer own = silentAfter;
            return own != null ? own : kind.equals(PEOPLE_COUNTER) ? 3600 : Math.max(600, 120 * meanOf());
        }
    }

    /**
     * What a camera at an entrance looks at.
     *
     * @param line that people cross
     * @param outside whether somebody said that it hangs outside and does not see inside; nothing else is registered
     * @param host where its stream is, with port; told by the server, out of the URL
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Entrance(
            Line line, @Nullable Boolean outside, @Nullable String host) {}

    /**
     * A line across the ground before a door, in fractions of the picture, from its upper left corner.
     *
     * @param inside left or right: on which side inside is for who looks from {@code from} to {@code to} on the picture
     */
    public record Line(End from, End to, String inside) {
        /** One end of a line. */
        public record End(double x, double y) {}

        /**
         * As the vision part has it.
         *
         * @throws IllegalArgumentException if nobody could cross it
         */
        public CountLine counted() {
            return new CountLine(
                    new Point(from.x, from.y),
                    new Point(to.x, to.y),
                    inside.equals("left") ? CountLine.Side.LEFT : CountLine.Side.RIGHT);
        }
    }

    /**
     * How a monitor is read over Modbus TCP.
     *
     * @param port 502 unless told
     * @param unit 1 unless told
     * @param everySeconds between readings; 60 unless told
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Modbus(
            String host,
            @Nullable Integer port,
            @Nullable Integer unit,
            @Nullable Integer everySeconds,
            List<Register> registers) {
        public Modbus {
            registers = List.copyOf(registers);
        }
    }

    /**
     * Where a value stands.
     *
     * @param factor pm25, pm10, tsp, temperature, humidity, pressure, windSpeed, windDirection or noise
     * @param address from 0, as it goes over the line
     * @param table holding (function 3) or input (function 4); holding unless told
     * @param type uint16, int16, uint32, int32 or float32; of two registers the higher word first, or with {@code -swapped}
     *     the lower; uint16 unless told
     * @param scale what one of it is: dust in µg/m³; 1 unless told
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Register(
            String factor,
            int address,
            @Nullable String table,
            @Nullable String type,
            @Nullable Double scale) {}

    /** Whether it tells of the air away from the road. */
    public boolean background() {
        return Boolean.TRUE.equals(setup.background());
    }
}
