package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes one attempt at a broker of MQTT 3.1.1 or 5: connects to an address that was checked, publishes with QoS 1, waits
 * for the broker's PUBACK, and leaves. The payload is the webhook's body with the message's id in it, for 3.1.1 has no
 * place beside it.
 */
final class Publisher {
    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    private final Vertx vertx;
    private final AddressPolicy allowed;

    Publisher(Vertx vertx, AddressPolicy allowed) {
        this.vertx = vertx;
        this.allowed = allowed;
    }

    /** Publishes; the future never fails. The name is resolved on a worker thread. */
    Future<Courier.Result> publish(Channel.Broker broker, Letter letter, Duration timeout) {
        long began = System.nanoTime();
        return vertx.executeBlocking(() -> allowed.check(broker.url().getHost()).get(0), false)
                .compose(address -> Future.fromCompletionStage(said(broker, letter, address, timeout)))
                .map(words -> new Courier.Result(true, null, words, "", Optional.empty(), Courier.since(began)))
                .otherwise(error -> Courier.Result.none(words(error, timeout), Courier.since(began)));
    }

    private static CompletableFuture<String> said(
            Channel.Broker broker, Letter letter, InetAddress address, Duration timeout) {
        URI url = broker.url();
        boolean tls = secure(url);
        int port = url.getPort() >= 0 ? url.getPort() : tls ? TLS_PORT : PORT;
        int millis = (int) timeout.toMillis();
        JsonNode body = Json.tree(new String(letter.body(), StandardCharsets.UTF_8));
        Outgoing outgoing = new Outgoing(
                topic(broker, body),
                Json.bytes(((ObjectNode) body.deepCopy()).put("id", letter.id())),
                broker.terms().username(),
                Objects.requireNonNullElse(broker.password(), ""),
                timeout);
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(fresh())
                .transportConfig()
                .serverAddress(new InetSocketAddress(named(url.getHost(), address), port))
                .socketConnectTimeout(millis, TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(millis, TimeUnit.MILLISECONDS)
                .applyTransportConfig();
        if (tls) {
            builder = builder.sslWithDefaultConfig();
        }
        return broker.terms().version() == 3
                ? third(builder.useMqttVersion3().buildAsync(), outgoing)
                : fifth(builder.useMqttVersion5().buildAsync(), outgoing);
    }

    /** What is published, and who says so. */
    private record Outgoing(String topic, byte[] payload, String username, String password, Duration timeout) {}

    private static CompletableFuture<String> third(Mqtt3AsyncClient client, Outgoing outgoing) {
        var connect = client.connectWith().cleanSession(true);
        if (!outgoing.username().isEmpty()) {
            connect = connect.simpleAuth()
                    .username(outgoing.username())
                    .password(outgoing.password().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        CompletableFuture<String> said = connect.send()
                .thenCompose(connected -> client.publishWith()
                        .topic(outgoing.topic())
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(outgoing.payload())
                        .send())
                .thenApply(published -> "PUBACK")
                .whenComplete((words, error) -> leave(client.disconnect()));
        // Beside the one above: this one ends an attempt that is still waiting, that one what comes too late.
        return said.copy()
                .orTimeout(outgoing.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((words, error) -> leave(client.disconnect()));
    }

    private static CompletableFuture<String> fifth(Mqtt5AsyncClient client, Outgoing outgoing) {
        var connect = client.connectWith().cleanStart(true);
        if (!outgoing.username().isEmpty()) {
            connect = connect.simpleAuth()
                    .username(outgoing.username())
                    .password(outgoing.password().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        CompletableFuture<String> said = connect.send()
                .thenCompose(connected -> client.publishWith()
                        .topic(outgoing.topic())
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .contentType("application/json")
                        .payload(outgoing.payload())
                        .send())
                .thenCompose(Publisher::judged)
                .whenComplete((words, error) -> leave(client.disconnect()));
        // Beside the one above: this one ends an attempt that is still waiting, that one what comes too late.
        return said.copy()
                .orTimeout(outgoing.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((words, error) -> leave(client.disconnect()));
    }

    /** An identifier that every broker has to take: 23 letters and digits (MQTT 3.1.1, section 3.1.3.1). */
    private static String fresh() {
        return "kerbwatch" + UUID.randomUUID().toString().replace("-", "").substring(0, 14);
    }

    /** A client that is gone already says so, and nobody has to know. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void leave(CompletableFuture<Void> left) {
        left.exceptionally(error -> null);
    }

    /** A broker of version 5 says why it does not take a message, and whether there is anybody to hand it to. */
    private static CompletableFuture<String> judged(Mqtt5PublishResult result) {
        Optional<Throwable> error = result.getError();
        if (error.isPresent()) {
            return CompletableFuture.failedFuture(error.get());
        }
        boolean alone = result instanceof Mqtt5PublishResult.Mqtt5Qos1Result first
                && first.getPubAck().getReasonCode() == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS;
        return CompletableFuture.completedFuture(alone ? "PUBACK, but nobody has subscribed" : "PUBACK");
    }

    /** The topic with what it leaves open filled in. */
    private static String topic(Channel.Broker broker, JsonNode body) {
        return broker.terms()
                .topic()
                .replace("{type}", body.path("type").asText())
                .replace("{site}", body.at("/data/site/id").asText("none"))
                .replace("{endpoint}", broker.endpoint().toString());
    }

    static boolean secure(URI url) {
        return "mqtts".equalsIgnoreCase(url.getScheme());
    }

    /** The address that was checked, with the name that the broker's certificate has to bear. */
    private static InetAddress named(String host, InetAddress address) {
        try {
            return InetAddress.getByAddress(host, address.getAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    private static String words(Throwable error, Duration timeout) {
        Throwable cause = error;
        while (cause.getCause() != null && (cause instanceof CompletionException || cause.getMessage() == null)) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof ConnectException) {
                return "connection refused";
            }
        }
        return cause instanceof Mqtt5PubAckException refused
                ? "the broker refused it: " + refused.getMqttMessage().getReasonCode()
                : String.valueOf(cause.getMessage());
    }
}
