package io.kerbwatch.server.order;

import io.kerbwatch.server.crew.Position;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.Rows;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Doors;
import io.kerbwatch.server.site.Site;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps that whoever has an order stood at the door of its place: they read the code there, then, and were near. */
public final class CheckIns {
    /** A phone between houses is wrong by so much. */
    private static final double NEAR_METRES = 150;
    /** A phone without a signal tells it that much later. */
    private static final Duration TOLD_WITHIN = Duration.ofHours(4);

    private static final Duration AHEAD = Duration.ofMinutes(2);

    private final InstantSource clock;
    private final Doors doors;

    CheckIns(InstantSource clock, Doors doors) {
        this.clock = clock;
        this.doors = doors;
    }

    /**
     * What a phone shows.
     *
     * @param code that stands on the door
     * @param at when it was read; now if null
     * @param latitude of the phone then, WGS84, degrees
     * @param longitude of the phone then
     */
    record Shown(
            String code,
            @Nullable Instant at,
            @Nullable Double latitude,
            @Nullable Double longitude) {}

    /**
     * A check-in as it is kept.
     *
     * @param metres from the door; null if the phone or the place does not say where it is
     * @param doubt why it proves nothing; null if it does
     */
    public record CheckIn(
            Instant at, @Nullable Double metres, @Nullable String doubt) {}

    /**
     * Keeps a check-in. One that is doubted is kept as well, and proves nothing.
     *
     * @throws Problem.Raised 400 if it is the code of another door
     */
    CheckIn keep(Tx tx, Order order, Site site, UUID member, Shown shown) {
        if (!doors.fits(site.id(), shown.code())) {
            throw Problem.invalid("/code", "This is not the code on the door of " + site.name() + ".")
                    .raised();
        }
        Instant now = clock.instant();
        Instant at = Optional.ofNullable(shown.at()).orElse(now);
        Double metres = metres(site, shown);
        String doubt = doubt(order, at, now, metres);
        tx.handle()
                .createUpdate("insert into check_in (order_id, round, at, received_at, member, metres, doubt)"
                        + " values (:order, :round, :at, :now, :member, :metres, :doubt) on conflict do nothing")
                .bind("order", order.id())
                .bind("round", order.round())
                .bind("at", at)
                .bind("now", now)
                .bind("member", member)
                .bind("metres", metres)
                .bind("doubt", doubt)
                .execute();
        return new CheckIn(at, metres, doubt);
    }

    /** The check-in of a round that proves something, or else the last one. */
    Optional<CheckIn> of(Tx tx, UUID order, int round) {
        return tx.handle()
                .createQuery("select at, metres, doubt from check_in where order_id = :order and round = :round"
                        + " order by doubt is not null, at desc limit 1")
                .bind("order", order)
                .bind("round", round)
                .map((rows, context) -> new CheckIn(
                        rows.getTimestamp("at").toInstant(), Rows.number(rows, "metres"), rows.getString("doubt")))
                .findFirst();
    }

    private static @Nullable String doubt(Order order, Instant at, Instant now, @Nullable Double metres) {
        if (at.isAfter(now.plus(AHEAD)) || at.isBefore(order.filedAt())) {
            return "not in the time of this order";
        }
        if (at.isBefore(now.minus(TOLD_WITHIN))) {
            return "told too late";
        }
        if (metres == null) {
            return "nobody knows where the phone, or the place, is";
        }
        return metres > NEAR_METRES ? Math.round(metres) + " m away" : null;
    }

    private static @Nullable Double metres(Site site, Shown shown) {
        Double latitude = site.latitude();
        Double longitude = site.longitude();
        if (latitude == null || longitude == null || shown.latitude() == null || shown.longitude() == null) {
            return null;
        }
        return new Position(shown.latitude(), shown.longitude(), Instant.EPOCH).metersTo(latitude, longitude);
    }
}
