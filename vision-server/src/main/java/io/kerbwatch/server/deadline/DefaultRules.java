package io.kerbwatch.server.deadline;

import io.kerbwatch.server.calendar.Calendars;
import io.kerbwatch.server.platform.Setting;
import io.kerbwatch.server.platform.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What holds for a class of orders where nobody said otherwise. */
final class DefaultRules {
    private static final List<DeadlineRule.Rung> LADDER = List.of(
            new DeadlineRule.Rung(DeadlineRule.Stage.ARRIVE, 100, DeadlineRule.Tell.LEAD),
            new DeadlineRule.Rung(DeadlineRule.Stage.FINISH, 50, DeadlineRule.Tell.CREW),
            new DeadlineRule.Rung(DeadlineRule.Stage.FINISH, 80, DeadlineRule.Tell.LEAD),
            new DeadlineRule.Rung(DeadlineRule.Stage.FINISH, 100, DeadlineRule.Tell.SUPERVISOR));

    private DefaultRules() {}

    /** By the class, in the order in which they are shown. */
    static Map<String, DeadlineRule> by(Settings settings) {
        Map<String, DeadlineRule> rules = new LinkedHashMap<>();
        rules.put(
                DeadlineRules.REFUSE,
                new DeadlineRule(
                        limit(settings, Settings.ORDERS_ACCEPT_WITHIN),
                        limit(settings, Settings.ORDERS_ARRIVE_WITHIN),
                        limit(settings, Settings.ORDERS_FINISH_WITHIN),
                        limit(settings, Settings.ORDERS_VERIFY_WITHIN),
                        LADDER));
        rules.put(DeadlineRules.TOILET, new DeadlineRule(minutes(3), minutes(15), minutes(45), minutes(5), LADDER));
        // The readings have to stay low for a whole window, of an hour at most, before the work counts.
        rules.put(DeadlineRules.SWEEPING, new DeadlineRule(minutes(5), minutes(20), minutes(60), minutes(90), LADDER));
        rules.put(
                DeadlineRules.SPRINKLING, new DeadlineRule(minutes(5), minutes(20), minutes(60), minutes(90), LADDER));
        rules.put(
                DeadlineRules.ROOT_CAUSE, new DeadlineRule(workDays(1), workDays(2), workDays(3), workDays(1), LADDER));
        return rules;
    }

    /** Whole seconds, rounded up. */
    private static DeadlineRule.Limit limit(Settings settings, Setting<Duration> setting) {
        Duration time = settings.get(setting);
        return new DeadlineRule.Limit(time.plusMillis(999).toSeconds(), Calendars.NATURAL);
    }

    private static DeadlineRule.Limit minutes(int minutes) {
        return new DeadlineRule.Limit(minutes * 60L, Calendars.NATURAL);
    }

    private static DeadlineRule.Limit workDays(int days) {
        return new DeadlineRule.Limit(Duration.ofDays(days).toSeconds(), "work-days");
    }
}
