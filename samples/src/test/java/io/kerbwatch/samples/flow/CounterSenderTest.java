package io.kerbwatch.samples.flow;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hears the counters with a server that may refuse. */
class CounterSenderTest {
    private static final long SEED = 7;
    private static final Pattern REPORT = Pattern.compile("\\{\"at\":\"([^\"]+)\",\"in\":(\\d+),\"out\":(\\d+)}");

    private record Told(Instant at, long in, long out) {}

    private final List<Told> taken = new CopyOnWriteArrayList<>();
    private final List<Integer> batches = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final HttpServer server = create();

    private static HttpServer create() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void begin() {
        server.createContext("/api/v1/counts", this::hear);
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
    }

    private void hear(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        int status = refusals.getAndDecrement() > 0 ? 503 : 200;
        if (status == 200) {
            List<Told> batch = new ArrayList<>();
            Matcher reports = REPORT.matcher(body);
            while (reports.find()) {
                batch.add(new Told(
                        Instant.parse(reports.group(1)),
                        Long.parseLong(reports.group(2)),
                        Long.parseLong(reports.group(3))));
            }
            taken.addAll(batch);
            batches.add(batch.size());
            tokens.add(exchange.getRequestHeaders().getFirst("authorization"));
        } else {
            refused.incrementAndGet();
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private CounterSender start(FlowStory story, boolean totals, Instant from, Instant now) {
        return CounterSender.start(url(), List.of(new CounterSender.Counter("secret", story, totals)), SEED, from, now);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Beijing time. */
    private static Instant at(int hour, int minute) {
        return Instant.parse("2026-11-22T16:00:00Z").plus(Duration.ofMinutes(60L * hour + minute));
    }

    private static long entering(FlowStory story, Instant from, int minutes) {
        long sum = 0;
        for (int minute = 0; minute < minutes; minute++) {
            sum += story.entering(from.plusSeconds(60L * minute), SEED);
        }
        return sum;
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited twenty seconds").isLessThan(end);
            Thread.sleep(10);
        }
    }

    @Test
    void whatLiesBeforeIsToldAtOnceInBatchesAndEachMinuteOnce() throws Exception {
        long truth = entering(FlowStory.MARKET, at(8, 0), 250);
        try (CounterSender sender = start(FlowStory.MARKET, false, at(8, 0), at(12, 10))) {
            await(() -> taken.size() == 250);
            await(() -> sender.told() == truth);
        }
        assertThat(batches).containsExactly(100, 100, 50);
        assertThat(tokens).containsOnly("Bearer secret");
        for (int minute = 0; minute < 250; minute++) {
            assertThat(taken.get(minute).at()).isEqualTo(at(8, minute));
        }
        assertThat(taken.stream().mapToLong(Told::in).sum()).isEqualTo(truth);
        assertThat(taken.get(100).out())
                .as("who went in comes out four minutes later")
                .isEqualTo(taken.get(96).in());
    }

    @Test
    void whatIsRefusedIsSentAgainAndCountsOnce() throws Exception {
        refusals.set(3);
        long truth = entering(FlowStory.MARKET, at(8, 0), 20);
        try (CounterSender sender = start(FlowStory.MARKET, false, at(8, 0), at(8, 20))) {
            await(() -> taken.size() >= 20);
            await(() -> sender.told() >= truth);
            assertThat(sender.told()).isEqualTo(truth);
        }
        assertThat(refused).hasValue(3);
        assertThat(taken.stream().map(Told::at).distinct()).hasSize(20);
        assertThat(taken).hasSize(20);
    }

    @Test
    void totalsRiseAndBeginAnewAfterAPowerCut() throws Exception {
        try (CounterSender sender = start(FlowStory.RESET, true, at(9, 0), at(11, 0))) {
            await(() -> taken.size() == 120);
            assertThat(sender.told()).isLessThanOrEqualTo(entering(FlowStory.RESET, at(9, 0), 120));
        }
        for (int minute = 1; minute < 120; minute++) {
            if (minute == 60) {
                assertThat(taken.get(minute).in())
                        .as("at ten")
                        .isLessThan(taken.get(minute - 1).in());
            } else {
                assertThat(taken.get(minute).in())
                        .isGreaterThanOrEqualTo(taken.get(minute - 1).in());
            }
        }
        assertThat(taken.get(59).in()).isEqualTo(entering(FlowStory.RESET, at(9, 0), 60));
        assertThat(taken.get(119).in()).isEqualTo(entering(FlowStory.RESET, at(10, 0), 60));
    }

    @Test
    void nothingIsSentWhileTheLineIsDownAndAllOfItAfterwards() throws Exception {
        CounterSender.Counter lost = new CounterSender.Counter("lost", FlowStory.LOST_LINK, false);
        CounterSender.Counter there = new CounterSender.Counter("there", FlowStory.NEIGHBOURHOOD, false);
        try (CounterSender sender = CounterSender.start(url(), List.of(lost, there), SEED, at(8, 50), at(10, 29))) {
            // It is asked first, so when the other one has spoken it has kept its peace.
            await(() -> !taken.isEmpty() && sender.told() > 0);
            assertThat(tokens).containsOnly("Bearer there");
        }
        taken.clear();
        try (CounterSender sender = start(FlowStory.LOST_LINK, false, at(8, 50), at(10, 30))) {
            await(() -> taken.size() == 100);
            assertThat(sender.told()).isLessThanOrEqualTo(entering(FlowStory.LOST_LINK, at(8, 50), 100));
        }
        assertThat(taken.get(0).at()).isEqualTo(at(8, 50));
        assertThat(taken.get(99).at()).isEqualTo(at(10, 29));
    }
}
