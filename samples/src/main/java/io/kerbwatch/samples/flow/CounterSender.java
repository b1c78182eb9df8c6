package io.kerbwatch.samples.flow;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays people counters over HTTP: each reports every minute of its story, and what was not taken is sent again with the
 * next, up to 100 reports at once. All of them share one thread.
 */
public final class CounterSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CounterSender.class);
    private static final long TICK_MILLIS = 200;
    private static final int AT_ONCE = 100;
    private static final Duration STAY = Duration.ofMinutes(4);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI server;
    private final List<Counting> counters;
    private final Instant began;
    private final long begun = System.nanoTime();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "sample-counters");
        made.setDaemon(true);
        return made;
    });

    private CounterSender(URI server, List<Counting> counters, Instant began) {
        this.server = server;
        this.counters = counters;
        this.began = began;
    }

    /**
     * A counter to be played.
     *
     * @param token that it reports with
     * @param totals whether it tells totals, or else who went since the report before
     */
    public record Counter(String token, FlowStory story, boolean totals) {}

    /**
     * Starts to send.
     *
     * @param server whose {@code /api/v1/counts} is told
     * @param from when the story begins
     * @param now what time it is in the story; what lies before is told at once
     */
    public static CounterSender start(URI server, List<Counter> counters, long seed, Instant from, Instant now) {
        Instant first = from.truncatedTo(ChronoUnit.MINUTES);
        List<Counting> all = new ArrayList<>();
        for (Counter counter : counters) {
            all.add(new Counting(counter, seed + all.size(), first));
        }
        CounterSender sender = new CounterSender(server, all, now);
        var unused = sender.thread.scheduleWithFixedDelay(sender::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        return sender;
    }

    /** Who went in so far, of all counters together, and was told. */
    public long told() {
        synchronized (counters) {
            return counters.stream().mapToLong(one -> one.told).sum();
        }
    }

    private void tick() {
        Instant now = began.plusNanos(System.nanoTime() - begun);
        synchronized (counters) {
            for (Counting counter : counters) {
                try {
                    counter.until(now);
                    if (counter.wanted.story().isOnLine(now)) {
                        send(counter);
                    }
                } catch (IOException | RuntimeException e) {
                    // It is sent again with the next report; a thrown exception would silently end the schedule.
                    LOG.debug("a sample counter had no answer: {}", e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private void send(Counting counter) throws IOException, InterruptedException {
        while (!counter.waiting.isEmpty()) {
            List<Report> batch = counter.waiting.stream().limit(AT_ONCE).toList();
            String body = batch.stream().map(Report::json).collect(Collectors.joining(",", "{\"counts\":[", "]}"));
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(server.resolve("/api/v1/counts"))
                            .timeout(Duration.ofSeconds(10))
                            .header("content-type", "application/json")
                            .header("authorization", "Bearer " + counter.wanted.token())
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("it was answered with " + answer.statusCode() + ": " + answer.body());
            }
            batch.forEach(report -> {
                counter.waiting.poll();
                counter.told += report.entered;
            });
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** What is told of a minute; {@code entered} of it alone. */
    private record Report(Instant at, long in, long out, int entered) {
        String json() {
            return "{\"at\":\"" + at + "\",\"in\":" + in + ",\"out\":" + out + "}";
        }
    }

    private static final class Counting {
        final Counter wanted;
        final long seed;
        final Deque<Report> waiting = new ArrayDeque<>();
        Instant next;
        long in;
        long out;
        long told;

        Counting(Counter wanted, long seed, Instant first) {
            this.wanted = wanted;
            this.seed = seed;
            this.next = first;
        }

        /** Counts the minutes that are over. */
        void until(Instant now) {
            while (!next.plus(1, ChronoUnit.MINUTES).isAfter(now)) {
                FlowStory story = wanted.story();
                if (story.resets(next)) {
                    in = 0;
                    out = 0;
                }
                int entered = story.entering(next, seed);
                int went = story.entering(next.minus(STAY), seed);
                in += entered;
                out += went;
                waiting.add(
                        wanted.totals()
                                ? new Report(next, in, out, entered)
                                : new Report(next, entered, went, entered));
                next = next.plus(1, ChronoUnit.MINUTES);
            }
        }
    }
}
