package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import covey.protocol.model.Presets.Preset;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Medians of three kinds of work on the same values, by turns: a pass over the memory, vectors, plain loops.
 *
 * @param bytes of the values, which a rate is counted in
 */
record RoundFigures(double passNs, double vectorNs, double plainNs, double bytes) {
    private static final int WARM_TURNS = 12;

    static RoundFigures measure(
            RoundOptions options, double bytes, LongSupplier pass, LongSupplier vector, LongSupplier plain) {
        turns(WARM_TURNS, pass, vector);
        turns(1, plain);
        double[] medians = turns(options.repeats(), pass, vector, plain);
        return new RoundFigures(medians[0], medians[1], medians[2], bytes);
    }

    /** The median of each kind of work. */
    private static double[] turns(int count, LongSupplier... works) {
        double[][] times = new double[works.length][count];
        for (int turn = 0; turn < count; turn++) {
            for (int i = 0; i < works.length; i++) {
                times[i][turn] = works[i].getAsLong();
            }
        }
        return Arrays.stream(times).mapToDouble(Machine::median).toArray();
    }

    ObjectNode describe(String bench, RoundOptions options, Preset preset) {
        ObjectNode result = JsonOutput.object();
        result.put("bench", bench);
        result.put("model", preset.name());
        result.put("threads", options.threads());
        result.put("repeats", options.repeats());
        result.put("bits", options.bits());
        result.set("machine", Machine.describe());
        result.set("pass", rate(passNs));
        result.set("vector", rate(vectorNs));
        result.set("reference", rate(plainNs));
        result.put("ratioToPass", passNs / vectorNs);
        result.put("ratioToReference", plainNs / vectorNs);
        return result;
    }

    private ObjectNode rate(double ns) {
        ObjectNode rate = JsonOutput.object();
        rate.put("ms", ns / 1e6);
        rate.put("gigabytesPerSecond", bytes / ns);
        return rate;
    }

    static void print(ObjectNode result, PrintWriter out) {
        Machine.print(result, out);
        out.printf(
                "%s of %s, %s threads, %s bits a value, medians of %s%n",
                result.get("bench").asText(),
                result.get("model").asText(),
                result.get("threads"),
                result.get("bits"),
                result.get("repeats"));
        for (String side : new String[] {"pass", "vector", "reference"}) {
            out.printf(
                    Locale.ROOT,
                    "%-12s %10.2f ms %8.2f GB/s%n",
                    side,
                    result.at("/" + side + "/ms").asDouble(),
                    result.at("/" + side + "/gigabytesPerSecond").asDouble());
        }
        out.printf(
                Locale.ROOT,
                "%.2f of the pass over memory, %.1f times the reference%n",
                result.get("ratioToPass").asDouble(),
                result.get("ratioToReference").asDouble());
        out.flush();
    }
}
