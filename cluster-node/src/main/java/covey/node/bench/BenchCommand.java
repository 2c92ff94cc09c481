package covey.node.bench;

import covey.node.bench.ablation.AblateCommand;
import covey.node.cli.Verb;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Benchmarks, one a subcommand. */
@Command(
        name = "bench",
        description = "Measures parts of Covey on this machine.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ComputeBench.class,
            CompressBench.class,
            OuterBench.class,
            GpuBench.class,
            TransportBench.class,
            LedgerBench.class,
            AblateCommand.class
        })
public final class BenchCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(),
                "bench: no name (expected: compute, compress, outer, gpu, transport, ledger or ablate)");
    }
}
