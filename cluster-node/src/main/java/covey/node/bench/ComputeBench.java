package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.compute.cpu.CpuBackend;
import covey.compute.engine.StepTimer;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Presets;
import covey.protocol.model.Presets.Preset;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whole inner steps with the reference and with the vector kernels, by turns. */
@Command(
        name = "compute",
        description = "Tokens a second of inner steps on the processor: plain loops beside vectors.",
        mixinStandardHelpOptions = true)
final class ComputeBench implements Callable<Integer> {
    private static final int WARM_STEPS = 20;
    private static final int SEQUENCE_MAX = 1 << 15;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--model", defaultValue = "bench", description = "nano, tiny, tiny-bpe, small or bench (default).")
    private String model = "bench";

    @Option(
            names = "--sequence",
            defaultValue = "0",
            description = "Tokens of a sequence, with as many a step; 0: the model's (default).")
    private int sequence;

    @Option(names = "--threads", defaultValue = "0", description = "Threads that compute; 0: one a core (default).")
    private int threads;

    @Option(names = "--repeats", defaultValue = "5", description = "Turns, of which the median counts (default 5).")
    private int repeats = 5;

    @Override
    public Integer call() {
        Preset named = Presets.named(model)
                .orElseThrow(() -> refused("--model: " + model + " (expected: the name of a preset)"));
        if (threads < 0 || threads > 1024 || repeats < 1 || repeats > 1000) {
            throw refused("--threads, --repeats: " + threads + ", " + repeats + " (expected: 0 to 1024, 1 to 1000)");
        }
        if (sequence < 0 || sequence > SEQUENCE_MAX) {
            throw refused("--sequence: " + sequence + " (expected: 0 to " + SEQUENCE_MAX + ")");
        }
        Preset preset = sequence == 0 ? named : withSequence(named);
        print(measure(preset, threads == 0 ? Runtime.getRuntime().availableProcessors() : threads));
        return Covey.DONE;
    }

    private Preset withSequence(Preset preset) {
        ModelShape shape = preset.shape();
        ModelShape longer = new ModelShape(
                shape.vocabulary(),
                shape.width(),
                shape.layers(),
                shape.heads(),
                shape.kvHeads(),
                shape.ffn(),
                sequence,
                shape.tiedEmbedding());
        return new Preset(
                preset.name(),
                longer,
                Math.max(1, preset.batch() * shape.sequence() / sequence),
                preset.innerSteps(),
                preset.peakLearningRate(),
                preset.warmupSteps());
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private ObjectNode measure(Preset preset, int count) {
        ObjectNode result = JsonOutput.object();
        result.put("bench", "compute");
        result.put("model", preset.name());
        result.put("sequence", preset.shape().sequence());
        result.put("batch", preset.batch());
        result.put("threads", count);
        result.put("repeats", repeats);
        result.set("machine", Machine.describe());
        CpuBackend.Kernels fast = CpuBackend.VECTOR.open(count);
        try (StepTimer<float[]> plain = timer(CpuBackend.REFERENCE.open(count), preset);
                StepTimer<float[]> vector = timer(fast, preset)) {
            compare(plain, vector, fast.name(), result);
        }
        result.put("peakResident", Machine.peakResident());
        return result;
    }

    private static StepTimer<float[]> timer(CpuBackend.Kernels kernels, Preset preset) {
        return new StepTimer<>(kernels.ops(), preset.shape(), preset.training(0));
    }

    private void compare(StepTimer<float[]> plain, StepTimer<float[]> vector, String name, ObjectNode result) {
        int steps = Math.max(1, 8192 / vector.tokensPerStep());
        plain.nanoseconds(steps);
        vector.nanoseconds(Math.max(WARM_STEPS, steps));
        double[] plainTimes = new double[repeats];
        double[] vectorTimes = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            plainTimes[i] = middle(plain.nanoseconds(Math.max(1, steps / 4)));
            vectorTimes[i] = middle(vector.nanoseconds(steps));
        }
        result.set("reference", figures(plain, plainTimes).put("kernels", "reference"));
        result.set("vector", figures(vector, vectorTimes).put("kernels", name));
        result.put("ratio", Machine.median(plainTimes) / Machine.median(vectorTimes));
    }

    private static double middle(long[] nanoseconds) {
        return Machine.median(Arrays.stream(nanoseconds).asDoubleStream().toArray());
    }

    private static ObjectNode figures(StepTimer<float[]> timer, double[] nanoseconds) {
        double time = Machine.median(nanoseconds);
        ObjectNode figures = JsonOutput.object();
        figures.put("stepMs", time / 1e6);
        figures.put("tokensPerSecond", timer.tokensPerStep() / time * 1e9);
        figures.put("gigaflops", timer.operationsPerStep() / time);
        return figures;
    }

    private void print(ObjectNode result) {
        if (json.wanted()) {
            json.print(spec, result);
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        Machine.print(result, out);
        out.printf("inner steps of %s, %s threads, medians of %d%n", model, result.get("threads"), repeats);
        for (String side : new String[] {"reference", "vector"}) {
            out.printf(
                    Locale.ROOT,
                    "%-24s %10.0f tokens/s %8.1f GFLOP/s%n",
                    result.at("/" + side + "/kernels").asText(),
                    result.at("/" + side + "/tokensPerSecond").asDouble(),
                    result.at("/" + side + "/gigaflops").asDouble());
        }
        out.printf(
                Locale.ROOT,
                "ratio %.2f, peak memory %s%n",
                result.get("ratio").asDouble(),
                result.get("peakResident").asText());
        out.flush();
    }
}
