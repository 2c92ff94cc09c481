package covey.node.replay;

import covey.node.cli.CommandFailed;
import covey.node.config.GenesisFile;
import covey.node.config.KeyFile;
import covey.node.store.BlockFile;
import covey.node.store.DataDirectory;
import covey.node.store.JournalFile;
import covey.protocol.ballot.CertificateCheck;
import covey.protocol.ballot.LedgerSnapshot;
import covey.protocol.contribution.Layout;
import covey.protocol.journal.JournalCodec;
import covey.protocol.journal.JournalEntry;
import covey.protocol.journal.OuterReplay;
import covey.protocol.journal.Replay;
import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.outer.InitialParameters;
import covey.protocol.outer.OuterStep;
import covey.protocol.port.Crypto;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.round.PeerInput;
import covey.protocol.round.PeerMachine;
import covey.protocol.wire.ContentHash;
import covey.protocol.wire.Malformed;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Replays the history in a stopped node's folder (rule E2): blocks against their certificates and state hashes, the
 * journal against the peer's machine, θ against the contributions and the agreed roots. Used by one thread.
 */
public final class NodeReplay {
    /**
     * @param firstRound the first recomputed round
     * @param root of θ after the last
     */
    public record Report(long entryCount, long blockCount, long firstRound, long roundCount, ContentId root) {}

    private final Path folder;
    private final Genesis genesis;
    private final GenesisFile file;
    private final Crypto crypto;
    /** By height, from genesis or from the snapshot that the blocks begin after. */
    private final SortedMap<Long, LedgerState> states = new TreeMap<>();

    private final SortedMap<Long, SealedRound> sealed = new TreeMap<>();

    public NodeReplay(Path folder, GenesisFile file, Crypto crypto) {
        this.folder = folder;
        this.file = file;
        this.genesis = file.genesis();
        this.crypto = crypto;
    }

    /** The first difference is a CommandFailed that names it. */
    public Report run(List<JournalFile.Entry> entries) throws IOException {
        try (DataDirectory directory = DataDirectory.open(folder)) {
            applyBlocks(directory.blocks());
            Replay.Outcome outcome = new Replay(machine(), crypto, this::stateAt)
                    .run(entries.stream().map(JournalFile.Entry::content).iterator());
            return switch (outcome) {
                case Replay.Differs differs ->
                    throw new CommandFailed("journal entry " + differs.sequence() + ": " + differs.what());
                case Replay.Equal equal -> recompute(equal.entryCount(), inputs(entries));
            };
        }
    }

    private void applyBlocks(Path path) {
        LedgerMachine machine = new LedgerMachine(genesis, file.runId(), crypto);
        CertificateCheck certificates = new CertificateCheck(genesis, file.runId(), crypto);
        try (BlockFile blocks = BlockFile.open(path)) {
            add(blocks.startHeight() == 0 ? machine.initial() : start(blocks, certificates, machine));
            for (long height = states.lastKey() + 1; height <= blocks.lastHeight(); height++) {
                CertifiedBlock block = blocks.read(height).orElseThrow();
                Optional<String> wrong = certificates.check(block);
                if (wrong.isPresent()) {
                    throw new CommandFailed("block " + height + ": " + wrong.get());
                }
                LedgerState next = machine.apply(last(), block.block()).next();
                if (!machine.stateHash(next).equals(block.certificate().stateHash())) {
                    throw new CommandFailed("block " + height + ": leads to another state (expected: the certified)");
                }
                add(next);
            }
        }
    }

    private void add(LedgerState state) {
        states.put(state.height(), state);
        if (states.size() == 1) {
            sealed.putAll(state.rounds().sealed());
        }
        state.sealed(state.lastSealed()).ifPresent(round -> sealed.put(round.round(), round));
    }

    private LedgerState last() {
        return stateAt(states.lastKey()).orElseThrow();
    }

    /** The state of a snapshot that is the ledger's (rule B8). */
    private static LedgerState start(BlockFile blocks, CertificateCheck certificates, LedgerMachine machine) {
        try {
            LedgerSnapshot snapshot = LedgerSnapshot.decode(
                    blocks.snapshot(blocks.startHeight()).orElseThrow().unsafeArray());
            snapshot.wrong(certificates, machine).ifPresent(wrong -> {
                throw new CommandFailed(wrong);
            });
            return snapshot.state();
        } catch (Malformed e) {
            throw new CommandFailed("snapshot: " + e.rule());
        }
    }

    private Optional<LedgerState> stateAt(long height) {
        return Optional.ofNullable(states.get(height));
    }

    private PeerMachine machine() {
        Hotkey self = KeyFile.hotkeyOf(KeyFile.read(folder.resolve("hotkey.key")));
        int roles = last().registry().entry(self).map(LedgerState.Entry::roles).orElse(0);
        return new PeerMachine(genesis, file.runId(), crypto, self, roles);
    }

    private List<PeerInput> inputs(List<JournalFile.Entry> entries) {
        JournalCodec codec = new JournalCodec(crypto);
        List<PeerInput> inputs = new ArrayList<>();
        for (JournalFile.Entry entry : entries) {
            try {
                if (codec.decode(entry.content()).body() instanceof JournalEntry.Input input) {
                    inputs.add(input.input());
                }
            } catch (Malformed e) {
                throw new CommandFailed("journal entry " + entry.sequence() + ": " + e.rule());
            }
        }
        return inputs;
    }

    /** Where recomputing starts: θ after the round, 0 for θ_0. */
    private record Start(long round, ContentId root) {}

    private Report recompute(long entryCount, List<PeerInput> inputs) {
        SortedMap<Long, ContentId> settled = new TreeMap<>();
        Start first = new Start(0, genesis.thetaRoot());
        for (PeerInput input : inputs) {
            if (input instanceof PeerInput.Settled s) {
                settled.put(s.round(), s.root());
            } else if (input instanceof PeerInput.Loaded l && settled.isEmpty()) {
                first = new Start(l.round(), l.root());
            }
        }
        SortedMap<Long, OuterReplay.Sealed> rounds = new TreeMap<>();
        for (long round : settled.tailMap(first.round() + 1).keySet()) {
            rounds.put(round, known(round, settled));
        }
        settled.values().forEach(root -> content(root).ifPresent(bytes -> checkBytes(root, bytes)));
        Start start = oldestKept(first, settled, rounds);
        OuterStep step = new OuterStep(
                Layout.of(genesis.model()),
                genesis.training().alphaQ16(),
                genesis.training().aggregation());
        OuterReplay.Outcome outcome = new OuterReplay(step, crypto, this::content)
                .run(theta(start.round(), start.root()), rounds.tailMap(start.round() + 1));
        return switch (outcome) {
            case OuterReplay.Differs differs ->
                throw new CommandFailed("round " + differs.round() + ": " + differs.what());
            case OuterReplay.Equal equal ->
                new Report(entryCount, states.size() - 1L, start.round() + 1, equal.roundCount(), equal.root());
        };
    }

    /** Once the contributions after {@code first} are dropped (rule D11), the oldest checkpoint that is kept. */
    private Start oldestKept(
            Start first, SortedMap<Long, ContentId> settled, SortedMap<Long, OuterReplay.Sealed> rounds) {
        if (rounds.values().stream().limit(1).allMatch(this::isKept)) {
            return first;
        }
        return settled.entrySet().stream()
                .filter(entry -> content(entry.getValue()).isPresent())
                .findFirst()
                .map(entry -> new Start(entry.getKey(), entry.getValue()))
                .orElse(first);
    }

    private boolean isKept(OuterReplay.Sealed round) {
        return round.collectSet().stream()
                .allMatch(s -> content(s.contribution()).isPresent());
    }

    private OuterReplay.Sealed known(long round, SortedMap<Long, ContentId> settled) {
        SealedRound done = Optional.ofNullable(sealed.get(round))
                .orElseThrow(() -> new CommandFailed("round " + round + ": not sealed (expected: by the blocks)"));
        List<ContentId> roots = new ArrayList<>();
        roots.add(settled.get(round));
        for (LedgerState state : states.values()) {
            Optional<ContentId> agreed = state.agreedRoot(round);
            if (agreed.isPresent()) {
                roots.add(agreed.get());
                break;
            }
        }
        return new OuterReplay.Sealed(
                done.collectSet().stream()
                        .map(c -> new Selected(c.hotkey(), c.contribution(), trust(c.hotkey())))
                        .toList(),
                roots);
    }

    private int trust(Hotkey hotkey) {
        return last().registry().entry(hotkey).map(LedgerState.Entry::trustQ16).orElse(Limits.FACTOR_ONE);
    }

    /** Reads the file as it is, so that this check changes nothing. */
    private Optional<MemorySegment> content(ContentId id) {
        try {
            Path path = folder.resolve("contents").resolve(id.toString());
            return Files.exists(path) ? Optional.of(MemorySegment.ofArray(Files.readAllBytes(path))) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private void checkBytes(ContentId root, MemorySegment bytes) {
        ContentId found = ContentHash.of(bytes, crypto);
        if (!found.equals(root)) {
            throw new CommandFailed("checkpoint " + root + ": its bytes are those of " + found);
        }
    }

    private float[] theta(long round, ContentId root) {
        float[] theta = new float[Math.toIntExact(genesis.model().parameterCount())];
        if (round == 0) {
            InitialParameters.fill(genesis.model(), genesis.seed(), theta);
            return theta;
        }
        MemorySegment bytes =
                content(root).orElseThrow(() -> new CommandFailed("checkpoint " + root + ": missing (expected: kept)"));
        checkBytes(root, bytes);
        MemorySegment.copy(
                bytes, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, theta, 0, theta.length);
        return theta;
    }
}
