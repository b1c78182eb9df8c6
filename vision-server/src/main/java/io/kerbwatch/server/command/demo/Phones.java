package io.kerbwatch.server.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Crew members with phones, as clients of the real API: they sign in by link, say where they are, accept, go there, clean,
 * send a photo and report that they are done.
 */
final class Phones implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Phones.class);
    private static final Duration ACCEPTS_AFTER = Duration.ofSeconds(3);
    private static final Duration TRAVELS = Duration.ofSeconds(6);
    private static final Duration PREPARES = Duration.ofSeconds(2);
    private static final Duration WORKS = Duration.ofSeconds(16);

    private final Api admin;
    private final Consumer<String> cleanSite;
    private final List<Phone> phones = new ArrayList<>();
    private final ScheduledExecutorService hands = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "demo-phones");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Phones of nobody yet.
     *
     * @param cleanSite sweeps the place of that name
     */
    Phones(Api admin, Consumer<String> cleanSite) {
        this.admin = admin;
        this.cleanSite = cleanSite;
    }

    /**
     * Registers two teams of two, one by day and one by night, and begins to work.
     *
     * @return a link that shows somebody what is on the phone of one who is on duty
     */
    String begin() throws IOException, InterruptedException {
        crew("日班 Day team", "06:00", "18:00", List.of("李阿姨 Li", "王师傅 Wang"));
        crew("夜班 Night team", "18:00", "06:00", List.of("陈叔 Chen", "赵姐 Zhao"));
        var unused = hands.scheduleWithFixedDelay(this::lookAll, 0, 1, TimeUnit.SECONDS);
        for (JsonNode member : admin.get("/crews").required("items")) {
            if (member.required("onShift").asBoolean()) {
                String id = member.required("id").asText();
                return admin.post("/crews/" + id + "/link", Map.of())
                        .required("url")
                        .asText();
            }
        }
        throw new IOException("nobody is on duty");
    }

    private void crew(String team, String starts, String ends, List<String> names)
            throws IOException, InterruptedException {
        String id = admin.post("/teams", Map.of("name", team)).required("id").asText();
        admin.post(
                "/shifts",
                Map.of("team", id, "name", team, "days", List.of(1, 2, 3, 4, 5, 6, 7), "starts", starts, "ends", ends));
        for (String name : names) {
            String member = admin.post(
                            "/crews", Map.of("name", name, "team", id, "vehicle", "tricycle", "phone", "000-0000"))
                    .required("id")
                    .asText();
            String link = admin.post("/crews/" + member + "/link", Map.of())
                    .required("url")
                    .asText();
            Phone phone = new Phone(Api.signedIn(link));
            phone.here(22.5458 + 0.0008 * phones.size(), 114.0585 + 0.0006 * phones.size());
            phones.add(phone);
        }
    }

    private void lookAll() {
        for (Phone phone : phones) {
            try {
                phone.look();
            } catch (IOException | RuntimeException e) {
                // The others go on, and so does this one in a second.
                LOG.debug("a phone of the demo had no answer: {}", e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        hands.shutdownNow();
    }

    private final class Phone {
        private final Api api;
        private final Set<String> cleaned = new HashSet<>();
        private final Set<String> shown = new HashSet<>();

        Phone(Api api) {
            this.api = api;
        }

        void here(double latitude, double longitude) throws IOException, InterruptedException {
            api.post("/crew/position", Map.of("latitude", latitude, "longitude", longitude));
        }

        void look() throws IOException, InterruptedException {
            JsonNode mine = api.get("/crew/orders");
            Instant now = Instant.parse(mine.required("now").asText());
            for (JsonNode order : mine.required("items")) {
                String round =
                        order.required("id").asText() + order.required("round").asInt();
                switch (order.required("state").asText()) {
                    case "dispatched" -> after(order, "dispatchedAt", ACCEPTS_AFTER, now, "accept");
                    case "accepted" -> arrive(order, now);
                    case "arrived" -> work(order, round, now);
                    default -> {
                        // the cameras look at it, or it has ended
                    }
                }
            }
        }

        private void arrive(JsonNode order, Instant now) throws IOException, InterruptedException {
            if (passed(order, "acceptedAt", TRAVELS, now)) {
                JsonNode site = order.required("site");
                here(
                        site.required("latitude").asDouble(),
                        site.required("longitude").asDouble());
                move(order, "arrive");
            }
        }

        private void work(JsonNode order, String round, Instant now) throws IOException, InterruptedException {
            if (passed(order, "arrivedAt", PREPARES, now) && cleaned.add(round)) {
                cleanSite.accept(order.required("site").required("name").asText());
            }
            if (passed(order, "arrivedAt", PREPARES.plus(WORKS), now)) {
                if (shown.add(round)) {
                    photo(order, now);
                }
                move(order, "done");
            }
        }

        /** What the phone's camera would show: the place as it is now. */
        private void photo(JsonNode order, Instant now) throws IOException, InterruptedException {
            JsonNode site = order.required("site");
            for (JsonNode camera : admin.get("/cameras").required("items")) {
                if (camera.required("site").equals(site.required("id"))) {
                    byte[] jpeg =
                            admin.picture("/cameras/" + camera.required("id").asText() + "/picture");
                    Map<String, Object> photo = new HashMap<>();
                    photo.put("jpeg", Base64.getEncoder().encodeToString(jpeg));
                    photo.put("takenAt", now.toString());
                    photo.put("latitude", site.required("latitude").asDouble());
                    photo.put("longitude", site.required("longitude").asDouble());
                    api.post("/orders/" + order.required("id").asText() + "/photos", photo);
                    return;
                }
            }
        }

        private void after(JsonNode order, String since, Duration time, Instant now, String event)
                throws IOException, InterruptedException {
            if (passed(order, since, time, now)) {
                move(order, event);
            }
        }

        private void move(JsonNode order, String event) throws IOException, InterruptedException {
            api.post(
                    "/orders/" + order.required("id").asText() + "/events",
                    Map.of("event", event, "round", order.required("round").asInt()));
        }

        private static boolean passed(JsonNode order, String since, Duration time, Instant now) {
            String at = order.path(since).asText("");
            return !at.isEmpty()
                    && !at.equals("null")
                    && !Instant.parse(at).plus(time).isAfter(now);
        }
    }
}
