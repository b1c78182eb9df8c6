package io.kerbwatch.vision.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AssignmentTest {
    @Test
    void takesTheDearerPairWhereTheSumIsLess() {
        assertThat(Assignment.least(new double[][] {{1, 2}, {1, 10}})).containsExactly(1, 0);
    }

    @Test
    void leavesAloneWhatMayNotBePaired() {
        double no = Assignment.NEVER;
        assertThat(Assignment.least(new double[][] {{no, 3}, {no, 1}})).containsExactly(-1, 1);
        assertThat(Assignment.least(new double[][] {{no}, {2}, {1}})).containsExactly(-1, -1, 0);
        assertThat(Assignment.least(new double[][] {{5, no, no}})).containsExactly(0);
        assertThat(Assignment.least(new double[0][0])).isEmpty();
    }

    @Test
    void isNeverDearerThanAnyOtherAssignment() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            int rows = 1 + random.nextInt(5);
            int columns = rows + random.nextInt(3);
            double[][] costs = new double[rows][columns];
            for (double[] row : costs) {
                for (int j = 0; j < columns; j++) {
                    row[j] = random.nextInt(20);
                }
            }
            int[] chosen = Assignment.least(costs);
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += costs[i][chosen[i]];
            }
            assertThat(sum).isEqualTo(best(costs, 0, 0));
        }
    }

    private static double best(double[][] costs, int row, int taken) {
        if (row == costs.length) {
            return 0;
        }
        double least = Double.POSITIVE_INFINITY;
        for (int j = 0; j < costs[row].length; j++) {
            if ((taken & 1 << j) == 0) {
                least = Math.min(least, costs[row][j] + best(costs, row + 1, taken | 1 << j));
            }
        }
        return least;
    }
}
