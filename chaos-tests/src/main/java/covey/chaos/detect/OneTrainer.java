package covey.chaos.detect;

import covey.protocol.assign.DataCursor;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.RoundState;
import covey.protocol.ledger.Rounds;
import covey.protocol.ledger.trust.Trusts;
import covey.protocol.model.Hash;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A ledger whose first round is open and waits for one trainer. */
final class OneTrainer {
    private OneTrainer() {}

    static LedgerState round(Hotkey trainer, boolean absent) {
        var mark = new RoundState.Mark(1, 0, Hash.ZERO);
        RoundState round = new RoundState(
                1,
                mark,
                List.of(trainer),
                List.of(),
                Collections.emptySortedMap(),
                new TreeSet<>(absent ? List.of(trainer) : List.of()),
                Collections.emptySortedSet(),
                List.of(0L, 1L, 2L, 3L),
                0,
                List.of(),
                Optional.empty(),
                Collections.emptySortedMap(),
                Collections.emptySortedSet(),
                Optional.empty(),
                Collections.emptySortedMap());
        Rounds rounds = new Rounds(
                Optional.of(round),
                0,
                0,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Optional.empty(),
                Collections.emptySortedMap(),
                DataCursor.START,
                0,
                Optional.empty());
        return new LedgerState(
                1,
                Hash.ZERO,
                0,
                Hash.ZERO,
                LedgerState.Registry.EMPTY,
                Collections.emptySortedMap(),
                rounds,
                Trusts.NONE,
                Optional.empty());
    }
}
