package covey.actors.ledger;

import covey.protocol.ledger.CertifiedBlock;
import covey.protocol.ledger.LedgerState;
import covey.protocol.ledger.TransactionRejection;
import java.util.List;

/**
 * The ledger went on by one block.
 *
 * @param state after the block
 * @param rejections of the block's transactions that changed nothing
 */
public record Advanced(LedgerState state, CertifiedBlock block, List<TransactionRejection> rejections) {
    public Advanced {
        rejections = List.copyOf(rejections);
    }
}
