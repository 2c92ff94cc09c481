package covey.protocol.ledger;

import covey.protocol.ledger.LedgerState.Registry;
import covey.protocol.ledger.RoundState.Mark;
import covey.protocol.ledger.TransactionRejection.Reason;
import covey.protocol.ledger.TransactionRejection.Ruling;
import covey.protocol.model.ContentId;
import covey.protocol.model.Genesis;
import covey.protocol.port.Crypto;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rounds: who may speak in one, and when it opens, closes and is sealed (rules D1 to D10). */
public final class RoundRules {
    private final Genesis genesis;

    public RoundRules(Genesis genesis, Crypto crypto) {
        this.genesis = genesis;
    }

    Rounds initial() {
        SortedMap<Long, ContentId> agreed = new TreeMap<>();
        agreed.put(0L, genesis.thetaRoot());
        return new Rounds(
                Optional.empty(),
                0,
                0,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                Collections.unmodifiableSortedMap(agreed),
                Optional.empty(),
                Collections.emptySortedMap(),
                0,
                Optional.empty());
    }

    Ruling<Rounds> apply(Rounds rounds, Registry registry, Transaction transaction, long height, long timeMs) {
        return new Ruling.Refused<>(Reason.UNKNOWN, "no rounds yet");
    }

    Rounds endBlock(Rounds rounds, Registry registry, Mark mark) {
        return rounds;
    }
}
