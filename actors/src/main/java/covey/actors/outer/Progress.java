package covey.actors.outer;

import covey.actors.node.NodeEvent;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Tells an observer what changed between one ledger state and the next, and what the node made of it. One thread. */
final class Progress {
    static final String WAIT = "WAIT";
    private static final String FETCH = "FETCH";
    private static final String TRAIN = "TRAIN";
    private static final String COMMIT = "COMMIT";
    private static final String COLLECT = "COLLECT";
    private static final String APPLY = "APPLY";

    private final Hotkey self;
    private final NodeView view;
    private final Consumer<NodeEvent> events;
    private final SortedMap<Long, Double> trainLosses = new TreeMap<>();
    private LedgerState ledger;
    private long settledRound;
    private NodeEvent.Phase phase = new NodeEvent.Phase(0, WAIT);

    Progress(Hotkey self, NodeView view, Consumer<NodeEvent> events) {
        this.self = self;
        this.view = view;
        this.events = events;
        ledger = view.ledger();
    }

    LedgerState ledger() {
        return ledger;
    }

    /** What the ledger says first is the past: of that nothing is told. */
    void advanced(LedgerState next) {
        if (ledger.height() > 0) {
            tellOf(next);
        }
        ledger = next;
        show();
    }

    /** The peer is not told of the ledger yet, as the run's data are not here. */
    void fetching(LedgerState seen) {
        show(seen, new NodeEvent.Phase(seen.lastSealed(), FETCH));
    }

    private void tellOf(LedgerState next) {
        for (long round = ledger.lastSealed() + 1; round <= next.lastSealed(); round++) {
            next.sealed(round).ifPresent(this::sealed);
        }
        next.rounds().agreed().keySet().stream()
                .filter(round -> round > 0 && ledger.agreedRoot(round).isEmpty())
                .forEach(round -> events.accept(new NodeEvent.RootAgreed(round)));
    }

    private void sealed(SealedRound round) {
        events.accept(new NodeEvent.Sealed(
                round.round(), round.collectSet().size(), round.refused().size()));
    }

    /** θ of that round is here. */
    void settled(long round) {
        settledRound = round;
        show();
    }

    void trained(long round, double meanLoss) {
        trainLosses.headMap(round).clear();
        trainLosses.put(round, meanLoss);
    }

    void applied(long round, ContentId root, double heldOutLoss) {
        double trainLoss = trainLosses.getOrDefault(round, Double.NaN);
        Optional<SealedRound> sealed = ledger.sealed(round);
        events.accept(new NodeEvent.Applied(
                round,
                root,
                sealed.map(s -> s.collectSet().size()).orElse(0),
                sealed.map(s -> s.refused().size()).orElse(0),
                trainLoss,
                heldOutLoss,
                sealed.map(s -> s.sealed().timeMs() - s.open().timeMs()).orElse(0L),
                sealed.map(Progress::meanBytes).orElse(0L)));
    }

    private static long meanBytes(SealedRound round) {
        long bytes = round.collectSet().stream()
                .mapToLong(RoundState.Commitment::lengthBytes)
                .sum();
        return bytes / Math.max(1, round.collectSet().size());
    }

    private void show() {
        show(ledger, phaseNow());
    }

    private void show(LedgerState seen, NodeEvent.Phase now) {
        view.show(seen, now.phase());
        if (!now.equals(phase)) {
            phase = now;
            events.accept(now);
        }
    }

    private NodeEvent.Phase phaseNow() {
        if (settledRound < ledger.lastSealed()) {
            return new NodeEvent.Phase(ledger.lastSealed(), APPLY);
        }
        return ledger.round()
                .map(round -> new NodeEvent.Phase(round.round(), phaseOf(round)))
                .orElseGet(() -> new NodeEvent.Phase(0, WAIT));
    }

    private String phaseOf(RoundState round) {
        if (round.isClosed()) {
            return COLLECT;
        }
        return round.commitment(self).isPresent() ? COMMIT : TRAIN;
    }
}
