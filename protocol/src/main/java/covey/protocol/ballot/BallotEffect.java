package covey.protocol.ballot;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import java.util.List;

/** What an authority's shell does, in the order of the list, each before the next. */
public sealed interface BallotEffect {
    /** Replaces the vote record; durable before any later effect, and the process halts if it can't be (rule C6). */
    record Persist(VoteRecord vote) implements BallotEffect {}

    record Send(int to, BallotMessage message) implements BallotEffect {}

    /** To all other authorities. */
    record SendAll(BallotMessage message) implements BallotEffect {}

    /**
     * Appends the block to the block file; durable before any later effect.
     *
     * @param after the ledger's state
     */
    record Finalized(CertifiedBlock block, LedgerState after) implements BallotEffect {}

    /** Reads the block file from a height on and sends {@link BallotMessage.Certified}, within its bounds. */
    record NeedBlocks(int to, long fromHeight) implements BallotEffect {}

    /** Two different votes of one authority for one ballot and height: proof of guilt, kept and published. */
    record Guilty(int authority, SignedVote.Acked first, SignedVote.Acked second) implements BallotEffect {}

    /**
     * This authority signs nothing any more (rule C5).
     *
     * @param reason one line
     * @param conflicting certified blocks that exclude each other, to be kept; empty for another reason
     */
    record Stopped(String reason, List<CertifiedBlock> conflicting) implements BallotEffect {
        public Stopped {
            conflicting = List.copyOf(conflicting);
        }
    }
}
