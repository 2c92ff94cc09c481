package covey.node.web;

import covey.node.web.NodeView.PeerRow;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState.Commitment;
import covey.protocol.ledger.RoundState.Refused;
import covey.protocol.ledger.RoundState.SealedRound;
import covey.protocol.model.Hotkey;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What became of each peer's contributions since this node started. Thread-safe. */
public final class PeerHistory {
    private record Tally(long lastRound, long accepted, long rejected) {
        static final Tally NONE = new Tally(0, 0, 0);
    }

    private final SortedMap<Hotkey, Tally> tallies = new TreeMap<>();
    private long lastSealed;

    /** Counts the rounds that were sealed since the last call. Called after each block, or less often. */
    public synchronized void follow(LedgerState ledger) {
        for (long round = lastSealed + 1; round <= ledger.lastSealed(); round++) {
            ledger.sealed(round).ifPresent(this::count);
        }
        lastSealed = ledger.lastSealed();
    }

    private void count(SealedRound sealed) {
        for (Commitment applied : sealed.collectSet()) {
            Tally old = tallies.getOrDefault(applied.hotkey(), Tally.NONE);
            tallies.put(applied.hotkey(), new Tally(sealed.round(), old.accepted + 1, old.rejected));
        }
        for (Refused refused : sealed.refused()) {
            Tally old = tallies.getOrDefault(refused.hotkey(), Tally.NONE);
            tallies.put(refused.hotkey(), new Tally(old.lastRound, old.accepted, old.rejected + 1));
        }
    }

    /**
     * A row for each registered hotkey, by hotkey.
     *
     * @param self left out
     * @param reachable addresses of the members that are reachable now
     */
    public synchronized List<PeerRow> rows(LedgerState ledger, Hotkey self, Map<Hotkey, String> reachable) {
        return ledger.registry().entries().stream()
                .filter(entry -> !entry.hotkey().equals(self))
                .map(entry -> row(entry, reachable))
                .toList();
    }

    private PeerRow row(LedgerState.Entry entry, Map<Hotkey, String> reachable) {
        Hotkey hotkey = entry.hotkey();
        Tally tally = tallies.getOrDefault(hotkey, Tally.NONE);
        return new PeerRow(
                hotkey,
                entry.label(),
                entry.roles(),
                reachable.getOrDefault(hotkey, ""),
                reachable.containsKey(hotkey),
                tally.lastRound,
                tally.accepted,
                tally.rejected);
    }
}
