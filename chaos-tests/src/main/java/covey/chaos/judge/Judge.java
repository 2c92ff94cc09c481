package covey.chaos.judge;

import covey.chaos.judge.RunFolder.NodeFolder;
import covey.node.config.GenesisFile;
import covey.node.wiring.Ed25519Crypto;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.model.Hotkey;
import covey.protocol.port.Crypto;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The judge of a run whose nodes have stopped. It believes nobody: it reads the files that the nodes left, re-executes
 * the blocks from genesis, recomputes θ from the sealed contributions, and compares what each node did and said.
 * Contributions are those of honest trainers, so that none may be refused. Used by one thread.
 */
public final class Judge {
    /**
     * What must have been reached in the end.
     *
     * @param round that every node of {@code nodes} must have settled
     */
    public record Healed(long round, List<String> nodes) {}

    /**
     * What it found.
     *
     * @param findings empty if all is well
     * @param rounds sealed in all
     * @param emptyRounds sealed without a contribution; those that must not be are findings, too
     * @param contributions sealed, each applied once
     * @param tokensByRound trained on by what was sealed
     * @param startsByNode how often each node started, by its journal
     * @param firstSealedByNode the first round with a contribution of that node
     */
    public record Judgement(
            List<Finding> findings,
            long rounds,
            List<Long> emptyRounds,
            long contributions,
            SortedMap<Long, Long> tokensByRound,
            SortedMap<String, Long> startsByNode,
            SortedMap<String, Long> firstSealedByNode) {
        public Judgement {
            findings = List.copyOf(findings);
            emptyRounds = List.copyOf(emptyRounds);
        }

        public boolean isGood() {
            return findings.isEmpty();
        }
    }

    private final RunFolder folder;
    private final Crypto crypto = new Ed25519Crypto();
    private final List<Finding> findings = new ArrayList<>();
    private final Archived archived;
    private final GenesisFile genesis;
    private final SortedMap<Hotkey, String> names = new TreeMap<>();
    private final List<Long> emptyRounds = new ArrayList<>();
    private final SortedMap<Long, Long> tokensByRound = new TreeMap<>();
    private final SortedMap<String, Long> startsByNode = new TreeMap<>();
    private final SortedMap<String, Long> firstSealedByNode = new TreeMap<>();
    private final SortedMap<ContentId, Long> sealedIn = new TreeMap<>();

    private Judge(RunFolder folder) {
        this.folder = folder;
        this.archived = new Archived(folder.archive());
        this.genesis = folder.genesis(crypto);
        folder.nodes().forEach(node -> names.put(node.hotkey(), node.name()));
    }

    /** @param healed empty if nothing is known of how the run ended */
    public static Judgement of(RunFolder folder, Optional<Healed> healed) throws IOException {
        return new Judge(folder).judge(healed);
    }

    private Judgement judge(Optional<Healed> healed) throws IOException {
        OneChain chain = new OneChain(genesis, crypto, findings::add);
        for (NodeFolder node : folder.nodes()) {
            for (Path file : node.blocks()) {
                chain.read(node.name(), file);
            }
        }
        Reexecuted ledger = new Reexecuted(genesis, crypto, chain.blocks(), findings::add);
        rounds(ledger.sealed());
        SortedMap<Long, ContentId> roots =
                new Recomputed(genesis.genesis(), ledger.sealed(), archived, crypto, findings::add).roots();
        compare(ledger, roots);
        nodes(roots, healed);
        return new Judgement(
                findings,
                ledger.sealed().size(),
                emptyRounds,
                sealedIn.size(),
                tokensByRound,
                startsByNode,
                firstSealedByNode);
    }

    private void rounds(SortedMap<Long, Reexecuted.Sealed> sealed) {
        long expected = 1;
        for (Reexecuted.Sealed one : sealed.values()) {
            SealedRound round = one.round();
            if (round.round() != expected++) {
                find("lost-round", "round " + round.round() + " is sealed, " + (expected - 1) + " is not");
            }
            round.accepted().forEach(commitment -> once(commitment, round.round()));
            round.refused().forEach(refused -> refused(refused, round.round()));
            if (round.collectSet().isEmpty()) {
                empty(round);
            }
        }
    }

    private void once(Commitment commitment, long round) {
        Long before = sealedIn.put(commitment.contribution(), round);
        if (before != null) {
            find("sealed-twice", commitment.contribution() + " in rounds " + before + " and " + round);
        }
        firstSealedByNode.putIfAbsent(nameOf(commitment.hotkey()), round);
        Genesis g = genesis.genesis();
        archived.header(commitment.contribution()).ifPresent(header -> {
            if (header.round() != round || !header.hotkey().equals(commitment.hotkey())) {
                find("not-of-its-round", commitment.contribution() + " in round " + round);
            }
            long tokens =
                    (long) header.steps() * g.training().batch() * g.model().sequence();
            tokensByRound.merge(round, tokens, Long::sum);
        });
    }

    private void refused(Refused refused, long round) {
        if (refused.code() != 0 && refused.code() != Refused.NO_JUDGE) {
            find("honest-refused", "round " + round + ": " + refused.contribution() + " with code " + refused.code());
        }
    }

    /** Rule D12: lost, if somebody but its owner had a contribution of that round. */
    private void empty(SealedRound round) {
        emptyRounds.add(round.round());
        for (Refused refused : round.refused()) {
            List<String> others = archived.holders(refused.contribution()).stream()
                    .filter(name -> !name.equals(nameOf(refused.hotkey())))
                    .toList();
            if (!others.isEmpty()) {
                find(
                        "lost-round",
                        "round " + round.round() + " is empty, though " + others + " had " + refused.contribution());
            }
        }
    }

    private String nameOf(Hotkey hotkey) {
        return names.getOrDefault(hotkey, "");
    }

    private void compare(Reexecuted ledger, SortedMap<Long, ContentId> roots) {
        ledger.agreed().forEach((round, root) -> {
            if (roots.containsKey(round) && !root.equals(roots.get(round))) {
                find("other-root", "agreed of round " + round + ": " + root + " (expected: " + roots.get(round) + ")");
            }
        });
        for (Reexecuted.Said said : ledger.said()) {
            ContentId expected = roots.get(said.round());
            if (expected != null && !expected.equals(said.root())) {
                find("other-root", nameOf(said.hotkey()) + " signed another one of round " + said.round());
            }
        }
    }

    private void nodes(SortedMap<Long, ContentId> roots, Optional<Healed> healed) throws IOException {
        SortedMap<String, Long> settled = new TreeMap<>();
        for (NodeFolder node : folder.nodes()) {
            NodeHistory history = new NodeHistory(node, roots, crypto, findings::add);
            startsByNode.put(node.name(), history.startCount());
            settled.put(node.name(), history.settledRound());
        }
        healed.ifPresent(end -> end.nodes().stream()
                .filter(name -> settled.getOrDefault(name, -1L) < end.round())
                .forEach(name -> find(
                        "not-healed",
                        name + ": settled round " + settled.get(name) + " (expected: " + end.round() + ")")));
    }

    private void find(String invariant, String what) {
        findings.add(new Finding(invariant, what));
    }
}
