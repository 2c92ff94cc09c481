package covey.protocol.round;

import covey.protocol.ledger.LedgerState.Entry;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.ledger.Statement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import covey.protocol.model.Limits;
import covey.protocol.model.Role;
import covey.protocol.round.PeerState.Contents;
import covey.protocol.round.PeerState.Held;
import covey.protocol.round.PeerState.Target;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Contents: fetched from CLOSED on, served from CLOSED on, said to be held, kept until three later checkpoints are
 * agreed and no judge compares with them (rules D5 to D7, D11).
 */
final class ContentRules {
    /** Between two Holds of a round that say something new, in ledger time. */
    private static final long HOLDS_EACH_MS = 1_000;

    private static final int CHECKPOINTS_KEPT = 3;

    private final Turn turn;
    private final TreeSet<ContentId> stored;
    private final TreeMap<ContentId, SortedSet<Hotkey>> fetching;
    private final TreeSet<ContentId> serving;
    private final TreeMap<Long, SealedRound> archive;
    private final TreeMap<Long, ContentId> checkpoints;
    private final TreeMap<Long, ContentId> own;
    private Held held;

    ContentRules(Turn turn, Contents slice) {
        this.turn = turn;
        this.stored = new TreeSet<>(slice.stored());
        this.fetching = new TreeMap<>(slice.fetching());
        this.serving = new TreeSet<>(slice.serving());
        this.archive = new TreeMap<>(slice.archive());
        this.checkpoints = new TreeMap<>(slice.checkpoints());
        this.own = new TreeMap<>(slice.own());
        this.held = slice.held();
    }

    static Contents initial(Collection<ContentId> found, Optional<PeerInput.Recorded> recorded) {
        TreeSet<ContentId> stored = new TreeSet<>(found);
        recorded.ifPresent(r -> stored.add(r.contribution()));
        return new Contents(
                Collections.unmodifiableSortedSet(stored),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Held.NONE);
    }

    Contents freeze() {
        return new Contents(
                Collections.unmodifiableSortedSet(stored),
                Collections.unmodifiableSortedMap(fetching),
                Collections.unmodifiableSortedSet(serving),
                Collections.unmodifiableSortedMap(archive),
                Collections.unmodifiableSortedMap(checkpoints),
                Collections.unmodifiableSortedMap(own),
                held);
    }

    // ---- what others ask

    boolean has(ContentId content) {
        return stored.contains(content);
    }

    Optional<SealedRound> archived(long round) {
        return Optional.ofNullable(archive.get(round));
    }

    /**
     * Whether the others may have dropped contents of the round that are not here (see {@link #retain}). This node need
     * not have seen the checkpoints since: they are a fixed number of rounds apart.
     */
    boolean isGone(SealedRound sealed) {
        long apart = (CHECKPOINTS_KEPT - 1L) * turn.setup.checkpointRounds();
        // Who was started again since the ledger forgot the round does not serve it any more.
        long late = turn.ledger.sealed(sealed.round()).isEmpty() ? 0 : apart;
        return turn.ledger
                        .checkpoint()
                        .filter(newest -> sealed.round() <= newest.round() - late)
                        .isPresent()
                && sealed.collectSet().stream().anyMatch(c -> !stored.contains(c.contribution()));
    }

    Optional<ContentId> checkpoint(long round) {
        return Optional.ofNullable(checkpoints.get(round));
    }

    /** The newest agreed checkpoint before a round whose θ is here. */
    Optional<Target> checkpointBefore(long round) {
        return checkpoints.headMap(round, false).descendingMap().entrySet().stream()
                .filter(e -> stored.contains(e.getValue()))
                .map(e -> new Target(e.getKey(), e.getValue()))
                .findFirst();
    }

    // ---- inputs

    void stored(ContentId content) {
        stored.add(content);
        fetching.remove(content);
    }

    // ---- what follows

    /** Takes over what the ledger will forget: sealed rounds and agreed checkpoints. */
    void follow() {
        long oldest = checkpoints.size() == CHECKPOINTS_KEPT ? checkpoints.firstKey() : 0;
        long from = Math.min(oldest, turn.outer.settled());
        turn.ledger.rounds().sealed().tailMap(from + 1).forEach(archive::putIfAbsent);
        turn.ledger.rounds().agreed().forEach(this::noteCheckpoint);
        while (checkpoints.size() > CHECKPOINTS_KEPT) {
            checkpoints.remove(checkpoints.firstKey());
        }
    }

    /** Also after a restart: who signed a checkpoint serves it until two later ones are agreed (rule D11). */
    private void noteCheckpoint(long round, ContentId root) {
        if (round > 0 && round % turn.setup.checkpointRounds() == 0) {
            checkpoints.putIfAbsent(round, root);
        }
    }

    /** Makes θ a content of this node, unless it is one already; it is served once it is stored. */
    void keep(long round, ContentId root) {
        own.put(round, root);
        if (!stored.contains(root)) {
            turn.emit(new PeerEffect.Keep(round, root));
        }
    }

    void derive() {
        collect();
        toSettle().forEach(this::fetchSealed);
        turn.outer.wanted().ifPresent(this::fetchCheckpoint);
        archive.values().forEach(s -> s.collectSet().forEach(c -> serve(c.contribution())));
        checkpoints.values().forEach(this::serve);
        own.values().forEach(this::serve);
        cancel();
        hold();
    }

    /** Sealed rounds whose contributions this node has yet to apply. */
    private Collection<SealedRound> toSettle() {
        return archive.tailMap(turn.outer.replayFrom() + 1).values();
    }

    private Optional<RoundState> closed() {
        return turn.ledger.round().filter(RoundState::isClosed);
    }

    private void collect() {
        closed().ifPresent(round -> {
            for (int i = 0; i < round.commits().size(); i++) {
                Commitment commitment = round.commits().get(i);
                serve(commitment.contribution());
                fetch(commitment.contribution(), commitment.lengthBytes(), holders(round, i));
            }
        });
    }

    /** The owner, and who said that it accepts or holds it. */
    private static SortedSet<Hotkey> holders(RoundState round, int index) {
        SortedSet<Hotkey> holders = round.holders(index);
        holders.add(round.commits().get(index).hotkey());
        return holders;
    }

    private void fetchSealed(SealedRound sealed) {
        for (Commitment commitment : sealed.collectSet()) {
            SortedSet<Hotkey> holders = new TreeSet<>();
            turn.ledger.registry().entries().stream()
                    .filter(e -> e.has(Role.TRAINER) || e.has(Role.VALIDATOR))
                    .map(Entry::hotkey)
                    .forEach(holders::add);
            holders.add(commitment.hotkey());
            fetch(commitment.contribution(), commitment.lengthBytes(), holders);
        }
    }

    private void fetchCheckpoint(Target checkpoint) {
        SortedSet<Hotkey> signers = new TreeSet<>();
        turn.ledger
                .checkpoint()
                .filter(c -> c.root().equals(checkpoint.root()))
                .ifPresent(c -> signers.addAll(c.signers()));
        fetch(checkpoint.root(), turn.setup.thetaBytes(), signers);
    }

    /** Asks for what is not here; again only if somebody new may have it. */
    private void fetch(ContentId content, long lengthBytes, SortedSet<Hotkey> holders) {
        SortedSet<Hotkey> known = fetching.getOrDefault(content, Collections.emptySortedSet());
        SortedSet<Hotkey> all = new TreeSet<>(known);
        all.addAll(holders);
        all.remove(turn.setup.self());
        if (!stored.contains(content) && all.size() > known.size()) {
            fetching.put(content, Collections.unmodifiableSortedSet(all));
            turn.emit(new PeerEffect.Fetch(content, lengthBytes, List.copyOf(all)));
        }
    }

    private void serve(ContentId content) {
        if (stored.contains(content) && serving.add(content)) {
            turn.emit(new PeerEffect.Serve(content));
        }
    }

    /** Ends fetches that nothing needs any more: refused commitments of earlier rounds, rounds that were skipped. */
    private void cancel() {
        SortedSet<ContentId> needed = new TreeSet<>();
        turn.ledger.round().ifPresent(r -> r.commits().forEach(c -> needed.add(c.contribution())));
        toSettle().forEach(s -> s.collectSet().forEach(c -> needed.add(c.contribution())));
        turn.outer.wanted().ifPresent(t -> needed.add(t.root()));
        for (ContentId content : List.copyOf(fetching.keySet())) {
            if (!needed.contains(content)) {
                fetching.remove(content);
                turn.emit(new PeerEffect.Cancel(content));
            }
        }
    }

    /** Rule D7: all at once if everything is here, else what is new, now and then. */
    private void hold() {
        Optional<RoundState> collecting = closed().filter(r -> turn.setup.is(Role.TRAINER));
        if (collecting.isEmpty()) {
            return;
        }
        RoundState round = collecting.get();
        long closedMs = round.closed().orElseThrow().timeMs();
        if (held.round() != round.round()) {
            held = new Held(round.round(), bitmap(round, true), closedMs);
        }
        Bytes now = bitmap(round, false);
        boolean complete = round.commits().stream().allMatch(c -> stored.contains(c.contribution()));
        boolean due = complete || turn.ledger.timeMs() - held.saidMs() >= HOLDS_EACH_MS;
        if (due && !now.equals(held.bitmap())) {
            held = new Held(round.round(), now, turn.ledger.timeMs());
            turn.say(Role.TRAINER, new Statement.Holds(round.round(), now));
        }
    }

    /** Which commitments are here; with {@code onlyOwn} nobody else's counts. That one needs no saying. */
    private Bytes bitmap(RoundState round, boolean onlyOwn) {
        byte[] bits = new byte[(round.commits().size() + 7) / 8];
        for (int i = 0; i < round.commits().size(); i++) {
            Commitment c = round.commits().get(i);
            boolean counts = !onlyOwn || c.hotkey().equals(turn.setup.self());
            if (counts && stored.contains(c.contribution())) {
                bits[i >> 3] |= (byte) (1 << (i & 7));
            }
        }
        return Bytes.wrap(bits);
    }

    // ---- retention (rule D11)

    /** Forgets what lies before the oldest of the last three agreed checkpoints, once this node has passed it. */
    void retain() {
        if (checkpoints.size() < CHECKPOINTS_KEPT || turn.outer.settled() < checkpoints.lastKey()) {
            return;
        }
        // What judges compare with stays, too (rule D6).
        long oldest = Math.min(checkpoints.firstKey(), turn.ledger.lastSealed() - Limits.ROUND_HISTORY_COUNT);
        SortedMap<Long, SealedRound> gone = archive.headMap(oldest + 1);
        SortedSet<ContentId> dropped = new TreeSet<>();
        gone.values().forEach(s -> dropped.addAll(contentsOf(s)));
        dropped.addAll(own.headMap(oldest).values());
        gone.clear();
        own.headMap(oldest).clear();
        archive.values().forEach(s -> dropped.removeAll(contentsOf(s)));
        dropped.removeAll(checkpoints.values());
        turn.ledger.round().ifPresent(r -> r.commits().forEach(c -> dropped.remove(c.contribution())));
        dropped.forEach(this::drop);
    }

    private static SortedSet<ContentId> contentsOf(SealedRound sealed) {
        SortedSet<ContentId> all = new TreeSet<>();
        sealed.collectSet().stream().map(Commitment::contribution).forEach(all::add);
        sealed.unselected().stream().map(Commitment::contribution).forEach(all::add);
        sealed.refused().stream().map(Refused::contribution).forEach(all::add);
        return all;
    }

    private void drop(ContentId content) {
        serving.remove(content);
        if (stored.remove(content)) {
            turn.emit(new PeerEffect.Drop(content));
        }
    }
}
