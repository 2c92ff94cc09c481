package covey.chaos.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import covey.node.cli.Covey;
import covey.node.config.HostPort;
import covey.node.door.DoorClient;
import covey.node.store.BlockFile;
import covey.node.testnet.ChildNode;
import covey.node.testnet.NodeSpec;
import covey.protocol.data.MarkovText;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A stranger beside a run whose text it does not have (rules F1, F4). */
@Timeout(600)
class JoinTest {
    private static final int FILES = 40;
    private static final int FILE_BYTES = 20_000;
    private static final long HEAP_MB = 256;

    @TempDir
    private Path directory = Path.of("");

    private final BlockingQueue<JsonNode> said = new LinkedBlockingQueue<>();

    @Test
    void shouldFetchTheRunsTextThenBeReadyAndContributeWithinThreeRounds() throws Exception {
        TestnetRun run = TestnetRun.start(
                directory.resolve("net"), "--rounds", "10000", "--trainers", "2", "--corpus", text().toString());
        String seed = run.await(event -> event.path("event").asText().equals("node-started"))
                .path("seed")
                .asText();
        run.await(event -> event.path("event").asText().equals("round-sealed"));
        ChildNode joiner = join("joiner", seed, "");
        ChildNode late = joiner;
        try {
            assertThat(next(is("fetching")).path("missingBytes").asLong()).isGreaterThan(FILES * FILE_BYTES);
            JsonNode whole =
                    next(is("fetching").and(e -> e.path("verifiedBytes").equals(e.path("missingBytes"))));
            assertThat(whole.path("verifiedBytes").asLong()).isPositive();
            long ready = next(is("ready")).path("round").asLong();
            assertCommitsWithinThreeRoundsAfter(ready);
            run.await(event ->
                    event.path("collected").asInt() == 3 && event.path("round").asLong() <= ready + 3);
            joiner.stop();
            joiner.awaitEnd();
            said.clear();
            awaitASnapshot(run, seed);
            late = join("late", seed, "historyBlocks = 0%n".formatted());
            assertCommitsWithinThreeRoundsAfter(next(is("ready")).path("round").asLong());
        } finally {
            late.stop();
            late.awaitEnd();
            run.stop();
        }
        assertBeganWithASnapshot(directory.resolve("late").resolve("empty"));
    }

    private void assertCommitsWithinThreeRoundsAfter(long ready) throws InterruptedException {
        assertThat(next(is("committed")).path("round").asLong()).isBetween(ready + 1, ready + 3);
    }

    private static void awaitASnapshot(TestnetRun run, String seed) throws IOException, InterruptedException {
        DoorClient door = new DoorClient(HostPort.parse("seed", seed), hotkey -> true);
        for (long round = 1; door.height() < Limits.SNAPSHOT_INTERVAL_BLOCKS; round++) {
            long next = round;
            run.await(event -> event.path("event").asText().equals("round-sealed")
                    && event.path("round").asLong() >= next);
        }
    }

    /** Rules B8, E2. */
    private static void assertBeganWithASnapshot(Path node) {
        try (BlockFile blocks = BlockFile.open(node.resolve("blocks"))) {
            assertThat(blocks.startHeight()).isPositive();
            assertThat(blocks.lastHeight()).isGreaterThan(blocks.startHeight());
        }
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed, true);
        assertThat(Covey.run(out, out, "replay", node.resolve("journal").toString()))
                .as("%s", printed)
                .isZero();
    }

    /** Three authorities that {@code covey init --genesis} has made, without a testnet. */
    @Test
    void shouldFormARunFromFoldersThatInitMade() throws Exception {
        Path folder = directory.resolve("run");
        List<Integer> ports = threeTimesThreePorts();
        StringWriter printed = new StringWriter();
        PrintWriter out = new PrintWriter(printed, true);
        List<String> args = new ArrayList<>(List.of("init", "--genesis", folder.toString(), "--model", "nano"));
        args.addAll(List.of("--corpus", text().toString(), "--ceiling", "20", "--collect", "10"));
        ports.forEach(port -> args.addAll(List.of("--authority", "127.0.0.1:" + port)));
        assertThat(Covey.run(out, out, args.toArray(String[]::new)))
                .as("%s", printed)
                .isZero();
        List<ChildNode> nodes = new ArrayList<>();
        try {
            for (int i = 1; i <= 3; i++) {
                nodes.add(start("authority-" + i, folder.resolve("authority-" + i), "", (_, _) -> {}));
            }
            nodes.add(join("joiner", "127.0.0.1:" + ports.getLast(), ""));
            next(is("fetching").and(e -> e.path("verifiedBytes").equals(e.path("missingBytes"))));
            long ready = next(is("ready")).path("round").asLong();
            assertThat(next(is("committed")).path("round").asLong()).isBetween(ready + 1, ready + 3);
            next(is("applied").and(e -> e.path("round").asLong() > ready + 1));
        } finally {
            nodes.forEach(ChildNode::stop);
            nodes.forEach(ChildNode::awaitEnd);
        }
    }

    /** First ones of three free ports that follow one another; all free when they were found. */
    private static List<Integer> threeTimesThreePorts() throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        List<Integer> first = new ArrayList<>();
        try {
            while (first.size() < 3) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                if (isFree(socket.getLocalPort() + 1, held) && isFree(socket.getLocalPort() + 2, held)) {
                    first.add(socket.getLocalPort());
                }
            }
            return first;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private static boolean isFree(int port, List<ServerSocket> held) {
        try {
            held.add(new ServerSocket(port, 1, InetAddress.getLoopbackAddress()));
            return true;
        } catch (IOException | IllegalArgumentException taken) {
            return false;
        }
    }

    /** Markov text in files of one folder. */
    private Path text() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("text"));
        for (int i = 0; i < FILES; i++) {
            Files.write(
                    folder.resolve("file-" + i + ".txt"), MarkovText.of(7 + i).text(FILE_BYTES));
        }
        return folder;
    }

    /** As {@code covey node --seed} in an empty folder: its text would be the JDK's. */
    private ChildNode join(String name, String seed, String options) throws IOException {
        Path files = Files.createDirectory(directory.resolve(name));
        String own = "dataDirectory = \"%s\"%nseeds = [\"%s\"]%n".formatted(files.resolve("empty"), seed);
        return start(name, files, own + options, (_, event) -> said.add(event));
    }

    /** @param options more of its configuration */
    private static ChildNode start(String name, Path folder, String options, BiConsumer<NodeSpec, JsonNode> events)
            throws IOException {
        Hotkey none = new Hotkey(new Hash(1, 0, 0, 0));
        NodeSpec node = new NodeSpec(name, EnumSet.of(Role.TRAINER), none, none, folder, Optional.empty());
        String config = Files.exists(node.config()) ? Files.readString(node.config()) : "";
        Files.writeString(node.config(), config + options + """
            engineThreads = 1
            engineBackend = "reference"
            jsonEvents = true
            """);
        return ChildNode.start(node, List.of(), HEAP_MB, events, (_, _) -> {});
    }

    private static Predicate<JsonNode> is(String event) {
        return node -> node.path("event").asText().equals(event);
    }

    private JsonNode next(Predicate<JsonNode> wanted) throws InterruptedException {
        while (true) {
            JsonNode event = said.poll(300, TimeUnit.SECONDS);
            assertThat(event).as("the joiner is silent").isNotNull();
            assertThat(event.path("event").asText()).as("%s", event).isNotIn("failure", "halted");
            if (wanted.test(event)) {
                return event;
            }
        }
    }
}
