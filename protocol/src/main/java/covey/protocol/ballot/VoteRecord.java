package covey.protocol.ballot;

import java.util.Optional;

/**
 * What an authority must never forget (rules C3, C5). Written as a whole before it is said.
 *
 * @param promised the highest ballot it has promised or accepted in
 * @param accepted the last block it accepted
 * @param last its newest signature
 */
public record VoteRecord(BallotNumber promised, Optional<Accepted> accepted, Optional<SignedVote> last) {
    /** Of an authority that never voted. */
    public static final VoteRecord EMPTY = new VoteRecord(BallotNumber.NONE, Optional.empty(), Optional.empty());
}
