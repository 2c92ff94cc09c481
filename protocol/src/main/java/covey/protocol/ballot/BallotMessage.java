package covey.protocol.ballot;

import covey.protocol.ledger.Block;
import covey.protocol.ledger.CertifiedBlock;
import java.util.List;
import java.util.Optional;

/**
 * What authorities say to one another. The transport binds the sender to its genesis key (rule C7); what must be proven
 * to others later carries a signature of its own.
 */
public sealed interface BallotMessage {
    /** @param certifiedHeight the sender's */
    record Prepare(BallotNumber ballot, long certifiedHeight) implements BallotMessage {}

    /**
     * @param vote covers what is said of the accepted block
     * @param accepted above the sender's certified height
     */
    record Promise(SignedVote.Promised vote, Optional<Accepted> accepted) implements BallotMessage {}

    record Propose(BallotNumber ballot, Block block) implements BallotMessage {}

    record Ack(SignedVote.Acked vote) implements BallotMessage {}

    /**
     * @param ballot that is refused
     * @param promised the sender's
     */
    record Nack(BallotNumber ballot, BallotNumber promised) implements BallotMessage {}

    /** Certified blocks in order of height, at most {@code Limits.CERTIFIED_MAX_COUNT}. */
    record Certified(List<CertifiedBlock> blocks) implements BallotMessage {
        public Certified {
            blocks = List.copyOf(blocks);
        }
    }

    /** Asks for certified blocks. */
    record Need(long fromHeight) implements BallotMessage {}

    /**
     * Asks for the sender's own newest signature (rule C5).
     *
     * @param nonce of the sender's start, so that an answer to an earlier start doesn't count
     */
    record AskNewest(long nonce) implements BallotMessage {}

    /**
     * @param nonce of the question
     * @param certifiedHeight the sender's
     * @param vote the receiver's newest that the sender has seen; proves itself by its signature
     */
    record Newest(long nonce, long certifiedHeight, Optional<SignedVote> vote) implements BallotMessage {}
}
