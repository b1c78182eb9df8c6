package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.Json;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes one attempt by whichever way an endpoint has. */
final class Carrier {
    private final Courier courier;
    private final Publisher publisher;
    private final InstantSource clock;

    Carrier(Courier courier, Publisher publisher, InstantSource clock) {
        this.courier = courier;
        this.publisher = publisher;
        this.clock = clock;
    }

    /**
     * Sends; the future never fails.
     *
     * @param letters one; several only to a robot, which is told of them as a digest
     */
    Future<Courier.Result> send(Channel channel, List<Letter> letters, Duration timeout) {
        if (channel instanceof Channel.Webhook webhook) {
            return webhook(webhook, letters.get(0), timeout);
        }
        if (channel instanceof Channel.Robot robot) {
            return robot(robot, letters, timeout);
        }
        return publisher.publish((Channel.Broker) channel, letters.get(0), timeout);
    }

    private Future<Courier.Result> webhook(Channel.Webhook webhook, Letter letter, Duration timeout) {
        long timestamp = clock.instant().getEpochSecond();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("webhook-id", letter.id());
        headers.put("webhook-timestamp", Long.toString(timestamp));
        headers.put("webhook-signature", Signature.header(webhook.secrets(), letter.id(), timestamp, letter.body()));
        return courier.post(webhook.url(), headers, letter.body(), timeout);
    }

    private Future<Courier.Result> robot(Channel.Robot robot, List<Letter> letters, Duration timeout) {
        Instant now = clock.instant();
        RobotText text = letters.size() == 1 ? RobotText.of(letters.get(0)) : RobotText.digest(letters);
        RobotKind.Post post = robot.kind().post(robot.url(), robot.secret(), text, now);
        return courier.post(post.url(), Map.of(), Json.bytes(post.body()), timeout)
                .map(robot.kind()::judged);
    }
}
