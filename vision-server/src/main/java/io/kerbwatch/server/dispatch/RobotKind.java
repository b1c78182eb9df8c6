package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The chats whose robots can be told, each in its own way: how a message is signed, put and judged. */
enum RobotKind {
    /** 钉钉: timestamp in milliseconds and HMAC-SHA256 in the query. */
    DINGTALK("dingtalk", "errcode") {
        @Override
        Post post(URI url, @Nullable String secret, RobotText text, Instant now) {
            URI signed = url;
            if (secret != null) {
                long timestamp = now.toEpochMilli();
                String sign = base64(Signature.hmac(bytes(secret), bytes(timestamp + "\n" + secret)));
                signed = URI.create(url + (url.getRawQuery() == null ? "?" : "&") + "timestamp=" + timestamp + "&sign="
                        + URLEncoder.encode(sign, StandardCharsets.UTF_8));
            }
            return new Post(
                    signed,
                    Map.of(
                            "msgtype",
                            "markdown",
                            "markdown",
                            Map.of(
                                    "title",
                                    text.title(),
                                    "text",
                                    "### " + text.title() + "\n\n" + text.lines("\n\n"))));
        }
    },
    /** 企业微信: the key in the address is all there is. */
    WECOM("wecom", "errcode") {
        @Override
        Post post(URI url, @Nullable String secret, RobotText text, Instant now) {
            String content = "### " + text.title() + "\n" + text.lines("\n");
            return new Post(url, Map.of("msgtype", "markdown", "markdown", Map.of("content", content)));
        }
    },
    /** 飞书: timestamp in seconds and a signature in the body; timestamp and secret are the key, and nothing is signed. */
    FEISHU("feishu", "code") {
        @Override
        Post post(URI url, @Nullable String secret, RobotText text, Instant now) {
            Map<String, Object> body = new LinkedHashMap<>();
            if (secret != null) {
                String timestamp = Long.toString(now.getEpochSecond());
                body.put("timestamp", timestamp);
                body.put("sign", base64(Signature.hmac(bytes(timestamp + "\n" + secret), new byte[0])));
            }
            body.put("msg_type", "interactive");
            body.put(
                    "card",
                    Map.of(
                            "header",
                            Map.of("title", Map.of("tag", "plain_text", "content", text.title())),
                            "elements",
                            List.of(Map.of("tag", "markdown", "content", text.lines("\n")))));
            return new Post(url, body);
        }
    };

    /** More of them a minute are refused by DingTalk, for ten minutes, and by WeCom. */
    static final int MOST_A_MINUTE = 20;

    /** What their answers call too many messages in a minute: DingTalk's, WeCom's, Feishu's two. */
    private static final Set<Integer> TOO_MANY = Set.of(130101, 45009, 9499, 11232);

    private static final Duration WHEN_TOO_MANY = Duration.ofMinutes(1);

    private final String code;
    private final String verdict;

    RobotKind(String code, String verdict) {
        this.code = code;
        this.verdict = verdict;
    }

    /** Where to, and what: JSON. */
    record Post(URI url, Object body) {}

    /** The message as this chat's robots take it. */
    abstract Post post(URI url, @Nullable String secret, RobotText text, Instant now);

    /** The kind that an endpoint says; empty if it is no robot. */
    static Optional<RobotKind> of(String code) {
        return Arrays.stream(values()).filter(kind -> kind.code.equals(code)).findFirst();
    }

    /** What an answer means: a robot refuses with 200 and a number in the body. */
    Courier.Result judged(Courier.Result result) {
        if (!result.delivered()) {
            return result;
        }
        JsonNode answer;
        try {
            answer = Json.tree(result.answer());
        } catch (UncheckedIOException e) {
            return result.refused(result.result() + ", but the answer is no JSON", Optional.empty());
        }
        JsonNode number = answer.path(verdict);
        if (!number.isInt()) {
            return result.refused(result.result() + ", but the answer has no " + verdict, Optional.empty());
        }
        if (number.asInt() == 0) {
            return result;
        }
        String words = answer.path("errmsg").asText(answer.path("msg").asText());
        return result.refused(
                verdict + " " + number.asInt() + ": " + words.substring(0, Math.min(words.length(), 200)),
                TOO_MANY.contains(number.asInt()) ? Optional.of(WHEN_TOO_MANY) : Optional.empty());
    }

    /** The address without what is a secret in it. */
    static String shown(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        boolean inPath = url.getRawQuery() == null && path.length() > 1;
        String where = url.getScheme() + "://" + url.getRawAuthority();
        return inPath
                ? where + path.substring(0, path.lastIndexOf('/') + 1) + "…"
                : where + path + (url.getRawQuery() == null ? "" : "?…");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
