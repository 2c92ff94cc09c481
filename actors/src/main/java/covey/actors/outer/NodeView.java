package covey.actors.outer;

import covey.protocol.ledger.LedgerState;

/** What anybody may see of a node at any time. Written by the peer's thread, read by all. */
public final class NodeView {
    private volatile LedgerState ledger;
    private volatile String phase = Progress.WAIT;

    public NodeView(LedgerState initial) {
        ledger = initial;
    }

    public LedgerState ledger() {
        return ledger;
    }

    /** FETCH, WAIT, TRAIN, COMMIT, COLLECT or APPLY. */
    public String phase() {
        return phase;
    }

    void show(LedgerState nextLedger, String nextPhase) {
        ledger = nextLedger;
        phase = nextPhase;
    }
}
