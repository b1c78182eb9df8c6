package io.kerbwatch.server.platform;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** One way to read and write JSON: times as RFC 3339 in UTC, unknown fields refused, the same bytes for the same value. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule().addDeserializer(Instant.class, new Times()))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .build();

    private Json() {}

    /** Reads a time, and nothing that merely could be one, such as a number. */
    private static final class Times extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1L;

        Times() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getValueAsString("");
            return Time.parse(text).orElseThrow(() -> context.weirdStringException(text, Instant.class, Time.HOW));
        }
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("cannot write " + value.getClass().getSimpleName() + " as JSON", e);
        }
    }

    public static String text(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /**
     * Makes sure that a body is JSON.
     *
     * @throws Problem.Raised 400 with line and column if it is not
     */
    static void check(byte[] body) {
        try {
            JsonNode node = MAPPER.reader()
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .readTree(body);
            if (node.isMissingNode()) {
                throw Problem.invalid("", "The body is empty; send JSON.").raised();
            }
            checkTexts("", node);
        } catch (JsonProcessingException e) {
            String where = e.getLocation() == null
                    ? ""
                    : " at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr();
            throw Problem.of(
                            400,
                            "malformed-json",
                            "No JSON",
                            "The body is no JSON" + where + ": " + e.getOriginalMessage())
                    .raised();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void checkTexts(String pointer, JsonNode node) {
        if (node.isTextual()) {
            Text.check(pointer, node.textValue());
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                checkTexts(pointer + "/" + i, node.get(i));
            }
        } else {
            node.properties().forEach(field -> {
                Text.check(pointer, field.getKey());
                checkTexts(pointer + "/" + field.getKey(), field.getValue());
            });
        }
    }

    /** The value as a tree that may be added to. */
    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /**
     * Reads what this program wrote, or what a contract has checked.
     *
     * @throws UncheckedIOException if it is no such value
     */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException("not the JSON of a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** As {@link #read(byte[], Class)}. */
    public static <T> T read(String json, Class<T> type) {
        return read(json.getBytes(StandardCharsets.UTF_8), type);
    }

    /** As {@link #read(byte[], Class)}, for lists and the like. */
    public static <T> T read(String json, TypeReference<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (IOException e) {
            throw new UncheckedIOException("not the JSON that was expected: " + e.getMessage(), e);
        }
    }

    /** As {@link #read(byte[], Class)}, without a type. */
    public static JsonNode tree(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("no JSON: " + e.getMessage(), e);
        }
    }
}
