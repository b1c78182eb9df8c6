package io.kerbwatch.server.standard;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What a month comes to. A place begins with 100 points; each breach takes those of its clause, all breaches of a clause at
 * a place no more than its most. A group of places has the mean of them. Pure: the same points give the same scores.
 */
final class Scores {
    static final double FULL = 100;

    private Scores() {}

    /** The points in order of time, each with what of it counts. */
    static List<Point> counted(List<Point> points) {
        Map<UUID, Map<String, Double>> taken = new HashMap<>();
        List<Point> counted = new ArrayList<>();
        points.stream()
                .sorted(Comparator.comparing(Point::at).thenComparing(Point::evidenceId))
                .forEach(point -> {
                    double counts = 0;
                    if (!point.annulled()) {
                        // A clause that was written anew within the month is the same clause.
                        Map<String, Double> ofPlace = taken.computeIfAbsent(point.site(), site -> new HashMap<>());
                        String clause = point.standard() + " " + point.code();
                        double before = ofPlace.getOrDefault(clause, 0.0);
                        Double most = point.most();
                        counts = most == null ? point.points() : Math.max(0, Math.min(point.points(), most - before));
                        ofPlace.put(clause, before + counts);
                    }
                    counted.add(point.counting(counts));
                });
        return counted;
    }

    /**
     * The score of places together.
     *
     * @param points counted
     * @param theirs which of them are taken from this group
     * @return 0 to 100; 100 for no places
     */
    static double of(List<UUID> places, List<Point> points, Predicate<Point> theirs) {
        Map<UUID, Double> taken = new HashMap<>();
        points.stream().filter(theirs).forEach(point -> taken.merge(point.site(), point.counted(), Double::sum));
        double mean = places.stream()
                .mapToDouble(place -> Math.max(0, FULL - taken.getOrDefault(place, 0.0)))
                .average()
                .orElse(FULL);
        return Math.round(mean * 100) / 100.0;
    }
}
