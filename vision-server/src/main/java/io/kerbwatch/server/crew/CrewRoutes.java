package io.kerbwatch.server.crew;

import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import java.util.Map;

/** Teams, members and shifts over HTTP, and what a member's phone asks about itself. */
public final class CrewRoutes {
    private final Crews crews;

    public CrewRoutes(Crews crews) {
        this.crews = crews;
    }

    public void mount(Operations operations) {
        operations
                .on("listTeams", request -> Reply.json(Map.of("items", crews.teams(request.caller()))))
                .on("createTeam", request -> {
                    Team team = crews.createTeam(request.caller(), request.body(Crews.NewTeam.class));
                    return Reply.created("/api/v1/teams/" + team.id(), team).version(team.version());
                })
                .on("changeTeam", request -> {
                    Team team = crews.changeTeam(
                            request.caller(),
                            request.id("teamId"),
                            request.ifMatch(),
                            request.body(Crews.NewTeam.class));
                    return Reply.json(team).version(team.version());
                })
                .on("removeTeam", request -> {
                    crews.removeTeam(request.caller(), request.id("teamId"));
                    return Reply.nothing();
                })
                .on("listCrews", request -> Reply.json(Map.of("items", crews.members(request.caller()))))
                .on("createCrewMember", request -> {
                    CrewMember member = crews.createMember(request.caller(), request.body(Crews.NewMember.class));
                    return Reply.created("/api/v1/crews/" + member.id(), crews.member(member.id()))
                            .version(member.version());
                })
                .on("changeCrewMember", request -> {
                    CrewMember member = crews.changeMember(
                            request.caller(),
                            request.id("memberId"),
                            request.ifMatch(),
                            request.body(Crews.NewMember.class));
                    return Reply.json(crews.member(member.id())).version(member.version());
                })
                .on("removeCrewMember", request -> {
                    crews.removeMember(request.caller(), request.id("memberId"));
                    return Reply.nothing();
                })
                .on("linkCrewMember", request -> Reply.json(201, crews.link(request.caller(), request.id("memberId"))))
                .on("listShifts", request -> Reply.json(Map.of("items", crews.shifts(request.caller()))))
                .on("createShift", request -> {
                    Shift shift = crews.createShift(request.caller(), request.body(Crews.NewShift.class));
                    return Reply.created("/api/v1/shifts/" + shift.id(), shift).version(shift.version());
                })
                .on("changeShift", request -> {
                    Shift shift = crews.changeShift(
                            request.caller(),
                            request.id("shiftId"),
                            request.ifMatch(),
                            request.body(Crews.NewShift.class));
                    return Reply.json(shift).version(shift.version());
                })
                .on("removeShift", request -> {
                    crews.removeShift(request.caller(), request.id("shiftId"));
                    return Reply.nothing();
                })
                .on("getCrewMe", request -> Reply.json(crews.me(request.caller())))
                .on("setPosition", request -> {
                    crews.here(request.caller(), request.body(Crews.Here.class));
                    return Reply.nothing();
                });
    }
}
