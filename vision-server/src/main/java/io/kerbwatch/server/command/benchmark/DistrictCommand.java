package io.kerbwatch.server.command.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.samples.dust.DustMonitor;
import io.kerbwatch.samples.dust.DustSender;
import io.kerbwatch.samples.dust.DustStory;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code benchmark district}: dust monitors, curves, walls and the map of a large district. */
@Command(
        name = "district",
        mixinStandardHelpOptions = true,
        description = {
            "Measures a large district on this machine: monitors that send every second, curves over many readings,",
            "walls that follow orders, and the map of many places in a browser that draws by software."
        })
final class DistrictCommand implements Callable<Integer> {
    /** Places that change at once. */
    private static final int CHANGED = 100;
    /** How often that is measured, each way. */
    private static final int TIMES = 5;
    /** For the answers to what was sent last. */
    private static final Duration DRAIN = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--monitors", description = "Dust monitors (default: ${DEFAULT-VALUE}).")
    private int monitors = 1000;

    @Option(names = "--seconds", description = "They send every second for so long (default: ${DEFAULT-VALUE}).")
    private int seconds = 120;

    @Option(names = "--readings", description = "Readings of each of three days (default: ${DEFAULT-VALUE}).")
    private int readings = 1_000_000;

    @Option(names = "--places", description = "Places on the map (default: ${DEFAULT-VALUE}).")
    private int places = 10_000;

    @Option(names = "--walls", description = "Walls that follow (default: ${DEFAULT-VALUE}).")
    private int walls = 50;

    @Option(names = "--orders", description = "Orders that they are shown (default: ${DEFAULT-VALUE}).")
    private int orders = 60;

    @Option(
            names = "--browser",
            description = "Chromium to draw the map with (default: ${DEFAULT-VALUE}; skipped if absent).")
    private Path browser = Path.of("/usr/bin/chromium");

    @Option(names = "--json", description = "Print the result as one JSON object, as the last line.")
    private boolean json;

    @Option(names = "--work", description = "Folder for data and logs (default: in the temporary folder).")
    private Path work = Path.of(System.getProperty("java.io.tmpdir"), "kerbwatch-benchmark");

    /**
     * Monitors.
     *
     * @param oneCore whether the server and PostgreSQL were kept on one core together
     * @param measured packets that the monitors had to tell, each once
     * @param sent with those that were sent again
     * @param stored packets that were acknowledged as stored
     * @param lost packets that were neither refused nor are in the database, when all were answered or half a minute had
     *     passed
     * @param inDatabase rows of real-time readings
     * @param millis from sending to the answer that it is stored
     * @param serverPercent of one core, and so PostgreSQL's
     */
    record Dust(
            boolean oneCore,
            long measured,
            long sent,
            long stored,
            long refused,
            long lost,
            long inDatabase,
            double perSecond,
            Spread millis,
            double serverPercent,
            double databasePercent) {}

    /**
     * Walls.
     *
     * @param missed how often a wall did not show an order
     * @param millis from asking for an order, so its filing and commit included, until a wall has read it
     */
    record Shown(int walls, int missed, Spread millis) {}

    /**
     * The map in a browser.
     *
     * @param drawnMillis from opening the page until the map, the figures and the curves stand there
     * @param updateMillis of script that takes over one answer of the map
     * @param updates answers of the map while 100 places changed, as their orders are filed one after the other
     * @param scriptMillis of all script while 100 places changed, figures and lists included
     * @param onceMillis of all script of one update in which 100 places have changed, its drawing, the figures, the lists and
     *     a second reading that finds nothing new included
     */
    record Drawn(
            int marks,
            double drawnMillis,
            Spread updateMillis,
            double updates,
            double scriptMillis,
            Spread onceMillis) {}

    record Result(
            int cores,
            Dust dust,
            Spread curvesMillis,
            Shown walls,
            @Nullable Drawn map) {}

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        Path data = work.resolve("district");
        empty(data);
        try (Child server =
                Child.start(DistrictMain.class, work.resolve("district.log"), List.of(), List.of(data.toString()))) {
            DistrictMain.Ready ready = Json.read(server.answer(), DistrictMain.Ready.class);
            long postmaster = Long.parseLong(Files.readAllLines(
                            data.resolve("postgres").resolve("cluster").resolve("postmaster.pid"))
                    .get(0)
                    .trim());
            try (DistrictData rows = DistrictData.in(data)) {
                say("%d places and %d monitors are made".formatted(places, monitors));
                rows.places(places);
                register(ready);
                Dust dust = dust(ready, postmaster, rows);
                for (int daysAgo : new int[] {0, 1, 7}) {
                    say("%d readings of %s".formatted(readings, daysAgo == 0 ? "today" : daysAgo + " days ago"));
                    rows.readings(readings, daysAgo);
                }
                rows.tidy();
                Spread curves = curves(ready);
                Shown shown = shown(ready);
                Drawn map = Files.isExecutable(browser) ? map(ready, server) : null;
                Result result = new Result(Runtime.getRuntime().availableProcessors(), dust, curves, shown, map);
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

    /** Over the API, for each has a password. */
    private void register(DistrictMain.Ready ready) throws IOException, InterruptedException {
        List<String> roads = sites(ready, "road", monitors);
        for (int i = 1; i <= monitors; i++) {
            var unused = ask(
                    ready,
                    "POST",
                    "/api/v1/devices",
                    ("{\"site\":\"%s\",\"kind\":\"dust-monitor\",\"link\":\"hj212\",\"name\":\"monitor %d\","
                                    + "\"setup\":{\"mn\":\"BENCH%05d\",\"unit\":\"mg\"},\"password\":\"123456\"}")
                            .formatted(roads.get(i % roads.size()), i, i));
        }
    }

    private Dust dust(DistrictMain.Ready ready, long postmaster, DistrictData rows)
            throws IOException, InterruptedException, SQLException {
        say("%d monitors send every second for %d s".formatted(monitors, seconds));
        List<DustMonitor> all = IntStream.rangeClosed(1, monitors)
                .mapToObj(i -> new DustMonitor("BENCH%05d".formatted(i), "123456", DustStory.CALM_DAY, 0.001))
                .toList();
        List<Double> millis = Collections.synchronizedList(new ArrayList<>());
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), ready.dustPort());
        Optional<OneCore> core = OneCore.of(() -> processes(ready, postmaster));
        try (DustSender sender = DustSender.start(
                address, all, 1, Instant.now(), 1, Duration.ofSeconds(1), nanos -> millis.add(nanos / 1e6))) {
            Thread.sleep(3_000); // until all are connected
            int skipped = millis.size();
            long before = sender.stored();
            double[] used = used(ready, postmaster);
            long began = System.nanoTime();
            Thread.sleep(seconds * 1_000L);
            double passed = (System.nanoTime() - began) / 1e9;
            long stored = sender.stored() - before;
            double[] then = used(ready, postmaster);
            List<Double> measured;
            synchronized (millis) {
                measured = List.copyOf(millis.subList(skipped, millis.size()));
            }
            sender.measureNoMore();
            long patience = System.nanoTime() + DRAIN.toNanos();
            while (sender.unanswered() > 0 && System.nanoTime() < patience) {
                Thread.sleep(50);
            }
            long kept = rows.stored();
            return new Dust(
                    core.isPresent(),
                    sender.measured(),
                    sender.sent(),
                    sender.stored(),
                    sender.refused(),
                    sender.measured() - sender.refused() - kept,
                    kept,
                    stored / passed,
                    Spread.of(measured),
                    (then[0] - used[0]) / passed / 10,
                    (then[1] - used[1]) / passed / 10);
        } finally {
            core.ifPresent(OneCore::close);
        }
    }

    /** The server's and PostgreSQL's; what they start later goes where they are. */
    private static List<Long> processes(DistrictMain.Ready ready, long postmaster) {
        return Stream.concat(
                        Stream.of(ready.pid()),
                        ProcessHandle.of(postmaster).stream()
                                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()))
                                .map(ProcessHandle::pid))
                .toList();
    }

    private static double[] used(DistrictMain.Ready ready, long postmaster) {
        return new double[] {
            Usage.of(List.of(ready.pid())).cpuMillis(), Usage.ofTree(postmaster).cpuMillis()
        };
    }

    private Spread curves(DistrictMain.Ready ready) throws IOException, InterruptedException {
        say("curves are read");
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < 220; i++) {
            long began = System.nanoTime();
            var unused = ask(ready, "GET", "/api/v1/curves", null);
            if (i >= 20) {
                millis.add((System.nanoTime() - began) / 1e6);
            }
        }
        return Spread.of(millis);
    }

    private Shown shown(DistrictMain.Ready ready) throws IOException, InterruptedException {
        say("%d walls follow %d orders".formatted(walls, orders));
        List<Double> millis = new ArrayList<>();
        int missed = 0;
        List<String> sites = stations(ready, orders + 3);
        try (Walls all = new Walls(ready.url(), ready.token())) {
            all.hang(walls);
            Thread.sleep(2_000);
            for (int i = 0; i < sites.size(); i++) {
                List<Double> some = all.measured(sites.get(i), walls);
                if (i >= 3) { // the first ones warm up
                    millis.addAll(some);
                    missed += walls - some.size();
                }
                Thread.sleep(400);
            }
        }
        return new Shown(walls, missed, Spread.of(millis));
    }

    private Drawn map(DistrictMain.Ready ready, Child server) throws IOException, InterruptedException {
        say("the map of %d places is drawn in %s".formatted(places, browser));
        try (Chromium chromium = Chromium.start(browser, work.resolve("chromium"), 1920, 1080)) {
            chromium.open(server.ask("link"));
            chromium.await("location.pathname.startsWith('/desk')", 30);
            chromium.open(ready.url() + "/ioc/");
            chromium.await("performance.getEntriesByName('wall-drawn').length > 0", 60);
            double drawn = chromium.evaluate("performance.getEntriesByName('wall-drawn')[0].startTime")
                    .asDouble();
            int marks =
                    ask(ready, "GET", "/api/v1/map?zoom=11", null).get("items").size();
            Thread.sleep(2_000);
            List<Double> updates = new ArrayList<>();
            double script = 0;
            // Those after the ones that the walls were shown.
            List<String> sites = stations(ready, CHANGED * 2 * TIMES + 100);
            int times = Math.max(1, Math.min(TIMES, (sites.size() - 100) / CHANGED / 2));
            for (int i = 0; i < times; i++) {
                double before = chromium.scriptSeconds();
                var unused = chromium.evaluate("performance.clearMeasures()");
                dirty(ready, hundred(sites, 2 * i));
                Thread.sleep(2_500);
                for (JsonNode one :
                        chromium.evaluate("performance.getEntriesByName('map-update').map((one) => one.duration)")) {
                    updates.add(one.asDouble());
                }
                script += (chromium.scriptSeconds() - before) * 1_000;
            }
            List<Double> once = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                // What the wall asks for waits until all hundred have changed.
                var unused = chromium.evaluate(HOLD);
                dirty(ready, hundred(sites, 2 * i + 1));
                Thread.sleep(1_000);
                double before = chromium.scriptSeconds();
                unused = chromium.evaluate("window.release()");
                Thread.sleep(2_500);
                once.add((chromium.scriptSeconds() - before) * 1_000);
            }
            return new Drawn(
                    marks, drawn, Spread.of(updates), (double) updates.size() / times, script / times, Spread.of(once));
        }
    }

    /** Lets what the page asks for wait until it is released. */
    private static final String HOLD = "(() => { const send = window.fetch;"
            + " const free = new Promise((done) => { window.release = () => { window.fetch = send; done(); return true; }; });"
            + " window.fetch = (...all) => free.then(() => send(...all)); return true; })()";

    /** One hundred of the places, from the last on. */
    private static List<String> hundred(List<String> sites, int which) {
        int first = Math.max(0, sites.size() - (which + 1) * CHANGED);
        return sites.subList(first, Math.min(sites.size(), first + CHANGED));
    }

    private static void dirty(DistrictMain.Ready ready, List<String> sites) throws IOException, InterruptedException {
        String body = sites.stream()
                .map(site -> "\"" + site + "\"")
                .collect(Collectors.joining(",", "{\"kind\":\"litter\",\"note\":\"benchmark\",\"sites\":[", "]}"));
        var unused = ask(ready, "POST", "/api/v1/orders/mass", body);
    }

    private static List<String> stations(DistrictMain.Ready ready, int count) throws IOException, InterruptedException {
        return sites(ready, "refuse-station", count);
    }

    private static List<String> sites(DistrictMain.Ready ready, String kind, int count)
            throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (JsonNode site : ask(ready, "GET", "/api/v1/sites", null).get("items")) {
            if (site.get("kind").asText().equals(kind) && ids.size() < count) {
                ids.add(site.get("id").asText());
            }
        }
        return ids;
    }

    private static JsonNode ask(DistrictMain.Ready ready, String method, String path, @Nullable String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(ready.url() + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + ready.token());
        if (body != null) {
            request.header("content-type", "application/json");
        }
        HttpResponse<String> answer = HttpHolder.CLIENT.send(
                request.method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(
                    method + " " + path + " was answered with " + answer.statusCode() + ": " + answer.body());
        }
        return Json.tree(answer.body());
    }

    /** Made when it is needed first: a client has threads of its own. */
    private static final class HttpHolder {
        static final HttpClient CLIENT = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    private void print(Result result) {
        PrintWriter out = out();
        Dust dust = result.dust;
        out.printf(
                "%d monitors: %.0f packets a second; of %d (sent %d times) %d were acknowledged, %d refused, %d are in the"
                        + " database, %d lost%n",
                monitors,
                dust.perSecond(),
                dust.measured(),
                dust.sent(),
                dust.stored(),
                dust.refused(),
                dust.inDatabase(),
                dust.lost());
        line("  packet to stored, ms", dust.millis());
        out.printf(
                "  processor, %% of one core: server %.0f, PostgreSQL %.0f; %s%n",
                dust.serverPercent(),
                dust.databasePercent(),
                dust.oneCore()
                        ? "both were kept on one core"
                        : "they were not kept on one core, for there is no taskset");
        line("curves of 24 hours, three days, ms", result.curvesMillis);
        line("order asked for, to %d walls, ms".formatted(result.walls.walls()), result.walls.millis());
        Drawn map = result.map;
        if (map == null) {
            out.println("map: no browser at " + browser);
        } else {
            out.printf(
                    "map of %d places (%d marks): drawn after %.0f ms; all script while %d places change %.1f ms,"
                            + " %.1f updates%n",
                    places, map.marks(), map.drawnMillis(), CHANGED, map.scriptMillis(), map.updates());
            line("  taking over the map in one of them, ms", map.updateMillis());
            line("  all script when %d change at once, ms".formatted(CHANGED), map.onceMillis());
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
