package io.kerbwatch.server.command.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Somebody who goes around and holds places against the standards, clause by clause, whatever is due there. */
final class Checker {
    private static final Duration EVERY = Duration.ofSeconds(20);
    private static final double BROKEN = 0.15;
    private static final double NOT_SEEN = 0.05;

    private final Api api;
    private final Random random;
    private Instant next = Instant.MIN;

    Checker(Api api, Random random) {
        this.api = api;
        this.random = random;
    }

    /** A contract for the places of each village. */
    void contracts(Map<String, List<String>> villages, Instant now) throws IOException, InterruptedException {
        String month =
                now.atZone(ZoneId.of("Asia/Shanghai")).toLocalDate().toString().substring(0, 7);
        int n = 0;
        for (Map.Entry<String, List<String>> village : villages.entrySet()) {
            n++;
            api.post(
                    "/contracts",
                    Map.of(
                            "name",
                            "第 " + n + " 标段 lot " + n,
                            "contractor",
                            village.getKey() + " 环卫 " + n,
                            "firstMonth",
                            month,
                            "sites",
                            village.getValue()));
        }
    }

    /** Looks at the next place, if it is time. */
    void look(Instant now) throws IOException, InterruptedException {
        if (now.isBefore(next)) {
            return;
        }
        next = now.plus(EVERY);
        Map<String, List<Map<String, String>>> due = new LinkedHashMap<>();
        for (JsonNode one : api.get("/due-checks?limit=200").required("items")) {
            due.computeIfAbsent(one.required("site").asText(), site -> new ArrayList<>())
                    .add(Map.of("clause", one.required("clause").asText(), "outcome", outcome()));
        }
        if (!due.isEmpty()) {
            List<String> sites = List.copyOf(due.keySet());
            String site = sites.get(random.nextInt(sites.size()));
            api.post(
                    "/checks",
                    Map.of("site", site, "note", "模拟检查 simulated check", "items", due.getOrDefault(site, List.of())));
        }
    }

    private String outcome() {
        double drawn = random.nextDouble();
        return drawn < BROKEN ? "broken" : drawn < BROKEN + NOT_SEEN ? "not-seen" : "met";
    }
}
