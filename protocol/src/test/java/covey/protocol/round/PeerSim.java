package covey.protocol.round;

import covey.protocol.journal.JournalCodec;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Role;
import covey.protocol.port.Crypto;
import covey.protocol.testing.Seed;
import covey.protocol.testing.TestCrypto;
import covey.protocol.testing.TestRun;
import covey.protocol.wire.ByteWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiPredicate;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Nodes around one ledger, step by step. The engine is a fake: a root is the hash of the root before it and of the
 * collect set. Each node has a queue of inputs that were caused and not yet told; a scheduler picks.
 */
final class PeerSim {
    static final int LENGTH = 500;
    private static final JournalCodec CODEC = new JournalCodec(new TestCrypto());

    final TestRun run;
    final SortedMap<Hotkey, Node> nodes = new TreeMap<>();
    /** Says which effects are lost or stuck; by default none. */
    BiPredicate<Node, PeerEffect> stuck = (node, effect) -> false;
    /** A validator's verdict on a commitment. */
    ToIntFunction<PeerEffect.Judge> code = judge -> 0;

    PeerSim(TestRun run) {
        this.run = run;
        run.trainers().forEach(s -> add(s, Role.TRAINER));
        run.validators().forEach(s -> add(s, Role.VALIDATOR));
    }

    Node add(Crypto.Signer signer, Role role) {
        Node node = new Node(signer, role);
        nodes.put(signer.hotkey(), node);
        node.start();
        return node;
    }

    private Node node(Hotkey hotkey) {
        return Objects.requireNonNull(nodes.get(hotkey));
    }

    Node trainer(int index) {
        return node(run.trainer(index).hotkey());
    }

    Node validator(int index) {
        return node(run.validator(index).hotkey());
    }

    /** A machine with its disk. */
    final class Node {
        final Crypto.Signer signer;
        final Role role;
        final PeerMachine machine;
        final Deque<PeerInput> queue = new ArrayDeque<>();
        final List<PeerEffect> effects = new ArrayList<>();
        final List<Statement> unsaid = new ArrayList<>();
        final SortedMap<Long, ContentId> settledRoots = new TreeMap<>();
        final SortedSet<ContentId> serving = new TreeSet<>();
        final SortedMap<ContentId, List<Hotkey>> fetching = new TreeMap<>();
        final List<PeerInput> told = new ArrayList<>();
        PeerState state;
        boolean up = true;
        /** Rounds whose outer step goes wrong, once each. */
        final SortedSet<Long> badRounds = new TreeSet<>();

        boolean badForever;

        @Nullable
        List<Bytes> journal;

        private long settled;
        private ContentId root = run.genesis().thetaRoot();
        private Optional<PeerInput.Recorded> recorded = Optional.empty();
        private final SortedSet<ContentId> disk = new TreeSet<>();

        private Node(Crypto.Signer signer, Role role) {
            this.signer = signer;
            this.role = role;
            this.machine = new PeerMachine(run.genesis(), run.runId(), run.crypto(), signer.hotkey(), role.bit());
            this.state = machine.initial();
        }

        void start() {
            up = true;
            queue.clear();
            unsaid.clear();
            serving.clear();
            fetching.clear();
            tell(new PeerInput.Restarted(
                    new PeerInput.Memory(settled, root, recorded.filter(r -> r.round() > settled), List.copyOf(disk))));
            tell(new PeerInput.Advanced(run.state()));
        }

        void kill() {
            up = false;
            queue.clear();
            unsaid.clear();
            serving.clear();
        }

        void wipe() {
            settled = 0;
            root = run.genesis().thetaRoot();
            recorded = Optional.empty();
            disk.clear();
        }

        List<PeerEffect> tell(PeerInput input) {
            told.add(input);
            Transition transition = machine.apply(state, input);
            state = transition.next();
            if (journal != null) {
                journal.add(CODEC.encode(CODEC.entry(input, transition.effects())));
            }
            transition.effects().forEach(this::run);
            return transition.effects();
        }

        void run(PeerEffect effect) {
            effects.add(effect);
            if (!up || stuck.test(this, effect)) {
                return;
            }
            switch (effect) {
                case PeerEffect.Say e -> unsaid.add(e.statement());
                case PeerEffect.Fetch e -> fetching.put(e.content(), e.holders());
                case PeerEffect.Cancel e -> fetching.remove(e.content());
                case PeerEffect.Serve e -> serving.add(e.content());
                case PeerEffect.Judge e -> queue.add(new PeerInput.Judged(e.contribution(), code.applyAsInt(e)));
                case PeerEffect.Train e ->
                    queue.add(new PeerInput.Trained(
                            e.round(), run.genesis().training().innerSteps()));
                case PeerEffect.StopTraining _, PeerEffect.Halt _ -> {}
                case PeerEffect.Compress e -> compress(e);
                case PeerEffect.Settle e -> settle(e);
                case PeerEffect.Load e -> {
                    settled = e.round();
                    root = e.root();
                    queue.add(new PeerInput.Loaded(e.round(), e.root()));
                }
                case PeerEffect.Keep e -> {
                    disk.add(e.root());
                    queue.add(new PeerInput.Stored(e.root()));
                }
                case PeerEffect.Drop e -> {
                    disk.remove(e.content());
                    serving.remove(e.content());
                }
            }
        }

        private void compress(PeerEffect.Compress e) {
            ContentId content = run.content("of " + signer.hotkey() + " in " + e.round() + " on " + e.baseRoot());
            disk.add(content);
            recorded = Optional.of(new PeerInput.Recorded(e.round(), content, LENGTH));
            queue.add(recorded.get());
        }

        private void settle(PeerEffect.Settle e) {
            if (!disk.containsAll(e.collectSet().stream()
                    .map(PeerEffect.Selected::contribution)
                    .toList())) {
                throw new AssertionError("settles without contents: " + e);
            }
            if (e.round() != settled + 1) {
                throw new AssertionError("settles " + e.round() + " over " + settled);
            }
            settled = e.round();
            boolean bad = badRounds.remove(settled) || badForever;
            root = bad ? run.content("bad " + signer.hotkey() + settled) : next(root, e);
            settledRoots.put(settled, root);
            queue.add(new PeerInput.Settled(settled, root));
        }

        private ContentId next(ContentId before, PeerEffect.Settle e) {
            ByteWriter out = new ByteWriter().hash(before.hash());
            e.collectSet().forEach(s -> out.hash(s.contribution().hash()));
            return e.collectSet().isEmpty()
                    ? before
                    : new ContentId(run.crypto().sha256(out.toByteArray()));
        }

        /** Ends fetches whose content somebody up serves. */
        void fetch() {
            for (ContentId content : List.copyOf(fetching.keySet())) {
                boolean served = Objects.requireNonNull(fetching.get(content)).stream()
                        .map(nodes::get)
                        .anyMatch(h -> h != null && h.serves(content));
                if (served) {
                    fetching.remove(content);
                    disk.add(content);
                    queue.add(new PeerInput.Stored(content));
                }
            }
        }

        private boolean serves(ContentId content) {
            return up && serving.contains(content) && disk.contains(content);
        }

        <E extends PeerEffect> List<E> all(Class<E> kind) {
            return effects.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        <S extends Statement> List<S> said(Class<S> kind) {
            return all(PeerEffect.Say.class).stream()
                    .map(PeerEffect.Say::statement)
                    .filter(kind::isInstance)
                    .map(kind::cast)
                    .toList();
        }

        boolean halted() {
            return state.halted().isPresent();
        }
    }

    /** Everything that was caused is told, in order, until nothing is left; then a block. */
    PeerSim block() {
        return block(200);
    }

    PeerSim block(long stepMs) {
        drain();
        submit();
        run.block(stepMs);
        LedgerState state = run.state();
        nodes.values().stream().filter(n -> n.up).forEach(n -> n.tell(new PeerInput.Advanced(state)));
        return this;
    }

    PeerSim blocks(int count) {
        for (int i = 0; i < count; i++) {
            block();
        }
        return this;
    }

    /** Blocks until so many rounds are sealed. */
    PeerSim until(long sealed) {
        for (int i = 0; i < 400 && run.state().lastSealed() < sealed; i++) {
            block();
        }
        if (run.state().lastSealed() < sealed) {
            throw new AssertionError(
                    "round " + sealed + " does not seal: " + run.state().round());
        }
        drain();
        return this;
    }

    void drain() {
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Node node : List.copyOf(nodes.values())) {
                if (node.up) {
                    node.fetch();
                }
                while (node.up && !node.queue.isEmpty()) {
                    busy = true;
                    node.tell(node.queue.remove());
                }
            }
        }
    }

    /** Puts what was said into the next block; repeats it until it counts or can't any more. */
    void submit() {
        for (Node node : nodes.values()) {
            node.unsaid.removeIf(s -> !isUseful(s));
            for (Statement statement : node.unsaid) {
                var signed = run.signed(node.signer, node.role, statement);
                if (run.machine().check(run.state(), signed).isEmpty()) {
                    run.submit(signed);
                }
            }
            node.unsaid.removeIf(s -> run.machine()
                    .check(run.state(), run.signed(node.signer, node.role, s))
                    .isEmpty());
        }
    }

    private boolean isUseful(Statement statement) {
        long sealed = run.state().lastSealed();
        return switch (statement) {
            case Statement.Ready s -> s.round() >= sealed;
            case Statement.Root s -> s.round() > sealed - 3;
            default -> statement.round() > sealed;
        };
    }

    /** One random step: an input, a repeated input, a fetch, or a block. */
    void randomStep(Seed random) {
        List<Node> up = nodes.values().stream().filter(n -> n.up).toList();
        Node node = up.get(random.nextInt(up.size()));
        int dice = random.nextInt(20);
        if (dice < 9 && !node.queue.isEmpty()) {
            List<PeerInput> waiting = new ArrayList<>(node.queue);
            PeerInput next = waiting.remove(random.nextInt(waiting.size()));
            node.queue.clear();
            node.queue.addAll(waiting);
            node.tell(next);
        } else if (dice < 13) {
            node.fetch();
        } else if (dice < 14) {
            PeerInput again = node.told.get(random.nextInt(node.told.size()));
            if (!(again instanceof PeerInput.Restarted)) {
                node.tell(again);
            }
        } else if (dice < 17) {
            submit();
            run.block(100 + random.nextInt(400));
            for (Node n : up) {
                n.queue.add(new PeerInput.Advanced(run.state()));
            }
        }
    }

    SortedMap<Hotkey, ContentId> roots(long round) {
        SortedMap<Hotkey, ContentId> all = new TreeMap<>();
        nodes.forEach((hotkey, node) -> {
            ContentId root = node.settledRoots.get(round);
            if (root != null) {
                all.put(hotkey, root);
            }
        });
        return all;
    }
}
