package covey.actors.ledger;

import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;

/** The newest final state that this node knows. Written by one thread, read by any. */
public final class LedgerView {
    private volatile LedgerState state;

    public LedgerView(LedgerMachine machine) {
        this.state = machine.initial();
    }

    public LedgerState state() {
        return state;
    }

    void advance(LedgerState next) {
        state = next;
    }
}
