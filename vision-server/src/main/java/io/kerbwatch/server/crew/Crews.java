package io.kerbwatch.server.crew;

import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.audit.Audit;
import io.kerbwatch.server.event.Events;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Database;
import io.kerbwatch.server.platform.Ids;
import io.kerbwatch.server.platform.Problem;
import io.kerbwatch.server.platform.PublicUrl;
import io.kerbwatch.server.platform.Request;
import io.kerbwatch.server.platform.Tx;
import io.kerbwatch.server.site.Sites;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps the crew, and says who of it is sent. */
public final class Crews {
    /** A clock of a phone may run ahead of ours by this much. */
    private static final Duration AHEAD = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Ids ids;
    private final Accounts accounts;
    private final Sites sites;
    private final Events events;
    private final Audit audit;
    private final PublicUrl base;
    private final CrewStore store = new CrewStore();

    public Crews(
            Database database,
            InstantSource clock,
            Ids ids,
            Accounts accounts,
            Sites sites,
            Events events,
            Audit audit,
            PublicUrl base) {
        this.database = database;
        this.clock = clock;
        this.ids = ids;
        this.accounts = accounts;
        this.sites = sites;
        this.events = events;
        this.audit = audit;
        this.base = base;
    }

    /** A team as someone wants it. */
    public record NewTeam(String name, @Nullable UUID lead) {}

    /** A member as someone wants them; what is null takes its default. */
    public record NewMember(
            String name,
            @Nullable String phone,
            @Nullable UUID team,
            @Nullable List<Skill> skills,
            @Nullable List<UUID> sites,
            @Nullable String vehicle,
            @Nullable Integer capacity,
            @Nullable Boolean available) {
        /** Someone on foot who empties bins anywhere. */
        public static NewMember named(String name) {
            return new NewMember(name, null, null, null, null, null, null, null);
        }
    }

    /** A shift as someone wants it; in China's time if no zone is named. */
    public record NewShift(
            UUID team,
            String name,
            List<Integer> days,
            String starts,
            String ends,
            @Nullable String timeZone,
            @Nullable LocalDate firstDay,
            @Nullable LocalDate lastDay) {}

    /** Where a phone says that it is. */
    record Here(double latitude, double longitude, @Nullable Instant at) {}

    /** A link that signs a member's phone in. */
    public record Link(String url, Instant expiresAt) {}

    /**
     * Chooses who is sent. Until the end of the transaction nobody else chooses.
     *
     * @param loads by member; who is not in it has nothing
     */
    public Choice choose(Tx tx, Task task, Map<UUID, Load> loads) {
        Instant now = clock.instant();
        Map<UUID, List<Shift>> shifts = shiftsByTeam(tx);
        List<Assignment.Candidate> crew = store.members(tx).stream()
                .map(member -> new Assignment.Candidate(
                        member, onShift(member, shifts, now), loads.getOrDefault(member.id(), Load.NONE)))
                .toList();
        return Assignment.choose(now, task, crew);
    }

    /** Keeps other choices waiting until the end of the transaction; before the loads are read. */
    public void chooseAlone(Tx tx) {
        store.chooseAlone(tx);
    }

    /** Whether there is a crew at all. */
    public boolean any(Tx tx) {
        return !store.members(tx).isEmpty();
    }

    /** A member who has not been removed. */
    public Optional<CrewMember> find(Tx tx, UUID id) {
        return store.member(tx, id);
    }

    /** Who leads the team of a member. */
    public Optional<CrewMember> leadOf(Tx tx, UUID member) {
        return store.member(tx, member)
                .map(CrewMember::team)
                .flatMap(team -> store.team(tx, team))
                .map(Team::lead)
                .flatMap(lead -> store.member(tx, lead));
    }

    List<Team> teams() {
        return database.transaction(store::teams);
    }

    /**
     * Makes a team.
     *
     * @throws Problem.Raised if the name is taken or there is no such lead
     */
    public Team createTeam(Caller caller, NewTeam wanted) {
        return database.transaction(tx -> {
            Team team = new Team(ids.next(), wanted.name(), lead(tx, wanted), 1, clock.instant());
            if (!store.write(tx, team)) {
                throw nameTaken("team", team.name()).raised();
            }
            return noted(tx, caller, "team.create", team.id(), team.name(), team);
        });
    }

    Team changeTeam(Caller caller, UUID id, int version, NewTeam wanted) {
        return database.transaction(tx -> {
            Team old = store.team(tx, id)
                    .orElseThrow(() -> Problem.notFound("team", id).raised());
            if (store.teams(tx).stream()
                    .anyMatch(other ->
                            other.name().equals(wanted.name()) && !other.id().equals(id))) {
                throw nameTaken("team", wanted.name()).raised();
            }
            Team team = new Team(id, wanted.name(), lead(tx, wanted), version + 1, old.createdAt());
            if (!store.write(tx, team)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "team.change", id, team.name(), team);
        });
    }

    void removeTeam(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            if (store.members(tx).stream().anyMatch(member -> id.equals(member.team()))) {
                throw Problem.conflict(
                                "team-in-use",
                                "Team in use",
                                "The team has members; put them into another one, or into none, first.")
                        .raised();
            }
            removed(tx, caller, "team", id);
            store.shifts(tx).stream()
                    .filter(shift -> shift.team().equals(id))
                    .forEach(shift -> store.remove(tx, "shift", shift.id(), clock.instant()));
        });
    }

    /** All members as they are shown, with whether each is on duty now. */
    List<Map<String, Object>> members() {
        return database.transaction(tx -> {
            Map<UUID, List<Shift>> shifts = shiftsByTeam(tx);
            return store.members(tx).stream()
                    .map(member -> shown(member, shifts))
                    .toList();
        });
    }

    Map<String, Object> member(UUID id) {
        return database.transaction(tx -> shown(
                store.member(tx, id)
                        .orElseThrow(() -> Problem.notFound("crew member", id).raised()),
                shiftsByTeam(tx)));
    }

    /**
     * Makes a member.
     *
     * @throws Problem.Raised if the name is taken, or the team or a site is unknown
     */
    public CrewMember createMember(Caller caller, NewMember wanted) {
        return database.transaction(tx -> {
            CrewMember member = member(tx, wanted, ids.next(), 1, clock.instant());
            if (!store.write(tx, member)) {
                throw nameTaken("crew member", member.name()).raised();
            }
            return noted(tx, caller, "crew.create", member.id(), member.name(), member);
        });
    }

    CrewMember changeMember(Caller caller, UUID id, int version, NewMember wanted) {
        return database.transaction(tx -> {
            CrewMember old = store.member(tx, id)
                    .orElseThrow(() -> Problem.notFound("crew member", id).raised());
            if (store.members(tx).stream()
                    .anyMatch(other ->
                            other.name().equals(wanted.name()) && !other.id().equals(id))) {
                throw nameTaken("crew member", wanted.name()).raised();
            }
            CrewMember member = member(tx, wanted, id, version + 1, old.createdAt());
            if (!store.write(tx, member)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "crew.change", id, member.name(), member);
        });
    }

    /** Removes a member and signs their phones out; orders that are theirs stay theirs until someone reassigns them. */
    void removeMember(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            removed(tx, caller, "crew_member", id);
            accounts.endSessionsOf(tx, id);
        });
    }

    /** Makes a link that signs a member's phone in, once. */
    public Link link(Caller caller, UUID id) {
        return database.transaction(tx -> {
            CrewMember member = store.member(tx, id)
                    .orElseThrow(() -> Problem.notFound("crew member", id).raised());
            Accounts.PhoneLink link = accounts.createPhoneLink(tx, member.id(), member.name());
            audit.note(tx, caller, "crew.link", id, Map.of("name", member.name()));
            return new Link(base + "/sign-in?link=" + link.secret(), link.expiresAt());
        });
    }

    List<Shift> shifts() {
        return database.transaction(store::shifts);
    }

    /**
     * Makes a shift.
     *
     * @throws Problem.Raised if the team is unknown, or a time or the zone is none
     */
    public Shift createShift(Caller caller, NewShift wanted) {
        return database.transaction(tx -> {
            Shift shift = shift(tx, wanted, ids.next(), 1, clock.instant());
            store.write(tx, shift);
            return noted(tx, caller, "shift.create", shift.id(), shift.name(), shift);
        });
    }

    Shift changeShift(Caller caller, UUID id, int version, NewShift wanted) {
        return database.transaction(tx -> {
            Shift old = store.shift(tx, id)
                    .orElseThrow(() -> Problem.notFound("shift", id).raised());
            Shift shift = shift(tx, wanted, id, version + 1, old.createdAt());
            if (!store.write(tx, shift)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "shift.change", id, shift.name(), shift);
        });
    }

    void removeShift(Caller caller, UUID id) {
        database.inTransaction(tx -> removed(tx, caller, "shift", id));
    }

    /** The member whose phone asks, with their team and whether they are on duty. */
    Map<String, Object> me(Caller caller) {
        return database.transaction(tx -> {
            CrewMember member = own(tx, caller);
            Map<String, Object> shown = shown(member, shiftsByTeam(tx));
            UUID team = member.team();
            shown.put(
                    "teamName",
                    team == null ? null : store.team(tx, team).map(Team::name).orElse(null));
            CrewMember lead = leadOf(tx, member.id()).orElse(null);
            shown.put("lead", lead == null ? null : Map.of("name", lead.name(), "phone", lead.phone()));
            return shown;
        });
    }

    /** Notes where a phone is; an older position than the known one changes nothing, one from the future counts as now. */
    void here(Caller caller, Here here) {
        database.inTransaction(tx -> {
            Instant now = clock.instant();
            Instant said = here.at() == null ? now : here.at();
            Instant at = said.isAfter(now.plus(AHEAD)) ? now : said;
            CrewMember member = own(tx, caller);
            store.moved(tx, member.id(), new Position(here.latitude(), here.longitude(), at));
        });
    }

    private CrewMember own(Tx tx, Caller caller) {
        return caller.member().flatMap(id -> store.member(tx, id)).orElseThrow(() -> Problem.forbidden(
                        "This is for the phone of a crew member; sign in with a link from the desk.")
                .raised());
    }

    private Map<UUID, List<Shift>> shiftsByTeam(Tx tx) {
        return store.shifts(tx).stream().collect(Collectors.groupingBy(Shift::team));
    }

    /** Who has no team, or whose team has no shifts, is always on duty. */
    private static boolean onShift(CrewMember member, Map<UUID, List<Shift>> shifts, Instant at) {
        List<Shift> own = member.team() == null ? List.of() : shifts.getOrDefault(member.team(), List.of());
        return own.isEmpty() || own.stream().anyMatch(shift -> shift.covers(at));
    }

    private Map<String, Object> shown(CrewMember member, Map<UUID, List<Shift>> shifts) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", member.id());
        shown.put("name", member.name());
        shown.put("phone", member.phone());
        shown.put("team", member.team());
        shown.put("skills", member.skills());
        shown.put("sites", member.sites());
        shown.put("vehicle", member.vehicle());
        shown.put("capacity", member.capacity());
        shown.put("available", member.available());
        shown.put("position", member.position());
        shown.put("onShift", onShift(member, shifts, clock.instant()));
        shown.put("version", member.version());
        shown.put("createdAt", member.createdAt());
        return shown;
    }

    private @Nullable UUID lead(Tx tx, NewTeam wanted) {
        UUID lead = wanted.lead();
        if (lead != null && store.member(tx, lead).isEmpty()) {
            throw Problem.invalid("/lead", "There is no crew member " + lead + ".")
                    .raised();
        }
        return lead;
    }

    private CrewMember member(Tx tx, NewMember wanted, UUID id, int version, Instant created) {
        UUID team = wanted.team();
        if (team != null && store.team(tx, team).isEmpty()) {
            throw Problem.invalid("/team", "There is no team " + team + "; create it first.")
                    .raised();
        }
        List<UUID> places = Objects.requireNonNullElse(wanted.sites(), List.of());
        for (UUID place : places) {
            if (sites.find(tx, place).isEmpty()) {
                throw Problem.invalid("/sites", "There is no site " + place + ".")
                        .raised();
            }
        }
        List<Skill> skills = Objects.requireNonNullElse(wanted.skills(), List.of(new Skill("refuse", null)));
        Set<String> once = new HashSet<>();
        for (Skill skill : skills) {
            if (!once.add(skill.name())) {
                throw Problem.invalid("/skills", "The skill '" + skill.name() + "' stands there twice.")
                        .raised();
            }
        }
        return new CrewMember(
                id,
                wanted.name(),
                Objects.requireNonNullElse(wanted.phone(), ""),
                team,
                skills,
                places,
                Objects.requireNonNullElse(wanted.vehicle(), Vehicle.ON_FOOT.code()),
                Objects.requireNonNullElse(wanted.capacity(), 2),
                Objects.requireNonNullElse(wanted.available(), true),
                null,
                version,
                created);
    }

    private Shift shift(Tx tx, NewShift wanted, UUID id, int version, Instant created) {
        if (store.team(tx, wanted.team()).isEmpty()) {
            throw Problem.invalid("/team", "There is no team " + wanted.team() + "; create it first.")
                    .raised();
        }
        String zone = Objects.requireNonNullElse(wanted.timeZone(), "Asia/Shanghai");
        try {
            ZoneId.of(zone);
        } catch (DateTimeException e) {
            throw Problem.invalid("/timeZone", "There is no time zone '" + zone + "'; write one like Asia/Shanghai.")
                    .raised();
        }
        LocalDate first = wanted.firstDay();
        LocalDate last = wanted.lastDay();
        if (first != null && last != null && last.isBefore(first)) {
            throw Problem.invalid("/lastDay", "The last day lies before the first.")
                    .raised();
        }
        return new Shift(
                id,
                wanted.team(),
                wanted.name(),
                wanted.days().stream().distinct().sorted().toList(),
                LocalTime.parse(wanted.starts()),
                LocalTime.parse(wanted.ends()),
                zone,
                first,
                last,
                version,
                created);
    }

    private void removed(Tx tx, Caller caller, String table, UUID id) {
        String what = table.replace('_', ' ');
        if (!store.remove(tx, table, id, clock.instant())) {
            throw Problem.notFound(what, id).raised();
        }
        audit.note(tx, caller, table.replace("_member", "") + ".remove", id, Map.of());
        changed(tx);
    }

    private <T> T noted(Tx tx, Caller caller, String action, UUID id, String name, T made) {
        audit.note(tx, caller, action, id, Map.of("name", name));
        changed(tx);
        return made;
    }

    private void changed(Tx tx) {
        events.publish(tx, "crew.changed", null, Map.of());
    }

    private static Problem nameTaken(String what, String name) {
        return Problem.conflict("name-taken", "Name taken", "There is a " + what + " called '" + name + "' already.");
    }
}
