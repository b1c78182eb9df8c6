package io.kerbwatch.samples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A dispatch system to practise on: receives signed webhooks on loopback, processes each once, and plays the crew that
 * works on the orders. {@code accept} is reported from within the handler, before the webhook is answered; the other
 * steps follow after the crew's times.
 *
 * <p>Signatures are those of Standard Webhooks 1.0.0; a wrong one, or one more than five minutes old, is answered 401.
 */
public final class DispatchConsumer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DispatchConsumer.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int SECRET_BYTES = 32;
    private static final Set<String> TO_DO = Set.of("FILED", "DISPATCHED");
    private static final Set<String> ENDED = Set.of("CLOSED", "SELF_CLEARED", "REJECTED", "MERGED", "CANCELLED");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "sample-consumer");
        thread.setDaemon(true);
        return thread;
    });
    private final Shift shift;
    private final List<byte[]> keys = new CopyOnWriteArrayList<>();
    private final Set<String> processed = ConcurrentHashMap.newKeySet();
    private final List<Delivery> deliveries = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile Answer answer = new Answer.Well();

    private DispatchConsumer(int port, Crew crew, Cleaning cleaning) throws IOException {
        shift = new Shift(crew, cleaning);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(threads);
        server.createContext("/webhook", this::receive);
    }

    /**
     * Starts to listen on a free port. It refuses everything until it {@linkplain #trust trusts} a secret, and works
     * without reporting until it is told {@linkplain #reportTo where}.
     *
     * @throws IOException if it cannot listen
     */
    public static DispatchConsumer start(Crew crew, Cleaning cleaning) throws IOException {
        return start(0, crew, cleaning);
    }

    /**
     * Starts to listen.
     *
     * @param port on loopback; 0 for a free one
     * @throws IOException if it cannot listen there
     */
    public static DispatchConsumer start(int port, Crew crew, Cleaning cleaning) throws IOException {
        DispatchConsumer consumer = new DispatchConsumer(port, crew, cleaning);
        consumer.server.start();
        return consumer;
    }

    /** Where webhooks are to be sent. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/webhook");
    }

    /** Makes a secret and accepts messages signed with it from now on. */
    public String freshSecret() {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        String secret = "whsec_" + Base64.getEncoder().encodeToString(bytes);
        trust(secret);
        return secret;
    }

    /**
     * Accepts messages signed with this secret too, {@code whsec_} and base64.
     *
     * @throws IllegalArgumentException if it is no such secret
     */
    public void trust(String secret) {
        keys.add(WebhookSignature.key(secret));
    }

    /**
     * Reports steps from now on to {@code POST {base}/api/v1/orders/{id}/events}.
     *
     * @param base scheme, host and port
     * @param token sent as bearer token
     */
    public void reportTo(URI base, String token) {
        shift.reportTo(new Reporter(base, token));
    }

    /** Answers in this way from now on. */
    public void answer(Answer way) {
        answer = way;
    }

    /** Every request that came, in order of arrival. */
    public List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    /** Every attempt of the crew to report something, in order. */
    public List<Report> reports() {
        return shift.reports();
    }

    /** Stops listening and working. */
    @Override
    public void close() {
        closing.countDown();
        shift.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            Instant now = Instant.now();
            String id = header(exchange, "webhook-id");
            boolean genuine = WebhookSignature.holds(
                    keys, id, header(exchange, "webhook-timestamp"), header(exchange, "webhook-signature"), body, now);
            JsonNode message = parsed(body);
            deliveries.add(new Delivery(now, id, genuine, processed.contains(id), message));
            if (!genuine) {
                LOG.info("A webhook {} was refused: no trusted secret made its signature", id);
                exchange.sendResponseHeaders(401, -1);
                return;
            }
            answer(exchange, id, message);
        }
    }

    private void answer(HttpExchange exchange, String id, JsonNode message) throws IOException {
        Answer way = answer;
        if (way instanceof Answer.Status status) {
            exchange.sendResponseHeaders(status.code(), -1);
        } else if (way instanceof Answer.Redirect redirect) {
            exchange.getResponseHeaders().set("Location", redirect.to().toString());
            exchange.sendResponseHeaders(307, -1);
        } else if (!(way instanceof Answer.HangUp)) {
            if (processed.add(id)) {
                process(message);
            }
            if (way instanceof Answer.Late late) {
                pause(late.delay());
            }
            if (!(way instanceof Answer.Lost)) {
                exchange.sendResponseHeaders(204, -1);
            }
        }
    }

    private void process(JsonNode message) {
        JsonNode order = message.at("/data/order");
        String orderId = order.path("id").asText();
        String state = order.path("state").asText();
        int round = order.path("round").asInt(1);
        boolean othersWork = order.path("dispatchMode").asText().equals("crews")
                || order.at("/receiver/kind").asText().equals("crew");
        if (orderId.isEmpty() || othersWork) {
            return; // it is told, and has nothing to do
        }
        switch (message.path("type").asText()) {
            case "order.filed" -> shift.begin(orderId, round, site(message));
            case "order.changed" -> {
                // work that was sent back is a higher round; the shift knows which rounds it has had
                if (TO_DO.contains(state) && round > 1) {
                    shift.begin(orderId, round, site(message));
                } else if (ENDED.contains(state)) {
                    shift.end(orderId);
                }
            }
            case "order.closed" -> shift.end(orderId);
            default -> LOG.debug("Nothing to do for a {}", message.path("type").asText());
        }
    }

    private void pause(Duration delay) {
        try {
            boolean closed = closing.await(delay.toMillis(), TimeUnit.MILLISECONDS);
            LOG.debug("Answering late{}", closed ? ", cut short" : "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String site(JsonNode message) {
        return message.at("/data/site/name").asText();
    }

    private static String header(HttpExchange exchange, String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
    }

    private static JsonNode parsed(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }
}
