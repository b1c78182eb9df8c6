package io.kerbwatch.server.command.benchmark;

import java.util.Collection;

/** How measured values are spread; zeros where there are none. */
record Spread(int count, double median, double percentile95, double percentile99, double worst) {
    static Spread of(Collection<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Spread(sorted.length, at(sorted, 0.5), at(sorted, 0.95), at(sorted, 0.99), at(sorted, 1));
    }

    /** The smallest value that this share of all does not exceed. */
    private static double at(double[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
    }
}
