package io.kerbwatch.samples;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The crew at work: one job for each round of an order. */
final class Shift implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shift.class);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final int ATTEMPTS = 20;

    private final Crew crew;
    private final Cleaning cleaning;
    private final Map<String, Job> jobs = new ConcurrentHashMap<>();
    private final List<Report> reports = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2, work -> {
        Thread thread = new Thread(work, "sample-crew");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Reporter reporter;

    Shift(Crew crew, Cleaning cleaning) {
        this.crew = crew;
        this.cleaning = cleaning;
    }

    void reportTo(Reporter to) {
        reporter = to;
    }

    List<Report> reports() {
        return List.copyOf(reports);
    }

    /** Takes on a round of an order, unless it was taken on before; the first report is made before this returns. */
    void begin(String orderId, int round, String site) {
        Job job = new Job(orderId, round, site);
        boolean[] taken = {false};
        jobs.compute(orderId, (id, before) -> {
            taken[0] = before == null || before.round < round;
            return taken[0] ? job : before;
        });
        if (taken[0]) {
            job.accept(ATTEMPTS);
        }
    }

    /** Leaves an order alone: somebody ended it. */
    void end(String orderId) {
        Job job = jobs.get(orderId);
        if (job != null) {
            job.over = true;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private final class Job {
        private final String orderId;
        private final int round;
        private final String site;
        private volatile boolean over;

        Job(String orderId, int round, String site) {
            this.orderId = orderId;
            this.round = round;
            this.site = site;
        }

        void accept(int attempts) {
            step("accept", attempts, () -> later(crew.travel(), () -> arrive(ATTEMPTS)));
        }

        void arrive(int attempts) {
            step(
                    "arrive",
                    attempts,
                    () -> later(crew.preparation(), () -> {
                        cleaning.clean(site);
                        later(crew.work(), () -> finish(ATTEMPTS));
                    }));
        }

        void finish(int attempts) {
            step("done", attempts, () -> {});
        }

        /** Reports the event, again and again while that may help, and goes on when it is taken. */
        private void step(String event, int attempts, Runnable next) {
            Reporter to = reporter;
            if (to == null || !crew.reports(event)) {
                next.run();
                return;
            }
            Report report = to.report(orderId, round, event);
            reports.add(report);
            if (report.taken()) {
                next.run();
            } else if (report.worthRepeating() && attempts > 1) {
                later(AGAIN, () -> step(event, attempts - 1, next));
            }
        }

        private void later(Duration delay, Runnable work) {
            try {
                Future<?> unused = clock.schedule(() -> doUnlessOver(work), delay.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                over = true; // the consumer is closing
            }
        }

        private void doUnlessOver(Runnable work) {
            try {
                if (!over) {
                    work.run();
                }
            } catch (RuntimeException e) {
                LOG.warn("The crew's work on order {} stops: {}", orderId, e.toString(), e);
            }
        }
    }
}
