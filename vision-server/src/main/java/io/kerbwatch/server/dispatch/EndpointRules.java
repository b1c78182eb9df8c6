package io.kerbwatch.server.dispatch;

import io.kerbwatch.server.platform.AddressPolicy;
import io.kerbwatch.server.platform.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an endpoint of each kind may be; every refusal is a 400 that says what to write instead. */
final class EndpointRules {
    private static final Pattern HOLE = Pattern.compile("\\{([^}]*)}");
    private static final Set<String> HOLES = Set.of("type", "site", "endpoint");

    private final AddressPolicy allowed;

    EndpointRules(AddressPolicy allowed) {
        this.allowed = allowed;
    }

    /** Whether all that was said belongs to the kind. */
    void check(String kind, Endpoints.NewEndpoint wanted) {
        boolean webhook = kind.equals(Endpoint.WEBHOOK);
        boolean mqtt = kind.equals(Endpoint.MQTT);
        checkUrl(kind, wanted.url());
        if (!webhook && wanted.signing() != null) {
            throw refused("/signing", "Only a webhook's signature can be chosen; leave it out.");
        }
        checkReports(kind, wanted.reports());
        String secret = wanted.secret();
        if (secret != null) {
            checkSecret(kind, wanted.signing(), secret);
        }
        Endpoints.NewMqtt terms = wanted.mqtt();
        if (mqtt && terms == null) {
            throw refused("/mqtt", "Say where to publish: {\"topic\":\"kerbwatch/{site}/{type}\",\"version\":5}.");
        }
        if (terms != null) {
            checkMqtt(kind, terms);
        }
    }

    /** Robots and brokers tell nothing back. */
    void checkReports(String kind, @Nullable String reports) {
        if (!kind.equals(Endpoint.WEBHOOK) && reports != null && !reports.equals("nothing")) {
            throw refused("/reports", "A " + kind + " endpoint tells nothing back; leave this out.");
        }
    }

    void checkSecret(String kind, @Nullable String signing, String secret) {
        if (kind.equals(Endpoint.MQTT)) {
            throw refused("/secret", "A broker's password goes into mqtt.password.");
        }
        if (kind.equals("wecom")) {
            throw refused("/secret", "A robot of WeCom has its key in its address and no secret beside it.");
        }
        if ("ed25519".equals(signing)) {
            throw refused("/secret", "With ed25519 there is no shared secret; leave it out and read publicKeys.");
        }
        if (kind.equals(Endpoint.WEBHOOK) && !Signature.isSecret(secret)) {
            throw refused("/secret", "A secret is whsec_ and " + Signature.SECRET_LENGTHS + " bytes in base64.");
        }
    }

    void checkMqtt(String kind, Endpoints.NewMqtt terms) {
        if (!kind.equals(Endpoint.MQTT)) {
            throw refused("/mqtt", "Only an mqtt endpoint publishes; leave this out.");
        }
        String topic = terms.topic();
        if (topic.matches(".*[+#\\x00].*")) {
            throw refused("/mqtt/topic", "A topic to publish to has no + and no #.");
        }
        Matcher holes = HOLE.matcher(topic);
        while (holes.find()) {
            if (!HOLES.contains(holes.group(1))) {
                throw refused("/mqtt/topic", "{" + holes.group(1) + "} is not known; use {type}, {site}, {endpoint}.");
            }
        }
    }

    void checkUrl(String kind, String url) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw refused("/url", "This is no URL: " + e.getReason() + ".");
        }
        boolean mqtt = kind.equals(Endpoint.MQTT);
        Set<String> schemes = mqtt ? Set.of("mqtt", "mqtts") : Set.of("http", "https");
        if (uri.getHost() == null
                || !schemes.contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
            throw refused(
                    "/url",
                    mqtt
                            ? "Give an address like mqtts://broker.example.org:8883."
                            : "Give an address like https://example.org/hooks/kerbwatch.");
        }
        if (uri.getRawUserInfo() != null) {
            throw refused(
                    "/url",
                    mqtt
                            ? "Leave user and password out; they go into mqtt.username and mqtt.password."
                            : "Leave user and password out; messages prove themselves by signature.");
        }
        try {
            allowed.check(uri.getHost());
        } catch (AddressPolicy.Refused e) {
            if (!e.unknown()) {
                throw refused("/url", "It cannot be used: " + e.getMessage() + ".");
            }
        }
    }

    private static Problem.Raised refused(String where, String why) {
        return Problem.invalid(where, why).raised();
    }
}
