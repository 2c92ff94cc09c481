package covey.node.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import covey.compute.check.CheckSizes;
import covey.compute.check.CountingTokens;
import covey.compute.check.Finding;
import covey.compute.check.GpuChecks;
import covey.compute.check.TwinRun;
import covey.compute.cuda.CudaOps;
import covey.compute.cuda.Gpu;
import covey.compute.cuda.GpuSearch;
import covey.compute.cuda.JCudaDevice;
import covey.compute.engine.CpuEngine;
import covey.compute.engine.CudaEngine;
import covey.node.cli.CommandFailed;
import covey.node.cli.Covey;
import covey.node.cli.JsonOutput;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.ModelShape;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.port.TokenSource;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Checks and times the kernels of this machine's GPU in one go. */
@Command(
        name = "gpu",
        description = "Checks the GPU's kernels against the processor, and times training and the end of a round.",
        mixinStandardHelpOptions = true)
final class GpuBench implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--only", paramLabel = "START", description = "Only checks whose names start with this.")
    private String only = "";

    @Option(names = "--small", description = "Small sizes: whether all checks run, not how fast.")
    private boolean small;

    private final Crypto crypto = new Ed25519Crypto();

    @Override
    public Integer call() {
        return switch (GpuSearch.find(0)) {
            case Gpu.Unusable none -> throw new CommandFailed(none.line());
            case Gpu.Usable gpu -> check(gpu);
        };
    }

    private int check(Gpu.Usable gpu) {
        print(new Finding("device", true, gpu.line(), Map.of()));
        CheckSizes sizes = small ? CheckSizes.small() : CheckSizes.full();
        try (JCudaDevice device = JCudaDevice.open(gpu)) {
            boolean ok =
                    new GpuChecks(device, sizes, run(sizes.trained())).run(name -> name.startsWith(only), this::print);
            return ok ? Covey.DONE : Covey.FAILED;
        }
    }

    private void print(Finding found) {
        PrintWriter out = spec.commandLine().getOut();
        if (json.wanted()) {
            ObjectNode node = JsonOutput.object();
            node.put("check", found.name()).put("ok", found.ok()).put("detail", found.detail());
            found.figures().forEach(node::put);
            json.print(spec, node);
        } else {
            out.println(found.line());
        }
        out.flush();
    }

    private TwinRun run(ModelShape shape) {
        ContentId none = new ContentId(Hash.ZERO);
        Hotkey authority = new Hotkey(crypto.sha256(new byte[] {1}));
        Genesis.Training training =
                new Genesis.Training(5, 4, 3e-3, 20, 0, 0.1, 0.9, 0.95, 1e-8, 0.1, 1.0, 1, 0.95f, 1 << 16);
        Genesis genesis = new Genesis(
                "gpu",
                shape,
                1,
                CpuEngine.initialRoot(shape, 1, crypto),
                training,
                new Genesis.Timing(200, 1_000, 20_000, 10_000, 1, 5, 64),
                List.of(new Genesis.Member(authority, authority, Role.AUTHORITY.bit(), "authority")),
                List.of(new Genesis.Authority(authority, "127.0.0.1:1", "127.0.0.1:2")),
                new Genesis.DataManifest("bytes", none, 1, none, 1, 1, "made"));
        int threads = Runtime.getRuntime().availableProcessors();
        TokenSource tokens = new CountingTokens(shape.vocabulary(), shape.sequence());
        return new TwinRun(
                genesis,
                () -> new CpuEngine(genesis, crypto, tokens, tokens, threads),
                device -> new CudaEngine(genesis, crypto, tokens, tokens, device, CudaOps.Products.FP32),
                (layout, planes, number) -> OuterBench.contribution(layout, planes, 1, number),
                threads);
    }
}
