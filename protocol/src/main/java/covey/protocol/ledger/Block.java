package covey.protocol.ledger;

import covey.protocol.model.Bytes;
import covey.protocol.model.Hash;
import java.util.List;

/**
 * Ordered transactions over a parent.
 *
 * @param height from 1; the parent of 1 has hash {@link Hash#ZERO} and beacon {@link Hash#ZERO}
 * @param timeMs ledger time (rule B2)
 * @param proposer index of the authority that made it
 * @param beaconSignature the proposer's signature over (run, height, parent's beacon); the beacon is its hash (rule B5)
 */
public record Block(
        long height,
        Hash parent,
        long timeMs,
        int proposer,
        Bytes beaconSignature,
        List<SignedTransaction> transactions) {
    public Block {
        transactions = List.copyOf(transactions);
    }
}
