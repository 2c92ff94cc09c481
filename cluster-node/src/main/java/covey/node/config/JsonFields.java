package covey.node.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.protocol.model.Hash;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The fields of one JSON object, read strictly: each must be there, in its bounds, and no other. */
final class JsonFields {
    private static final ObjectMapper MAPPER = new JsonMapper(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .maxNumberLength(40)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final String path;
    private final JsonNode object;
    private final Set<String> unread = new LinkedHashSet<>();

    private JsonFields(String path, JsonNode object) throws Malformed {
        this.path = path;
        this.object = object;
        if (!object.isObject()) {
            throw new Malformed(name("") + ": " + brief(object) + " (expected: a JSON object)");
        }
        object.fieldNames().forEachRemaining(unread::add);
    }

    /** Parses a whole text; unknown syntax, duplicate names and anything after the object are malformed. */
    static JsonFields parse(byte[] utf8, String what) throws Malformed {
        try {
            return new JsonFields("", MAPPER.readTree(utf8));
        } catch (JsonProcessingException e) {
            throw new Malformed(what + ": "
                    + e.getOriginalMessage().lines().findFirst().orElse("bad") + at(e) + " (expected: strict JSON)");
        } catch (IOException e) {
            throw new Malformed(what + ": " + e.getMessage() + " (expected: strict JSON)");
        }
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
    }

    private String name(String field) {
        String joined = path.isEmpty() || field.isEmpty() ? path + field : path + "." + field;
        return joined.isEmpty() ? "genesis" : joined;
    }

    private static String brief(JsonNode value) {
        String text = value.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    /** Whether an optional field is there. */
    boolean has(String field) {
        return object.has(field);
    }

    private JsonNode take(String field, String rule) throws Malformed {
        JsonNode value = object.get(field);
        if (value == null) {
            throw new Malformed(name(field) + ": missing (expected: " + rule + ")");
        }
        unread.remove(field);
        return value;
    }

    private Malformed refused(String field, JsonNode value, String rule) {
        return new Malformed(name(field) + ": " + brief(value) + " (expected: " + rule + ")");
    }

    /** Text of at most so many UTF-8 bytes without control characters. */
    String text(String field, int maxBytes) throws Malformed {
        String rule = "text of at most " + maxBytes + " bytes without control characters";
        JsonNode value = take(field, rule);
        boolean fits = value.isTextual()
                && value.textValue().getBytes(StandardCharsets.UTF_8).length <= maxBytes
                && value.textValue().chars().noneMatch(Character::isISOControl);
        if (!fits) {
            throw refused(field, value, rule);
        }
        return value.textValue();
    }

    Hash hash(String field) throws Malformed {
        String rule = "64 lower-case hexadecimal digits";
        JsonNode value = take(field, rule);
        if (!value.isTextual() || !HEX.matcher(value.textValue()).matches()) {
            throw refused(field, value, rule);
        }
        return Hash.parse(value.textValue());
    }

    long integer(String field, long min, long max) throws Malformed {
        String rule = "a whole number, " + min + " to " + max;
        JsonNode value = take(field, rule);
        boolean fits = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= min
                && value.longValue() <= max;
        if (!fits) {
            throw refused(field, value, rule);
        }
        return value.longValue();
    }

    int integer(String field, int min, int max) throws Malformed {
        return (int) integer(field, (long) min, (long) max);
    }

    double number(String field, double min, double max) throws Malformed {
        String rule = "a number, " + min + " to " + max;
        JsonNode value = take(field, rule);
        if (!value.isNumber() || !(value.doubleValue() >= min && value.doubleValue() <= max)) {
            throw refused(field, value, rule);
        }
        return value.doubleValue();
    }

    boolean bool(String field) throws Malformed {
        JsonNode value = take(field, "true or false");
        if (!value.isBoolean()) {
            throw refused(field, value, "true or false");
        }
        return value.booleanValue();
    }

    JsonFields object(String field) throws Malformed {
        return new JsonFields(name(field), take(field, "a JSON object"));
    }

    /** The objects of a list; each is to be ended by its reader. */
    List<JsonFields> objects(String field, int maxCount) throws Malformed {
        JsonNode list = list(field, maxCount);
        List<JsonFields> all = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            all.add(new JsonFields(name(field) + "[" + i + "]", list.get(i)));
        }
        return all;
    }

    List<String> texts(String field, int maxCount) throws Malformed {
        List<String> all = new ArrayList<>();
        for (JsonNode value : list(field, maxCount)) {
            if (!value.isTextual()) {
                throw refused(field, value, "a list of texts");
            }
            all.add(value.textValue());
        }
        return all;
    }

    private JsonNode list(String field, int maxCount) throws Malformed {
        String rule = "a list of at most " + maxCount;
        JsonNode list = take(field, rule);
        if (!list.isArray() || list.size() > maxCount) {
            throw refused(field, list, rule);
        }
        return list;
    }

    /** Refuses what was not read. */
    void end() throws Malformed {
        if (!unread.isEmpty()) {
            throw new Malformed(
                    name(unread.iterator().next()) + ": unknown (expected: one of the fields in the format)");
        }
    }
}
