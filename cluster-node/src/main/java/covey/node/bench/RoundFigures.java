package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.node.cli.JsonOutput;
import covey.protocol.model.Presets.Preset;
import java.io.PrintWriter;
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
        for (int i = 0; i < WARM_TURNS; i++) {
            pass.getAsLong();
            vector.getAsLong();
        }
        plain.getAsLong();
        double[] passes = new double[options.repeats()];
        double[] vectors = new double[options.repeats()];
        double[] plains = new double[options.repeats()];
        for (int i = 0; i < options.repeats(); i++) {
            passes[i] = pass.getAsLong();
            vectors[i] = vector.getAsLong();
            plains[i] = plain.getAsLong();
        }
        return new RoundFigures(Machine.median(passes), Machine.median(vectors), Machine.median(plains), bytes);
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
        out.printf(
                "%s, %s cores, java %s%n",
                result.at("/machine/processor").asText(),
                result.at("/machine/cores").asText(),
                result.at("/machine/jvm").asText());
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
