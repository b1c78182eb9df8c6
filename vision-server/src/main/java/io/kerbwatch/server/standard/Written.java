package io.kerbwatch.server.standard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A standard as someone writes it; texts that are left out are empty. */
record Written(String space, String name, @Nullable String nameEn, List<WrittenClause> clauses) {
    /** What clauses about incidents can be about. */
    static final Set<String> INCIDENTS =
            Set.of("overflow", "litter", "visitors", "cleaning-overdue", "pm25", "pm10", "tsp");

    /** What clauses about orders can be about. */
    static final Set<String> CLASSES = Set.of("refuse", "toilet", "sweeping", "sprinkling", "root-cause");

    static final List<String> METHODS = List.of("incident", "arrive", "finish", "rework", "check");
    static final List<String> RHYTHMS = List.of("day", "week", "month", "quarter", "year");

    /** A clause as someone writes it. */
    record WrittenClause(
            String code,
            String what,
            @Nullable String whatEn,
            @Nullable String limit,
            @Nullable String limitEn,
            String method,
            @Nullable List<String> kinds,
            @Nullable Integer withinMinutes,
            @Nullable String every,
            double points,
            @Nullable Double most,
            @Nullable String guidance,
            @Nullable String guidanceEn) {
        /** Whether a clause that holds says the same. */
        boolean says(Clause clause) {
            return what.equals(clause.what())
                    && text(whatEn).equals(clause.whatEn())
                    && text(limit).equals(clause.limit())
                    && text(limitEn).equals(clause.limitEn())
                    && method.equals(clause.method())
                    && about().equals(clause.kinds())
                    && Objects.equals(withinMinutes, clause.withinMinutes())
                    && Objects.equals(every, clause.every())
                    && points == clause.points()
                    && Objects.equals(most, clause.most())
                    && text(guidance).equals(clause.guidance())
                    && text(guidanceEn).equals(clause.guidanceEn());
        }

        List<String> about() {
            List<String> some = kinds;
            return some == null ? List.of() : some;
        }

        /**
         * Tells what is wrong with it beyond what a schema can say.
         *
         * @param wrong is told the field and what to do
         */
        void check(BiConsumer<String, String> wrong) {
            boolean orders = method.equals("arrive") || method.equals("finish") || method.equals("rework");
            Set<String> possible = new HashSet<>();
            if (!orders) {
                possible.addAll(INCIDENTS);
            }
            if (!method.equals("incident")) {
                possible.addAll(CLASSES);
            }
            for (String kind : about()) {
                if (!possible.contains(kind)) {
                    wrong.accept(
                            "kinds",
                            "'" + kind + "' cannot stand with the method " + method + "; "
                                    + possible.stream().sorted().toList() + " can.");
                }
            }
            if (new HashSet<>(about()).size() < about().size()) {
                wrong.accept("kinds", "Name each kind once.");
            }
            if (about().isEmpty() && !method.equals("check")) {
                wrong.accept(
                        "kinds",
                        "Say which " + (orders ? "classes of orders" : "kinds of incidents") + " it is about.");
            }
            if (withinMinutes == null && (method.equals("arrive") || method.equals("finish"))) {
                wrong.accept("withinMinutes", "Say within how many minutes after filing.");
            }
            if (withinMinutes != null && (method.equals("check") || method.equals("rework"))) {
                wrong.accept("withinMinutes", "Only incidents, arrivals and finished work are measured in minutes.");
            }
            if (every != null && !method.equals("check")) {
                wrong.accept("every", "Only what people check has a rhythm; the rest is watched all the time.");
            }
            if (most != null && most < points) {
                wrong.accept("most", "The most in a month cannot be less than one breach takes (" + points + ").");
            }
        }
    }

    static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** As {@link WrittenClause#check}, of all of it; fields as JSON pointers. */
    void check(BiConsumer<String, String> wrong) {
        List<String> codes = new ArrayList<>();
        for (int i = 0; i < clauses.size(); i++) {
            WrittenClause clause = clauses.get(i);
            String where = "/clauses/" + i + "/";
            if (codes.contains(clause.code())) {
                wrong.accept(where + "code", "There is a clause " + clause.code() + " already.");
            }
            codes.add(clause.code());
            clause.check((field, what) -> wrong.accept(where + field, what));
        }
    }
}
