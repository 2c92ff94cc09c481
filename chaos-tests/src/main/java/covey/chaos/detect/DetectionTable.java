package covey.chaos.detect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.actors.node.ClusterSettings.Timing;
import covey.chaos.detect.Link.Weather;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Detection and false alarms of both sets of timing, over jitter and loss; all of it follows from the seed. */
public final class DetectionTable {
    private static final List<Double> JITTERS_MS = List.of(0.0, 50.0, 100.0, 200.0, 400.0, 800.0);
    private static final List<Double> LOSSES = List.of(0.0, 0.02);
    private static final int DEATHS = 400;
    private static final long LIVES_MS = 5_000;
    private static final long HOUR_MS = 3_600_000;

    /**
     * One row.
     *
     * @param timing name of {@link Timing}
     * @param absentP50Ms from a death to Absent
     * @param falseAnHour statements that a trainer is absent which lives, by one authority
     */
    public record Row(
            String timing, double jitterMs, double loss, long absentP50Ms, long absentP95Ms, double falseAnHour) {
        /** For a table in Markdown. */
        public String text() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.0f | %.1f / %.1f | %.2f |",
                    timing,
                    jitterMs,
                    100 * loss,
                    absentP50Ms / 1e3,
                    absentP95Ms / 1e3,
                    falseAnHour);
        }

        /** The same. */
        public ObjectNode toJson() {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("event", "detection")
                    .put("timing", timing)
                    .put("jitterMs", jitterMs)
                    .put("loss", loss)
                    .put("absentP50Ms", absentP50Ms)
                    .put("absentP95Ms", absentP95Ms)
                    .put("falseAnHour", falseAnHour);
        }
    }

    private final long seed;
    private final int hours;

    /** @param hours of virtual time in which false alarms are counted, for each row, at least 1 */
    public DetectionTable(long seed, int hours) {
        this.seed = seed;
        this.hours = hours;
    }

    public static String header() {
        return "| timing | jitter, ms | loss, % | absent after, s (p50 / p95) | false an hour |\n|---|---|---|---|---|";
    }

    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (double loss : LOSSES) {
            for (double jitterMs : JITTERS_MS) {
                Weather weather = new Weather(jitterMs, loss);
                rows.add(row("loopback", Timing.LOOPBACK, weather));
                rows.add(row("internet", Timing.INTERNET, weather));
            }
        }
        return rows;
    }

    private Row row(String name, Timing timing, Weather weather) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        List<Long> deathsMs = new ArrayList<>();
        while (deathsMs.size() < DEATHS) {
            new Watch(timing, weather, random)
                    .detectionMs(LIVES_MS + random.nextLong(1_000))
                    .ifPresent(deathsMs::add);
        }
        Collections.sort(deathsMs);
        double alarms = new Watch(timing, weather, random).falseAbsences(hours * HOUR_MS);
        return new Row(
                name,
                weather.jitterMs(),
                weather.loss(),
                deathsMs.get(DEATHS / 2),
                deathsMs.get(DEATHS * 19 / 20),
                alarms / hours);
    }
}
