package covey.chaos.check;

import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.ContentId;
import covey.protocol.round.PeerEffect.Selected;
import covey.protocol.round.PeerEffect.Settle;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node applies what the ledger sealed, whole and in order, round after round, and each round once (S3; rules D8, D11,
 * E3). A start may take it back to its last record, no further than the round before.
 */
public final class AppliedOnce implements Checker {
    private final SortedMap<Integer, Long> settled = new TreeMap<>();

    @Override
    public void see(Event event) {
        switch (event) {
            case Event.Started e -> started(e);
            case Event.Loaded e -> settled.put(e.node(), e.round());
            case Event.Settled e -> settled(e);
            case Event.Certified _,
                    Event.Voted _,
                    Event.Said _,
                    Event.Trained _,
                    Event.Settling _,
                    Event.Remembers _,
                    Event.Made _,
                    Event.Sent _,
                    Event.CameBack _,
                    Event.Halted _ -> {}
        }
    }

    private void started(Event.Started event) {
        Long before = settled.put(event.node(), event.settledRound());
        if (before != null && event.settledRound() < before && event.settledRound() != 0) {
            throw new Violation("node " + event.node() + " settled round " + before + " and finds "
                    + event.settledRound() + " on its disk");
        }
    }

    private void settled(Event.Settled event) {
        Settle effect = event.effect();
        long before = settled.getOrDefault(event.node(), 0L);
        if (effect.round() != before + 1) {
            throw new Violation("node " + event.node() + " settles round " + effect.round() + " after " + before);
        }
        settled.put(event.node(), effect.round());
        Optional<SealedRound> sealed = event.ledger().sealed(effect.round());
        List<ContentId> applied =
                effect.collectSet().stream().map(Selected::contribution).toList();
        List<ContentId> expected = sealed.stream()
                .flatMap(s -> s.collectSet().stream())
                .map(Commitment::contribution)
                .toList();
        if (sealed.isPresent() && !applied.equals(expected)) {
            throw new Violation("node " + event.node() + " applies in round " + effect.round() + " other than the "
                    + expected.size() + " sealed contributions");
        }
    }
}
