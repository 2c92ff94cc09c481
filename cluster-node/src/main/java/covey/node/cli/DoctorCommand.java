package covey.node.cli;

import covey.node.config.NodeConfig;
import covey.node.config.NodeConfigFile;
import covey.node.wiring.Gpus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what on this machine will trouble a node, and what to do about it. */
@Command(
        name = "doctor",
        description = "Checks this machine and a node's configuration; fails if a node would not work.",
        mixinStandardHelpOptions = true)
public final class DoctorCommand implements Verb {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private JsonOutput json = new JsonOutput();

    @Option(names = "--config", paramLabel = "FILE", description = "The node's configuration.")
    private @Nullable Path config;

    @Override
    public Integer call() {
        List<Check> checks = checks(NodeConfigFile.load(Optional.ofNullable(config), Map.of()));
        checks.forEach(this::print);
        boolean failed = checks.stream().anyMatch(check -> check.result() == Check.Result.FAIL);
        return failed ? Covey.FAILED : Covey.DONE;
    }

    private static List<Check> checks(NodeConfig config) {
        List<Check> checks = new ArrayList<>();
        checks.add(
                MachineChecks.jdk(Runtime.version().feature(), Runtime.version().toString()));
        checks.add(MachineChecks.flags());
        checks.add(MachineChecks.sources(Path.of(System.getProperty("java.home"))));
        checks.add(MachineChecks.memory());
        checks.add(Check.ok("gpu", Gpus.line()));
        checks.add(MachineChecks.openFiles());
        checks.add(MachineChecks.sharedMemory(Path.of("/dev/shm")));
        checks.add(MachineChecks.receiveBuffer(Path.of("/proc/sys/net/core/rmem_max")));
        checks.add(MachineChecks.disk(config.dataDirectory()));
        checks.add(MachineChecks.sync(config.dataDirectory()));
        checks.add(NodeChecks.key(config));
        checks.addAll(NodeChecks.ports(config));
        return checks;
    }

    private void print(Check check) {
        String result = check.result().name().toLowerCase(Locale.ROOT);
        if (json.wanted()) {
            json.print(
                    spec,
                    JsonOutput.object()
                            .put("check", check.name())
                            .put("result", result)
                            .put("detail", check.detail())
                            .put("fix", check.fix()));
            return;
        }
        PrintWriter out = spec.commandLine().getOut();
        String fix = check.fix().isEmpty() ? "" : " (fix: " + check.fix() + ")";
        out.printf("%-5s%s: %s%s%n", result, check.name(), check.detail(), fix);
    }
}
