package covey.node.cli;

import covey.node.config.NodeConfig;
import covey.node.config.NodeConfigFile;
import covey.node.door.JoinFailed;
import covey.node.startup.OrderlyEnd;
import covey.node.wiring.NodeRuntime;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one node until it is told to stop. */
@Command(
        name = "node",
        description = "Runs a node: joins the run behind a seed address, trains, judges or follows.",
        mixinStandardHelpOptions = true)
public final class NodeCommand implements Verb {
    private static final String ENDS_WITH_INPUT = "COVEY_ENDS_WITH_INPUT";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration; covey init writes one.")
    private @Nullable Path file;

    @Option(names = "--seed", paramLabel = "HOST:PORT", description = "A door of the run; may be repeated.")
    private List<String> seeds = new ArrayList<>();

    @Option(names = "--run-id", paramLabel = "ID", description = "Refuse any other run.")
    private @Nullable String runId;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            split = ",",
            description = "trainer, validator, observer, authority.")
    private List<String> roles = new ArrayList<>();

    @Option(names = "--dir", paramLabel = "DIR", description = "The node's folder (covey-node).")
    private @Nullable Path directory;

    @Option(
            names = "--corpus",
            paramLabel = "PATH",
            description = "Text to train on: folder, file, src.zip or synthetic:SEED.")
    private @Nullable Path corpus;

    @Option(names = "--device", paramLabel = "DEVICE", description = "What computes: auto, cpu or cuda.")
    private @Nullable String device;

    @Override
    public Integer call() throws IOException, InterruptedException {
        NodeConfig config = NodeConfigFile.load(Optional.ofNullable(file), overrides());
        CountDownLatch stop = new CountDownLatch(1);
        AtomicReference<String> reason = new AtomicReference<>("");
        try (OrderlyEnd end = new OrderlyEnd();
                NodeRuntime node = start(config)) {
            tell(config, node);
            stopOnSignal(stop, end);
            node.stopped().thenAccept(why -> {
                reason.set(why);
                stop.countDown();
            });
            stop.await();
        }
        if (!reason.get().isEmpty()) {
            throw new CommandFailed(reason.get());
        }
        return Covey.DONE;
    }

    private static NodeRuntime start(NodeConfig config) throws IOException {
        try {
            return NodeRuntime.start(config);
        } catch (JoinFailed e) {
            throw new CommandFailed(String.valueOf(e.getMessage()), e);
        }
    }

    private Map<String, Object> overrides() {
        Map<String, Object> given = new TreeMap<>();
        if (!seeds.isEmpty()) {
            given.put("seeds", seeds);
        }
        if (!roles.isEmpty()) {
            given.put("roles", roles);
        }
        if (runId != null) {
            given.put("runId", runId);
        }
        if (directory != null) {
            given.put("dataDirectory", directory.toString());
        }
        if (device != null) {
            given.put("device", device);
        }
        if (corpus != null) {
            given.put("corpus", corpus.toString());
        }
        return given;
    }

    private void tell(NodeConfig config, NodeRuntime node) {
        if (!config.jsonEvents()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("run     " + node.runId());
            out.println("hotkey  " + node.hotkey());
            out.println("device  " + node.device());
            out.println("folder  " + config.dataDirectory());
            out.println("http    " + node.managementUrl());
            out.flush();
        }
    }

    /** SIGTERM and SIGINT end the node in order, and with exit code 0; so does the end of a parent's pipe. */
    private static void stopOnSignal(CountDownLatch stop, OrderlyEnd end) {
        end.onSignal(() -> isFirst(stop), () -> Runtime.getRuntime().halt(Covey.DONE));
        if (System.getenv(ENDS_WITH_INPUT) != null) {
            Thread.ofPlatform().daemon().name("covey-input").start(() -> {
                awaitEndOfInput();
                stop.countDown();
            });
        }
    }

    private static boolean isFirst(CountDownLatch stop) {
        boolean first = stop.getCount() > 0;
        stop.countDown();
        return first;
    }

    private static void awaitEndOfInput() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is said there; only its end counts.
            }
        } catch (IOException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
