package covey.node.bench;

import covey.protocol.model.Presets;
import covey.protocol.model.Presets.Preset;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Options of the benchmarks of a round's end. */
final class RoundOptions {
    @Option(names = "--model", defaultValue = "bench", description = "nano, tiny, tiny-bpe, small or bench (default).")
    private String model = "bench";

    @Option(names = "--threads", defaultValue = "0", description = "Threads that compute; 0: one a core (default).")
    private int threads;

    @Option(names = "--repeats", defaultValue = "9", description = "Turns, of which the median counts (default 9).")
    private int repeats = 9;

    @Option(names = "--bits", defaultValue = "1", description = "Bits a value: 1 (default) or 2.")
    private int bits = 1;

    /** Refuses values out of range. */
    void check(CommandSpec spec) {
        if (threads < 0 || threads > 1024 || repeats < 1 || repeats > 1000 || bits < 1 || bits > 2) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--threads, --repeats, --bits: " + threads + ", " + repeats + ", " + bits
                            + " (expected: 0 to 1024, 1 to 1000, 1 or 2)");
        }
    }

    Preset preset(CommandSpec spec) {
        return Presets.named(model)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model: " + model + " (expected: the name of a preset)"));
    }

    int threads() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    int repeats() {
        return repeats;
    }

    int bits() {
        return bits;
    }
}
