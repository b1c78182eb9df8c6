package io.kerbwatch.server.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.samples.dust.DustMonitor;
import io.kerbwatch.samples.dust.DustSender;
import io.kerbwatch.samples.dust.DustStory;
import io.kerbwatch.samples.flow.CounterSender;
import io.kerbwatch.samples.flow.FlowStory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rest of a district, as clients of the real API: stations without a camera, at which people report what they see;
 * toilets with counters, one of them a camera outside the entrance; roads with dust monitors; crew in three shifts who go
 * to where they are sent; somebody who checks what no camera sees; and somebody who holds places against the standards.
 */
final class District implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(District.class);
    private static final int STATIONS = 54;
    private static final int TOILETS = 12;
    private static final int MONITORS = 8;
    private static final Duration BACK = Duration.ofHours(24);
    private static final Duration REPORTED_EVERY = Duration.ofSeconds(35);
    private static final Duration CHECKED_AFTER = Duration.ofSeconds(40);
    /** Of ten checks one finds the place still dirty. */
    private static final double STILL_DIRTY = 0.1;

    private static final List<FlowStory> COUNTED = List.of(
            FlowStory.MARKET, FlowStory.NEIGHBOURHOOD, FlowStory.NEIGHBOURHOOD, FlowStory.LOST_LINK, FlowStory.RESET);

    private static final List<DustStory> MEASURED = List.of(
            DustStory.EARTHWORKS,
            DustStory.CALM_DAY,
            DustStory.CONSTRUCTION_NOON,
            DustStory.CALM_DAY,
            DustStory.LOST_LINK,
            DustStory.CALM_DAY,
            DustStory.CALM_DAY,
            DustStory.STUCK_SENSOR);

    private static final List<Place> VILLAGES = List.of(
            new Place("白石 Baishi", 22.5458, 114.0590),
            new Place("新围 Xinwei", 22.5405, 114.0495),
            new Place("塘头 Tangtou", 22.5520, 114.0520));
    private static final String[] STREETS = {
        "一巷", "二巷", "三巷", "四巷", "五巷", "六巷", "七巷", "八巷", "九巷", "十巷", "十一巷", "十二巷", "牌坊", "戏台", "井头", "榕树下", "码头", "老厂"
    };
    private static final String SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";

    private final Api api;
    private final URI server;
    private final Optional<Integer> dustPort;
    private final InstantSource clock;
    private final Random random = new Random(20261124);
    private final Map<String, Place> places = new HashMap<>();
    private final Map<String, Hand> hands = new HashMap<>();
    private final Map<String, String> doors = new HashMap<>();
    private final List<String> stations = new ArrayList<>();
    private final Map<String, List<String>> villages = new LinkedHashMap<>();
    private final List<Runnable> senders = new ArrayList<>();
    private final Map<String, Instant> due = new HashMap<>();
    private final ScheduledExecutorService life = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-district");
        thread.setDaemon(true);
        return thread;
    });
    private final Checker checker;
    private Instant nextReport = Instant.MIN;

    /** Somewhere, by WGS84 in degrees. */
    private record Place(String name, double latitude, double longitude) {}

    /** Somebody with a phone. */
    private static final class Hand {
        final Api phone;
        Place at;

        Hand(Api phone, Place at) {
            this.phone = phone;
            this.at = at;
        }
    }

    /**
     * Of nothing yet.
     *
     * @param dustPort where the server listens for dust monitors
     */
    District(Api api, URI server, Optional<Integer> dustPort, InstantSource clock) {
        this.api = api;
        this.server = server;
        this.dustPort = dustPort;
        this.clock = clock;
        this.checker = new Checker(api, random);
    }

    /** Registers all of it and begins. */
    void begin() throws IOException, InterruptedException {
        for (int i = 0; i < STATIONS; i++) {
            Place village = VILLAGES.get(i % VILLAGES.size());
            String street = STREETS[i / VILLAGES.size()];
            stations.add(site(village.name().split(" ")[0] + street + "垃圾点", "refuse-station", village));
        }
        crew();
        toilets();
        roads();
        checker.contracts(villages, clock.instant());
        var unused = life.scheduleWithFixedDelay(this::live, 0, 2, TimeUnit.SECONDS);
    }

    private String site(String name, String kind, Place village) throws IOException, InterruptedException {
        double angle = random.nextDouble() * 2 * Math.PI;
        double far = 0.0034 * Math.sqrt(random.nextDouble());
        Place place = new Place(
                name, village.latitude() + far * Math.sin(angle), village.longitude() + far * Math.cos(angle) * 1.08);
        String id = api.post(
                        "/sites",
                        Map.of(
                                "name", name,
                                "kind", kind,
                                "village", village.name(),
                                "latitude", place.latitude(),
                                "longitude", place.longitude()))
                .required("id")
                .asText();
        places.put(id, place);
        villages.computeIfAbsent(village.name(), one -> new ArrayList<>()).add(id);
        return id;
    }

    private void toilets() throws IOException, InterruptedException {
        List<CounterSender.Counter> counters = new ArrayList<>();
        for (int i = 0; i < TOILETS; i++) {
            Place village = VILLAGES.get(i % VILLAGES.size());
            String name = village.name().split(" ")[0] + "公厕 " + (i / VILLAGES.size() + 1) + " 号";
            String id = site(name, "public-toilet", village);
            doors.put(id, api.get("/sites/" + id + "/door").required("code").asText());
            if (i == TOILETS - 1) {
                // The server counts for itself at this one, on the pictures of a camera outside.
                Entrance entrance = Entrance.start();
                senders.add(entrance::close);
                api.post("/devices", entrance.device(id));
                continue;
            }
            boolean totals = i % 2 == 1;
            JsonNode made = api.post(
                    "/devices",
                    Map.of(
                            "site",
                            id,
                            "kind",
                            "people-counter",
                            "link",
                            "http",
                            "name",
                            name + " 门口",
                            "setup",
                            Map.of("counts", totals ? "cumulative" : "interval")));
            FlowStory story = COUNTED.get(i % COUNTED.size());
            counters.add(new CounterSender.Counter(made.required("secret").asText(), story, totals));
        }
        Instant now = clock.instant();
        // The day before is told at once, so that the curves have something to show.
        senders.add(CounterSender.start(server, counters, 1, now.minus(BACK), now)::close);
    }

    private void roads() throws IOException, InterruptedException {
        List<DustMonitor> monitors = new ArrayList<>();
        for (int i = 0; i < MONITORS; i++) {
            Place village = VILLAGES.get(i % VILLAGES.size());
            String id = site(village.name().split(" ")[0] + "大道 " + (i / VILLAGES.size() + 1) + " 段", "road", village);
            String mn = String.format(Locale.ROOT, "KWDEMO%04d", i + 1);
            api.post(
                    "/devices",
                    Map.of(
                            "site",
                            id,
                            "kind",
                            "dust-monitor",
                            "link",
                            "hj212",
                            "name",
                            "扬尘 " + (i + 1),
                            "setup",
                            Map.of("mn", mn, "unit", "mg"),
                            "password",
                            "123456"));
            DustStory story = MEASURED.get(i % MEASURED.size());
            monitors.add(new DustMonitor(mn, "123456", story, 0.001));
        }
        api.post(
                "/dust/rules",
                Map.of(
                        "name",
                        "演示限值 demo",
                        "factor",
                        "pm10",
                        "minutes",
                        5,
                        "aboveBackground",
                        false,
                        "raiseAt",
                        200,
                        "allowed",
                        0,
                        "classes",
                        List.of("sweeping", "sprinkling"),
                        "basis",
                        "demo",
                        "enabled",
                        true));
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                dustPort.orElseThrow(() -> new IOException("the server listens for no monitors")));
        senders.add(DustSender.start(address, monitors, 1, clock.instant(), 1)::close);
    }

    /** Three shifts, each with people on foot for stations and toilets and with machines for roads: 40 in all. */
    private void crew() throws IOException, InterruptedException {
        String[][] shifts = {{"早班", "06:00", "14:00"}, {"中班", "14:00", "22:00"}, {"晚班", "22:00", "06:00"}};
        int n = 0;
        for (String[] shift : shifts) {
            int most = n == 0 ? 14 : 13; // most is to do in the morning
            String cleaning = team(shift, "保洁");
            String roads = team(shift, "道路");
            for (int i = 0; i < most; i++) {
                boolean onRoads = i >= most - 3;
                boolean sprinkles = i == most - 1;
                Map<String, Object> member = new HashMap<>();
                member.put("name", SURNAMES.charAt(n) + (n % 2 == 0 ? "师傅" : "阿姨"));
                member.put("team", onRoads ? roads : cleaning);
                member.put("vehicle", onRoads ? sprinkles ? "sprinkler" : "sweeper" : "tricycle");
                member.put(
                        "skills",
                        onRoads
                                ? List.of(Map.of("name", sprinkles ? "sprinkling" : "sweeping"))
                                : List.of(Map.of("name", "refuse"), Map.of("name", "toilet")));
                String id = api.post("/crews", member).required("id").asText();
                String link = api.post("/crews/" + id + "/link", Map.of())
                        .required("url")
                        .asText();
                Place home = VILLAGES.get(n % VILLAGES.size());
                Place start = new Place(
                        "",
                        home.latitude() + 0.004 * (random.nextDouble() - 0.5),
                        home.longitude() + 0.004 * (random.nextDouble() - 0.5));
                Hand hand = new Hand(Api.signedIn(link), start);
                hands.put(id, hand);
                here(hand, start);
                n++;
            }
        }
    }

    private String team(String[] shift, String kind) throws IOException, InterruptedException {
        String name = shift[0] + kind + "组";
        String id = api.post("/teams", Map.of("name", name)).required("id").asText();
        api.post(
                "/shifts",
                Map.of(
                        "team",
                        id,
                        "name",
                        shift[0],
                        "days",
                        List.of(1, 2, 3, 4, 5, 6, 7),
                        "starts",
                        shift[1],
                        "ends",
                        shift[2]));
        return id;
    }

    private static void here(Hand hand, Place place) throws IOException, InterruptedException {
        hand.at = place;
        hand.phone.post("/crew/position", Map.of("latitude", place.latitude(), "longitude", place.longitude()));
    }

    private void live() {
        try {
            Instant now = clock.instant();
            if (!now.isBefore(nextReport)) {
                nextReport = now.plusMillis((long) (REPORTED_EVERY.toMillis() * (0.4 + 1.2 * random.nextDouble())));
                report();
            }
            checker.look(now);
            for (JsonNode order : api.get("/orders?open=true&limit=200").required("items")) {
                step(order, now);
            }
        } catch (IOException | RuntimeException e) {
            // Somebody else may have moved the order, or the server is busy; it goes on in two seconds.
            LOG.debug("the district had no answer: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report() throws IOException, InterruptedException {
        String site = stations.get(random.nextInt(stations.size()));
        boolean overflow = random.nextInt(3) > 0;
        api.post(
                "/orders",
                Map.of("site", site, "kind", overflow ? "overflow" : "litter", "note", "模拟上报 simulated report"));
    }

    /** Does the next thing about an order, if it is time for it. */
    private void step(JsonNode order, Instant now) throws IOException, InterruptedException {
        String site = order.required("site").required("id").asText();
        Place place = places.get(site);
        String state = order.required("state").asText();
        Hand hand = hands.get(order.path("receiver").path("id").asText(""));
        try {
            if (state.equals("human-check") && place != null) {
                if (due(order, state, CHECKED_AFTER, now)) {
                    boolean dirty = random.nextDouble() < STILL_DIRTY;
                    move(api, order, dirty ? "fail" : "pass", dirty ? "地上还有垃圾" : "现场已干净");
                }
            } else if (hand != null) {
                work(hand, order, place, state, now);
            }
        } catch (IOException e) {
            LOG.debug("{}", e.getMessage());
        }
    }

    private void work(Hand hand, JsonNode order, @Nullable Place known, String state, Instant now)
            throws IOException, InterruptedException {
        JsonNode site = order.required("site");
        Place place = known != null
                ? known
                : new Place(
                        "",
                        site.path("latitude").asDouble(hand.at.latitude()),
                        site.path("longitude").asDouble(hand.at.longitude()));
        switch (state) {
            case "dispatched" -> {
                if (due(order, state, Duration.ofSeconds(8 + random.nextInt(40)), now)) {
                    move(hand.phone, order, "accept", "");
                }
            }
            case "accepted" -> {
                if (due(order, state, Duration.ofSeconds(60 + random.nextInt(240)), now)) {
                    here(hand, place);
                    move(hand.phone, order, "arrive", "");
                } else {
                    // A part of the way, so that somebody who looks at the map sees who comes.
                    here(
                            hand,
                            new Place(
                                    "",
                                    hand.at.latitude() + 0.06 * (place.latitude() - hand.at.latitude()),
                                    hand.at.longitude() + 0.06 * (place.longitude() - hand.at.longitude())));
                }
            }
            case "arrived" -> {
                if (due(order, state, Duration.ofSeconds(40 + random.nextInt(120)), now)) {
                    String door = doors.get(site.required("id").asText());
                    if (door != null) {
                        hand.phone.post(
                                "/orders/" + order.required("id").asText() + "/check-in",
                                Map.of("code", door, "latitude", place.latitude(), "longitude", place.longitude()));
                    }
                    move(hand.phone, order, "done", "");
                }
            }
            default -> {
                // others look at it
            }
        }
    }

    /** Whether an order has been in its state for as long as was drawn when it was first seen there. */
    private boolean due(JsonNode order, String state, Duration after, Instant now) {
        String key = order.required("id").asText() + order.required("round").asInt() + state;
        Instant at = due.computeIfAbsent(key, one -> now.plus(after));
        if (now.isBefore(at)) {
            return false;
        }
        due.remove(key);
        return true;
    }

    private static void move(Api who, JsonNode order, String event, String reason)
            throws IOException, InterruptedException {
        Map<String, Object> body = new HashMap<>();
        body.put("event", event);
        body.put("round", order.required("round").asInt());
        if (!reason.isEmpty()) {
            body.put("reason", reason);
        }
        who.post("/orders/" + order.required("id").asText() + "/events", body);
    }

    @Override
    public void close() {
        life.shutdownNow();
        senders.forEach(Runnable::run);
    }
}
