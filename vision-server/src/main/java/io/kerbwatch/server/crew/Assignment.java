package io.kerbwatch.server.crew;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is sent. Pure: the same question over the same crew has the same answer, and the answer says why this one and why
 * not each of the others.
 *
 * <p>Who fits is on duty, is able to, has room for one more and works at the place; if nobody does, the next ring is
 * asked: who fits but works elsewhere. Of those who fit goes who did the place's work before, then who is there first (by
 * the minute), has the fewest orders, and has waited longest since the last.
 */
final class Assignment {
    /** A phone that has been silent for longer may be anywhere. */
    static final Duration POSITION_HOLDS = Duration.ofMinutes(30);
    /** Taken for someone of whom nobody knows where they are: neither sent first nor left out. */
    static final long UNKNOWN_WAY_SECONDS = 300;

    private Assignment() {}

    /** Someone who might go. */
    record Candidate(CrewMember member, boolean onShift, Load load) {}

    static Choice choose(Instant at, Task task, List<Candidate> crew) {
        List<Choice.Weighed> weighed = new ArrayList<>();
        List<Fitting> fitting = new ArrayList<>();
        for (Candidate candidate : crew) {
            String hindrance = hindrance(at, task, candidate);
            if (hindrance == null) {
                fitting.add(fitting(at, task, candidate));
            } else {
                weighed.add(weighed(at, task, candidate, hindrance));
            }
        }
        int ring = fitting.stream().anyMatch(one -> one.ring == 1) ? 1 : 2;
        List<Fitting> ranked =
                fitting.stream().filter(one -> one.ring == ring).sorted(ORDER).toList();
        fitting.stream()
                .filter(one -> one.ring != ring)
                .forEach(one -> weighed.add(weighed(at, task, one.candidate, "other-places")));
        for (int i = 0; i < ranked.size(); i++) {
            Fitting one = ranked.get(i);
            weighed.add(weighed(at, task, one.candidate, i == 0 ? "chosen" : beaten(ranked.get(0), one)));
        }
        weighed.sort(Comparator.comparing((Choice.Weighed one) -> !one.why().equals("chosen"))
                .thenComparing(Choice.Weighed::name)
                .thenComparing(Choice.Weighed::member));
        Optional<CrewMember> chosen = ranked.stream().findFirst().map(one -> one.candidate.member());
        return new Choice(chosen, ranked.isEmpty() ? 0 : ring, weighed);
    }

    /** Someone who could go, with what they are ranked by. */
    private record Fitting(Candidate candidate, int ring, boolean before, long minutes) {
        Load load() {
            return candidate.load();
        }

        Instant last() {
            return Objects.requireNonNullElse(load().last(), Instant.EPOCH);
        }
    }

    private static final Comparator<Fitting> ORDER = Comparator.comparing((Fitting one) -> !one.before)
            .thenComparing(Fitting::minutes)
            .thenComparing(one -> one.load().open())
            .thenComparing(Fitting::last)
            .thenComparing(one -> one.candidate.member().id());

    private static Fitting fitting(Instant at, Task task, Candidate candidate) {
        CrewMember member = candidate.member();
        long seconds = Objects.requireNonNullElse(wayTo(at, task, member), UNKNOWN_WAY_SECONDS);
        return new Fitting(
                candidate,
                worksAt(task, member) ? 1 : 2,
                task.before().filter(member.id()::equals).isPresent(),
                seconds / 60);
    }

    /** What speaks against someone whom a person chose; who is marked as away may be there after all. */
    static List<String> objections(Instant at, Task task, Candidate candidate) {
        List<String> all = new ArrayList<>();
        hindrances(at, task, candidate).stream()
                .filter(one -> !one.equals("asked-before") && !one.equals("away"))
                .forEach(all::add);
        if (!worksAt(task, candidate.member())) {
            all.add("other-places");
        }
        return all;
    }

    /** The choice of a person. */
    static Choice byHand(Instant at, Task task, Candidate candidate) {
        return new Choice(Optional.of(candidate.member()), 1, List.of(weighed(at, task, candidate, "chosen")));
    }

    private static boolean worksAt(Task task, CrewMember member) {
        return member.sites().isEmpty() || member.sites().contains(task.site());
    }

    private static @Nullable String hindrance(Instant at, Task task, Candidate candidate) {
        List<String> all = hindrances(at, task, candidate);
        return all.isEmpty() ? null : all.get(0);
    }

    private static List<String> hindrances(Instant at, Task task, Candidate candidate) {
        List<String> all = new ArrayList<>();
        CrewMember member = candidate.member();
        LocalDate today = LocalDate.ofInstant(at, task.zone());
        Optional<Skill> skill = member.skills().stream()
                .filter(one -> one.name().equals(task.skill()))
                .findFirst();
        if (!member.available()) {
            all.add("away");
        }
        if (!candidate.onShift()) {
            all.add("off-shift");
        }
        if (skill.isEmpty()) {
            all.add("lacks-skill");
        } else if (!skill.get().holds(today)) {
            all.add("paper-expired");
        }
        if (!task.vehicles().isEmpty() && !task.vehicles().contains(Vehicle.of(member.vehicle()))) {
            all.add("lacks-vehicle");
        }
        if (candidate.load().open() >= member.capacity()) {
            all.add("full");
        }
        if (task.asked().contains(member.id())) {
            all.add("asked-before");
        }
        return all;
    }

    private static String beaten(Fitting best, Fitting other) {
        if (best.before) {
            return "other-did-it-before";
        } else if (other.minutes > best.minutes) {
            return "farther";
        } else if (other.load().open() > best.load().open()) {
            return "busier";
        }
        return other.last().isAfter(best.last()) ? "had-one-later" : "drew-the-later-lot";
    }

    private static Choice.Weighed weighed(Instant at, Task task, Candidate candidate, String why) {
        CrewMember member = candidate.member();
        return new Choice.Weighed(
                member.id(),
                member.name(),
                why,
                wayTo(at, task, member),
                candidate.load().open(),
                member.capacity(),
                candidate.load().last());
    }

    private static @Nullable Long wayTo(Instant at, Task task, CrewMember member) {
        Position position = member.position();
        Double latitude = task.latitude();
        Double longitude = task.longitude();
        if (position == null
                || latitude == null
                || longitude == null
                || position.at().isBefore(at.minus(POSITION_HOLDS))) {
            return null;
        }
        return Vehicle.of(member.vehicle()).seconds(position.metersTo(latitude, longitude));
    }
}
