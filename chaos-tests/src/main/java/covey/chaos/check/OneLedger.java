package covey.chaos.check;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerMachine;
import covey.protocol.ledger.LedgerState;
import covey.protocol.model.Hash;
import covey.protocol.model.Limits;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One certified block a height for everybody, with a state hash that re-execution gives; heights without a gap; time
 * that goes on in bounded steps (S4, S6; rules B2, B6, C3).
 */
public final class OneLedger implements Checker {
    private final LedgerMachine machine;
    private LedgerState state;
    private final SortedMap<Long, Hash> byHeight = new TreeMap<>();
    private final SortedMap<Integer, Long> heights = new TreeMap<>();
    private final SortedMap<Long, Long> times = new TreeMap<>();

    /** @param machine of its own, which remembers nothing of what the nodes computed */
    public OneLedger(LedgerMachine machine) {
        this.machine = machine;
        this.state = machine.initial();
        times.put(0L, 0L);
    }

    @Override
    public void see(Event event) {
        if (event instanceof Event.Started started) {
            heights.remove(started.node());
        } else if (event instanceof Event.Certified certified) {
            certified(certified);
        }
    }

    private void certified(Event.Certified event) {
        CertifiedBlock block = event.block();
        long height = block.block().height();
        Hash hash = block.certificate().blockHash();
        Hash known = byHeight.putIfAbsent(height, hash);
        if (known != null && !known.equals(hash)) {
            throw new Violation("two certified blocks at height " + height + ": " + known + " and " + hash);
        }
        if (known == null) {
            first(event, height);
        }
        Long before = heights.put(event.node(), height);
        if (before != null && before != height - 1) {
            throw new Violation("node " + event.node() + " goes from height " + before + " to " + height);
        }
    }

    private void first(Event.Certified event, long height) {
        long timeMs = event.block().block().timeMs();
        long step = timeMs - times.getOrDefault(height - 1, timeMs - 1);
        times.put(height, timeMs);
        if (step < 1 || step > Limits.BLOCK_TIME_MAX_MS) {
            throw new Violation("ledger time at height " + height + " goes on by " + step + " ms");
        }
        if (!machine.stateHash(reexecuted(event))
                .equals(event.block().certificate().stateHash())) {
            throw new Violation("state hash at height " + height + " is not the certified one");
        }
    }

    private LedgerState reexecuted(Event.Certified event) {
        state = machine.apply(state, event.block().block()).next();
        return state;
    }
}
