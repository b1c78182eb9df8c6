package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Tells the measured server findings at a steady rate, whether or not it keeps up, and looks at what becomes of them. */
final class OrderLoad {
    /** How much of a second's worth of orders may be open at the end of what is borne. */
    private static final double OPEN_SECONDS = 5;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final Child server;
    private final Child receivers;
    private final long postmaster;
    private int told;

    /**
     * A rate for a while.
     *
     * @param told findings
     * @param filed orders that the first receiver was told of, among those filed meanwhile
     * @param closed of these
     * @param openAtEnd findings without a closed order when the last one was told
     * @param keptUp whether these are no more than were told in the last five seconds
     * @param queue how many were open, every five seconds
     */
    record Phase(
            double ordersPerMinute,
            double seconds,
            int told,
            int filed,
            int closed,
            int failed,
            int openAtEnd,
            int openAtMost,
            boolean keptUp,
            List<Integer> queue,
            Spread toAttempt,
            Spread toClosed,
            ReceiversMain.Report receivers,
            Cpu cpu) {}

    /** Processor time over wall time, in hundredths of one core. */
    record Cpu(double server, double database, double receivers, double load) {}

    OrderLoad(Child server, Child receivers, Path data) throws IOException {
        this.server = server;
        this.receivers = receivers;
        this.postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postgres").resolve("cluster").resolve("postmaster.pid"))
                        .get(0)
                        .trim());
    }

    /** Tells findings for so long, then measures what came until all that are open are closed, or for a minute more. */
    Phase run(double ordersPerMinute, Duration time) throws IOException, InterruptedException {
        var unused = receivers.ask("begin");
        OrdersMain.Report before = server();
        int first = told;
        int count = (int) Math.round(ordersPerMinute * time.toMillis() / 60_000.0);
        double gapNanos = 60e9 / ordersPerMinute;
        List<Integer> queue = new ArrayList<>();
        double[] used = used();
        long began = System.nanoTime();
        long nextLook = LOOK_EVERY.toNanos();
        for (int i = 0; i < count; i++) {
            long due = Math.round(i * gapNanos);
            long now = System.nanoTime() - began;
            if (now < due) {
                TimeUnit.NANOSECONDS.sleep(due - now);
            }
            server.tell("dirty " + told++);
            if (System.nanoTime() - began > nextLook) {
                queue.add(open(first));
                nextLook += LOOK_EVERY.toNanos();
            }
        }
        int open = open(first);
        queue.add(open);
        double seconds = (System.nanoTime() - began) / 1e9;
        double[] usedThen = used();
        boolean drained = drain(Duration.ofMinutes(1));
        ReceiversMain.Report report = receivers();
        return new Phase(
                ordersPerMinute,
                seconds,
                told - first,
                report.filed(),
                report.closed(),
                server().failed() - before.failed(),
                open,
                queue.stream().mapToInt(Integer::intValue).max().orElse(0),
                drained && open <= Math.max(5, ordersPerMinute / 60 * OPEN_SECONDS),
                queue,
                report.toAttempt(),
                report.toClosed(),
                report,
                new Cpu(
                        share(usedThen[0] - used[0], seconds),
                        share(usedThen[1] - used[1], seconds),
                        share(usedThen[2] - used[2], seconds),
                        share(usedThen[3] - used[3], seconds)));
    }

    /** Waits until all that was told is closed; false if that takes longer than so. */
    boolean drain(Duration within) throws IOException, InterruptedException {
        long until = System.nanoTime() + within.toNanos();
        int closed = -1;
        while (System.nanoTime() < until) {
            OrdersMain.Report now = server();
            int then = receivers().closed();
            if (now.waiting() == 0 && then == receivers().filed() && then == closed) {
                return true;
            }
            closed = then;
            Thread.sleep(500);
        }
        return false;
    }

    private int open(int first) throws IOException {
        return told - first - receivers().closed();
    }

    private OrdersMain.Report server() throws IOException {
        return Json.read(server.ask("report"), OrdersMain.Report.class);
    }

    private ReceiversMain.Report receivers() throws IOException {
        return Json.read(receivers.ask("report"), ReceiversMain.Report.class);
    }

    private double[] used() {
        return new double[] {
            Usage.of(List.of(server.pid())).cpuMillis(),
            Usage.ofTree(postmaster).cpuMillis(),
            Usage.of(List.of(receivers.pid())).cpuMillis(),
            Usage.of(List.of(ProcessHandle.current().pid())).cpuMillis()
        };
    }

    private static double share(double cpuMillis, double seconds) {
        return cpuMillis / seconds / 10;
    }
}
