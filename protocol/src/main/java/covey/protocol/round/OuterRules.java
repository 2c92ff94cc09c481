package covey.protocol.round;

import covey.protocol.ledger.LedgerState.Checkpoint;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement;
import covey.protocol.model.ContentId;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.round.PeerState.Outer;
import covey.protocol.round.PeerState.Target;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which θ this node has: it settles one sealed round after another, says and compares roots, recomputes once, catches
 * up from a checkpoint (rules D10, D11, E3). One settlement or load at a time, and none while the engine trains.
 */
final class OuterRules {
    /** Own roots that are remembered beside those since the oldest checkpoint. */
    private static final int ROOTS_KEPT = 2 * Limits.ROUND_HISTORY_COUNT;

    /** Sealed rounds whose roots the ledger still takes. */
    private static final int ROOT_ROUNDS = 3;
    /** Rounds without training after which error feedback is cleared (rule E3). */
    private static final int CLEAR_AFTER_ROUNDS = 20;

    private final Turn turn;
    private long settled;
    private long highest;
    private final TreeMap<Long, ContentId> roots;
    private Optional<Long> settling;
    private Optional<Target> loading;
    private Optional<Target> target;
    private final SortedSet<Long> recomputed;
    private long rootSaid;
    private long kept;

    OuterRules(Turn turn, Outer slice) {
        this.turn = turn;
        this.settled = slice.settled();
        this.highest = slice.highest();
        this.roots = new TreeMap<>(slice.roots());
        this.settling = slice.settling();
        this.loading = slice.loading();
        this.target = slice.target();
        this.recomputed = new TreeSet<>(slice.recomputed());
        this.rootSaid = slice.rootSaid();
        this.kept = slice.kept();
    }

    private static SortedMap<Long, ContentId> only(long round, ContentId root) {
        SortedMap<Long, ContentId> one = new TreeMap<>();
        one.put(round, root);
        return Collections.unmodifiableSortedMap(one);
    }

    static Outer initial(long settled, ContentId root) {
        return new Outer(
                settled,
                settled,
                only(settled, root),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Collections.emptySortedSet(),
                0,
                0);
    }

    Outer freeze() {
        return new Outer(
                settled,
                highest,
                Collections.unmodifiableSortedMap(roots),
                settling,
                loading,
                target,
                Collections.unmodifiableSortedSet(recomputed),
                rootSaid,
                kept);
    }

    long settled() {
        return settled;
    }

    /** The own root after a round; empty if it isn't remembered. */
    Optional<ContentId> root(long round) {
        return Optional.ofNullable(roots.get(round));
    }

    /** Whether θ is that after {@code round} and nobody agreed on another one. */
    boolean isAt(long round) {
        return settled == round
                && settling.isEmpty()
                && loading.isEmpty()
                && contradicted().isEmpty();
    }

    /** The checkpoint that is still to be fetched. */
    Optional<Target> wanted() {
        return target;
    }

    /** The round after which it goes on: of the checkpoint that is fetched or loaded, else of θ as it is. */
    long replayFrom() {
        return loading.or(() -> target).map(Target::round).orElse(settled);
    }

    // ---- inputs

    /** Whether it was expected. */
    boolean settled(PeerInput.Settled input) {
        if (settling.filter(r -> r == input.round()).isEmpty()) {
            return false;
        }
        settling = Optional.empty();
        settled = input.round();
        highest = Math.max(highest, settled);
        roots.put(settled, input.root());
        while (roots.size() > ROOTS_KEPT) {
            roots.remove(roots.firstKey());
        }
        return true;
    }

    void loaded(PeerInput.Loaded input) {
        if (loading.filter(t -> t.round() == input.round()).isEmpty()) {
            return;
        }
        ContentId wanted = loading.orElseThrow().root();
        if (!wanted.equals(input.root())) {
            turn.halt("checkpoint of round " + input.round() + ": root " + input.root() + " (expected: " + wanted
                    + "); check memory and disk of this machine");
            return;
        }
        loading = Optional.empty();
        settled = input.round();
        highest = Math.max(highest, settled);
        roots.tailMap(settled).clear();
        roots.put(settled, input.root());
    }

    // ---- what follows

    void derive() {
        sayRoot();
        keep();
        if (settling.isPresent() || loading.isPresent()) {
            return;
        }
        Optional<Long> wrong = contradicted();
        if (wrong.isPresent()) {
            recompute(wrong.get());
            return;
        }
        recomputed.removeIf(r -> r <= settled - ROOTS_KEPT);
        next();
    }

    private void sayRoot() {
        ContentId root = roots.get(settled);
        boolean taken = settled > turn.ledger.lastSealed() - ROOT_ROUNDS
                || turn.ledger.checkpoint().filter(c -> c.round() == settled).isPresent();
        if (root == null || settled <= rootSaid || settled > turn.ledger.lastSealed() || !taken) {
            return;
        }
        rootSaid = settled;
        if (!turn.ledger.roots(settled).containsKey(turn.setup.self())) {
            turn.say(turn.setup.primaryRole(), new Statement.Root(settled, root));
        }
    }

    /** Rule D11: θ after a multiple of C is a content that newcomers may ask for. */
    private void keep() {
        ContentId root = roots.get(settled);
        boolean due = settled > 0 && settled % turn.setup.checkpointRounds() == 0 && settled != kept;
        if (root != null && due && contradicted().isEmpty()) {
            kept = settled;
            turn.contents.keep(settled, root);
        }
    }

    /** The first round whose own root is not the agreed one. */
    Optional<Long> contradicted() {
        return roots.entrySet().stream()
                .filter(e -> turn.agreed(e.getKey())
                        .filter(agreed -> !agreed.equals(e.getValue()))
                        .isPresent())
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Rule D10: once again from the last agreed checkpoint before it; a second difference is a broken machine. */
    private void recompute(long round) {
        if (recomputed.contains(round)) {
            turn.halt("state root of round " + round + ": " + roots.get(round) + " (expected: "
                    + turn.agreed(round).orElseThrow() + "), also after recomputing it; check memory and disk of this "
                    + "machine");
            return;
        }
        load(from(round)).ifPresent(_ -> recomputed.add(round));
    }

    /** Where recomputing starts: a stored checkpoint before the round if all rounds since are known. */
    private Target from(long round) {
        Optional<Target> before = turn.contents.checkpointBefore(round).filter(t -> isKnownSince(t.round()));
        if (before.isPresent()) {
            return before.get();
        }
        Target start = new Target(0, turn.setup.genesis().thetaRoot());
        return isKnownSince(0) ? start : newest().orElse(start);
    }

    private void next() {
        if (settled >= turn.ledger.lastSealed()) {
            target = Optional.empty();
            return;
        }
        chooseTarget();
        if (target.isPresent()) {
            load(target.get());
        } else {
            turn.sealed(settled + 1).ifPresent(this::settle);
        }
    }

    // ---- catching up (rule D11)

    private void chooseTarget() {
        boolean lost =
                turn.sealed(settled + 1).filter(s -> !turn.contents.isGone(s)).isEmpty();
        target = target.filter(t -> t.round() > settled && isKnownSince(t.round()));
        Optional<Target> ahead = newest().filter(t -> t.round() > settled && isKnownSince(t.round()));
        if (ahead.isEmpty() || target.isPresent() && !isOutdated(target.get())) {
            return;
        }
        boolean cheaper = settled == 0 && !turn.train.hasTrained() && turn.setup.thetaBytes() < bytesUpTo(ahead.get());
        target = lost || cheaper || target.isPresent() ? ahead : Optional.empty();
    }

    private Optional<Target> newest() {
        return turn.ledger.checkpoint().map(c -> new Target(c.round(), c.root()));
    }

    /** Its signers serve it until two later ones are agreed. */
    private boolean isOutdated(Target chosen) {
        return turn.ledger
                .checkpoint()
                .map(Checkpoint::round)
                .filter(newest -> newest >= chosen.round() + 2L * turn.setup.checkpointRounds())
                .isPresent();
    }

    /** Its holders may be gone for good, while the run waits for this very node: the newest one will do. */
    void notFetched(ContentId content) {
        target = target.map(chosen -> chosen.root().equals(content)
                ? newest().filter(t -> t.round() > chosen.round()).orElse(chosen)
                : chosen);
    }

    private boolean isKnownSince(long round) {
        for (long r = round + 1; r <= turn.ledger.lastSealed(); r++) {
            if (turn.sealed(r).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of the contributions that a checkpoint saves. */
    private long bytesUpTo(Target checkpoint) {
        long bytes = 0;
        for (long r = settled + 1; r <= checkpoint.round(); r++) {
            bytes += turn.sealed(r)
                    .map(s -> s.collectSet().stream()
                            .mapToLong(Commitment::lengthBytes)
                            .sum())
                    .orElse(0L);
        }
        return bytes;
    }

    /** Loads a checkpoint once it is here and the engine is free; until then it is wanted. */
    private Optional<Target> load(Target checkpoint) {
        boolean here = checkpoint.round() == 0 || turn.contents.has(checkpoint.root());
        target = here ? Optional.empty() : Optional.of(checkpoint);
        if (!here || turn.train.isBusy()) {
            return Optional.empty();
        }
        loading = Optional.of(checkpoint);
        turn.train.forgetSteps();
        turn.emit(new PeerEffect.Load(checkpoint.round(), checkpoint.root()));
        return loading;
    }

    // ---- settling (rule E3)

    private void settle(SealedRound sealed) {
        boolean complete = sealed.collectSet().stream().allMatch(c -> turn.contents.has(c.contribution()));
        if (!complete || turn.train.isBusy()) {
            return;
        }
        long round = sealed.round();
        boolean first = round > highest;
        settling = Optional.of(round);
        turn.emit(new PeerEffect.Settle(
                round,
                selected(sealed),
                first && turn.train.hasUncompressed(round),
                first ? turn.train.toGiveBack(sealed) : Optional.empty(),
                turn.setup.is(Role.TRAINER) && round - turn.train.lastTrained() >= CLEAR_AFTER_ROUNDS));
    }

    private List<Selected> selected(SealedRound sealed) {
        return sealed.collectSet().stream()
                .map(c -> new Selected(c.hotkey(), c.contribution(), c.trustQ16()))
                .toList();
    }
}
