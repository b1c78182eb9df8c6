package io.kerbwatch.server.command.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A browser without a screen, driven over its DevTools protocol; it draws by software. */
final class Chromium implements AutoCloseable {
    private static final String TELLS = "DevTools listening on ";

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonNode>> waiting;
    private @Nullable String session;

    private Chromium(Process process, WebSocket socket, Map<Integer, CompletableFuture<JsonNode>> waiting) {
        this.process = process;
        this.socket = socket;
        this.waiting = waiting;
    }

    /**
     * Starts one with an empty page.
     *
     * @param profile folder for what it keeps
     * @throws IOException if it does not start, or says nothing within a minute
     */
    static Chromium start(Path binary, Path profile, int width, int height) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        binary.toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--window-size=" + width + "," + height,
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        String line = said.readLine();
        while (line != null && !line.startsWith(TELLS)) {
            line = said.readLine();
        }
        if (line == null) {
            throw new IOException(binary + " ended before it listened");
        }
        Thread drain = new Thread(() -> drain(said), "chromium-says");
        drain.setDaemon(true);
        drain.start();
        Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(line.substring(TELLS.length()).trim()), new Hearing(waiting))
                .join();
        Chromium chromium = new Chromium(process, socket, waiting);
        for (JsonNode target : chromium.send("Target.getTargets", Map.of()).get("targetInfos")) {
            if (target.get("type").asText().equals("page")) {
                chromium.session = chromium.send(
                                "Target.attachToTarget",
                                Map.of("targetId", target.get("targetId").asText(), "flatten", true))
                        .get("sessionId")
                        .asText();
            }
        }
        var unused = chromium.send("Page.enable", Map.of());
        unused = chromium.send("Performance.enable", Map.of());
        return chromium;
    }

    /** What nobody reads would stop it once a pipe is full. */
    private static void drain(BufferedReader said) {
        try {
            while (said.readLine() != null) {
                // not for us
            }
        } catch (IOException e) {
            // it was ended
        }
    }

    void open(String url) throws IOException, InterruptedException {
        var unused = send("Page.navigate", Map.of("url", url));
    }

    /** What an expression of the page is, once its promise is kept. */
    JsonNode evaluate(String expression) throws IOException, InterruptedException {
        return send("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true))
                .at("/result/value");
    }

    /** Waits until an expression of the page is true. */
    void await(String expression, int seconds) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (!evaluate("Boolean(" + expression + ")").asBoolean()) {
            if (System.nanoTime() > end) {
                throw new IOException("the page was not so within " + seconds + " s: " + expression);
            }
            Thread.sleep(50);
        }
    }

    /** Seconds that scripts of the page ran so far. */
    double scriptSeconds() throws IOException, InterruptedException {
        for (JsonNode metric : send("Performance.getMetrics", Map.of()).get("metrics")) {
            if (metric.get("name").asText().equals("ScriptDuration")) {
                return metric.get("value").asDouble();
            }
        }
        throw new IOException("the browser does not tell how long scripts ran");
    }

    private JsonNode send(String method, Map<String, Object> parameters) throws IOException, InterruptedException {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        waiting.put(id, answer);
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("method", method);
        message.put("params", parameters);
        if (session != null) {
            message.put("sessionId", session);
        }
        var unused = socket.sendText(Json.text(message), true).join();
        try {
            JsonNode said = answer.get(60, TimeUnit.SECONDS);
            if (said.has("error")) {
                throw new IOException(method + " was answered with " + said.get("error"));
            }
            return said.get("result");
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(method + " was not answered", e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
    }

    private static final class Hearing implements WebSocket.Listener {
        private final Map<Integer, CompletableFuture<JsonNode>> waiting;
        private final StringBuilder text = new StringBuilder();

        Hearing(Map<Integer, CompletableFuture<JsonNode>> waiting) {
            this.waiting = waiting;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                JsonNode message = Json.tree(text.toString());
                text.setLength(0);
                CompletableFuture<JsonNode> answer =
                        waiting.remove(message.path("id").asInt(-1));
                if (answer != null) {
                    answer.complete(message);
                }
            }
            from.request(1);
            return null;
        }
    }
}
