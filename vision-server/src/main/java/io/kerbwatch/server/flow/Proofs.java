package io.kerbwatch.server.flow;

import io.kerbwatch.server.device.Device;
import io.kerbwatch.server.device.Devices;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.vision.count.Crossing;
import io.kerbwatch.vision.count.Direction;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One picture of each hour in which somebody crossed a line, so that people can see what is counted: small, everybody blurred,
 * the line and the tally on it. The newest of an hour takes the place of the one before; after a day each is deleted.
 */
final class Proofs {
    private static final Duration KEPT = Duration.ofHours(24);
    /** A picture costs as much as a second of counting; who wants to see what is counted can wait. */
    private static final Duration EVERY = Duration.ofMinutes(5);

    private final Database database;
    private final InstantSource clock;
    private final Devices devices;

    Proofs(Database database, InstantSource clock, Devices devices) {
        this.database = database;
        this.clock = clock;
        this.devices = devices;
    }

    /**
     * How many crossed in an hour until now.
     *
     * @param hour its begin
     */
    record Tally(Instant hour, long in, long out) {
        Tally and(Crossing crossing) {
            Instant begin = crossing.at().truncatedTo(ChronoUnit.HOURS);
            boolean on = begin.equals(hour);
            boolean inward = crossing.direction() == Direction.IN;
            return new Tally(begin, (on ? in : 0) + (inward ? 1 : 0), (on ? out : 0) + (inward ? 0 : 1));
        }
    }

    /**
     * A picture of somebody who crosses.
     *
     * @param hour its begin
     * @param at when it was taken
     * @param inward whether somebody went in just then
     * @param in how many went in in that hour until then
     * @param out how many came out, likewise
     */
    record Proof(Instant hour, Instant at, boolean inward, long in, long out, byte[] jpeg) {}

    /** What is said of a picture. */
    record Listed(Instant hour, Instant at, String direction, long in, long out) {}

    /** Whether a picture is to be taken, now that somebody crosses. */
    static boolean due(@Nullable Instant last, Instant at) {
        return last == null
                || !at.isBefore(last.plus(EVERY))
                || !at.truncatedTo(ChronoUnit.HOURS).equals(last.truncatedTo(ChronoUnit.HOURS));
    }

    /** What has been counted already in an hour. */
    Tally tally(Tx tx, UUID device, Instant hour) {
        return tx.handle()
                .createQuery("select entered, went from visit_hour where device = :device and hour = :hour")
                .bind("device", device)
                .bind("hour", hour)
                .map((rows, context) -> new Tally(hour, rows.getLong("entered"), rows.getLong("went")))
                .findFirst()
                .orElse(new Tally(hour, 0, 0));
    }

    void keep(Tx tx, UUID device, Proof proof) {
        tx.handle()
                .createUpdate("insert into entrance_proof (device, hour, at, inward, entered, went, jpeg)"
                        + " values (:device, :hour, :at, :inward, :in, :out, :jpeg) on conflict (device, hour)"
                        + " do update set at = :at, inward = :inward, entered = :in, went = :out, jpeg = :jpeg")
                .bind("device", device)
                .bind("hour", proof.hour())
                .bind("at", proof.at())
                .bind("inward", proof.inward())
                .bind("in", proof.in())
                .bind("out", proof.out())
                .bind("jpeg", proof.jpeg())
                .execute();
    }

    /** Deletes all pictures of a device. */
    void forget(Tx tx, UUID device) {
        tx.handle()
                .createUpdate("delete from entrance_proof where device = :device")
                .bind("device", device)
                .execute();
    }

    /** Deletes what is older than a day, and what is of a device that is gone. */
    void prune(Tx tx) {
        tx.handle()
                .createUpdate("delete from entrance_proof p using device d where d.id = p.device"
                        + " and (p.hour < :before or d.removed_at is not null)")
                .bind("before", oldest())
                .execute();
    }

    /** Those of a device, the newest first. */
    List<Listed> list(Caller caller, UUID id) {
        Device device = devices.get(caller, id);
        return database.transaction(tx -> tx.handle()
                .createQuery("select hour, at, inward, entered, went from entrance_proof"
                        + " where device = :device and hour >= :oldest order by hour desc")
                .bind("device", device.id())
                .bind("oldest", oldest())
                .map((rows, context) -> new Listed(
                        rows.getTimestamp("hour").toInstant(),
                        rows.getTimestamp("at").toInstant(),
                        rows.getBoolean("inward") ? "in" : "out",
                        rows.getLong("entered"),
                        rows.getLong("went")))
                .list());
    }

    /**
     * The picture of an hour as JPEG, or the newest.
     *
     * @param within any instant of that hour
     * @throws Problem.Raised 404 if there is none
     */
    byte[] picture(Caller caller, UUID id, Optional<Instant> within) {
        Device device = devices.get(caller, id);
        return database.transaction(tx -> tx.handle()
                        .createQuery(
                                "select jpeg from entrance_proof where device = :device and hour >= :oldest"
                                        + " and (cast(:hour as timestamptz) is null or hour = :hour) order by hour desc limit 1")
                        .bind("device", device.id())
                        .bind("oldest", oldest())
                        .bind(
                                "hour",
                                within.map(at -> at.truncatedTo(ChronoUnit.HOURS))
                                        .orElse(null))
                        .mapTo(byte[].class)
                        .findFirst())
                .orElseThrow(() -> Problem.of(
                                404,
                                "no-picture",
                                "No picture",
                                "Nobody was counted there in that time, or it is more than a day ago.")
                        .raised());
    }

    private Instant oldest() {
        return clock.instant().minus(KEPT).truncatedTo(ChronoUnit.HOURS);
    }
}
