package covey.compute.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What one check or measurement found.
 *
 * @param name of the check
 * @param ok false if something is wrong; a measurement is right if it was made
 * @param detail for a person; may be empty
 * @param figures by name, which ends in the unit; in the order to show them
 */
public record Finding(String name, boolean ok, String detail, Map<String, Double> figures) {
    public Finding {
        figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    static Finding of(String name, boolean ok, String detail) {
        return new Finding(name, ok, detail, Map.of());
    }

    Finding with(String figure, double value) {
        Map<String, Double> more = new LinkedHashMap<>(figures);
        more.put(figure, value);
        return new Finding(name, ok, detail, more);
    }

    /** One line. */
    public String line() {
        String values = figures.entrySet().stream()
                .map(figure -> String.format(Locale.ROOT, " %s %.6g", figure.getKey(), figure.getValue()))
                .collect(Collectors.joining());
        return (ok ? "ok    " : "WRONG ") + name + values + (detail.isEmpty() ? "" : "  " + detail);
    }
}
