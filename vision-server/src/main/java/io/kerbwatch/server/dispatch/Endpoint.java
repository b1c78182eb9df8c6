package io.kerbwatch.server.dispatch;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Someone's server that is told what happens.
 *
 * @param kind webhook, a robot (dingtalk, wecom, feishu) or mqtt
 * @param url as much of it as may be shown
 * @param signing hmac, ed25519 or none
 * @param publicKeys that check its signatures, the newest first; none but for ed25519
 * @param mqtt how to publish; null but for mqtt
 * @param reports what it tells back: steps (accept, arrive, done), done, or nothing
 * @param events types that it wants; all if empty
 * @param sites that it wants to hear of; all if empty
 * @param state active; degraded if it does not do what is asked of it, and is told everything all the same; or disabled
 * @param ping how the last ping went; null if there was none
 */
public record Endpoint(
        UUID id,
        String kind,
        String name,
        String url,
        String signing,
        List<PublicKey> publicKeys,
        @Nullable Mqtt mqtt,
        String reports,
        List<String> events,
        List<UUID> sites,
        String state,
        String stateReason,
        @Nullable Ping ping,
        int version,
        Instant createdAt) {
    static final String WEBHOOK = "webhook";
    static final String MQTT = "mqtt";

    /** How a ping went. */
    public record Ping(
            Instant at, boolean delivered, @Nullable Integer status, String result, long milliseconds) {}

    /**
     * One that checks signatures.
     *
     * @param key as {@code whpk_} and base64
     * @param until after which nothing is signed for it any more; null if none is known
     */
    public record PublicKey(String key, @Nullable Instant until) {}

    /**
     * How to publish to a broker.
     *
     * @param topic with {type}, {site} and {endpoint} to be filled in
     * @param version of the protocol: 3 (3.1.1) or 5
     * @param username empty if the broker asks for none
     */
    public record Mqtt(String topic, int version, String username) {}

    /**
     * Whether its 2xx can mean that someone has an order: a robot answers for a chat and a broker for itself, and neither
     * is somebody who goes.
     */
    public boolean takesOrders() {
        return kind.equals(WEBHOOK);
    }
}
