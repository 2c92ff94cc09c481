package covey.protocol.ballot;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.SignedTransaction;
import java.util.List;
import java.util.Optional;

/** What happens to an authority. */
public sealed interface BallotInput {
    /**
     * The first input after a start.
     *
     * @param vote empty if the vote file is missing or damaged
     * @param firstStart on an explicit first start: the vote file was made for it and no vote was written since
     * @param state the ledger's after {@code last}
     * @param last block of the block file
     */
    record Recovered(Optional<VoteRecord> vote, boolean firstStart, LedgerState state, Optional<CertifiedBlock> last)
            implements BallotInput {}

    /** @param from index of the authority that the transport authenticated */
    record Received(int from, BallotMessage message) implements BallotInput {}

    /** @param monotonicNs never runs backwards within a start; at least ten ticks a second (rule C4) */
    record Tick(long monotonicNs, Waiting waiting) implements BallotInput {}

    /** The transactions that wait at this authority, in order of arrival, their signatures checked. */
    record Waiting(List<SignedTransaction> transactions) {
        public static final Waiting NONE = new Waiting(List.of());
    }
}
