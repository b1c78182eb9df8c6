package io.kerbwatch.vision.count;

import java.util.Arrays;

/** Pairs rows with columns so that the sum of costs is least (the Hungarian method with potentials, in O(n^3)). */
final class Assignment {
    /** A cost from here on is no pair. */
    static final double NEVER = 1e6;

    private Assignment() {}

    /** For each row its column, or -1 where every pair that is left costs {@link #NEVER} or more. */
    static int[] least(double[][] costs) {
        int rows = costs.length;
        int columns = rows == 0 ? 0 : costs[0].length;
        int n = Math.max(rows, columns);
        // rows and columns count from 1; column 0 is where a row waits for its column
        double[] u = new double[n + 1];
        double[] v = new double[n + 1];
        int[] rowOf = new int[n + 1];
        int[] way = new int[n + 1];
        for (int i = 1; i <= n; i++) {
            rowOf[0] = i;
            int j0 = 0;
            double[] least = new double[n + 1];
            Arrays.fill(least, Double.POSITIVE_INFINITY);
            boolean[] used = new boolean[n + 1];
            do {
                used[j0] = true;
                int i0 = rowOf[j0];
                int j1 = 0;
                double delta = Double.POSITIVE_INFINITY;
                for (int j = 1; j <= n; j++) {
                    if (used[j]) {
                        continue;
                    }
                    double cost = i0 <= rows && j <= columns ? Math.min(costs[i0 - 1][j - 1], NEVER) : NEVER;
                    double reduced = cost - u[i0] - v[j];
                    if (reduced < least[j]) {
                        least[j] = reduced;
                        way[j] = j0;
                    }
                    if (least[j] < delta) {
                        delta = least[j];
                        j1 = j;
                    }
                }
                for (int j = 0; j <= n; j++) {
                    if (used[j]) {
                        u[rowOf[j]] += delta;
                        v[j] -= delta;
                    } else {
                        least[j] -= delta;
                    }
                }
                j0 = j1;
            } while (rowOf[j0] != 0);
            while (j0 != 0) {
                int j1 = way[j0];
                rowOf[j0] = rowOf[j1];
                j0 = j1;
            }
        }
        int[] columnOf = new int[rows];
        Arrays.fill(columnOf, -1);
        for (int j = 1; j <= columns; j++) {
            int i = rowOf[j] - 1;
            if (i >= 0 && i < rows && costs[i][j - 1] < NEVER) {
                columnOf[i] = j - 1;
            }
        }
        return columnOf;
    }
}
