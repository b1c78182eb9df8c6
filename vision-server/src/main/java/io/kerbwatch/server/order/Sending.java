package io.kerbwatch.server.order;

import io.kerbwatch.server.crew.Choice;
import io.kerbwatch.server.crew.CrewMember;
import io.kerbwatch.server.crew.Crews;
import io.kerbwatch.server.crew.Task;
import io.kerbwatch.server.crew.Vehicle;
import io.kerbwatch.server.deadline.DeadlineRule;
import io.kerbwatch.server.deadline.DeadlineRules;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Site;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Chooses who of the crew gets an order, and keeps why this one, and why not the others, beside it. */
final class Sending {
    /** After so long without an answer to its webhook the crews have an order. */
    static final DeadlineRule.Limit TAKE_OVER_AFTER = new DeadlineRule.Limit(60, "natural");
    /** When someone is looked for once more: shifts begin and hands become free. */
    static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(60);
    /** Who was sent within this time is not sent before those who were not. */
    private static final Duration REMEMBERED = Duration.ofHours(12);

    private final InstantSource clock;
    private final Crews crews;
    private final OrderStore store;

    Sending(InstantSource clock, Crews crews, OrderStore store) {
        this.clock = clock;
        this.crews = crews;
        this.store = store;
    }

    /**
     * A choice that was made for an order.
     *
     * @param number of the move that it led to, or came after
     * @param chosen null if nobody could be sent
     */
    record Assigned(
            int number,
            Instant at,
            int round,
            @Nullable UUID chosen,
            String summary,
            List<Choice.Weighed> candidates) {}

    /** Whether it is for the crews to take an order now. */
    static boolean crewsTurn(Order order) {
        return order.state() == State.FILED
                && (order.dispatchMode().equals("crews") || order.escalated().contains(Deadlines.CREWS_TAKE_OVER));
    }

    /** The machines that a class of orders takes, any of them; none where it is done by hand. */
    private static Set<Vehicle> vehicles(String kind) {
        return switch (kind) {
            case DeadlineRules.SWEEPING -> Set.of(Vehicle.SWEEPER);
            case DeadlineRules.SPRINKLING -> Set.of(Vehicle.SPRINKLER);
            default -> Set.of();
        };
    }

    boolean anyCrew(Tx tx) {
        return crews.any(tx);
    }

    /**
     * Chooses.
     *
     * @param before who did the work that has to be done again
     * @param again whether those who did not take it are asked once more if nobody else is left
     */
    Choice choose(Tx tx, Site site, Order order, Optional<UUID> before, boolean again) {
        crews.chooseAlone(tx);
        var loads = store.loads(tx, clock.instant().minus(REMEMBERED));
        var asked = new HashSet<>(asked(tx, order));
        before.ifPresent(asked::remove);
        Task task = new Task(
                site.id(),
                site.latitude(),
                site.longitude(),
                site.zone(),
                order.kind(),
                vehicles(order.kind()),
                asked,
                before);
        Choice choice = crews.choose(tx, task, loads);
        boolean nobody = choice.chosen().isEmpty() && again && !asked.isEmpty();
        return nobody ? crews.choose(tx, task.askingAgain(), loads) : choice;
    }

    /** As {@link #choose}, where a person has chosen. */
    Crews.ByHand byHand(Tx tx, Site site, Order order, CrewMember member) {
        crews.chooseAlone(tx);
        Task task = new Task(
                site.id(),
                site.latitude(),
                site.longitude(),
                site.zone(),
                order.kind(),
                vehicles(order.kind()),
                new HashSet<>(),
                Optional.empty());
        return crews.byHand(tx, task, member, store.loads(tx, clock.instant().minus(REMEMBERED)));
    }

    /** Someone who is told of a clock, by name where a member of the crew has the order. */
    String named(Tx tx, Order order, DeadlineRule.Tell tell) {
        Optional<UUID> member = Optional.ofNullable(order.receiver())
                .filter(receiver -> receiver.kind().equals("crew"))
                .flatMap(Sending::memberId);
        Optional<CrewMember> who =
                switch (tell) {
                    case CREW -> member.flatMap(id -> crews.find(tx, id));
                    case LEAD -> member.flatMap(id -> crews.leadOf(tx, id));
                    case SUPERVISOR -> Optional.empty();
                };
        return who.map(one -> tell.code() + " " + one.name()).orElse(tell.code());
    }

    static Optional<UUID> memberId(Receiver receiver) {
        try {
            return Optional.of(UUID.fromString(receiver.id()));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // someone who was named by hand and is no member
        }
    }

    /** In a sentence. */
    static String summary(Choice choice) {
        Optional<CrewMember> chosen = choice.chosen();
        if (chosen.isEmpty()) {
            return "nobody of " + choice.weighed().size() + " can be sent";
        }
        Choice.Weighed one = choice.weighed().get(0);
        Long way = one.waySeconds();
        long fitting = choice.weighed().stream()
                .filter(each -> FITTING.contains(each.why()))
                .count();
        return "chosen of " + fitting + " who could go, "
                + (way == null ? "way unknown" : "about " + Math.max(1, Math.round(way / 60.0)) + " min away")
                + ", orders at hand " + one.open()
                + (choice.ring() == 2 ? "; nobody who works at this place could" : "");
    }

    private static final List<String> FITTING =
            List.of("chosen", "other-did-it-before", "farther", "busier", "had-one-later", "drew-the-later-lot");

    /** Keeps a choice with the newest move of its order. */
    void remember(Tx tx, Order order, Choice choice) {
        remember(tx, order, choice, summary(choice));
    }

    void remember(Tx tx, Order order, Choice choice, String summary) {
        tx.handle()
                .createUpdate("insert into assignment (order_id, number, at, round, chosen, summary, candidates)"
                        + " values (:order, :number, :at, :round, :chosen, :summary, :candidates)"
                        + " on conflict (order_id, number) do update set at = :at, candidates = :candidates")
                .bind("order", order.id())
                .bind("number", order.moves())
                .bind("at", clock.instant())
                .bind("round", order.round())
                .bind("chosen", choice.chosen().map(CrewMember::id).orElse(null))
                .bind("summary", summary)
                .bind("candidates", Json.text(choice.weighed()))
                .execute();
    }

    List<Assigned> of(Tx tx, UUID order) {
        return tx.handle()
                .createQuery("select * from assignment where order_id = :order order by number")
                .bind("order", order)
                .map((rows, context) -> assigned(rows))
                .list();
    }

    private static List<UUID> asked(Tx tx, Order order) {
        return tx.handle()
                .createQuery("select distinct chosen from assignment where order_id = :order and round = :round"
                        + " and chosen is not null")
                .bind("order", order.id())
                .bind("round", order.round())
                .mapTo(UUID.class)
                .list();
    }

    private static Assigned assigned(ResultSet rows) throws SQLException {
        return new Assigned(
                rows.getInt("number"),
                rows.getTimestamp("at").toInstant(),
                rows.getInt("round"),
                rows.getObject("chosen", UUID.class),
                rows.getString("summary"),
                List.of(Json.read(rows.getString("candidates"), Choice.Weighed[].class)));
    }
}
