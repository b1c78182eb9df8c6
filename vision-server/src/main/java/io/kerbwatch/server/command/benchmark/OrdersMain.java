package io.kerbwatch.server.command.benchmark;

import io.kerbwatch.server.Kerbwatch;
import io.kerbwatch.server.account.Accounts;
import io.kerbwatch.server.camera.Camera;
import io.kerbwatch.server.camera.Cameras;
import io.kerbwatch.server.dispatch.Endpoints;
import io.kerbwatch.server.platform.Caller;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.site.Sites;
import io.kerbwatch.vision.detect.Box;
import io.kerbwatch.vision.detect.Detection;
import io.kerbwatch.vision.detect.Label;
import io.kerbwatch.vision.frame.Picture;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.JudgeState;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.judge.Zone;
import io.kerbwatch.vision.snapshot.Jpeg;
import io.kerbwatch.vision.snapshot.Snapshot;
import io.kerbwatch.vision.watch.FindingSink;
import io.kerbwatch.vision.watch.Verification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The server that {@code benchmark orders} measures, in a process of its own: a whole one, of which only the cameras are
 * not there. Arguments: data directory, number of sites, URLs of the endpoints, the first of which has the orders. Says
 * once who it is ({@link Ready}). {@code dirty N} tells the N-th finding, without an answer; {@code report} answers with a
 * {@link Report}.
 */
final class OrdersMain {
    /** Zones of a site's camera; each is dirty in two kinds, once each. */
    static final int ZONES = 12;

    private static final List<Kind> KINDS = List.of(Kind.OVERFLOW, Kind.LITTER);
    /** As many as the pool that watches real cameras has on a small machine. */
    private static final int TELLING = 2;
    /** From the question to the cameras to their answer. Real ones need some looks; waiting would measure nothing. */
    private static final long ANSWER_AFTER_MILLIS = 100;

    /** What the benchmark has to know of the server. */
    record Ready(String url, String reports, String reads, long pid) {}

    /**
     * How far it is.
     *
     * @param waiting findings that were told and are not taken yet
     * @param taken findings, each with its order
     * @param failed findings that were not taken
     */
    record Report(int waiting, int taken, int failed) {}

    private final PrintStream answers = Child.answers();
    private final ScheduledExecutorService telling = Executors.newScheduledThreadPool(TELLING);
    private final ScheduledExecutorService answering = Executors.newScheduledThreadPool(TELLING);
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final List<List<Zone>> places = new ArrayList<>();
    private final List<String> cameras = new ArrayList<>();
    private final Picture still;
    private final byte[] jpeg;

    private final ToldVision vision;

    private OrdersMain() throws IOException {
        still = Still.of("filling-overflow", 100);
        jpeg = Jpeg.encode(still, 85);
        vision = new ToldVision(jpeg, this::asked);
    }

    /** How many findings there are at so many sites. */
    static int findings(int sites) {
        return sites * ZONES * KINDS.size();
    }

    public static void main(String[] arguments) throws Exception {
        new OrdersMain()
                .serve(
                        arguments[0],
                        Integer.parseInt(arguments[1]),
                        List.of(arguments).subList(2, arguments.length));
    }

    private void serve(String data, int sites, List<String> endpoints) throws Exception {
        Settings settings = Settings.defaults()
                .with(Settings.DATA, data)
                .with(Settings.SERVER_LISTEN, "127.0.0.1:0")
                .with(Settings.DISPATCH_ALLOW, "loopback")
                .with(Settings.CAMERAS_ALLOW, "loopback")
                // Thousands of orders an hour are a storm, and would go to people instead.
                .with(Settings.ORDERS_PER_CAMERA, "1000")
                .with(Settings.ORDERS_PER_HOUR, "100000");
        try (Kerbwatch server = Kerbwatch.start(settings, vision, InstantSource.system())) {
            UUID dispatching = endpoints(server, endpoints);
            district(server, sites, dispatching);
            answers.println(Json.text(new Ready(
                    server.url(),
                    token(server, "crew", dispatching),
                    token(server, "admin", null),
                    ProcessHandle.current().pid())));
            obey(server.findings());
        } finally {
            telling.shutdownNow();
            answering.shutdownNow();
        }
    }

    private void obey(FindingSink sink) throws IOException {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("dirty ")) {
                    int number = Integer.parseInt(line.substring("dirty ".length()));
                    waiting.incrementAndGet();
                    telling.execute(() -> tell(sink, number));
                } else {
                    answers.println(Json.text(new Report(waiting.get(), taken.get(), failed.get())));
                }
            }
        }
    }

    private void tell(FindingSink sink, int number) {
        int site = number % cameras.size();
        int turn = number / cameras.size();
        String camera = cameras.get(site);
        Finding finding = Finding.of(
                camera,
                places.get(site).get(turn / KINDS.size() % ZONES).id(),
                KINDS.get(turn % KINDS.size()),
                Finding.Type.CONFIRMED,
                Instant.now(),
                List.of(new Box(0.4, 0.4, 0.1, 0.2)),
                0.9);
        try {
            sink.accept(finding, new JudgeState(camera, finding.zone(), finding.kind(), new byte[2048]), snapshot());
            taken.incrementAndGet();
        } catch (RuntimeException e) {
            failed.incrementAndGet();
            System.err.println("finding " + number + " was not taken: " + e);
        } finally {
            waiting.decrementAndGet();
        }
    }

    private void asked(FindingSink sink, Verification question) {
        var unused = answering.schedule(
                () -> {
                    try {
                        sink.verified(new Verification.Answer(
                                question, Verification.Outcome.CLEAN, Instant.now(), List.of(), snapshot()));
                    } catch (RuntimeException e) {
                        System.err.println("the answer to " + question.id() + " was not taken: " + e);
                    }
                },
                ANSWER_AFTER_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private Snapshot snapshot() {
        return new Snapshot(
                UUID.randomUUID(),
                Instant.now(),
                still.width(),
                still.height(),
                jpeg,
                jpeg,
                List.of(new Detection(Label.OVERFLOW, new Box(300, 200, 100, 120), 0.9)));
    }

    private static UUID endpoints(Kerbwatch server, List<String> urls) {
        List<UUID> ids = new ArrayList<>();
        for (String url : urls) {
            ids.add(server.endpoints()
                    .create(
                            Caller.SYSTEM,
                            new Endpoints.NewEndpoint(
                                    null,
                                    "receiver " + (ids.size() + 1),
                                    url,
                                    null,
                                    null,
                                    "done",
                                    List.of("order.filed", "order.closed"),
                                    null,
                                    null))
                    .endpoint()
                    .id());
        }
        return ids.get(0);
    }

    private void district(Kerbwatch server, int sites, UUID dispatching) {
        List<Cameras.WantedZone> zones = new ArrayList<>();
        for (int i = 0; i < ZONES; i++) {
            double left = (double) i / ZONES;
            double right = (i + 1.0) / ZONES;
            zones.add(new Cameras.WantedZone(
                    null,
                    "zone " + (i + 1),
                    List.of(
                            new Zone.Point(left, 0),
                            new Zone.Point(right, 0),
                            new Zone.Point(right, 1),
                            new Zone.Point(left, 1)),
                    KINDS.stream().map(Kind::code).toList()));
        }
        for (int i = 0; i < sites; i++) {
            UUID site = server.sites()
                    .create(Caller.SYSTEM, Sites.Wanted.dispatchingTo("station " + (i + 1), dispatching))
                    .id();
            Camera camera = server.cameras()
                    .register(
                            Caller.SYSTEM, new Cameras.NewCamera(site, "camera", "rtsp://127.0.0.1/camera-" + i, zones))
                    .camera();
            cameras.add(camera.id().toString());
            places.add(vision.watched(camera.id().toString()).zones());
        }
    }

    private static String token(Kerbwatch server, String role, @Nullable UUID endpoint) {
        return server.accounts()
                .createToken(
                        Caller.SYSTEM, new Accounts.NewToken("benchmark " + role, role, null, null, endpoint, null))
                .secret();
    }
}
