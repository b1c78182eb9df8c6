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

    /**
     * Someone whom a person chose.
     *
     * @param objections what speaks against them, in the words of {@link Choice.Weighed#why}
     */
    public record ByHand(Choice choice, List<String> objections) {
        public ByHand {
            objections = List.copyOf(objections);
        }
    }

    /** As {@link #choose}, where a person has chosen. */
    public ByHand byHand(Tx tx, Task task, CrewMember member, Map<UUID, Load> loads) {
        Instant now = clock.instant();
        var candidate = new Assignment.Candidate(
                member, onShift(member, shiftsByTeam(tx), now), loads.getOrDefault(member.id(), Load.NONE));
        return new ByHand(Assignment.byHand(now, task, candidate), Assignment.objections(now, task, candidate));
    }

    /**
     * Someone of the crew, at a moment.
     *
     * @param team its name; empty for none
     */
    public record Rostered(CrewMember member, String team, boolean onShift) {}

    /** Everyone who works where the caller may look, with whether they are on duty at a moment. */
    public List<Rostered> roster(Tx tx, Caller caller, Instant at) {
        Map<UUID, List<Shift>> shifts = shiftsByTeam(tx);
        Map<UUID, String> teams = store.teams(tx).stream().collect(Collectors.toMap(Team::id, Team::name));
        return store.members(tx).stream()
                .filter(member -> mayBeSent(caller, member))
                .map(member -> new Rostered(
                        member,
                        member.team() == null ? "" : teams.getOrDefault(member.team(), ""),
                        onShift(member, shifts, at)))
                .toList();
    }

    /** A member who may be sent where the caller may look. */
    public Optional<CrewMember> find(Tx tx, Caller caller, UUID id) {
        return store.member(tx, id).filter(member -> mayBeSent(caller, member));
    }

    /** A team with somebody in it, all of whom the caller may change. */
    public Optional<Team> team(Tx tx, Caller caller, UUID id) {
        return store.team(tx, id)
                .filter(team -> owns(tx, caller, id)
                        && store.members(tx).stream().anyMatch(member -> id.equals(member.team())));
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

    /** Teams that the caller may change. */
    List<Team> teams(Caller caller) {
        return database.transaction(tx -> store.teams(tx).stream()
                .filter(team -> owns(tx, caller, team.id()))
                .toList());
    }

    /**
     * Makes a team.
     *
     * @throws Problem.Raised if the name is taken or there is no such lead
     */
    public Team createTeam(Caller caller, NewTeam wanted) {
        return database.transaction(tx -> {
            Team team = new Team(ids.next(), wanted.name(), lead(tx, caller, wanted), 1, clock.instant());
            if (!store.write(tx, team)) {
                throw nameTaken("team", team.name()).raised();
            }
            return noted(tx, caller, "team.create", team.id(), team.name(), team);
        });
    }

    Team changeTeam(Caller caller, UUID id, int version, NewTeam wanted) {
        return database.transaction(tx -> {
            Team old = store.team(tx, id)
                    .filter(team -> owns(tx, caller, id))
                    .orElseThrow(() -> Problem.notFound("team", id).raised());
            if (store.teams(tx).stream()
                    .anyMatch(other ->
                            other.name().equals(wanted.name()) && !other.id().equals(id))) {
                throw nameTaken("team", wanted.name()).raised();
            }
            Team team = new Team(id, wanted.name(), lead(tx, caller, wanted), version + 1, old.createdAt());
            if (!store.write(tx, team)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "team.change", id, team.name(), team);
        });
    }

    void removeTeam(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            if (!owns(tx, caller, id)) {
                throw Problem.notFound("team", id).raised();
            }
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

    /**
     * The members as they are shown, with whether each is on duty now. Who is limited to sites sees those who may be sent
     * there, and of those who work elsewhere too no more than that they are there.
     */
    List<Map<String, Object>> members(Caller caller) {
        return database.transaction(tx -> {
            Map<UUID, List<Shift>> shifts = shiftsByTeam(tx);
            return store.members(tx).stream()
                    .filter(member -> mayBeSent(caller, member))
                    .map(member -> owns(caller, member)
                            ? shown(member, shifts)
                            : withoutWhatIsNotTheirs(caller, shown(member, shifts)))
                    .toList();
        });
    }

    private static Map<String, Object> withoutWhatIsNotTheirs(Caller caller, Map<String, Object> shown) {
        shown.put("phone", "");
        shown.put("team", null);
        shown.put("position", null);
        shown.computeIfPresent("sites", (name, all) -> ((List<?>) all)
                .stream().filter(caller.sites()::contains).toList());
        return shown;
    }

    /** Whether a member works nowhere but where the caller may look; only then may they change them. */
    private static boolean owns(Caller caller, CrewMember member) {
        return caller.covers(Set.of(), Set.copyOf(member.sites()));
    }

    /** Whether a member works somewhere where the caller may look. */
    private static boolean mayBeSent(Caller caller, CrewMember member) {
        return member.sites().isEmpty() || member.sites().stream().anyMatch(caller::sees);
    }

    /** Whether all of a team are the caller's; then the team and its shifts are. */
    private boolean owns(Tx tx, Caller caller, UUID team) {
        return caller.sites().isEmpty()
                || store.members(tx).stream()
                        .filter(member -> team.equals(member.team()))
                        .allMatch(member -> owns(caller, member));
    }

    /** A member whom the caller may change, or whose phone they may sign in. */
    private CrewMember theirs(Tx tx, Caller caller, UUID id) {
        CrewMember member = store.member(tx, id)
                .filter(found -> mayBeSent(caller, found))
                .orElseThrow(() -> Problem.notFound("crew member", id).raised());
        if (!owns(caller, member)) {
            throw Problem.forbidden("'" + member.name() + "' works at other sites than yours, too; only who may see all"
                            + " of these changes them.")
                    .raised();
        }
        return member;
    }

    private Shift theirShift(Tx tx, Caller caller, UUID id) {
        return store.shift(tx, id)
                .filter(shift -> owns(tx, caller, shift.team()))
                .orElseThrow(() -> Problem.notFound("shift", id).raised());
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
            CrewMember member = member(tx, caller, wanted, ids.next(), 1, clock.instant());
            if (!store.write(tx, member)) {
                throw nameTaken("crew member", member.name()).raised();
            }
            return noted(tx, caller, "crew.create", member.id(), member.name(), member);
        });
    }

    CrewMember changeMember(Caller caller, UUID id, int version, NewMember wanted) {
        return database.transaction(tx -> {
            CrewMember old = theirs(tx, caller, id);
            if (store.members(tx).stream()
                    .anyMatch(other ->
                            other.name().equals(wanted.name()) && !other.id().equals(id))) {
                throw nameTaken("crew member", wanted.name()).raised();
            }
            CrewMember member = member(tx, caller, wanted, id, version + 1, old.createdAt());
            if (!store.write(tx, member)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "crew.change", id, member.name(), member);
        });
    }

    /**
     * Removes a member and signs their phones out.
     *
     * @throws Problem.Raised 409 {@code has-open-orders} while somebody waits for them somewhere
     */
    void removeMember(Caller caller, UUID id) {
        database.inTransaction(tx -> {
            CrewMember member = theirs(tx, caller, id);
            store.chooseAlone(tx); // or they could be sent meanwhile
            List<String> open = store.openOrders(tx, id);
            if (!open.isEmpty()) {
                throw Problem.conflict(
                                "has-open-orders",
                                "Has open orders",
                                "'" + member.name() + "' has orders that are not done: " + String.join(", ", open)
                                        + ". Reassign them, or take them back and send somebody else, first.")
                        .with("orders", open)
                        .raised();
            }
            store.leadNoMore(tx, id);
            removed(tx, caller, "crew_member", id);
            accounts.endSessionsOf(tx, id);
        });
    }

    /** Makes a link that signs a member's phone in, once. */
    public Link link(Caller caller, UUID id) {
        return database.transaction(tx -> {
            CrewMember member = theirs(tx, caller, id);
            Accounts.PhoneLink link = accounts.createPhoneLink(tx, member.id(), member.name());
            audit.note(tx, caller, "crew.link", id, Map.of("name", member.name()));
            return new Link(base + "/sign-in?link=" + link.secret(), link.expiresAt());
        });
    }

    /** Shifts of teams that the caller may change. */
    List<Shift> shifts(Caller caller) {
        return database.transaction(tx -> store.shifts(tx).stream()
                .filter(shift -> owns(tx, caller, shift.team()))
                .toList());
    }

    /**
     * Makes a shift.
     *
     * @throws Problem.Raised if the team is unknown, or a time or the zone is none
     */
    public Shift createShift(Caller caller, NewShift wanted) {
        return database.transaction(tx -> {
            Shift shift = shift(tx, caller, wanted, ids.next(), 1, clock.instant());
            store.write(tx, shift);
            return noted(tx, caller, "shift.create", shift.id(), shift.name(), shift);
        });
    }

    Shift changeShift(Caller caller, UUID id, int version, NewShift wanted) {
        return database.transaction(tx -> {
            Shift old = theirShift(tx, caller, id);
            Shift shift = shift(tx, caller, wanted, id, version + 1, old.createdAt());
            if (!store.write(tx, shift)) {
                throw Request.stale().raised();
            }
            return noted(tx, caller, "shift.change", id, shift.name(), shift);
        });
    }

    void removeShift(Caller caller, UUID id) {
        database.inTransaction(
                tx -> removed(tx, caller, "shift", theirShift(tx, caller, id).id()));
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

    private @Nullable UUID lead(Tx tx, Caller caller, NewTeam wanted) {
        UUID lead = wanted.lead();
        if (lead != null
                && store.member(tx, lead).filter(member -> owns(caller, member)).isEmpty()) {
            throw Problem.invalid("/lead", "There is no crew member " + lead + ".")
                    .raised();
        }
        return lead;
    }

    private CrewMember member(Tx tx, Caller caller, NewMember wanted, UUID id, int version, Instant created) {
        UUID team = wanted.team();
        if (team != null) {
            mustHaveTeam(tx, caller, team);
        }
        List<UUID> places = Objects.requireNonNullElse(wanted.sites(), List.of());
        if (!caller.covers(Set.of(), Set.copyOf(places))) {
            throw Problem.forbidden("You may see some sites only: name in 'sites' where they work, none but these.")
                    .raised();
        }
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

    private void mustHaveTeam(Tx tx, Caller caller, UUID team) {
        if (store.team(tx, team).isEmpty() || !owns(tx, caller, team)) {
            throw Problem.invalid("/team", "There is no team " + team + "; create it first.")
                    .raised();
        }
    }

    private Shift shift(Tx tx, Caller caller, NewShift wanted, UUID id, int version, Instant created) {
        mustHaveTeam(tx, caller, wanted.team());
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
