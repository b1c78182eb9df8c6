package io.kerbwatch.server.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.order.LegalMoves;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Holds what went in and out, and what is stored in the end, against the rules: no incident without an order, no order lost
 * or doubled, every move one of the table, nothing closed without its verification, one id for each message, sequences and
 * serials without a gap, every report that was taken in the history once.
 */
final class HistoryChecker {
    private final Recording recording;
    private final Map<String, JsonNode> orders = new HashMap<>();
    private final List<JsonNode> incidents;
    private final List<String> breaches = new ArrayList<>();

    /**
     * What there is to check.
     *
     * @param orders each with its history
     */
    HistoryChecker(Recording recording, List<JsonNode> orders, List<JsonNode> incidents) {
        this.recording = recording;
        orders.forEach(order -> this.orders.put(order.get("id").asText(), order));
        this.incidents = incidents;
    }

    /** What is against the rules, in plain words; empty if nothing is. */
    List<String> breaches() {
        findings();
        orders.values().forEach(this::history);
        messages();
        reports();
        return breaches;
    }

    /** Each camera was told to be dirty once, so there is one incident at each, and one order for it. */
    private void findings() {
        Map<String, List<JsonNode>> atCamera = new HashMap<>();
        Set<String> ordersOfIncidents = new HashSet<>();
        for (JsonNode incident : incidents) {
            atCamera.computeIfAbsent(incident.get("camera").asText(), camera -> new ArrayList<>())
                    .add(incident);
            String order = incident.get("order").asText();
            if (incident.get("order").isNull() || !orders.containsKey(order)) {
                breaches.add(
                        "incident %s has no order".formatted(incident.get("id").asText()));
            } else if (!ordersOfIncidents.add(order)) {
                breaches.add("order %s has two incidents of different sites".formatted(order));
            }
        }
        recording.taken.forEach(number -> {
            String camera = recording.told.get(number);
            List<JsonNode> found = camera == null ? List.of() : atCamera.getOrDefault(camera, List.of());
            if (found.size() != 1) {
                breaches.add("finding %d was taken and there are %d incidents for it".formatted(number, found.size()));
            }
        });
        orders.keySet().stream()
                .filter(order -> !ordersOfIncidents.contains(order))
                .forEach(order -> breaches.add("order %s was filed for nothing".formatted(order)));
    }

    private void history(JsonNode order) {
        String number = order.get("number").asText();
        String state = null;
        boolean verified = false;
        Set<String> marks = new HashSet<>();
        Set<String> keys = new HashSet<>();
        int expected = 1;
        for (JsonNode line : order.get("history")) {
            String event = line.get("event").asText();
            String to = line.get("to").asText();
            String from = line.get("from").isNull() ? null : line.get("from").asText();
            if (line.get("number").asInt() != expected++) {
                breaches.add("%s: move %d is missing".formatted(number, expected - 1));
            }
            if (!same(state, from)) {
                breaches.add("%s: %s begins from %s, but it was %s".formatted(number, event, from, state));
            }
            if (!LegalMoves.legal(event, from, to, line.get("role").asText())) {
                breaches.add(
                        "%s: %s by %s from %s to %s is no move".formatted(number, event, line.get("role"), from, to));
            }
            if (event.equals("escalated") && !marks.add(mark(line))) {
                breaches.add("%s: a timer fired twice: %s"
                        .formatted(number, line.get("reason").asText()));
            }
            if (!line.get("idempotencyKey").isNull()
                    && !keys.add(line.get("actor").asText() + line.get("idempotencyKey"))) {
                breaches.add("%s: the report %s is there twice".formatted(number, line.get("idempotencyKey")));
            }
            boolean bySight =
                    event.equals("seen-clean") && !line.get("snapshot").isNull();
            verified = bySight || event.equals("pass") || (verified && same(from, to));
            state = to;
        }
        if (!order.get("state").asText().equals(state)) {
            breaches.add("%s is %s, but its history ends with %s"
                    .formatted(number, order.get("state").asText(), state));
        }
        if ("closed".equals(state) && !verified) {
            breaches.add("%s was closed and nobody saw that it is clean".formatted(number));
        }
    }

    /** What a timer said; in the same round the same is said once. */
    private static String mark(JsonNode line) {
        return line.get("round").asInt() + " " + line.get("reason").asText();
    }

    private void messages() {
        Map<String, String> idOf = new HashMap<>();
        Map<String, Integer> bodyOf = new HashMap<>();
        Map<String, Map<Long, Recording.Delivery>> bySequence = new HashMap<>();
        Map<String, Set<Long>> serials = new HashMap<>();
        for (Recording.Delivery got : recording.deliveries) {
            if (!orders.containsKey(got.order())) {
                breaches.add("%s was told of order %s, which there is not".formatted(got.receiver(), got.order()));
            }
            String known = idOf.putIfAbsent(got.order() + "#" + got.sequence() + " " + got.type(), got.id());
            if (known != null && !known.equals(got.id())) {
                breaches.add("message %d of order %s came with two ids".formatted(got.sequence(), got.order()));
            }
            Integer body = bodyOf.putIfAbsent(got.receiver() + " " + got.id(), got.body());
            if (body != null && body != got.body()) {
                breaches.add("message %s came with two contents".formatted(got.id()));
            }
            if (got.type().startsWith("order.")) {
                bySequence
                        .computeIfAbsent(got.receiver() + " " + got.order(), key -> new TreeMap<>())
                        .put(got.sequence(), got);
                serials.computeIfAbsent(got.receiver() + " " + got.order(), key -> new TreeSet<>())
                        .add(got.serial());
            }
        }
        bySequence.forEach((key, messages) -> sequence(key, List.copyOf(messages.values())));
        serials.forEach((key, numbers) -> {
            long most = numbers.stream().max(Comparator.naturalOrder()).orElse(0L);
            if (numbers.size() != most) {
                breaches.add("%s: of %d messages %d came".formatted(key, most, numbers.size()));
            }
        });
        for (JsonNode order : orders.values()) {
            boolean told = recording.deliveries.stream()
                    .anyMatch(got -> got.order().equals(order.get("id").asText())
                            && got.type().equals("order.filed")
                            && got.answered() / 100 == 2);
            if (!told) {
                breaches.add("nobody took the message that %s was filed"
                        .formatted(order.get("number").asText()));
            }
        }
    }

    private void sequence(String key, List<Recording.Delivery> messages) {
        for (int i = 1; i < messages.size(); i++) {
            Recording.Delivery before = messages.get(i - 1);
            Recording.Delivery after = messages.get(i);
            if (after.sequence() == before.sequence() + 1 && !LegalMoves.follows(before.state(), after.state())) {
                breaches.add("%s: message %d says %s after %s"
                        .formatted(key, after.sequence(), after.state(), before.state()));
            }
        }
        Recording.Delivery last = messages.get(messages.size() - 1);
        JsonNode order = orders.get(last.order());
        if (order != null
                && last.sequence() == order.get("sequence").asLong()
                && !last.state().equals(order.get("state").asText())) {
            breaches.add("%s: the last message says %s, but it is %s".formatted(key, last.state(), order.get("state")));
        }
    }

    private void reports() {
        for (Recording.Report report : recording.reports) {
            if (report.status() >= 500 && report.status() != 503 && report.status() != 507) {
                breaches.add("the report %s was answered with %d".formatted(report.key(), report.status()));
            }
            JsonNode order = orders.get(report.order());
            if (order == null || report.status() == 0 || report.status() >= 500) {
                continue;
            }
            long written = 0;
            for (JsonNode line : order.get("history")) {
                if (line.get("idempotencyKey").asText().equals(report.key())) {
                    written++;
                }
            }
            boolean taken = report.status() == 200;
            if (written != (taken ? 1 : 0)) {
                breaches.add("the report %s was answered with %d and is in the history %d times"
                        .formatted(report.key(), report.status(), written));
            }
        }
    }

    private static boolean same(@Nullable String a, @Nullable String b) {
        return a == null ? b == null : a.equals(b);
    }
}
