package covey.node.testnet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import covey.node.startup.OrderlyEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * One node's process. It ends by itself when its standard input closes, so nothing is left if the testnet is killed.
 * Its events are read on a thread of their own.
 */
public final class ChildNode {
    /** Tells a node to end with its standard input. */
    static final String ENDS_WITH_INPUT = "COVEY_ENDS_WITH_INPUT";

    private static final String FLAGS = "COVEY_JVM_FLAGS";
    /** Before the testnet's own end, in which it waits for all of them. */
    private static final long STOP_MS = 1_000 * (OrderlyEnd.MAX_S - 15);

    private static final JsonMapper JSON = new JsonMapper();

    private final NodeSpec spec;
    private final Process process;
    private volatile long stoppedNs = Long.MAX_VALUE;

    private ChildNode(NodeSpec spec, Process process) {
        this.spec = spec;
        this.process = process;
    }

    /**
     * @param wrapper command that runs the node's, such as one that enters a network namespace; mostly empty. It must
     *     become the node, as whoever kills the process means the node
     * @param heapMb largest heap
     * @param events told of each line of the node's output
     * @param ended told once the process is gone
     */
    public static ChildNode start(
            NodeSpec spec,
            List<String> wrapper,
            long heapMb,
            BiConsumer<NodeSpec, JsonNode> events,
            BiConsumer<NodeSpec, Process> ended)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(spec, wrapper, heapMb));
        builder.environment().put(ENDS_WITH_INPUT, "1");
        builder.redirectError(ProcessBuilder.Redirect.appendTo(spec.errors().toFile()));
        Process process = builder.start();
        ChildNode child = new ChildNode(spec, process);
        Thread.ofPlatform().daemon().name("events-" + spec.name()).start(() -> {
            child.readEvents(events);
            ended.accept(spec, process);
        });
        return child;
    }

    private static List<String> command(NodeSpec spec, List<String> wrapper, long heapMb) {
        List<String> command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String flags = System.getenv(FLAGS);
        command.addAll(flags == null ? ownFlags() : List.of(flags));
        command.add("-Xmx" + heapMb + "m");
        command.addAll(List.of(
                "covey.node.cli.Covey", "node", "--config", spec.config().toString()));
        return command;
    }

    /** Without the launcher: the flags of deploy/jvm.flags as this JVM has them. */
    private static List<String> ownFlags() {
        return List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.module=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:CompileCommand=quiet",
                "-XX:CompileCommand=CompileThresholdScaling,covey.compute.cpu.*::*,0.05",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    }

    private void readEvents(BiConsumer<NodeSpec, JsonNode> events) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    events.accept(spec, JSON.readTree(line));
                }
            }
        } catch (IOException e) {
            process.destroyForcibly();
        }
    }

    NodeSpec spec() {
        return spec;
    }

    public Process process() {
        return process;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL: nothing of the node gets to know of it. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Asks it to end, by SIGTERM alone: its events are still read. {@link #awaitEnd} waits. */
    public void stop() {
        stoppedNs = System.nanoTime();
        process.toHandle().destroy();
    }

    public void awaitEnd() {
        try {
            if (!process.waitFor(leftMs(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Of the time since it was asked to end, which all nodes of a testnet have at once. */
    private long leftMs() {
        long waitedMs = stoppedNs == Long.MAX_VALUE ? 0 : (System.nanoTime() - stoppedNs) / 1_000_000;
        return Math.max(0, STOP_MS - waitedMs);
    }

    /** Resident memory in bytes; 0 where the system does not tell. */
    long residentBytes() {
        Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            return 0;
        }
    }
}
