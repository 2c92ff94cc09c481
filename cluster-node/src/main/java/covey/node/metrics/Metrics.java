package covey.node.metrics;

import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counters and gauges in the Prometheus text format 0.0.4. Names end in their unit, counters in {@code _total}. A
 * metric is made by its first use. Thread-safe.
 */
public final class Metrics {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** @param name {@code [a-z_]+} */
    public record Label(String name, String value) {}

    private record Family(String type, String help, ConcurrentNavigableMap<String, DoubleSupplier> samples) {}

    private final SortedMap<String, Family> families = new ConcurrentSkipListMap<>();
    private final SortedMap<String, LongAdder> counters = new ConcurrentSkipListMap<>();
    private final SortedMap<String, Double> values = new ConcurrentSkipListMap<>();

    /** The counter of that name and those labels. */
    public LongAdder counter(String name, String help, Label... labels) {
        String sample = name + text(labels);
        return counters.computeIfAbsent(sample, key -> {
            LongAdder counter = new LongAdder();
            sample("counter", name, help, counter::doubleValue, labels);
            return counter;
        });
    }

    /** A counter that somebody else keeps. */
    public void counterOf(String name, String help, DoubleSupplier value, Label... labels) {
        sample("counter", name, help, value, labels);
    }

    /** A gauge that is read when it is shown; {@code value} is called on other threads and must be quick. */
    public void gauge(String name, String help, DoubleSupplier value, Label... labels) {
        sample("gauge", name, help, value, labels);
    }

    /** Sets a gauge that stays until it is set again. */
    public void set(String name, String help, double value, Label... labels) {
        String key = name + text(labels);
        if (values.put(key, value) == null) {
            sample("gauge", name, help, () -> values.getOrDefault(key, Double.NaN), labels);
        }
    }

    private void sample(String type, String name, String help, DoubleSupplier value, Label... labels) {
        if (!name.matches("covey_[a-z0-9_]+") || "counter".equals(type) != name.endsWith("_total")) {
            throw new IllegalArgumentException("metric: " + name + " (expected: covey_…, _total for a counter)");
        }
        families.computeIfAbsent(name, key -> new Family(type, help, new ConcurrentSkipListMap<>()))
                .samples
                .put(text(labels), value);
    }

    private static String text(Label... labels) {
        return labels.length == 0
                ? ""
                : Stream.of(labels)
                        .map(label -> label.name + "=\"" + escape(label.value) + "\"")
                        .collect(Collectors.joining(",", "{", "}"));
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** All metrics, ordered by name. */
    public String text() {
        StringBuilder out = new StringBuilder();
        families.forEach((name, family) -> {
            out.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
            out.append("# TYPE ").append(name).append(' ').append(family.type).append('\n');
            family.samples.forEach((labels, value) -> out.append(name)
                    .append(labels)
                    .append(' ')
                    .append(number(value))
                    .append('\n'));
        });
        return out.toString();
    }

    private static String number(DoubleSupplier supplier) {
        double value = supplier.getAsDouble();
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : String.format(Locale.ROOT, "%s", value);
    }
}
