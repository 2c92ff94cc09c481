package covey.node.testnet;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.data.Corpus;
import covey.node.data.CorpusCache;
import covey.node.data.PreparedCorpus;
import covey.node.genesis.NewRun;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Presets;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/**
 * Makes the files of a run: keys, genesis, and a folder with a configuration for each node.
 *
 * @param nodes honest validators first; the first ones are the authorities
 * @param door HOST:PORT where newcomers start
 */
public record TestnetSetup(GenesisFile genesis, List<NodeSpec> nodes, String door, PreparedCorpus corpus) {
    private static final String HOST = "127.0.0.1";
    /** Rates of links over loopback: enough not to wait for, and still paced. */
    private static final long BYTES_PER_SECOND = 40_000_000;

    /** Address and ports of one node, free when they were drawn. */
    private record Ports(String host, int artery, int ballots, int door, int http, int bulkRequest, int bulkResponse) {}

    /** All nodes on loopback. */
    static TestnetSetup make(TestnetOptions options, Path directory, Path cache, Crypto crypto) throws IOException {
        return make(options, directory, cache, crypto, _ -> HOST);
    }

    /**
     * @param cache folder of prepared corpora
     * @param hosts address of the n-th node, from 0; ports are drawn on loopback
     */
    public static TestnetSetup make(
            TestnetOptions options, Path directory, Path cache, Crypto crypto, IntFunction<String> hosts)
            throws IOException {
        Files.createDirectories(directory);
        PreparedCorpus corpus = new CorpusCache(cache, crypto)
                .prepare(Corpus.of(options.corpus()), options.preset().shape().vocabulary());
        List<NodeSpec> nodes = nodes(options, directory);
        List<Ports> ports = ports(nodes.size(), hosts);
        GenesisFile genesis =
                GenesisFile.of(withAsset(genesis(options, nodes, ports, corpus, crypto), options), crypto);
        String door = ports.getFirst().host() + ":" + ports.getFirst().door();
        for (int i = 0; i < nodes.size(); i++) {
            write(nodes.get(i), ports.get(i), genesis, door, options);
        }
        return new TestnetSetup(genesis, nodes, door, corpus);
    }

    /**
     * The folder of a trainer that is not in genesis: a key and where to ask, as {@code covey node --seed} would make
     * it.
     *
     * @param host address that it listens on
     */
    public NodeSpec newcomer(String name, Path directory, String host) throws IOException {
        NodeSpec node = node(name, EnumSet.of(Role.TRAINER), directory);
        String doors = genesis.genesis().authorities().stream()
                .map(authority -> '"' + authority.door() + '"')
                .collect(Collectors.joining(", "));
        Files.writeString(node.config(), """
            dataDirectory = "%s"
            seeds = [%s]
            roles = ["trainer"]
            host = "%s"
            engineThreads = 1
            device = "cpu"
            engineBackend = "reference"
            faultPlan = "%s"
            jsonEvents = true
            """.formatted(node.directory(), doors, host, node.faultPlan()), UTF_8);
        return node;
    }

    /** The published defaults, and two proofs of work that nodes score by themselves. */
    private static Genesis withAsset(Genesis genesis, TestnetOptions options) {
        return options.tempo().isEmpty()
                ? genesis
                : genesis.withEconomics(Economics.published(
                        genesis.members(),
                        options.tempo().getAsInt(),
                        List.of(hidden(Economics.PRE_TRAINING), hidden(Economics.AVAILABILITY))));
    }

    /** In the form of the configuration, whose strings are those of JSON. */
    private static String scorers(NodeSpec node, TestnetOptions options) {
        ArrayNode scorers = JsonNodeFactory.instance.arrayNode();
        if (node.isValidator()) {
            options.scorers()
                    .forEach((name, command) -> scorers.addObject()
                            .put("mechanism", name)
                            .putArray("command")
                            .add("sh")
                            .add("-c")
                            .add(command));
        }
        return scorers.toString();
    }

    /** Weights are committed in one epoch and shown in the next: copying them comes too late. */
    private static Economics.First hidden(String mechanism) {
        return new Economics.First(mechanism, "yuma3", 1, Optional.empty());
    }

    private static List<NodeSpec> nodes(TestnetOptions options, Path directory) {
        List<NodeSpec> nodes = new ArrayList<>();
        for (int i = 1; i <= Math.max(options.validators(), options.authorities()); i++) {
            boolean validates = i <= options.validators();
            Set<Role> roles = EnumSet.of(validates ? Role.VALIDATOR : Role.OBSERVER);
            if (i <= options.authorities()) {
                roles.add(Role.AUTHORITY);
            }
            nodes.add(node(validates ? "validator-" + i : "authority-" + i, roles, directory));
        }
        for (int i = 1; i <= options.trainers(); i++) {
            nodes.add(node("trainer-" + i, EnumSet.of(Role.TRAINER), directory));
        }
        for (int i = 1; i <= options.observers(); i++) {
            nodes.add(node("observer-" + i, EnumSet.of(Role.OBSERVER), directory));
        }
        nodes.addAll(cheating(options.attackers().trainers(), Role.TRAINER, directory));
        nodes.addAll(cheating(options.attackers().validators(), Role.VALIDATOR, directory));
        return List.copyOf(nodes);
    }

    private static List<NodeSpec> cheating(SortedMap<String, Integer> kinds, Role role, Path directory) {
        List<NodeSpec> nodes = new ArrayList<>();
        kinds.forEach((kind, count) -> {
            for (int i = 1; i <= count; i++) {
                nodes.add(node(kind + "-" + i, EnumSet.of(role), directory).cheating(kind));
            }
        });
        return nodes;
    }

    private static NodeSpec node(String name, Set<Role> roles, Path directory) {
        Path folder = directory.resolve(name);
        Hotkey hotkey = KeyFile.create(folder.resolve("hotkey.key"), new SecureRandom());
        Hotkey coldkey = KeyFile.create(folder.resolve("coldkey.key"), new SecureRandom());
        return new NodeSpec(name, roles, hotkey, coldkey, folder, Optional.empty());
    }

    /** Draws all before it lets go of any, so that no two are the same. */
    private static List<Ports> ports(int count, IntFunction<String> hosts) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 6 * count; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getByName(HOST)));
            }
            List<Integer> free =
                    sockets.stream().map(ServerSocket::getLocalPort).toList();
            List<Ports> ports = new ArrayList<>();
            for (int i = 0; i < free.size(); i += 6) {
                ports.add(new Ports(
                        hosts.apply(i / 6),
                        free.get(i),
                        free.get(i + 1),
                        free.get(i + 2),
                        free.get(i + 3),
                        free.get(i + 4),
                        free.get(i + 5)));
            }
            return ports;
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Genesis genesis(
            TestnetOptions options, List<NodeSpec> nodes, List<Ports> ports, PreparedCorpus corpus, Crypto crypto) {
        List<Genesis.Authority> authorities = new ArrayList<>();
        for (int i = 0; i < options.authorities(); i++) {
            authorities.add(new Genesis.Authority(
                    nodes.get(i).hotkey(),
                    ports.get(i).host() + ":" + ports.get(i).door(),
                    ports.get(i).host() + ":" + ports.get(i).ballots()));
        }
        List<Genesis.Member> members = nodes.stream().map(TestnetSetup::member).toList();
        return new NewRun(
                        "testnet",
                        options.preset(),
                        options.rounds(),
                        pace(options),
                        options.aggregation(),
                        members,
                        authorities)
                .genesis(corpus, crypto);
    }

    /** Each node has a coldkey of its own, so that any validator may judge any trainer (rule D7). */
    private static Genesis.Member member(NodeSpec node) {
        int roles = node.roles().stream().mapToInt(Role::bit).sum();
        return new Genesis.Member(node.hotkey(), node.coldkey(), roles, node.name());
    }

    /** Larger models than nano need longer rounds; the ceiling only matters when somebody is slow. */
    private static NewRun.Pace pace(TestnetOptions options) {
        boolean isSmall = options.preset().shape().parameterCount() < 500_000;
        return new NewRun.Pace(isSmall ? 20_000 : 120_000, 10_000, options.allTrainers());
    }

    private static void write(NodeSpec node, Ports ports, GenesisFile genesis, String door, TestnetOptions options)
            throws IOException {
        NewRun.equip(node.directory(), genesis, node.roles().contains(Role.AUTHORITY));
        Files.writeString(node.config(), config(node, ports, door, options), UTF_8);
    }

    private static String config(NodeSpec node, Ports ports, String door, TestnetOptions options) {
        String roles = node.roles().stream()
                .map(role -> '"' + role.name().toLowerCase(Locale.ROOT) + '"')
                .collect(Collectors.joining(", "));
        return """
            dataDirectory = "%s"
            seeds = ["%s"]
            roles = [%s]
            host = "%s"
            ports { artery = %d, ballots = %d, door = %d, http = %d, bulkRequest = %d, bulkResponse = %d }
            engineThreads = %d
            device = "cpu"
            engineBackend = "%s"
            corpus = "%s"
            faultPlan = "%s"
            hostile = "%s"
            uploadBytesPerSecond = %d
            downloadBytesPerSecond = %d
            scorers = %s
            jsonEvents = true
            """.formatted(
                node.directory(),
                door,
                roles,
                ports.host(),
                ports.artery(),
                ports.ballots(),
                node.roles().contains(Role.AUTHORITY) ? ports.door() : 0,
                ports.http(),
                ports.bulkRequest(),
                ports.bulkResponse(),
                engineThreads(options),
                options.preset().equals(Presets.NANO) ? "reference" : "auto",
                options.corpus().map(Path::toAbsolutePath).map(Path::toString).orElse(""),
                node.faultPlan(),
                node.hostile().orElse(""),
                BYTES_PER_SECOND,
                BYTES_PER_SECOND,
                scorers(node, options));
    }

    /** The nodes share the machine's processors. */
    private static int engineThreads(TestnetOptions options) {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / options.allNodes());
    }
}
