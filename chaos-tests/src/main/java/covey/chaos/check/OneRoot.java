package covey.chaos.check;

import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.port.Engine;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every node that finished a round, or took a checkpoint, has the θ that this checker computes from the ledger's sealed
 * sets alone, and the ledger agrees on no other root (S1, S2; rules D10, H6).
 */
public final class OneRoot implements Checker {
    private final Engine shadow;
    private final SortedMap<ContentId, byte[]> made = new TreeMap<>();
    private final SortedMap<Long, ContentId> roots = new TreeMap<>();
    private final SortedMap<Long, MemorySegment> thetas = new TreeMap<>();
    private long round;

    /** @param shadow an engine of its own, with θ_0 */
    public OneRoot(Engine shadow) {
        this.shadow = shadow;
        roots.put(0L, shadow.stateRoot());
        thetas.put(0L, shadow.theta());
    }

    /** Canonical bytes after a sealed round. */
    public MemorySegment theta(long of) {
        return Optional.ofNullable(thetas.get(of))
                .orElseThrow(() -> new Violation("θ after round " + of + " is taken before it is sealed"));
    }

    @Override
    public void see(Event event) {
        switch (event) {
            case Event.Made e -> made.put(e.content(), e.bytes());
            case Event.Certified e -> follow(e.after());
            case Event.Settled e -> expect(e.node(), e.effect().round(), e.root());
            case Event.Loaded e -> expect(e.node(), e.round(), e.root());
            case Event.Started e -> expect(e.node(), e.settledRound(), e.root());
            case Event.Voted _,
                    Event.Said _,
                    Event.Trained _,
                    Event.Settling _,
                    Event.Remembers _,
                    Event.Sent _,
                    Event.CameBack _,
                    Event.Halted _ -> {}
        }
    }

    private void expect(int node, long of, ContentId root) {
        if (!root.equals(roots.get(of))) {
            throw new Violation("θ of node " + node + " after round " + of + " is " + root.brief() + ", not "
                    + Optional.ofNullable(roots.get(of)).map(ContentId::brief).orElse("known"));
        }
    }

    private void follow(LedgerState ledger) {
        for (SealedRound sealed : ledger.rounds().sealed().tailMap(round + 1).values()) {
            apply(sealed);
        }
        for (Map.Entry<Long, ContentId> agreed : ledger.rounds().agreed().entrySet()) {
            if (!agreed.getValue().equals(roots.get(agreed.getKey()))) {
                throw new Violation(
                        "the ledger agrees on " + agreed.getValue().brief() + " after round " + agreed.getKey());
            }
        }
    }

    private void apply(SealedRound sealed) {
        if (sealed.round() != round + 1) {
            throw new Violation("round " + sealed.round() + " is sealed after " + round);
        }
        round = sealed.round();
        List<Engine.Applied> set =
                sealed.collectSet().stream().map(this::applied).toList();
        roots.put(round, set.isEmpty() ? shadow.stateRoot() : shadow.apply(set));
        thetas.put(round, shadow.theta());
    }

    private Engine.Applied applied(Commitment commitment) {
        byte[] content = made.get(commitment.contribution());
        if (content == null) {
            throw new Violation(
                    "sealed contribution " + commitment.contribution().brief() + " was never made");
        }
        return new Engine.Applied(commitment.hotkey(), MemorySegment.ofArray(content), commitment.trustQ16());
    }
}
