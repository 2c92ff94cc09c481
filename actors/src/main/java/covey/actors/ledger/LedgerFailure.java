package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import java.util.List;
import java.util.function.Consumer;

/**
 * Why this node does nothing more on the ledger.
 *
 * @param reason one line
 * @param evidence certified blocks that must be kept, e.g. two of one height (rule C5); mostly empty
 */
public record LedgerFailure(Kind kind, String reason, List<CertifiedBlock> evidence) {
    /** Whose fault it is. */
    public enum Kind {
        /** The disk failed under blocks or votes, or they were altered. */
        STORE,
        /** An authority must not sign any more (rule C5). */
        VOTE,
        /** What was certified contradicts itself or what this node computed from it. */
        CONFLICT,
        /** A bug of ours. */
        BUG
    }

    public LedgerFailure {
        evidence = List.copyOf(evidence);
    }

    static LedgerFailure of(Kind kind, String reason) {
        return new LedgerFailure(kind, reason, List.of());
    }

    /**
     * What an authority's process does about a failure: one line on stderr, and the end, without any shutdown hook, at
     * the first disk error or bug (rule C6). An authority that must not sign stays up and serves blocks.
     */
    public static Consumer<LedgerFailure> endProcess() {
        return failure -> {
            System.err.println("ledger: " + failure.reason());
            if (failure.kind() == Kind.STORE || failure.kind() == Kind.BUG) {
                Runtime.getRuntime().halt(1);
            }
        };
    }
}
