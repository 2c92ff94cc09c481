package covey.node.testnet;

import covey.node.cli.Covey;
import covey.node.cli.Verb;
import covey.node.config.FaultPlan;
import covey.node.config.NodeConfigFile;
import covey.node.wiring.Ed25519Crypto;
import covey.node.wiring.NodeFolders;
import covey.node.wiring.NodeRuntime;
import covey.protocol.model.AggregationPolicy;
import covey.protocol.model.Presets;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Two nodes in this JVM seal two rounds, so that the start-up cache knows the classes that a node needs. */
@Command(name = "warm", description = "Makes the launcher's start-up cache.", hidden = true)
public final class WarmCommand implements Verb {
    private static final int ROUNDS = 2;
    private static final int WAIT_SECONDS = 60;
    /** The cache can't be written if it knows classes that need the vector module, which is not there at first. */
    private static final Map<String, Object> PLAIN = Map.of("device", "cpu", "engineBackend", "reference");

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("covey-warm");
        TestnetOptions options = new TestnetOptions(
                1,
                1,
                1,
                0,
                ROUNDS,
                Presets.NANO,
                Optional.empty(),
                OptionalLong.empty(),
                Attackers.NONE,
                AggregationPolicy.CONTRIBUTOR_MEAN,
                OptionalInt.empty(),
                Collections.emptySortedMap());
        TestnetSetup setup = TestnetSetup.make(options, directory, NodeFolders.corpusCache(), new Ed25519Crypto());
        List<NodeRuntime> nodes = new ArrayList<>();
        try {
            for (NodeSpec node : setup.nodes()) {
                FaultPlan.NONE.write(node.faultPlan());
                nodes.add(NodeRuntime.start(NodeConfigFile.load(Optional.of(node.config()), PLAIN)));
            }
            return awaitRounds(nodes) ? Covey.DONE : Covey.FAILED;
        } finally {
            nodes.reversed().forEach(NodeRuntime::close);
            delete(directory);
        }
    }

    private static boolean awaitRounds(List<NodeRuntime> nodes) throws IOException, InterruptedException {
        for (int second = 0; second < WAIT_SECONDS; second++) {
            if (nodes.stream().allMatch(node -> node.lastSealed() >= ROUNDS)) {
                return ask(nodes.getFirst());
            }
            TimeUnit.SECONDS.sleep(1);
        }
        return false;
    }

    /** The pages that people open first. */
    private static boolean ask(NodeRuntime node) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (String path : List.of("/metrics", "/api/v1/rounds", "/cluster/members")) {
                client.send(
                        HttpRequest.newBuilder(URI.create(node.managementUrl() + path))
                                .build(),
                        HttpResponse.BodyHandlers.discarding());
            }
        }
        return true;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
