package covey.node.plan;

import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.cli.Verb;
import covey.protocol.model.Limits;
import covey.protocol.model.Presets;
import covey.protocol.model.Presets.Preset;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Says what memory and bandwidth a peer needs. */
@Command(
        name = "plan",
        description = "Says what memory and bandwidth a peer needs to train a model on GPUs.",
        mixinStandardHelpOptions = true)
public final class PlanCommand implements Verb {
    private static final int GPUS_MAX = 1024;
    private static final double GPU_MEMORY_MAX_GIB = 4096;
    private static final double GIB = 1L << 30;
    /** Of a GPU's memory the driver and its context keep a part. */
    private static final double USABLE = 0.95;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--model", paramLabel = "M", description = "A preset; without it, each.")
    private @Nullable String model;

    @Option(names = "--gpus", paramLabel = "N", description = "GPUs of the peer (default: ${DEFAULT-VALUE}).")
    private int gpus = 1;

    @Option(
            names = "--gpu-memory",
            paramLabel = "GIB",
            description = "Memory of each GPU in GiB (default: ${DEFAULT-VALUE}).")
    private double gpuMemoryGib = 80;

    @Option(names = "--peers", paramLabel = "R", description = "Contributions of a round (default: ${DEFAULT-VALUE}).")
    private int peers = 20;

    @Override
    public Integer call() {
        require(gpus >= 1 && gpus <= GPUS_MAX, "--gpus", gpus, "1 to " + GPUS_MAX);
        require(
                gpuMemoryGib > 0 && gpuMemoryGib <= GPU_MEMORY_MAX_GIB,
                "--gpu-memory",
                gpuMemoryGib,
                "above 0, at most " + (int) GPU_MEMORY_MAX_GIB);
        require(peers >= 1 && peers <= Limits.COLLECT_MAX_COUNT, "--peers", peers, "1 to " + Limits.COLLECT_MAX_COUNT);
        List<PeerPlan> plans = presets().stream()
                .map(preset -> PeerPlan.of(preset, gpus, (long) (gpuMemoryGib * GIB * USABLE), peers))
                .toList();
        if (json.wanted()) {
            plans.forEach(this::printJson);
        } else {
            print(plans);
        }
        return Covey.DONE;
    }

    private void require(boolean ok, String option, Object value, String rule) {
        if (!ok) {
            throw new ParameterException(spec.commandLine(), option + ": " + value + " (expected: " + rule + ")");
        }
    }

    private List<Preset> presets() {
        if (model == null) {
            return Presets.all();
        }
        String known = Presets.all().stream().map(Preset::name).collect(Collectors.joining(", "));
        return List.of(Presets.named(model)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--model: " + model + " (expected: one of " + known + ")")));
    }

    private void printJson(PeerPlan plan) {
        json.print(
                spec,
                JsonOutput.object()
                        .put("model", plan.preset().name())
                        .put("gpus", gpus)
                        .put("parameters", plan.preset().shape().parameterCount())
                        .put("bytesPerGpu", plan.layout().gpuBytes())
                        .put("hostBytes", plan.hostBytes(peers))
                        .put("uploadBytesPerRound", plan.exchangedBytes())
                        .put("downloadBytesPerRound", plan.exchangedBytes())
                        .put("contributionBytes", plan.contributionBytes())
                        .put("linkMbps", plan.linkMbps())
                        .put("fits", plan.fits())
                        .put("sharing", name(plan.layout().sharing()))
                        .put("kept", name(plan.layout().kept()))
                        .put("windowsPerGpu", plan.layout().windows()));
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void print(List<PeerPlan> plans) {
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "%d GPUs of %.0f GiB, %d contributions a round; the link is for an exchange within %d s.%n",
                gpus,
                gpuMemoryGib,
                peers,
                PeerPlan.EXCHANGE_SECONDS);
        out.println("model      parameters  GiB a GPU  fits  GiB in host  contribution  up, down a round  link Mbit/s"
                + "  divided       kept    windows");
        plans.forEach(plan -> out.printf(
                Locale.ROOT,
                "%-9s %10.2fM %10.2f  %-4s %12.2f %10.2f MB %14.2f MB %12d  %-13s %-7s %7d%n",
                plan.preset().name(),
                plan.preset().shape().parameterCount() / 1e6,
                plan.layout().gpuBytes() / GIB,
                plan.fits() ? "yes" : "no",
                plan.hostBytes(peers) / GIB,
                plan.contributionBytes() / 1e6,
                plan.exchangedBytes() / 1e6,
                plan.linkMbps(),
                name(plan.layout().sharing()),
                name(plan.layout().kept()),
                plan.layout().windows()));
        out.println("Divided: optimizer = parameters and gradients whole on each GPU; all = nothing whole; host-round ="
                + " error feedback and the round's start in the host; host-moments = the moments, too.");
    }
}
