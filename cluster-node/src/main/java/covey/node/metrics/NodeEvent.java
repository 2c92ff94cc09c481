package covey.node.metrics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that happened on this node, for people. Immutable.
 *
 * @param kind one of the constants here, or any other short kebab-case name
 * @param round that it belongs to; 0 if to none
 * @param fields by name: numbers, booleans and texts; anything else is shown by its {@code toString}
 * @param timeMs wall clock, for display only
 */
public record NodeEvent(String kind, long round, SortedMap<String, Object> fields, long timeMs) {
    public static final String STARTED = "started";
    /** Field {@code phase}. */
    public static final String PHASE = "phase";
    /** Fields {@code step} of the round, {@code totalSteps}, {@code trainLoss}, {@code tokens}. */
    public static final String INNER_STEP = "inner-step";
    /** Fields {@code steps}, {@code trainLoss}, {@code tokens}, {@code durationMs}. */
    public static final String TRAINED = "trained";
    /** Fields {@code contribution}, {@code lengthBytes}. */
    public static final String COMMITTED = "committed";
    /**
     * The outer step was made. Fields {@code collected}, {@code rejected}, {@code stateRoot}, {@code durationMs},
     * {@code bytesPerContribution}, and where known {@code trainLoss}, {@code heldOutLoss}, {@code heldOutBitsPerByte}.
     */
    public static final String APPLIED = "applied";
    /** Fields {@code hotkey}, {@code reachable}. */
    public static final String MEMBER = "member";
    /** Fields {@code point}, {@code phase}. */
    public static final String CRASH_POINT = "crash-point";
    /** "hotkey" (brief), "content", "answered": a challenge of what a peer must serve. */
    public static final String CHALLENGED = "challenged";
    /** The run has stopped. Field {@code reason}. */
    public static final String HALTED = "halted";
    /** The environment failed. Fields {@code what}, {@code reason}. */
    public static final String FAILURE = "failure";

    public NodeEvent {
        fields = Collections.unmodifiableSortedMap(new TreeMap<>(fields));
    }

    /** An event of now. */
    public static NodeEvent of(String kind, long round, Map<String, ?> fields) {
        return new NodeEvent(kind, round, new TreeMap<>(fields), System.currentTimeMillis());
    }

    /** A field that is a number; empty if it is missing or something else. */
    public OptionalDouble number(String field) {
        return fields.get(field) instanceof Number value
                ? OptionalDouble.of(value.doubleValue())
                : OptionalDouble.empty();
    }

    /** One flat object: event, round, timeMs, then the fields. Numbers that JSON lacks are null. */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event", kind).put("round", round).put("timeMs", timeMs);
        fields.forEach((name, value) -> put(json, name, value));
        return json;
    }

    private static void put(ObjectNode json, String name, Object value) {
        switch (value) {
            case Boolean flag -> json.put(name, flag);
            case Float number -> putFinite(json, name, number);
            case Double number -> putFinite(json, name, number);
            case Number number -> json.put(name, number.longValue());
            default -> json.put(name, value.toString());
        }
    }

    private static void putFinite(ObjectNode json, String name, double number) {
        if (Double.isFinite(number)) {
            json.put(name, number);
        } else {
            json.putNull(name);
        }
    }
}
