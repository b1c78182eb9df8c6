package io.kerbwatch.server.device;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3ClientBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.server.platform.Reply;
import io.kerbwatch.server.platform.Settings;
import io.kerbwatch.server.platform.Web;
import io.vertx.core.Vertx;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears devices over a broker of MQTT 3.1.1: what they would send over HTTP, with their token in it. A message is
 * acknowledged when it is stored, in a session that the broker keeps, so what is published while either side is away comes
 * later. The last level of the topic says what it is.
 */
public final class MqttLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MqttLink.class);
    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;
    private static final long AGAIN_MILLIS = 2_000;
    private static final long LONGEST_PAUSE_SECONDS = 30;
    /** What is done with a message, by the last level of its topic. */
    private static final Map<String, String> OPERATIONS =
            Map.of("readings", "reportReadings", "counts", "reportCounts");

    private final Vertx vertx;
    private final Web web;
    private final Mqtt3AsyncClient client;
    private final String topic;
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();

    private MqttLink(Vertx vertx, Web web, URI broker, Settings settings) {
        this.vertx = vertx;
        this.web = web;
        this.topic = settings.get(Settings.MQTT_TOPIC);
        boolean tls = "mqtts".equalsIgnoreCase(broker.getScheme());
        Mqtt3ClientBuilder builder = MqttClient.builder()
                .useMqttVersion3()
                .identifier(settings.get(Settings.MQTT_CLIENT_ID))
                .serverHost(broker.getHost())
                .serverPort(broker.getPort() >= 0 ? broker.getPort() : tls ? TLS_PORT : PORT)
                .automaticReconnect()
                .initialDelay(1, TimeUnit.SECONDS)
                .maxDelay(LONGEST_PAUSE_SECONDS, TimeUnit.SECONDS)
                .applyAutomaticReconnect()
                .addConnectedListener(context -> subscribe())
                .addDisconnectedListener(context -> lost(context.getCause()));
        if (tls) {
            builder = builder.sslWithDefaultConfig();
        }
        String username = settings.get(Settings.MQTT_USERNAME);
        if (!username.isEmpty()) {
            builder = builder.simpleAuth()
                    .username(username)
                    .password(settings.get(Settings.MQTT_PASSWORD).getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        this.client = builder.buildAsync();
    }

    /** Begins to listen, where a broker is set; whether it is there just now does not matter. */
    public static Optional<MqttLink> start(Vertx vertx, Web web, Settings settings) {
        return settings.get(Settings.MQTT_URL).map(broker -> {
            MqttLink link = new MqttLink(vertx, web, broker, settings);
            link.begin();
            return link;
        });
    }

    private void begin() {
        client.publishes(MqttGlobalPublishFilter.ALL, this::heard, true);
        forget(client.connectWith().cleanSession(false).send());
    }

    private void subscribe() {
        forget(client.subscribeWith()
                .topicFilter(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .whenComplete((subscribed, error) -> {
                    if (error != null) {
                        LOG.error("mqtt: the broker refuses the topic {}: {}", topic, error.getMessage());
                    } else {
                        away.set(false);
                        LOG.info("mqtt: listening for devices topic={}", topic);
                    }
                }));
    }

    private void lost(Throwable cause) {
        if (!closed.get() && away.compareAndSet(false, true)) {
            LOG.warn("mqtt: the broker is away ({}); it is tried again until it is back", cause.getMessage());
        }
    }

    private void heard(Mqtt3Publish message) {
        String levels = message.getTopic().toString();
        String operation = OPERATIONS.get(levels.substring(levels.lastIndexOf('/') + 1));
        if (operation == null) {
            refuse(message, "its topic ends neither in /readings nor in /counts");
            return;
        }
        try {
            JsonNode told = Json.tree(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
            if (told instanceof ObjectNode body && body.path("token").isTextual()) {
                String token = body.remove("token").asText();
                submit(message, operation, token, Json.bytes(body));
            } else {
                refuse(message, "it is no JSON object with a 'token'");
            }
        } catch (UncheckedIOException e) {
            refuse(message, "it is no JSON");
        }
    }

    /** Until it is stored, or is refused for good. */
    private void submit(Mqtt3Publish message, String operation, String token, byte[] body) {
        web.submit(token, operation, body).onSuccess(reply -> {
            if (reply.status() < 400) {
                message.acknowledge();
            } else if (reply.status() >= 500 && !closed.get()) {
                vertx.setTimer(AGAIN_MILLIS, tick -> submit(message, operation, token, body));
            } else {
                refuse(message, words(reply));
            }
        });
    }

    private static String words(Reply reply) {
        return Json.tree(new String(reply.body(), StandardCharsets.UTF_8))
                .path("detail")
                .asText();
    }

    /** It would be refused again each time: it is taken from the broker, and said in the log. */
    private static void refuse(Mqtt3Publish message, String why) {
        LOG.warn("mqtt: a message of {} was not taken: {}", message.getTopic(), why);
        message.acknowledge();
    }

    /** What fails is told to the listeners. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void forget(CompletableFuture<?> done) {
        done.exceptionally(error -> null);
    }

    @Override
    public void close() {
        closed.set(true);
        forget(client.disconnect());
    }
}
