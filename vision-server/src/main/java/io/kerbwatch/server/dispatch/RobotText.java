package io.kerbwatch.server.dispatch;

import com.fasterxml.jackson.databind.JsonNode;
import io.kerbwatch.server.platform.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What a robot says, in Chinese: a title and lines of Markdown.
 *
 * @param lines each a paragraph
 */
record RobotText(String title, List<String> lines) {
    /** WeCom takes 4,096 bytes; a digest says how many it leaves out. */
    private static final int MOST_BYTES = 3600;

    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm");
    private static final Map<String, String> TYPES = Map.of(
            "order.filed", "新工单",
            "order.changed", "工单更新",
            "order.closed", "工单结束",
            "incident.opened", "发现",
            "incident.cleared", "已清理",
            "camera.offline", "摄像机离线",
            "camera.online", "摄像机恢复",
            "camera.view_fault", "摄像机画面异常",
            "ping", "看桶连接测试");
    private static final Map<String, String> KINDS = Map.of("overflow", "垃圾满溢", "litter", "暴露垃圾");
    private static final Map<String, String> STATES = Map.ofEntries(
            Map.entry("filed", "待派单"),
            Map.entry("dispatched", "已派单"),
            Map.entry("accepted", "已接单"),
            Map.entry("arrived", "已到场"),
            Map.entry("verifying", "核查中"),
            Map.entry("human-check", "人工核查"),
            Map.entry("returned", "已退单"),
            Map.entry("suspended", "已挂起"),
            Map.entry("closed", "已结案"),
            Map.entry("self-cleared", "自清"),
            Map.entry("rejected", "误报"),
            Map.entry("merged", "已合并"),
            Map.entry("cancelled", "已取消"));

    String lines(String between) {
        return String.join(between, lines);
    }

    /** One message. */
    static RobotText of(Letter letter) {
        JsonNode envelope = tree(letter);
        JsonNode data = envelope.path("data");
        List<String> lines = new ArrayList<>();
        line(lines, "工单", data.at("/order/number").asText());
        line(lines, "点位", data.at("/site/name").asText());
        line(lines, "摄像机", data.at("/camera/name").asText());
        line(lines, "问题", kinds(data));
        line(lines, "状态", state(data));
        line(lines, "到场时限", clock(data.at("/deadlines/arriveBy"), letter.zone()));
        line(lines, "端点", data.at("/endpoint/name").asText());
        line(lines, "备注", data.at("/order/note").asText());
        String picture = picture(data);
        if (!picture.isEmpty()) {
            lines.add("[查看图片](" + picture + ")");
        }
        return new RobotText(title(envelope), lines);
    }

    /** Many messages as one; those that do not fit are counted. */
    static RobotText digest(List<Letter> letters) {
        List<String> lines = new ArrayList<>();
        int bytes = 0;
        for (Letter letter : letters) {
            String line = "- " + brief(letter);
            bytes += line.getBytes(StandardCharsets.UTF_8).length + 2;
            if (bytes > MOST_BYTES) {
                lines.add("- 另有 " + (letters.size() - lines.size()) + " 条");
                break;
            }
            lines.add(line);
        }
        return new RobotText("看桶：" + letters.size() + " 条消息汇总", lines);
    }

    private static String brief(Letter letter) {
        JsonNode envelope = tree(letter);
        JsonNode data = envelope.path("data");
        String clock = clock(data.at("/deadlines/arriveBy"), letter.zone());
        return List.of(
                        TYPES.getOrDefault(envelope.path("type").asText(), "消息"),
                        data.at("/order/number").asText(),
                        plain(data.at("/site/name").asText()),
                        plain(data.at("/camera/name").asText()),
                        kinds(data),
                        state(data),
                        clock.isEmpty() ? "" : clock + " 前到场")
                .stream()
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(" "));
    }

    private static String title(JsonNode envelope) {
        String type = TYPES.getOrDefault(envelope.path("type").asText(), "消息");
        String site = plain(envelope.at("/data/site/name").asText());
        return site.isEmpty() ? type : type + "：" + site;
    }

    private static String kinds(JsonNode data) {
        List<JsonNode> incidents = new ArrayList<>();
        data.path("incidents").forEach(incidents::add);
        if (data.has("incident")) {
            incidents.add(data.get("incident"));
        }
        return incidents.stream()
                .map(incident -> incident.path("kind").asText())
                .map(kind -> KINDS.getOrDefault(kind, kind))
                .distinct()
                .collect(Collectors.joining("、"));
    }

    private static String state(JsonNode data) {
        String state = data.at("/order/state").asText();
        return STATES.getOrDefault(state, state);
    }

    private static String clock(JsonNode instant, ZoneId zone) {
        return instant.isTextual()
                ? CLOCK.format(Instant.parse(instant.asText()).atZone(zone))
                : "";
    }

    private static String picture(JsonNode data) {
        JsonNode one = data.at("/incident/picture");
        if (one.isTextual()) {
            return one.asText();
        }
        return StreamSupport.stream(data.path("incidents").spliterator(), false)
                .map(incident -> incident.path("picture"))
                .filter(JsonNode::isTextual)
                .map(JsonNode::asText)
                .findFirst()
                .orElse("");
    }

    private static void line(List<String> lines, String name, String value) {
        if (!value.isBlank()) {
            lines.add("**" + name + "**：" + plain(value));
        }
    }

    /** People's words without what Markdown would make of them: a note must not become a link or call everybody. */
    private static String plain(String text) {
        return text.replaceAll("[\\r\\n]+", " ")
                .replaceAll("[\\[\\]()<>*_`#@!|\\\\]", " ")
                .strip();
    }

    private static JsonNode tree(Letter letter) {
        return Json.tree(new String(letter.body(), StandardCharsets.UTF_8));
    }
}
