package io.kerbwatch.server.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kerbwatch.server.Api;
import io.kerbwatch.server.MessageContract;
import io.kerbwatch.server.TestServer;
import io.kerbwatch.server.platform.Json;
import io.kerbwatch.vision.judge.Finding;
import io.kerbwatch.vision.judge.Kind;
import io.kerbwatch.vision.watch.CameraStatus;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent has a schema, which anybody can fetch, and is as it says. */
class MessageSchemaTest {
    private static final List<String> TYPES =
            Arrays.stream(MessageType.values()).map(MessageType::code).toList();

    private final TestDispatch world = TestDispatch.start();
    private final TestServer kerbwatch = world.kerbwatch;
    private final Api nobody = new Api(kerbwatch.server.url(), "");

    @AfterEach
    void end() {
        world.close();
    }

    @Test
    void everyTypeHasASchemaAndEverySchemaAType() {
        assertThat(MessageContract.types()).containsExactlyInAnyOrderElementsOf(TYPES);
        assertThat(nobody.get("/api/v1/schemas").expect(200).get("items").findValuesAsText("type"))
                .containsExactlyInAnyOrderElementsOf(TYPES);
        JsonNode contract = nobody.get("/openapi.json").json();
        for (String body : List.of("NewEndpoint", "EndpointChange")) {
            JsonNode events = contract.at("/components/schemas/" + body + "/properties/events/items/enum");
            assertThat(Json.read(events.toString(), String[].class))
                    .as("what an endpoint can filter by")
                    .containsExactlyInAnyOrderElementsOf(
                            TYPES.stream().filter(type -> !type.equals("ping")).toList());
        }
    }

    @Test
    void schemasAndContractAreForEverybodyAndMayBeKept() {
        for (JsonNode item : nobody.get("/api/v1/schemas").expect(200).get("items")) {
            Api.Answer schema = nobody.get(item.get("schema").asText());
            assertThat(schema.expect(200).get("$schema").asText())
                    .isEqualTo("https://json-schema.org/draft/2020-12/schema");
            assertThat(schema.header("content-type")).isEqualTo("application/schema+json");
            assertThat(schema.header("cache-control")).isEqualTo("public, max-age=3600");
            assertThat(schema.text()).doesNotContain("#/components");
        }
        assertThat(nobody.get("/openapi.json").json().at("/openapi").asText()).isEqualTo("3.1.0");
        assertThat(nobody.get("/openapi.yaml").header("cache-control")).startsWith("public");
        assertThat(nobody.get("/api/v1/schemas/order.lost.json").problem(404)).isEqualTo("not-found");
    }

    @Test
    void oneOfEachTypeComesAndIsAsItsFetchedSchemaSays() {
        try (Receiver receiver = new Receiver(got -> 200)) {
            UUID endpoint =
                    TestServer.id(world.endpoint(receiver.url(), "steps").get("endpoint"));
            UUID camera = kerbwatch.camera(world.siteOf(endpoint), "10.0.0.8");
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CONFIRMED);
            TestDispatch.await(() -> !receiver.of("order.changed").isEmpty());
            kerbwatch.tell(camera, Kind.OVERFLOW, Finding.Type.CLEARED);
            see(camera, "offline", "no answer for 30 s");
            see(camera, "live", "", "covered");
            TestDispatch.await(
                    () -> receiver.got.stream().map(Receiver.Got::type).toList().containsAll(TYPES));

            for (Receiver.Got got : receiver.got) {
                assertThat(errors(got.type(), Json.tree(text(got))))
                        .as(text(got))
                        .isEmpty();
                assertThat(got.id()).matches(header("WebhookId"));
                assertThat(got.timestamp()).matches(header("WebhookTimestamp"));
                assertThat(got.signature()).matches(header("WebhookSignature"));
            }
        }
    }

    @Test
    void whatIsNotAsItsSchemaSaysIsSeen() {
        try (Receiver receiver = new Receiver(got -> 200)) {
            world.endpoint(receiver.url(), "nothing");
            JsonNode ping = Json.tree(text(receiver.of("ping").get(0)));
            assertThat(MessageContract.breaches(ping)).isEmpty();
            assertThat(MessageContract.breaches(with(ping, "colour", "red"))).isNotEmpty();
            assertThat(MessageContract.breaches(with(ping, "timestamp", "yesterday")))
                    .isNotEmpty();
            assertThat(MessageContract.breaches(with(ping, "type", "order.filed")))
                    .isNotEmpty();
            assertThat(MessageContract.breaches(with(ping, "type", "order.lost")))
                    .containsExactly("the type 'order.lost' is not in the contract");
            // A consumer has to put up with members that it does not know yet.
            assertThat(errors("ping", with(ping, "colour", "red"))).isEmpty();
            assertThat(errors("ping", with(ping, "timestamp", "yesterday"))).isNotEmpty();
        }
    }

    private void see(UUID camera, String health, String reason, String... faults) {
        kerbwatch
                .server
                .cameras()
                .changed(new CameraStatus(
                        camera.toString(), health, reason, List.of(faults), List.of(), null, null, null, 0, 0, ""));
    }

    private String header(String parameter) {
        return nobody.get("/openapi.json")
                .json()
                .at("/components/parameters/" + parameter + "/schema/pattern")
                .asText();
    }

    /** What a consumer's validator says, which has nothing but the file. */
    private List<OutputUnit> errors(String type, JsonNode message) {
        JsonObject schema =
                new JsonObject(nobody.get("/api/v1/schemas/" + type + ".json").text());
        OutputUnit outcome = Validator.create(
                        JsonSchema.of(schema),
                        new JsonSchemaOptions()
                                .setBaseUri("urn:kerbwatch:schema:")
                                .setDraft(Draft.DRAFT202012)
                                .setOutputFormat(OutputFormat.Basic))
                .validate(new JsonObject(message.toString()));
        return Boolean.TRUE.equals(outcome.getValid()) ? List.of() : outcome.getErrors();
    }

    private static JsonNode with(JsonNode message, String member, String value) {
        ObjectNode copy = message.deepCopy();
        return copy.put(member, value);
    }

    private static String text(Receiver.Got got) {
        return new String(got.body(), StandardCharsets.UTF_8);
    }
}
