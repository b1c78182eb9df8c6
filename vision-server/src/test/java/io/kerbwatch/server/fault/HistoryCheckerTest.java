package io.kerbwatch.server.fault;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.platform.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker finds what it is there to find: each of its rules is broken once. */
class HistoryCheckerTest {
    private static final String ORDER = UUID.randomUUID().toString();

    private final Recording recording = new Recording("checker");
    private final List<JsonNode> orders = new ArrayList<>();
    private final List<JsonNode> incidents = new ArrayList<>();
    private ObjectNode order;
    private ArrayNode history;

    @BeforeEach
    void aGoodLife() {
        order = (ObjectNode)
                Json.tree("{\"id\":\"" + ORDER + "\",\"number\":\"1\",\"state\":\"closed\",\"sequence\":6}");
        history = order.putArray("history");
        move("file", null, "filed", "system");
        move("dispatch", "filed", "dispatched", "endpoint");
        move("accept", "dispatched", "accepted", "endpoint").put("idempotencyKey", "key-accept");
        move("arrive", "accepted", "arrived", "endpoint");
        move("done", "arrived", "verifying", "endpoint");
        move("seen-clean", "verifying", "closed", "camera")
                .put("snapshot", UUID.randomUUID().toString());
        orders.add(order);
        incidents.add(incident("camera", ORDER));
        recording.tell(0, "camera");
        recording.took(0);
        String[] states = {"filed", "dispatched", "accepted", "arrived", "verifying", "closed"};
        for (int i = 0; i < states.length; i++) {
            recording.got(delivery(i == 0 ? "order.filed" : "order.changed", states[i], i + 1));
        }
        recording.reported(new Recording.Report(ORDER, 1, "accept", "key-accept", 200));
    }

    @Test
    void aGoodLifeIsGood() {
        assertThat(breaches()).isEmpty();
    }

    @Test
    void aLostOrderIsFound() {
        orders.clear();
        assertThat(breaches()).anyMatch(each -> each.contains("has no order"));
    }

    @Test
    void aLostFindingIsFound() {
        recording.tell(1, "another camera");
        recording.took(1);
        assertThat(breaches()).containsExactly("finding 1 was taken and there are 0 incidents for it");
    }

    @Test
    void aDoubledOrderIsFound() {
        ObjectNode twin = order.deepCopy();
        twin.put("id", UUID.randomUUID().toString()).put("number", "2");
        orders.add(twin);
        assertThat(breaches()).anyMatch(each -> each.contains("was filed for nothing"));
        incidents.add(incident("camera", twin.get("id").asText()));
        assertThat(breaches()).anyMatch(each -> each.contains("there are 2 incidents for it"));
    }

    @Test
    void anIllegalMoveIsFound() {
        ((ObjectNode) history.get(2)).put("role", "camera");
        assertThat(breaches()).containsExactly("1: accept by \"camera\" from dispatched to accepted is no move");
    }

    @Test
    void aMissingMoveIsFound() {
        history.remove(3);
        assertThat(breaches()).contains("1: move 4 is missing", "1: done begins from arrived, but it was accepted");
    }

    @Test
    void aClosureThatNobodySawIsFound() {
        ((ObjectNode) history.get(5)).putNull("snapshot");
        assertThat(breaches()).containsExactly("1 was closed and nobody saw that it is clean");
    }

    @Test
    void aTimerThatFiredTwiceIsFound() {
        move("escalated", "closed", "closed", "timer").put("reason", "finish-50");
        assertThat(breaches()).isEmpty();
        move("escalated", "closed", "closed", "timer").put("reason", "finish-50");
        assertThat(breaches()).containsExactly("1: a timer fired twice: finish-50");
    }

    @Test
    void aMessageUnderTwoIdsOrWithTwoContentsIsFound() {
        Recording.Delivery first = recording.deliveries.get(0);
        recording.got(new Recording.Delivery(
                first.receiver(), "msg_other", first.type(), ORDER, 1, "filed", 1, 1, first.body(), 204));
        assertThat(breaches()).containsExactly("message 1 of order " + ORDER + " came with two ids");
        recording.got(
                new Recording.Delivery(first.receiver(), first.id(), first.type(), ORDER, 1, "filed", 1, 1, 99, 204));
        assertThat(breaches()).contains("message " + first.id() + " came with two contents");
    }

    @Test
    void aGapAndAWrongOrderOfStatesAreFound() {
        recording.deliveries.remove(3);
        assertThat(breaches()).containsExactly("listener " + ORDER + ": of 6 messages 5 came");
        recording.got(delivery("order.changed", "closed", 4));
        assertThat(breaches()).contains("listener " + ORDER + ": message 5 says verifying after closed");
    }

    @Test
    void aReportThatWasTakenAndIsNowhereIsFoundAndSoIsOneThatWasRefusedAndIsThere() {
        recording.reported(new Recording.Report(ORDER, 1, "arrive", "key-arrive", 200));
        recording.reported(new Recording.Report(ORDER, 1, "accept", "key-accept", 409));
        assertThat(breaches())
                .containsExactly(
                        "the report key-arrive was answered with 200 and is in the history 0 times",
                        "the report key-accept was answered with 409 and is in the history 1 times");
    }

    private List<String> breaches() {
        return new HistoryChecker(recording, orders, incidents).breaches();
    }

    private ObjectNode move(String event, String from, String to, String role) {
        return history.addObject()
                .put("number", history.size())
                .put("event", event)
                .put("from", from)
                .put("to", to)
                .put("role", role)
                .put("actor", "somebody")
                .put("reason", "")
                .put("round", 1)
                .putNull("idempotencyKey")
                .putNull("snapshot");
    }

    private static JsonNode incident(String camera, String order) {
        return Json.tree(
                "{\"id\":\"" + UUID.randomUUID() + "\",\"camera\":\"" + camera + "\",\"order\":\"" + order + "\"}");
    }

    private static Recording.Delivery delivery(String type, String state, long sequence) {
        return new Recording.Delivery(
                "listener", "msg_" + sequence, type, ORDER, 1, state, sequence, sequence, (int) sequence, 204);
    }
}
