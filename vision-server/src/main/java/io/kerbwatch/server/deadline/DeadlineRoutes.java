package io.kerbwatch.server.deadline;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.calendar.WorkCalendar;
import io.kerbwatch.server.platform.Operations;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Request;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rules over HTTP. */
public final class DeadlineRoutes {
    private final DeadlineRules rules;

    public DeadlineRoutes(DeadlineRules rules) {
        this.rules = rules;
    }

    public void mount(Operations operations) {
        operations
                .on("listDeadlines", this::list)
                .on("changeDeadlines", request -> put(request, null))
                .on("changeSiteDeadlines", request -> put(request, request.id("siteId")))
                .on("removeSiteDeadlines", request -> {
                    rules.remove(request.caller(), kind(request), request.id("siteId"));
                    return Reply.nothing();
                });
    }

    private Reply put(Request request, @Nullable UUID site) {
        DeadlineRules.Written written =
                rules.put(request.caller(), kind(request), site, request.ifMatch(), request.body(DeadlineRule.class));
        return Reply.json(shown(written)).version(written.version());
    }

    private Reply list(Request request) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "defaults",
                rules.defaults().entrySet().stream()
                        .map(each -> Map.of("class", each.getKey(), "rule", each.getValue()))
                        .toList());
        body.put(
                "rules",
                rules.list(request.caller()).stream().map(DeadlineRoutes::shown).toList());
        Calendars calendars = rules.calendars();
        body.put(
                "calendars", calendars.all().stream().map(DeadlineRoutes::shown).toList());
        body.put("years", calendars.years().stream().map(DeadlineRoutes::shown).toList());
        return Reply.json(body);
    }

    private static String kind(Request request) {
        return request.path().getOrDefault("orderClass", "");
    }

    private static Map<String, Object> shown(DeadlineRules.Written written) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("class", written.kind());
        shown.put("site", written.site());
        shown.put("version", written.version());
        shown.put("rule", written.rule());
        return shown;
    }

    private static Map<String, Object> shown(WorkCalendar calendar) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("name", calendar.name());
        shown.put("days", calendar.everyDay() ? "every" : "working");
        shown.put("hours", calendar.hours());
        return shown;
    }

    private static Map<String, Object> shown(Calendars.Known known) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("year", known.year().year());
        shown.put("provisional", known.year().provisional());
        shown.put("source", known.year().source());
        shown.put("note", known.year().note());
        shown.put("origin", known.origin());
        shown.put("holidays", known.year().holidays());
        shown.put("workingDays", List.copyOf(known.year().workingDays()));
        return shown;
    }
}
