package io.kerbwatch.vision.watch;

import io.kerbwatch.vision.watch.Spending.Stage;
import java.time.Duration;
import java.util.Collection;

/**
 * Processor time that a pool's threads have spent on their looks since it began; all zero where the machine does not
 * measure threads.
 *
 * @param decode key packets to pictures
 * @param scale pictures to the detector's input
 * @param scene what changed, what moves, is the view good, may the detector be spared
 * @param detect the detector, and choosing among its boxes
 * @param judge votes and findings
 */
public record WatchCosts(Duration decode, Duration scale, Duration scene, Duration detect, Duration judge) {
    static WatchCosts of(Collection<Spending> threads) {
        return new WatchCosts(
                sum(threads, Stage.DECODE),
                sum(threads, Stage.SCALE),
                sum(threads, Stage.SCENE),
                sum(threads, Stage.DETECT),
                sum(threads, Stage.JUDGE));
    }

    private static Duration sum(Collection<Spending> threads, Stage stage) {
        return threads.stream().map(s -> s.of(stage)).reduce(Duration.ZERO, Duration::plus);
    }
}
