package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.compute.engine.RoundTimer;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.protocol.contribution.Layout;
import covey.protocol.model.Presets.Preset;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Error feedback, top-k and encoding, beside β·e + Δ alone. Rates count the bytes of e. */
@Command(
        name = "compress",
        description = "GB of values a second that become planes, beside a pass over the same memory.",
        mixinStandardHelpOptions = true)
final class CompressBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Mixin
    private RoundOptions options = new RoundOptions();

    @Override
    public Integer call() {
        options.check(spec);
        Preset preset = options.preset(spec);
        Layout layout = Layout.of(preset.shape());
        try (RoundTimer timer = new RoundTimer(options.threads(), layout, preset.training(0, options.bits()))) {
            RoundFigures figures = RoundFigures.measure(
                    options, 4.0 * layout.parameterCount(), timer::foldPass, timer::compress, timer::compressPlainly);
            ObjectNode result = figures.describe("compress", options, preset);
            result.put("kernels", timer.name());
            if (json.wanted()) {
                json.print(spec, result);
            } else {
                RoundFigures.print(result, spec.commandLine().getOut());
            }
        }
        return Covey.DONE;
    }
}
