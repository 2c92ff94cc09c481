package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.compute.engine.RoundTimer;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.Ed25519Signer;
import covey.protocol.contribution.ContributionHeader;
import covey.protocol.contribution.ContributionWriter;
import covey.protocol.contribution.Layout;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import covey.protocol.model.Presets.Preset;
import covey.protocol.model.RunId;
import covey.protocol.port.Crypto;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The exact outer step over a collect set, from encoded contributions to θ, beside reading and writing θ once. Rates
 * count the bytes of θ; decompressed, each contribution would be as many.
 */
@Command(
        name = "outer",
        description = "GB of parameters a second that an outer step moves, beside a pass over the same memory.",
        mixinStandardHelpOptions = true)
final class OuterBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Mixin
    private RoundOptions options = new RoundOptions();

    @Option(
            names = "--contributions",
            defaultValue = "20",
            description = "Contributions of the collect set (default 20).")
    private int contributions = 20;

    @Override
    public Integer call() {
        options.check(spec);
        if (contributions < 1 || contributions > Limits.COLLECT_MAX_COUNT) {
            throw new ParameterException(
                    spec.commandLine(), "--contributions: " + contributions + " (expected: 1 to 256)");
        }
        Preset preset = options.preset(spec);
        Layout layout = Layout.of(preset.shape());
        try (RoundTimer timer = new RoundTimer(options.threads(), layout, preset.training(0, options.bits()))) {
            print(measure(timer, layout, preset));
        }
        return Covey.DONE;
    }

    private ObjectNode measure(RoundTimer timer, Layout layout, Preset preset) {
        List<Engine.Applied> set = IntStream.range(0, contributions)
                .mapToObj(i -> contribution(layout, timer.planes(i), options.bits(), i))
                .toList();
        double bytes = 4.0 * layout.parameterCount();
        RoundFigures figures = RoundFigures.measure(
                options, bytes, timer::scalePass, () -> timer.apply(set), () -> timer.applyPlainly(set));
        ObjectNode result = figures.describe("outer", options, preset);
        result.put("kernels", timer.name());
        result.put("contributions", contributions);
        result.put("decompressedGigabytesPerSecond", contributions * bytes / figures.vectorNs());
        result.put("decompressedRatioToPass", contributions * figures.passNs() / figures.vectorNs());
        result.put("same", timer.isSame(set));
        return result;
    }

    /** Planes, sealed by one of several hotkeys. */
    static Engine.Applied contribution(Layout layout, byte[] planes, int bits, int number) {
        Crypto crypto = new Ed25519Crypto();
        byte[] seed = new byte[Ed25519Signer.SEED_BYTES];
        seed[0] = (byte) number;
        Crypto.Signer signer = Ed25519Signer.of(seed);
        ContributionHeader header = new ContributionHeader(
                new RunId(Hash.ZERO),
                1,
                signer.hotkey(),
                new ContentId(Hash.ZERO),
                layout.hash(crypto),
                Hash.ZERO,
                1,
                bits);
        byte[] content = ContributionWriter.seal(header, layout, MemorySegment.ofArray(planes), signer, crypto);
        return new Engine.Applied(signer.hotkey(), MemorySegment.ofArray(content), Limits.FACTOR_ONE);
    }

    private void print(ObjectNode result) {
        if (json.wanted()) {
            json.print(spec, result);
            return;
        }
        RoundFigures.print(result, spec.commandLine().getOut());
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%d contributions, decompressed %.1f GB/s, %.2f of the pass%n",
                        contributions,
                        result.get("decompressedGigabytesPerSecond").asDouble(),
                        result.get("decompressedRatioToPass").asDouble())
                .flush();
    }
}
