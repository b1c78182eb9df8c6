package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmark orders}: how fast orders go out, how many a minute are borne, and how long reading takes then. */
@Command(
        name = "orders",
        mixinStandardHelpOptions = true,
        description = {
            "Measures orders on this machine: a whole server on its own PostgreSQL is told findings, files orders,",
            "sends them to three receivers, is told that the work is done, asks the cameras, and closes them. Only",
            "the cameras are not there. Receivers and load are processes of their own; processor time is the",
            "operating system's. Then the orders are copied in the database, and read over the API."
        })
final class OrdersCommand implements Callable<Integer> {
    /** Between steps of the search for the rate that is too high. */
    private static final double STEP = 1.5;

    private static final Duration DRAINED_WITHIN = Duration.ofMinutes(5);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--calm", paramLabel = "N", description = "Orders a minute first (default: ${DEFAULT-VALUE}).")
    private int calm = 100;

    @Option(names = "--calm-seconds", description = "For so long (default: ${DEFAULT-VALUE}).")
    private int calmSeconds = 180;

    @Option(names = "--rate", paramLabel = "N", description = "Orders a minute then (default: ${DEFAULT-VALUE}).")
    private int rate = 1000;

    @Option(names = "--seconds", description = "For so long (default: ${DEFAULT-VALUE}).")
    private int seconds = 600;

    @Option(
            names = "--harder",
            paramLabel = "N",
            description = "Then so many steps of a minute, each half as much again, until it is too much"
                    + " (default: ${DEFAULT-VALUE}).")
    private int harder = 4;

    @Option(
            names = "--stored",
            paramLabel = "N",
            description = "Orders in the database while reads are measured (default: ${DEFAULT-VALUE}).")
    private int stored = 100_000;

    @Option(names = "--json", description = "Print the result as one JSON object, as the last line.")
    private boolean json;

    @Option(names = "--work", description = "Folder for data and logs (default: in the temporary folder).")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"), "kerbwatch-benchmark");

    /**
     * All of it.
     *
     * @param database what its durability is set to
     * @param phases from calm to too much
     */
    record Result(
            int cores,
            Map<String, String> database,
            List<OrderLoad.Phase> phases,
            @Nullable OrderReads reads) {}

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        if (calm < 1 || rate < 1 || seconds < 1 || calmSeconds < 0 || harder < 0 || stored < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "rates and times are above zero");
        }
        Path data = work.resolve("orders");
        empty(data);
        try (Child receivers = Child.start(ReceiversMain.class, work.resolve("receivers.log"), List.of(), List.of())) {
            List<String> arguments = new ArrayList<>(List.of(data.toString(), Integer.toString(sites())));
            arguments.addAll(List.of(receivers.answer().split(" ")));
            say("a server with %d sites is set up".formatted(sites()));
            try (Child server = Child.start(OrdersMain.class, work.resolve("orders.log"), List.of(), arguments)) {
                OrdersMain.Ready ready = Json.read(server.answer(), OrdersMain.Ready.class);
                var unused = receivers.ask("token " + ready.reports());
                Result result = measured(new OrderLoad(server, receivers, data), ready, data);
                print(result);
                if (json) {
                    out().println(Json.text(result));
                }
            }
        } finally {
            empty(data);
        }
        out().flush();
        return 0;
    }

    private int sites() {
        double orders = calm * calmSeconds / 60.0 + rate * seconds / 60.0;
        double step = rate;
        for (int i = 0; i < harder; i++) {
            step *= STEP;
            orders += step;
        }
        int enough = (int) Math.ceil(orders / OrdersMain.findings(1));
        // An order of a site is closed long before the next one there.
        return Math.max(enough + 1, rate);
    }

    private Result measured(OrderLoad load, OrdersMain.Ready ready, Path data)
            throws IOException, InterruptedException, SQLException {
        List<OrderLoad.Phase> phases = new ArrayList<>();
        if (calmSeconds > 0) {
            say("%d orders a minute for %d s".formatted(calm, calmSeconds));
            phases.add(load.run(calm, Duration.ofSeconds(calmSeconds)));
            load.drain(DRAINED_WITHIN);
        }
        say("%d orders a minute for %d s".formatted(rate, seconds));
        phases.add(load.run(rate, Duration.ofSeconds(seconds)));
        double step = rate;
        for (int i = 0; i < harder && phases.get(phases.size() - 1).keptUp(); i++) {
            load.drain(DRAINED_WITHIN);
            step *= STEP;
            say("%.0f orders a minute for a minute".formatted(step));
            phases.add(load.run(step, Duration.ofMinutes(1)));
        }
        boolean drained = load.drain(DRAINED_WITHIN);
        say(drained ? "all are closed" : "not all are closed after %d s".formatted(DRAINED_WITHIN.toSeconds()));
        try (StoredOrders orders = StoredOrders.in(data)) {
            OrderReads reads = null;
            if (stored > 0) {
                say("%d orders are made in the database".formatted(stored));
                orders.grow(stored);
                reads = OrderReads.measured(ready, orders.some(), orders.count());
            }
            return new Result(Runtime.getRuntime().availableProcessors(), orders.durability(), phases, reads);
        }
    }

    private void print(Result result) {
        PrintWriter out = out();
        out.printf("%d cores; PostgreSQL with %s%n", result.cores, result.database);
        for (OrderLoad.Phase p : result.phases) {
            out.printf(
                    "%n%.0f orders a minute for %.0f s: %s%n",
                    p.ordersPerMinute(), p.seconds(), p.keptUp() ? "borne" : "TOO MUCH");
            out.printf(
                    "  told %d, filed %d, closed %d; open at the end %d, at most %d%n",
                    p.told(), p.filed(), p.closed(), p.openAtEnd(), p.openAtMost());
            line("  filing to first attempt, ms", p.toAttempt());
            line("  filing to closed, ms", p.toClosed());
            out.printf(
                    "  processor, %% of one core: server %.0f, PostgreSQL %.0f, receivers %.0f, load %.0f%n",
                    p.cpu().server(),
                    p.cpu().database(),
                    p.cpu().receivers(),
                    p.cpu().load());
        }
        OrderReads reads = result.reads;
        if (reads != null) {
            out.printf("%nreads with %d orders stored, two at once, ms%n", reads.stored());
            reads.routes().forEach(route -> line("  " + route.route(), route.millis()));
            line("  all", reads.all());
        }
    }

    private void line(String what, Spread s) {
        out().printf(
                        "%-44s median %.1f, 95 %% %.1f, 99 %% %.1f, worst %.1f (%d)%n",
                        what, s.median(), s.percentile95(), s.percentile99(), s.worst(), s.count());
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private void say(String what) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(what);
        err.flush();
    }

    private static void empty(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
        Files.createDirectories(folder);
    }
}
