package covey.protocol.ledger;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import java.util.List;

/**
 * Equal votes of a quorum of authorities for a block in one ballot (rule C3).
 *
 * @param counter ballot number's counter
 * @param authority ballot number's authority index
 * @param stateHash the ledger's state hash after the block
 */
public record Certificate(long counter, int authority, Hash blockHash, Hash stateHash, List<Vote> votes) {
    /** @param authority index of the voter */
    public record Vote(int authority, Bytes signature) {}

    public Certificate {
        votes = List.copyOf(votes);
    }
}
