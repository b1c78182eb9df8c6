package io.kerbwatch.server.command.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kerbwatch.samples.Crew;
import io.kerbwatch.samples.Delivery;
import io.kerbwatch.samples.DispatchConsumer;
import io.kerbwatch.samples.SampleStation;
import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.command.NativeCaches;
import io.kerbwatch.server.command.demo.TimeLine.Step;
import io.kerbwatch.server.command.demo.Village.Station;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.DataDirectory;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.vision.CameraVision;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts a village with six cameras, a receiver of orders with its crew, and a server that watches over them. */
@Command(
        name = "demo",
        description = "Shows the main job on a sample village: six cameras, a dispatch receiver with a crew, the desk.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(30);

    @Option(names = "--once", description = "End when the first order has been closed.")
    private boolean once;

    @Option(
            names = "--district",
            description = "A whole district beside the village: 60 stations, 12 toilets, 8 dust monitors, 40 crew.")
    private boolean district;

    @Option(names = "--json", description = "With --once: print the time line as one JSON object, in seconds.")
    private boolean json;

    @Option(names = "--within", paramLabel = "SECONDS", description = "With --once: give up after that (default 300).")
    private int within = 300;

    @Option(names = "--data", paramLabel = "DIR", description = "Data directory, emptied at each start.")
    private Path data = Path.of("kerbwatch-demo");

    @Option(names = "--port", paramLabel = "N", description = "Port of the desk (default 8480; 0 takes a free one).")
    private int port = 8480;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final InstantSource clock = InstantSource.system();
    /** What was said of an order. */
    private record Told(String state, int moves) {}

    private final Map<String, Told> told = new HashMap<>();

    @Override
    public Integer call() {
        Thread here = Thread.currentThread();
        CountDownLatch closed = new CountDownLatch(1);
        // Whoever stops the program ends what is waited for; the process goes when all that was started has been
        // closed.
        Thread stop = new Thread(
                () -> {
                    here.interrupt();
                    awaitQuietly(closed);
                },
                "demo-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            return run();
        } catch (InterruptedException e) {
            return 1;
        } finally {
            closed.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch closed) {
        try {
            if (!closed.await(CLOSES_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                System.err.println("The demo did not stop in " + CLOSES_WITHIN.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run() throws InterruptedException {
        Instant began =
                Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());
        TimeLine times = new TimeLine(began);
        try {
            DemoData.empty(data.toAbsolutePath());
            DataDirectory.prepare(data);
            NativeCaches.below(data);
            Settings settings = Settings.load(
                    null,
                    Map.of(),
                    Map.of(
                            "data",
                            data.toString(),
                            "server.listen",
                            "127.0.0.1:" + port,
                            "cameras.allow",
                            "loopback",
                            "dispatch.allow",
                            "loopback",
                            // its places are dirty every few minutes, which no real place is
                            "orders.per-camera",
                            "1000",
                            "dust.listen",
                            district ? "127.0.0.1:0" : ""));
            Village village = Village.sample();
            try (SampleStation station = village.cameras();
                    DispatchConsumer consumer = DispatchConsumer.start(
                            Crew.nearby(), site -> village.cameraAt(site).ifPresent(station::clean));
                    CameraVision vision = CameraVision.load(settings, clock);
                    Kerbwatch server = Kerbwatch.start(settings, vision, clock);
                    Phones phones =
                            phones(server, site -> village.cameraAt(site).ifPresent(station::clean));
                    District whole = new District(api(server), URI.create(server.url()), server.dustPort(), clock)) {
                times.at(Step.STARTED, clock.instant());
                Api api = api(server);
                say(began, "the server listens; sign in once at " + server.signInLink());
                Thread registrar = new Thread(() -> {
                    register(began, api, village, station, consumer, phones, server.url());
                    if (district) {
                        begin(began, whole, server.url());
                    }
                });
                registrar.setName("demo-register");
                registrar.start();
                return once ? watchOnce(began, api, consumer, times) : watchOn(began, api);
            }
        } catch (IOException | Kerbwatch.CannotStart e) {
            err().println("The demo cannot run: " + e.getMessage());
            return 1;
        }
    }

    private static Phones phones(Kerbwatch server, Consumer<String> cleanSite) {
        return new Phones(api(server), cleanSite);
    }

    private static Api api(Kerbwatch server) {
        String token = server.accounts()
                .createToken(Caller.SYSTEM, new Accounts.NewToken("demo", "admin", null, null, null, null))
                .secret();
        return new Api(server.url(), token);
    }

    private void register(
            Instant began,
            Api api,
            Village village,
            SampleStation station,
            DispatchConsumer consumer,
            Phones phones,
            String url) {
        try {
            say(began, "a crew member's phone, for a private window: " + phones.begin());
            JsonNode created = api.post(
                    "/endpoints",
                    Map.of(
                            "name",
                            "样例派单系统 sample dispatch",
                            "url",
                            consumer.url().toString(),
                            "reports",
                            "steps",
                            "secret",
                            consumer.freshSecret()));
            String endpoint = created.required("endpoint").required("id").asText();
            // The receiver may report on what it receives, and nothing else.
            JsonNode token = api.post(
                    "/tokens",
                    Map.of(
                            "name",
                            "sample dispatch",
                            "role",
                            "crew",
                            "scopes",
                            List.of("orders:report"),
                            "endpoint",
                            endpoint));
            consumer.reportTo(URI.create(url), token.required("secret").asText());
            for (Station s : village.stations()) {
                Map<String, Object> place = new HashMap<>();
                place.put("name", s.name());
                place.put("kind", "refuse-station");
                place.put("village", "白石 Baishi");
                place.put("latitude", s.latitude());
                place.put("longitude", s.longitude());
                place.put("dispatchMode", s.dispatchMode());
                if (!s.dispatchMode().equals("crews")) {
                    place.put("dispatchEndpoint", endpoint);
                }
                JsonNode site = api.post("/sites", place);
                String camera = station.url(s.camera()).toString();
                api.post(
                        "/cameras",
                        Map.of(
                                "site",
                                site.required("id").asText(),
                                "name",
                                s.name().split(" ")[0],
                                "url",
                                camera));
                say(began, "camera " + s.name() + " at " + camera);
            }
        } catch (IOException e) {
            err().println("The village could not be registered: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin(Instant began, District whole, String url) {
        try {
            whole.begin();
            say(began, "the district is there; its wall is at " + url + "/ioc/ (sign in first)");
        } catch (IOException e) {
            err().println("The district could not be registered: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int watchOnce(Instant began, Api api, DispatchConsumer consumer, TimeLine times)
            throws InterruptedException {
        Instant end = began.plusSeconds(within);
        CountDownLatch never = new CountDownLatch(1);
        while (!times.complete() && clock.instant().isBefore(end)) {
            try {
                look(began, api, consumer, times);
            } catch (IOException e) {
                err().println("The server did not answer: " + e.getMessage());
            }
            if (!times.complete() && never.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        if (json) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("complete", times.complete());
            result.put("seconds", times.seconds());
            result.put("missing", times.missing());
            try {
                out().println(JSON.writeValueAsString(result));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("numbers can be written as JSON", e);
            }
            out().flush();
        }
        if (!times.complete()) {
            err().println("Within " + within + " s this did not happen: " + times.missing());
            return 1;
        }
        return 0;
    }

    private void look(Instant began, Api api, DispatchConsumer consumer, TimeLine times)
            throws IOException, InterruptedException {
        for (JsonNode camera : api.get("/cameras").required("items")) {
            instant(camera, "lastPicture").ifPresent(at -> times.at(Step.FIRST_PICTURE, at));
        }
        JsonNode first = null;
        for (JsonNode order : api.get("/orders?limit=100").required("items")) {
            if (first == null
                    || order.path("filedAt")
                                    .asText()
                                    .compareTo(first.path("filedAt").asText())
                            < 0) {
                first = order;
            }
        }
        if (first == null) {
            return;
        }
        String id = first.required("id").asText();
        JsonNode order = api.get("/orders/" + id);
        for (JsonNode incident : order.required("incidents")) {
            instant(incident, "confirmedAt").ifPresent(at -> times.at(Step.CONFIRMED, at));
        }
        instant(order, "filedAt").ifPresent(at -> times.at(Step.FILED, at));
        consumer.deliveries().stream()
                .filter(Delivery::genuine)
                .filter(d -> "order.filed".equals(d.type()) && id.equals(d.orderId()))
                .findFirst()
                .ifPresent(d -> times.at(Step.DELIVERED, d.at()));
        instant(order, "acceptedAt").ifPresent(at -> times.at(Step.ACCEPTED, at));
        instant(order, "arrivedAt").ifPresent(at -> times.at(Step.ARRIVED, at));
        instant(order, "doneAt").ifPresent(at -> times.at(Step.DONE, at));
        if (order.path("state").asText().equals("closed")
                && order.path("closedBy").asText().equals("camera")) {
            for (JsonNode line : order.required("history")) {
                if (line.path("to").asText().equals("closed")) {
                    instant(line, "at").ifPresent(at -> times.at(Step.VERIFIED, at));
                }
            }
            instant(order, "endedAt").ifPresent(at -> times.at(Step.CLOSED, at));
        }
        narrate(began, api);
    }

    private int watchOn(Instant began, Api api) throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (!never.await(2 * LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
            try {
                narrate(began, api);
            } catch (IOException e) {
                err().println("The server did not answer: " + e.getMessage());
            }
        }
        return 0;
    }

    /** Says each move of each order once, with the moment at which it happened. */
    private void narrate(Instant began, Api api) throws IOException, InterruptedException {
        for (JsonNode listed : api.get("/orders?limit=50").required("items")) {
            String id = listed.required("id").asText();
            String state =
                    listed.required("state").asText() + listed.path("round").asInt();
            Told before = told.getOrDefault(id, new Told("", 0));
            if (state.equals(before.state)) {
                continue;
            }
            JsonNode order = api.get("/orders/" + id);
            String where = "order " + order.required("number").asText() + " at "
                    + order.required("site").required("name").asText() + ": ";
            JsonNode history = order.required("history");
            for (int i = before.moves; i < history.size(); i++) {
                String to = history.get(i).path("to").asText();
                if (i == 0 || !to.equals(history.get(i - 1).path("to").asText())) {
                    say(began, instant(history.get(i), "at").orElseGet(clock::instant), where + to);
                }
            }
            told.put(id, new Told(state, history.size()));
        }
    }

    private static Optional<Instant> instant(JsonNode of, String name) {
        String text = of.path(name).asText("");
        return text.isEmpty() || text.equals("null") ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private void say(Instant began, String words) {
        say(began, clock.instant(), words);
    }

    private void say(Instant began, Instant at, String words) {
        if (!json) {
            double seconds = Duration.between(began, at).toMillis() / 1000.0;
            out().printf(Locale.ROOT, "%7.1f s  %s%n", seconds, words);
            out().flush();
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
