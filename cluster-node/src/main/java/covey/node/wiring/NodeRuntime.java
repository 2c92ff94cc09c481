package covey.node.wiring;

import covey.actors.judge.ScoreSink;
import covey.actors.ledger.AuthoritySystem;
import covey.actors.ledger.LedgerFailure;
import covey.actors.node.ClusterSettings;
import covey.actors.node.ClusterSystem;
import covey.actors.node.ControlPlane;
import covey.actors.remote.Refusals;
import covey.actors.run.CoveyNode;
import covey.actors.run.NodeParts;
import covey.actors.transfer.MissingShards;
import covey.node.config.ConfigError;
import covey.node.config.HostPort;
import covey.node.config.NodeConfig;
import covey.node.data.CorpusCache;
import covey.node.door.Door;
import covey.node.door.DoorChain;
import covey.node.door.DoorClient;
import covey.node.door.DoorList;
import covey.node.door.DoorParts;
import covey.node.door.DoorPost;
import covey.node.door.SnapshotSearch;
import covey.node.metrics.EventLog;
import covey.node.metrics.EventMetrics;
import covey.node.metrics.EventSink;
import covey.node.metrics.Metrics;
import covey.node.metrics.MetricsFile;
import covey.node.metrics.NodeEvent;
import covey.node.metrics.NodeEvents;
import covey.node.metrics.StdoutEvents;
import covey.node.metrics.TensorBoardFile;
import covey.node.score.ScoreFile;
import covey.node.score.ScoreHistory;
import covey.node.scorer.OutsideScorer;
import covey.node.store.BlockFile;
import covey.node.store.CheckpointFolder;
import covey.node.store.DataDirectory;
import covey.node.store.VoteFile;
import covey.node.web.HttpSystem;
import covey.node.web.NodeHttp;
import covey.node.web.NodeView;
import covey.node.web.PeerHistory;
import covey.node.web.RoundHistory;
import covey.node.web.WeightWatch;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import covey.protocol.model.ContentId;
import covey.protocol.model.Economics;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.model.RunId;
import covey.protocol.port.BulkTransfer;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import covey.protocol.port.FaultPoints;
import covey.protocol.port.VoteStore;
import covey.transport.agent.AeronBulkTransfer;
import covey.transport.driver.BulkSettings;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A whole node: constructs its parts in the order in which they need one another, and closes them in the other. Made
 * and closed by one thread.
 */
public final class NodeRuntime implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRuntime.class);

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final NodeConfig config;
    private final Crypto crypto = new Ed25519Crypto();
    private final SecureRandom random = new SecureRandom();
    private final NodeIdentity identity;
    private final Genesis genesis;
    private final RunId run;
    private final NodeData data;
    private final NodeFiles files;
    private final NodeEvents events;
    private final EventLog eventLog = new EventLog();
    private final Metrics metrics = new Metrics();
    private final RoundHistory rounds = new RoundHistory();
    private final PeerHistory peers = new PeerHistory();
    private final ScoreHistory scores = new ScoreHistory();
    private final NodeEngine engine;
    private final ControlPlane plane;
    private final CoveyNode node;
    private final NodeHttp http;
    private final KnownMembers members;
    private final List<DoorClient> doors;
    private final DoorPost post;
    private final Optional<VoteFile> votes;
    private final boolean isFirstStart;

    private NodeRuntime(NodeConfig config) throws IOException {
        this.config = config;
        DataDirectory directory = DataDirectory.open(config.dataDirectory());
        identity = NodeIdentity.of(config, directory, crypto);
        genesis = identity.genesis().genesis();
        run = identity.genesis().runId();
        files = opened(NodeFiles.open(directory, crypto));
        CorpusCache cache = new CorpusCache(NodeFolders.corpusCache(), crypto);
        data = NodeData.of(config.corpus(), cache, genesis, files.contents(), crypto);
        events = opened(new NodeEvents(sinks()));
        votes = isAuthority() ? Optional.of(opened(VoteFile.open(directory.votes()))) : Optional.empty();
        isFirstStart =
                votes.filter(file -> file.read() instanceof VoteStore.Fresh).isPresent();
        doors = genesis.authorities().stream().map(NodeRuntime::doorOf).toList();
        post = new DoorPost(doorsOfAuthorities());
        members = opened(new KnownMembers(
                self(),
                config.advertisedHost() + ":" + Sockets.artery(config),
                directory.root().resolve("members")));
        ActorSystem<Void> web = HttpSystem.create();
        open.push(() -> web.terminate());
        BulkTransfer bulk = opened(bulk());
        plane = new ControlPlane(peer -> Optional.of(bulk.offerFor(peer)), bulk::learn);
        Optional<Door> door = isAuthority() ? Optional.of(authority(web)) : Optional.empty();
        engine = NodeEngine.open(config, genesis, crypto, data);
        opened(engine.engine());
        node = opened(CoveyNode.start(parts(bulk, door)));
        http = opened(NodeHttp.open(
                web, new HostPort(config.httpHost(), config.ports().http()), this::view, metrics, eventLog, scores));
        scorers();
        started();
        new Registration(run, crypto, identity.signer(), config, doors, node::ledger).await();
        members.keepUp(Role.TRAINER.in(config.roleBits()), genesis, run, identity.signer(), doors, post, plane);
        opened(cluster());
        data.serve(bulk);
    }

    /** Starts a node and returns when it runs; a mistake of the operator is a ConfigError or JoinFailed. */
    public static NodeRuntime start(NodeConfig config) throws IOException {
        return new NodeRuntime(config);
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private boolean isAuthority() {
        return genesis.authorityIndex(self()) >= 0;
    }

    private Hotkey self() {
        return identity.signer().hotkey();
    }

    private List<EventSink> sinks() throws IOException {
        var header = new TreeMap<String, String>();
        header.put("runId", run.toString());
        header.put("hotkey", self().toString());
        List<EventSink> sinks = new ArrayList<>();
        if (config.jsonEvents()) {
            sinks.add(new StdoutEvents(System.out));
        }
        sinks.add(rounds);
        sinks.add(eventLog);
        sinks.add(new EventMetrics(metrics));
        sinks.add(MetricsFile.open(config.dataDirectory().resolve("metrics.jsonl"), header));
        sinks.add(TensorBoardFile.open(
                config.dataDirectory().resolve("tensorboard"), self().brief(), System.currentTimeMillis()));
        return sinks;
    }

    private void scorers() {
        for (NodeConfig.Scorer scorer : config.scorers()) {
            opened(new OutsideScorer(
                    OutsideScorer.Settings.of(scorer.mechanism(), scorer.command(), scorer.memoryMiB()),
                    node::ledger,
                    node::weigh,
                    line -> {
                        LOG.warn(line);
                        events.publish(NodeEvent.FAILURE, 0, Map.of("what", "scorer", "reason", line));
                    }));
        }
    }

    private AeronBulkTransfer bulk() {
        BulkSettings settings = new BulkSettings(
                config.dataDirectory(),
                config.advertisedHost(),
                config.host(),
                config.ports().bulkRequest(),
                config.ports().bulkResponse(),
                config.uploadBytesPerSecond(),
                config.downloadBytesPerSecond(),
                60_000_000_000L);
        return new AeronBulkTransfer(settings, files.contents(), crypto, random);
    }

    private List<DoorList.Entry> doorsOfAuthorities() {
        return genesis.authorities().stream()
                .map(authority -> new DoorList.Entry(authority.hotkey(), authority.door()))
                .toList();
    }

    /** The authority's half of this node: votes on blocks and opens its door. */
    private Door authority(ActorSystem<Void> web) throws IOException {
        BlockFile blocks = opened(BlockFile.open(files.directory().root().resolve("authority-blocks")));
        AuthoritySystem authority = opened(AuthoritySystem.start(
                new AuthoritySystem.Parts(
                        genesis,
                        run,
                        crypto,
                        identity.signer(),
                        identity.tls(),
                        config.host(),
                        blocks,
                        votes.orElseThrow(),
                        new Refusals(hotkey -> {}),
                        LedgerFailure.endProcess()),
                random.nextLong()));
        Genesis.Authority named = genesis.authorities().get(genesis.authorityIndex(self()));
        int port = HostPort.parse("door", named.door()).port();
        return opened(Door.open(web, identity.tls().serverOnly(), config.host(), port, doorParts(authority)));
    }

    private DoorParts doorParts(AuthoritySystem authority) {
        DoorParts.Blocks blocks = new DoorParts.Blocks(
                () -> authority.blocks().lastHeight(),
                height -> authority.blocks().read(height),
                () -> authority.blocks().snapshot(authority.blocks().lastHeight()),
                listener -> authority.subscribe(
                        block -> listener.accept(block.block().height())));
        return new DoorParts(
                run,
                crypto,
                hotkey -> authority.state().registry().entry(hotkey).isPresent(),
                () -> identity.genesis().bytes(),
                () -> new DoorList(doorsOfAuthorities(), members.entries()),
                blocks,
                Optional.of(transaction -> authority
                        .submit(transaction)
                        .map(rejection -> rejection.reason() + ": " + rejection.detail())));
    }

    private static DoorClient doorOf(Genesis.Authority authority) {
        return new DoorClient(HostPort.parse("door", authority.door()), authority.hotkey()::equals);
    }

    private ScoreSink scoreSink() throws IOException {
        return Role.VALIDATOR.in(config.roleBits())
                ? opened(ScoreFile.open(config.dataDirectory().resolve("scores.jsonl"), scores))
                : ScoreSink.NONE;
    }

    private NodeParts parts(BulkTransfer bulk, Optional<Door> door) throws IOException {
        CertificateCheck certificates = new CertificateCheck(genesis, run, crypto);
        List<HostPort> doors = genesis.authorities().stream()
                .map(authority -> HostPort.parse("door", authority.door()))
                .toList();
        Chain chain = new ReadyGate(
                new DoorChain(() -> doors, block -> certificates.check(block).isEmpty(), post),
                () -> !plane.near().isEmpty());
        HostileRoles.Tools tools = tools(new HostileRoles.Tools(engine.engine(), files.contents(), bulk, chain));
        return new NodeParts(
                genesis,
                run,
                crypto,
                identity.signer(),
                config.roleBits(),
                tools.engine(),
                tools.transfer(),
                tools.contents(),
                files.records(),
                files.journal(),
                tools.chain(),
                blocks(),
                plane,
                hotkey -> pingAgeMs(door, hotkey),
                data.evaluationWindows(),
                this::writeCheckpoint,
                new MissingShards(data.missing(), () -> {
                    data.arrived();
                    data.serve(bulk);
                }),
                faults(),
                scoreSink(),
                new EventBridge(
                        events,
                        data,
                        genesis.training().batch() * genesis.model().sequence()));
    }

    /** A node without a ledger, whose key is new, may begin with a snapshot of it. */
    private BlockFile blocks() {
        BlockFile blocks = BlockFile.open(files.directory().blocks());
        if (blocks.isEmpty() && genesis.member(self()).isEmpty()) {
            LedgerMachine machine = new LedgerMachine(genesis, run, crypto);
            new SnapshotSearch(new CertificateCheck(genesis, run, crypto), machine, config.historyBlocks(), self())
                    .ask(doors)
                    .ifPresent(found -> blocks.keep(found.state().height(), found.encode()));
        }
        return blocks;
    }

    private void writeCheckpoint(long round, ContentId root, MemorySegment theta) {
        Path folder = files.directory().checkpoint();
        CheckpointFolder.write(folder, identity.genesis(), round, root, theta);
        data.exportTokenizer(folder);
    }

    /** As they are; or, for tests of the defenses, in a disguise that stands in a module above. */
    private HostileRoles.Tools tools(HostileRoles.Tools honest) {
        return config.hostile().isEmpty()
                ? honest
                : ServiceLoader.load(HostileRoles.class).stream()
                        .map(ServiceLoader.Provider::get)
                        .filter(roles -> roles.kinds().contains(config.hostile().get()))
                        .findFirst()
                        .orElseThrow(() -> new ConfigError("hostile: "
                                + config.hostile().get() + " (expected: empty, or a kind that is known here)"))
                        .disguise(
                                config.hostile().get(),
                                honest,
                                new HostileRoles.Self(genesis, identity.signer(), eachDoor()));
    }

    private List<Consumer<SignedTransaction>> eachDoor() {
        return doorsOfAuthorities().stream()
                .map(door -> opened(new DoorPost(List.of(door))))
                .<Consumer<SignedTransaction>>map(door -> door::submit)
                .toList();
    }

    private static long pingAgeMs(Optional<Door> door, Hotkey hotkey) {
        OptionalLong silenceNs = door.map(d -> d.pings().silenceNs(hotkey)).orElse(OptionalLong.empty());
        return silenceNs.isPresent() ? silenceNs.getAsLong() / 1_000_000 : Long.MAX_VALUE;
    }

    private FaultPoints faults() {
        return config.faultPlan()
                .<FaultPoints>map(file -> new PlannedFaults(file, events::publish))
                .orElse(FaultPoints.NONE);
    }

    private NodeView view() {
        LedgerState ledger = node.ledger();
        peers.follow(ledger);
        Map<Hotkey, String> addresses = new TreeMap<>();
        plane.reachable().forEach(peer -> plane.hello(peer).ifPresent(hello -> addresses.put(peer, hello.address())));
        List<NodeView.RoundRow> rows = rounds.rows();
        return new NodeView(
                run,
                self(),
                config.roleBits(),
                ledger,
                node.phase(),
                rows.stream().flatMap(row -> row.stateRoot().stream()).reduce((earlier, later) -> later),
                genesis.authorities().stream().map(Genesis.Authority::door).toList(),
                weights(ledger),
                peers.rows(ledger, self(), addresses),
                rows);
    }

    private List<WeightWatch> weights(LedgerState ledger) {
        if (!Role.VALIDATOR.in(config.roleBits()) || ledger.economy().isEmpty()) {
            return List.of();
        }
        Set<String> scored = new TreeSet<>(List.of(Economics.PRE_TRAINING, Economics.AVAILABILITY));
        config.scorers().forEach(scorer -> scored.add(scorer.mechanism()));
        return WeightWatch.of(
                genesis.economics().orElseThrow(), ledger.economy().get(), self(), scored, ledger.height());
    }

    private void started() {
        events.publish(
                NodeEvent.STARTED,
                0,
                Map.of(
                        "pid",
                        ProcessHandle.current().pid(),
                        "hotkey",
                        self(),
                        "runId",
                        run,
                        "managementUrl",
                        http.url()));
    }

    private ClusterSystem cluster() {
        ClusterSettings settings = new ClusterSettings(
                new ClusterSettings.Self(
                        run,
                        identity.tls(),
                        crypto,
                        identity.signer(),
                        config.roleBits(),
                        http.url().toString(),
                        () -> node.ledger().height()),
                hotkey -> node.ledger().registry().entry(hotkey).isPresent(),
                new Refusals(hotkey -> {}),
                endpoint(),
                new ClusterSettings.Joining(
                        isFirstStart && genesis.authorityIndex(self()) == 0, members::others, genesis.authorityKeys()),
                HostPort.parse("address", members.address()).host().startsWith("127.")
                        ? ClusterSettings.Timing.LOOPBACK
                        : ClusterSettings.Timing.INTERNET);
        return ClusterSystem.start(settings, plane, new ClusterSystem.Listener() {
            @Override
            public void started(ActorSystem<?> system, int generation) {
                http.attach(system);
            }

            @Override
            public void ended(int generation, String reason) {
                http.detach();
                events.publish("cluster-ended", 0, Map.of("generation", generation, "reason", reason));
            }
        });
    }

    private ClusterSettings.Endpoint endpoint() {
        int port = HostPort.parse("address", members.address()).port();
        return new ClusterSettings.Endpoint(config.advertisedHost(), port, config.host());
    }

    /** Completes when the node has stopped: with a line if by itself, else with an empty one. */
    public CompletionStage<String> stopped() {
        return node.stopped();
    }

    /** One line: what computes. */
    public String device() {
        return engine.device();
    }

    /** Where its API is. */
    public String managementUrl() {
        return http.url().toString();
    }

    /** The last sealed round that this node knows of. */
    public long lastSealed() {
        return node.ledger().lastSealed();
    }

    public RunId runId() {
        return run;
    }

    public Hotkey hotkey() {
        return self();
    }

    /** Leaves the cluster, stops training, closes all: within seconds, or a minute where an inner step is so long. */
    @Override
    public void close() {
        // First the node, so that its last θ is kept even where leaving the cluster takes too long.
        node.close();
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                LOG.warn("close: {}", e.toString());
            }
        }
    }
}
