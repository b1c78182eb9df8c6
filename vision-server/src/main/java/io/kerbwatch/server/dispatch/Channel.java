package io.kerbwatch.server.dispatch;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The way to an endpoint, with all its secrets. */
sealed interface Channel {
    /**
     * A receiver of Standard Webhooks.
     *
     * @param secrets that sign, the newest first
     */
    record Webhook(URI url, List<String> secrets) implements Channel {}

    /**
     * A robot of a group chat.
     *
     * @param url with whatever in it is a secret
     * @param secret that signs; null where the platform has none or it was not asked for
     */
    record Robot(RobotKind kind, URI url, @Nullable String secret) implements Channel {}

    /** A broker of MQTT. */
    record Broker(
            UUID endpoint,
            URI url,
            Endpoint.Mqtt terms,
            @Nullable String password) implements Channel {}
}
