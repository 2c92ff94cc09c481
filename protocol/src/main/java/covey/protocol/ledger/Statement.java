package covey.protocol.ledger;

import covey.protocol.ledger.economy.EconomyStatement;
import covey.protocol.model.Bytes;
import covey.protocol.model.ContentId;
import covey.protocol.model.Hotkey;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a hotkey says on the ledger. The first one counts per kind, round and hotkey, unless its rule says otherwise
 * (B1).
 */
public sealed interface Statement {
    /** The round that it is about; 0 for statements that belong to none. */
    long round();

    /**
     * Enters a hotkey into the registry.
     *
     * @param roles bits of {@link covey.protocol.model.Role}; authority cannot be registered
     * @param work a number that makes the hash of (run, hotkey, work) start with enough zero bits
     */
    record Register(Hotkey coldkey, int roles, String label, long work) implements Statement {
        @Override
        public long round() {
            return 0;
        }
    }

    /** "I hold θ after round {@code round}", so I can train or judge the next one (rule D1). */
    record Ready(long round) implements Statement {}

    record Commit(long round, ContentId contribution, long lengthBytes) implements Statement {}

    /** A validator's verdicts; may be empty (rule D7), may come in several parts. */
    record Attest(long round, List<Verdict> verdicts) implements Statement {
        public Attest {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** @param code 0 = accepted, else the code of a rejection */
    record Verdict(ContentId contribution, int code) {
        public boolean isAccept() {
            return code == 0;
        }
    }

    /** Which of the round's commitments, in ledger order, the signer holds durably: bit i of byte i/8, LSB first. */
    record Holds(long round, Bytes bitmap) implements Statement {}

    /** State root after round {@code round}. */
    record Root(long round, ContentId stateRoot) implements Statement {}

    /**
     * What a validator's evidence says of trainers in a sealed round (rule H7); those of whom it says nothing are left
     * out.
     *
     * @param passed by trainer
     */
    record Evaluate(long round, SortedMap<Hotkey, Boolean> passed) implements Statement {
        public Evaluate {
            passed = Collections.unmodifiableSortedMap(new TreeMap<>(passed));
        }
    }

    /** An authority says that nobody need wait for {@code subject} (rule D4). */
    record Absent(long round, Hotkey subject, String reason) implements Statement {}

    record Present(long round, Hotkey subject, String reason) implements Statement {}

    /** About the asset; the signer need not be in the registry, and says it as an observer. */
    record Economic(EconomyStatement said) implements Statement {
        @Override
        public long round() {
            return 0;
        }
    }
}
