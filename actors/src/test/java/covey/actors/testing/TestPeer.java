package covey.actors.testing;

import covey.actors.node.NodeEvent;
import covey.actors.node.TestPlane;
import covey.actors.run.CoveyNode;
import covey.actors.run.NodeParts;
import covey.actors.transfer.MissingShards;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Chain;
import covey.protocol.port.Crypto;
import covey.protocol.port.FaultPoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A node and its disk, which outlives it. */
public final class TestPeer implements AutoCloseable {
    private static final long PATIENCE_NS = 60_000_000_000L;

    private final TestCovey covey;
    private final Crypto.Signer signer;
    private final int roles;
    public final MemoryContents contents;
    public final MemoryRecords records = new MemoryRecords();
    public final MemoryJournal journal = new MemoryJournal();
    public final SortedMap<Long, ContentId> checkpoints = new TreeMap<>();
    public final MemoryScores scores = new MemoryScores();
    private final MemoryBlocks blocks = new MemoryBlocks();
    private final List<NodeEvent> events = new ArrayList<>();
    private volatile FaultPoints faults = FaultPoints.NONE;
    private MissingShards missing = MissingShards.NONE;
    private List<Hotkey> reachable = List.of();
    private Optional<CoveyNode> node = Optional.empty();
    private Optional<Chain> chain = Optional.empty();
    private ToyEngine engine;

    TestPeer(TestCovey covey, Crypto.Signer signer, int roles) {
        this.covey = covey;
        this.signer = signer;
        this.roles = roles;
        contents = new MemoryContents(covey.crypto());
        engine = new ToyEngine(covey.genesis(), covey.crypto());
    }

    public Crypto.Signer signer() {
        return signer;
    }

    /** The ledger's state after that block of this node's. */
    public LedgerState ledgerAt(long height) {
        LedgerMachine machine = new LedgerMachine(covey.genesis(), covey.runId(), covey.crypto());
        LedgerState state = machine.initial();
        for (long h = 1; h <= height; h++) {
            state = machine.apply(state, blocks.read(h).orElseThrow().block()).next();
        }
        return state;
    }

    /** The engine of the next start. */
    public ToyEngine engine() {
        return engine;
    }

    public void faults(FaultPoints points) {
        faults = points;
    }

    /** What the next start has to fetch, from whom, before it takes part. */
    public void missing(MissingShards shards, Hotkey holder) {
        missing = shards;
        reachable = List.of(holder);
    }

    /** Starts with a new engine, unless this is the first start. */
    public CoveyNode start() {
        Chain port = covey.chain().port();
        CoveyNode started = CoveyNode.start(new NodeParts(
                covey.genesis(),
                covey.runId(),
                covey.crypto(),
                signer,
                roles,
                engine,
                covey.network().port(signer.hotkey(), contents),
                contents,
                records,
                journal,
                port,
                blocks,
                TestPlane.reaching(reachable),
                hotkey -> Long.MAX_VALUE,
                List.of(1L, 2L),
                (round, root, theta) -> checkpoints.put(round, root),
                missing,
                (point, round) -> faults.reached(point, round),
                scores,
                this::happened));
        node = Optional.of(started);
        chain = Optional.of(port);
        return started;
    }

    private synchronized void happened(NodeEvent event) {
        events.add(event);
        notifyAll();
    }

    public synchronized List<NodeEvent> events() {
        return List.copyOf(events);
    }

    public <E extends NodeEvent> List<E> events(Class<E> kind) {
        return events().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Waits for an event of that kind, also one of the past. */
    public synchronized <E extends NodeEvent> E await(Class<E> kind, Predicate<E> which) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        while (true) {
            Optional<E> found = events.stream()
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .filter(which)
                    .findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            pause(endNs, kind);
        }
    }

    private void pause(long endNs, Class<?> kind) {
        long leftMs = (endNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
            throw new AssertionError(signer.hotkey().brief() + ": no " + kind.getSimpleName() + " among "
                    + events.subList(Math.max(0, events.size() - 40), events.size()) + " with "
                    + covey.chain().state().rounds());
        }
        try {
            wait(leftMs);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public NodeEvent.Applied awaitApplied(long round) {
        return await(NodeEvent.Applied.class, applied -> applied.round() == round);
    }

    /** Ends the node; its disk stays. */
    @Override
    public void close() {
        node.ifPresent(CoveyNode::close);
        chain.ifPresent(Chain::close);
        engine = new ToyEngine(covey.genesis(), covey.crypto());
    }
}
