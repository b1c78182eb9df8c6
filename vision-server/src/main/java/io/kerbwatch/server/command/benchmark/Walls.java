package io.kerbwatch.server.command.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Walls that do over HTTP what the page does: they follow the events, wait a moment for others that come at once, and read
 * figures and map anew.
 */
final class Walls implements AutoCloseable {
    private static final long SOON_MILLIS = 120;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "wall");
        thread.setDaemon(true);
        return thread;
    });
    private final String url;
    private final String token;
    /** By how many orders are filed then: when the order was asked for, which is before it was committed. */
    private final Map<Integer, Long> asked = new ConcurrentHashMap<>();

    private final List<Double> millis = new ArrayList<>();

    Walls(String url, String token) {
        this.url = url;
        this.token = token;
    }

    /** Hangs up so many walls. */
    void hang(int count) {
        for (int i = 0; i < count; i++) {
            threads.execute(this::follow);
        }
    }

    /**
     * Files an order, and measures until each wall shows it.
     *
     * @return how many milliseconds each wall took; walls that did not within 20 s are not among them
     */
    List<Double> measured(String site, int walls) throws IOException, InterruptedException {
        int before = filed();
        synchronized (millis) {
            millis.clear();
        }
        // Not when it is answered: a wall may have read it by then.
        asked.put(before + 1, System.nanoTime());
        HttpResponse<String> answer = client.send(
                request("/api/v1/orders")
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "{\"site\":\"" + site + "\",\"kind\":\"litter\",\"note\":\"benchmark\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 201) {
            throw new IOException("an order was answered with " + answer.statusCode() + ": " + answer.body());
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        synchronized (millis) {
            while (millis.size() < walls && System.nanoTime() < end) {
                millis.wait(100);
            }
            return List.copyOf(millis);
        }
    }

    private int filed() throws IOException, InterruptedException {
        return get("/api/v1/wall").at("/total/filed").asInt();
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return Json.tree(client.send(request(path).build(), HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .header("authorization", "Bearer " + token);
    }

    private void follow() {
        AtomicBoolean pending = new AtomicBoolean();
        int[] shown = {-1};
        try {
            HttpResponse<Stream<String>> events = client.send(
                    HttpRequest.newBuilder(URI.create(url + "/api/v1/events"))
                            .header("authorization", "Bearer " + token)
                            .build(),
                    HttpResponse.BodyHandlers.ofLines());
            events.body().filter(line -> line.startsWith("data:")).forEach(line -> {
                if (!threads.isShutdown() && pending.compareAndSet(false, true)) {
                    threads.execute(() -> read(pending, shown));
                }
            });
        } catch (IOException | UncheckedIOException | RejectedExecutionException e) {
            // the server has gone, or this wall
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(AtomicBoolean pending, int[] shown) {
        try {
            Thread.sleep(SOON_MILLIS);
            pending.set(false);
            JsonNode wall = get("/api/v1/wall");
            var unused = get("/api/v1/map?zoom=11&bbox=113.9,22.5,114.2,22.7");
            long now = System.nanoTime();
            int filed = wall.at("/total/filed").asInt();
            Long since = asked.get(filed);
            synchronized (shown) {
                if (shown[0] >= filed || since == null) {
                    return;
                }
                shown[0] = filed;
            }
            synchronized (millis) {
                millis.add((now - since) / 1e6);
                millis.notifyAll();
            }
        } catch (IOException e) {
            pending.set(false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
