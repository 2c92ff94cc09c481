package covey.chaos.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Some times, in ms. */
final class Spread {
    private final List<Long> valuesMs = new ArrayList<>();

    void add(long ms) {
        valuesMs.add(ms);
    }

    int count() {
        return valuesMs.size();
    }

    /** The smallest value that is not below so many of them; 0 of none. @param share 0 to 1 */
    long quantileMs(double share) {
        if (valuesMs.isEmpty()) {
            return 0;
        }
        List<Long> sorted = new ArrayList<>(valuesMs);
        Collections.sort(sorted);
        return sorted.get(Math.max(0, (int) Math.ceil(share * sorted.size()) - 1));
    }

    /** Fields count, p50Ms, p95Ms, maxMs. */
    void put(ObjectNode into, String name) {
        into.putObject(name)
                .put("count", count())
                .put("p50Ms", quantileMs(0.5))
                .put("p95Ms", quantileMs(0.95))
                .put("maxMs", quantileMs(1));
    }

    String text() {
        return count() == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f / %.1f s", quantileMs(0.5) / 1e3, quantileMs(0.95) / 1e3);
    }
}
