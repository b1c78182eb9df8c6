package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Robots of group chats, as their platforms say that they want to be told. */
class RobotTest {
    private static final String GOOD = "{\"errcode\":0,\"errmsg\":\"ok\"}";

    private final TestDispatch world = TestDispatch.start();
    private final TestServer kerbwatch = world.kerbwatch;

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void dingTalkGetsASignedAddressAndAMarkdownMessage() throws GeneralSecurityException {
        try (Chat chat = new Chat(GOOD)) {
            JsonNode created = robot("dingtalk", chat.url("/robot/send?access_token=geheim"), "SECabc");
            assertThat(created.toString()).doesNotContain("geheim").doesNotContain("SECabc");
            assertThat(created.get("secret").isNull()).isTrue();
            assertThat(created.get("endpoint").get("url").asText()).endsWith("/robot/send?…");
            assertThat(created.get("endpoint").get("ping").get("delivered").asBoolean())
                    .isTrue();
            UUID robot = TestServer.id(created.get("endpoint"));
            JsonNode order = dirty(robot);

            Map<String, String> query = query(chat.said.get(1).query());
            assertThat(query.get("access_token")).isEqualTo("geheim");
            String timestamp = query.get("timestamp");
            assertThat(timestamp)
                    .isEqualTo(Long.toString(kerbwatch.clock.instant().toEpochMilli()));
            assertThat(query.get("sign")).isEqualTo(hmac("SECabc", timestamp + "\nSECabc"));
            JsonNode body = chat.said.get(1).body();
            assertThat(body.get("msgtype").asText()).isEqualTo("markdown");
            assertThat(body.at("/markdown/title").asText()).isEqualTo("新工单：村口垃圾站");
            assertThat(body.at("/markdown/text").asText())
                    .contains(order.get("number").asText(), "村口垃圾站", "垃圾满溢", "待派单", "[查看图片](http", clock(order));

            chat.answer("{\"errcode\":310000,\"errmsg\":\"sign not match\"}");
            JsonNode ping = kerbwatch
                    .api
                    .post("/api/v1/endpoints/" + robot + "/ping", "")
                    .expect(200)
                    .get("ping");
            assertThat(ping.get("delivered").asBoolean()).isFalse();
            assertThat(ping.get("status").asInt()).isEqualTo(200);
            assertThat(ping.get("result").asText()).isEqualTo("errcode 310000: sign not match");
        }
    }

    @Test
    void feishuGetsItsSignatureInTheBodyOfACard() throws GeneralSecurityException {
        try (Chat chat = new Chat("{\"code\":0,\"msg\":\"success\",\"data\":{}}")) {
            JsonNode created = robot("feishu", chat.url("/open-apis/bot/v2/hook/geheim"), "abc");
            assertThat(created.get("endpoint").get("url").asText()).endsWith("/open-apis/bot/v2/hook/…");
            JsonNode order = dirty(TestServer.id(created.get("endpoint")));

            JsonNode body = chat.said.get(1).body();
            String timestamp = body.get("timestamp").asText();
            assertThat(timestamp)
                    .isEqualTo(Long.toString(kerbwatch.clock.instant().getEpochSecond()));
            assertThat(body.get("sign").asText()).isEqualTo(hmac(timestamp + "\nabc", ""));
            assertThat(body.get("msg_type").asText()).isEqualTo("interactive");
            assertThat(body.at("/card/header/title/content").asText()).isEqualTo("新工单：村口垃圾站");
            assertThat(body.at("/card/elements/0/content").asText())
                    .contains(order.get("number").asText(), "垃圾满溢", clock(order), "[查看图片](http");
        }
    }

    @Test
    void weComHasItsKeyInTheAddressAndSaysNoByANumber() {
        try (Chat chat = new Chat(GOOD)) {
            JsonNode created = robot("wecom", chat.url("/cgi-bin/webhook/send?key=geheim"), null);
            UUID robot = TestServer.id(created.get("endpoint"));
            chat.answer("{\"errcode\":45009,\"errmsg\":\"api freq out of limit\"}");
            UUID camera = station();
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            TestDispatch.await(() -> world.deliveries(robot, "waiting").stream()
                    .anyMatch(line -> line.get("lastResult").asText().contains("45009")));
            // What is under way when the clock is moved would be late by as much, and fail for longer.
            TestDispatch.await(() -> world.settled(robot, ""));
            assertThat(world.deliveries(robot, "delivered")).isEmpty();
            assertThat(chat.said.get(1).query()).isEqualTo("key=geheim");
            JsonNode body = chat.said.get(1).body();
            assertThat(body.get("msgtype").asText()).isEqualTo("markdown");
            assertThat(body.at("/markdown/content").asText()).contains("新工单：村口垃圾站", "垃圾满溢");

            chat.answer(GOOD);
            kerbwatch.clock.advance(Duration.ofMinutes(3));
            TestDispatch.await(() -> world.deliveries(robot, "waiting").isEmpty());
        }
    }

    @Test
    void beyondTwentyAMinuteTheyAreOneDigest() {
        try (Chat chat = new Chat(GOOD)) {
            UUID robot = TestServer.id(robot("wecom", chat.url("/cgi-bin/webhook/send?key=k"), null)
                    .get("endpoint"));
            UUID camera = station();
            Instant began = kerbwatch.clock.instant();
            for (int i = 0; i < 60; i++) {
                kerbwatch.clock.advance(Duration.ofMillis(1));
                kerbwatch.tell(camera, Kind.LITTER, i % 2 == 0 ? Finding.Type.CONFIRMED : Finding.Type.CLEARED);
            }
            TestDispatch.await(() -> chat.said.size() == 1 + RobotKind.MOST_A_MINUTE);
            // All that came within the minute but too late for the digest goes when there is room again.
            for (int i = 0; i < 3; i++) {
                kerbwatch.clock.advance(Duration.ofSeconds(61));
                TestDispatch.await(() -> world.deliveries(robot, "waiting").isEmpty());
            }
            List<JsonNode> delivered = world.deliveries(robot, "delivered");
            assertThat(delivered).hasSizeGreaterThan(60);
            List<JsonNode> together = delivered.stream()
                    .filter(line -> line.get("lastResult").asText().contains("in a digest of"))
                    .toList();
            assertThat(together).hasSizeGreaterThan(30);
            List<String> digests = chat.said.stream()
                    .map(each -> each.body().at("/markdown/content").asText())
                    .filter(text -> text.contains("条消息汇总"))
                    .toList();
            assertThat(digests).isNotEmpty().allSatisfy(text -> assertThat(text.getBytes(StandardCharsets.UTF_8))
                    .hasSizeLessThan(4096));
            assertThat(chat.said).hasSizeLessThan(1 + 2 * RobotKind.MOST_A_MINUTE);
            // What went in each of the minutes, a digest counted once.
            assertThat(world.sql("select max(n) from (select count(*) filter (where result not like '%digest%')"
                            + " + count(distinct began_at) filter (where result like '%digest%') as n from attempt"
                            + " group by date_bin('61 seconds', began_at, '" + began + "')) m"))
                    .isEqualTo(RobotKind.MOST_A_MINUTE);
        }
    }

    @Test
    void aRobotIsNeverWhatASiteDispatchesTo() {
        try (Chat chat = new Chat(GOOD)) {
            UUID robot = TestServer.id(robot("wecom", chat.url("/cgi-bin/webhook/send?key=k"), null)
                    .get("endpoint"));
            assertThat(kerbwatch
                            .api
                            .post(
                                    "/api/v1/sites",
                                    "{\"name\":\"station\",\"dispatchMode\":\"webhook\",\"dispatchEndpoint\":\"" + robot
                                            + "\"}")
                            .expect(400)
                            .toString())
                    .contains("/dispatchEndpoint", "a robot answers for a chat");
            assertThat(kerbwatch
                            .api
                            .post("/api/v1/endpoints/" + robot + "/rotate", "")
                            .problem(409))
                    .isEqualTo("no-secret-of-ours");
            String url = chat.url("/x");
            for (String wrong : List.of(
                    "\"kind\":\"wecom\",\"secret\":\"abc\"",
                    "\"kind\":\"feishu\",\"signing\":\"hmac\"",
                    "\"kind\":\"dingtalk\",\"reports\":\"steps\"",
                    "\"kind\":\"dingtalk\",\"mqtt\":{\"topic\":\"x\"}")) {
                assertThat(kerbwatch
                                .api
                                .post("/api/v1/endpoints", "{\"name\":\"x\",\"url\":\"" + url + "\"," + wrong + "}")
                                .problem(400))
                        .isEqualTo("invalid-request");
            }
        }
    }

    @Test
    void wordsOfPeopleDoNotBecomeMarkdown() {
        String body =
                "{\"type\":\"order.filed\",\"data\":{\"order\":{\"number\":\"1\",\"note\":\"[x](http://evil)\\n# <@all>\"},"
                        + "\"site\":{\"name\":\"**A**\"},\"deadlines\":{\"arriveBy\":\"2026-11-23T02:10:31Z\"}}}";
        RobotText text =
                RobotText.of(new Letter("msg_1", body.getBytes(StandardCharsets.UTF_8), ZoneId.of("Asia/Shanghai")));
        assertThat(text.title()).isEqualTo("新工单：A");
        assertThat(text.lines("\n"))
                .contains("**到场时限**：10:10")
                .doesNotContain("[x]")
                .doesNotContain("@all");
    }

    private JsonNode robot(String kind, String url, @Nullable String secret) {
        return world.made("{\"kind\":\"" + kind + "\",\"name\":\"群\",\"url\":\"" + url + "\""
                + (secret == null ? "" : ",\"secret\":\"" + secret + "\"") + "}");
    }

    private UUID station() {
        UUID site = TestServer.id(
                kerbwatch.api.post("/api/v1/sites", "{\"name\":\"村口垃圾站\"}").expect(201));
        return kerbwatch.camera(site, "10.0.0.8");
    }

    /** An order at a station, once the robot has been told. */
    private JsonNode dirty(UUID robot) {
        kerbwatch.tell(station(), Kind.OVERFLOW, Finding.Type.CONFIRMED);
        TestDispatch.await(() -> world.deliveries(robot, "waiting").isEmpty());
        return kerbwatch.order(TestServer.id(kerbwatch.orders().get(0)));
    }

    private static String clock(JsonNode order) {
        return DateTimeFormatter.ofPattern("HH:mm")
                .withZone(ZoneId.of("Asia/Shanghai"))
                .format(Instant.parse(order.get("deadlines").get("arriveBy").asText()));
    }

    private static Map<String, String> query(String raw) {
        return Arrays.stream(raw.split("&", -1))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(part -> part[0], part -> URLDecoder.decode(part[1], StandardCharsets.UTF_8)));
    }

    private static String hmac(String key, String signed) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    }
}
